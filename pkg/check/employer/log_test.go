package employer_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/check/employer"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/testkit"
	"github.com/palmar/palmar/pkg/translog"
	"github.com/palmar/palmar/pkg/translog/translogtest"
	"github.com/palmar/palmar/pkg/words"
)

// TestService_VerifyFile_log: the proof in a package that its issue is in the log
// is a check of its own, with its three outcomes.
func TestService_VerifyFile_log(t *testing.T) {
	each(t, func(t *testing.T, w *certifytest.World) {
		c := w.Certified()
		witness := translogtest.New(t, "witness.example")
		log := translog.NewService(store.Bind(w.DB, func(tx *store.Tx) translog.ReadTx { return kept.On(tx) }), []translog.Witness{witness.Witness})
		at := w.Src.Now()
		view, err := log.View(ctx)
		if err == nil {
			_, err = log.Cosign(ctx, []byte(witness.Cosign(view.Checkpoint.Note, at)))
		}
		if err != nil {
			t.Fatal(err)
		}
		w.Earn(w.Enrollment, w.Student, "kinesiology", 60) // and the log grows beyond what was cosigned
		p, err := w.Certify.ProposeTranscript(ctx, w.Registrar, w.Enrollment)
		if err == nil {
			_, err = w.Certify.Certify(ctx, w.Second, p.ID, p.Version)
		}
		if err != nil {
			t.Fatal(err)
		}
		check := employer.New(store.Bind(w.DB, func(tx *store.Tx) employer.Tx { return kept.On(tx) }), w.Src, employer.Options{Witnesses: []translog.Witness{witness.Witness}})
		whole, err := w.Certify.Package(ctx, c.Code)
		if err != nil {
			t.Fatal(err)
		}
		other := certifytest.SQLite(t, "https://elsewhere.example")
		foreign, err := other.Certify.Package(ctx, other.Certified().Code)
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range []struct {
			name         string
			change       func(p *certify.Package)
			log, outcome credential.Outcome
			reason       string
		}{
			{"as it is", func(*certify.Package) {}, credential.Valid, credential.Valid, "reason.logged"},
			{"without a proof", func(p *certify.Package) { p.Log = nil }, credential.CouldNotCheck, credential.Valid, "reason.not_logged"},
			{"another JWT", func(p *certify.Package) { p.JWT = foreign.JWT }, credential.NotValid, credential.NotValid, "reason.log_of_another"},
			{"another document", func(p *certify.Package) { p.Document = foreign.Document }, credential.NotValid, credential.NotValid, "reason.log_of_another"},
			{"another payload", func(p *certify.Package) { p.Log.Payload = strings.Replace(p.Log.Payload, "http", "HTTP", 1) }, credential.NotValid, credential.NotValid, "reason.not_in_log"},
			{"another event", func(p *certify.Package) { p.Log.Event = translog.EventRevoke }, credential.NotValid, credential.NotValid, "reason.not_in_log"},
			{"a checkpoint that is not signed", func(p *certify.Package) {
				p.Log.Proof = p.Log.Proof[:strings.LastIndex(p.Log.Proof, "\n\n")+2] + "— x AAAA\n"
			}, credential.NotValid, credential.NotValid, "reason.bad_log_proof"},
			{"the proof of another log", func(p *certify.Package) { *p = foreign }, credential.CouldNotCheck, credential.CouldNotCheck, "reason.unknown_log"},
		} {
			p, inclusion := whole, *whole.Log
			p.Log = &inclusion
			one.change(&p)
			raw, err := json.Marshal(p)
			if err != nil {
				t.Fatal(err)
			}
			report, err := check.VerifyFile(ctx, raw)
			if err != nil {
				t.Fatal(err)
			}
			last := report.Checks[len(report.Checks)-1]
			if last.Name != credential.CheckLog || last.Outcome != one.log || report.Outcome != one.outcome || last.Reason.ID != one.reason {
				t.Errorf("%s: %s, %+v", one.name, report.Outcome, last)
			}
			if cosigned := strings.Contains(last.Detail(), testkit.Said("reason.cosigned", "witness", "witness.example", "at", words.Moment(at))); cosigned != (one.log == credential.Valid) {
				t.Errorf("%s: of its witness is told %q", one.name, last.Detail())
			}
		}
		if report, err := check.VerifyFile(ctx, c.Document); err != nil || report.Checks[len(report.Checks)-1].Name == credential.CheckLog {
			t.Errorf("a document by itself is held against the log: %+v, %v", report, err)
		}
	})
}
