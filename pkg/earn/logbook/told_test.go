package logbook_test

import (
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/testkit"
)

// A student is told when a school proposes to take over hours of another, and when it
// does; not when it declines.
func TestService_Telling_Transfers(t *testing.T) {
	t.Parallel()
	certifytest.OneOrFull(t, "http://127.0.0.1:8080", func(t *testing.T, w *certifytest.World) {
		s := logbook.New(store.Bind(w.DB, func(tx *store.Tx) logbook.Tx { return kept.On(tx) }), w.Src).Telling("https://palmar.example")
		there := w.SignedElsewhere(w.Student, 1)
		before := len(w.Mails())
		in := logbook.TakeOver{Source: there.Enrollment, License: "FL 7", Subjects: []logbook.SubjectPair{{From: "massage-practice", To: "massage-practice"}}}
		proposed := ok[logbook.TransferRequest](t)(s.ProposeFromCredits(bg, w.Registrar, w.Enrollment, in))
		second := w.Second
		second.AuthenticatedAt = w.Src.Now()
		ok[logbook.TransferRequest](t)(s.DeclineTransfer(bg, second, proposed.ID, 1, "Not yet."))
		proposed = ok[logbook.TransferRequest](t)(s.ProposeFromCredits(bg, w.Registrar, w.Enrollment, in))
		ok[logbook.TransferRequest](t)(s.AcceptTransfer(bg, second, proposed.ID, 1))
		says := []any{"organization", w.School.Name, "school", w.Other.Name}
		want := []string{testkit.Said("mail.transfer_proposed.subject", says...), testkit.Said("mail.transfer_proposed.subject", says...), testkit.Said("mail.transfer_accepted.subject", says...)}
		mails := w.Mails()[before:]
		if len(mails) != len(want) {
			t.Fatalf("told %+v", mails)
		}
		for i, m := range mails {
			link := "https://palmar.example/transfers/"
			if m.To != w.Student.Email || m.Subject != want[i] || !strings.Contains(m.Text, core.Minutes(120).String()) || !strings.Contains(m.Text, link) {
				t.Errorf("told %+v, want %q", m, want[i])
			}
		}
	})
}
