package pages

import (
	"testing"

	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/kept/vectortest"
)

// TestVectors asks the school's own server and the offline page what the table asks of
// every verifier.
func TestVectors(t *testing.T) {
	t.Parallel()
	node := needNode(t)
	s := newSite(t, func(o *Options) { o.PublicURL = vectortest.Base })
	table := vectortest.Table(t, s.World)
	pinned := pinnedIn(t, s.stranger().get("/verify/offline").Body.Bytes())
	files := make([][]byte, len(table))
	for i, v := range table {
		files[i] = v.File
		want := v.Answer
		if v.Server != nil {
			want = *v.Server
		}
		report, err := s.Check.VerifyFile(t.Context(), v.File)
		if got := vectortest.Of(report); err != nil || got != want {
			t.Errorf("%s: the server says %v, want %v; %v", v.Name, got, want, err)
		}
	}
	for i, got := range (offlineScript{t, node, s.Src.Now()}).judge(pinned, files) {
		want := table[i].Answer
		if table[i].Page != nil {
			want = *table[i].Page
		}
		if got != want {
			t.Errorf("%s: the page says %v, want %v", table[i].Name, got, want)
		}
	}
}

// firstOf is the answer of the page: its outcome and the first reason for it.
func firstOf(a offlineAnswer) vectortest.Answer {
	for _, c := range a.Checks {
		if c.Outcome == a.Outcome && a.Outcome != credential.Valid {
			return vectortest.Answer{Outcome: a.Outcome, Reason: c.ID}
		}
	}
	return vectortest.Answer{Outcome: a.Outcome}
}
