package licensure_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/career/roster"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/license"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/kept/certifytest"
)

// register answers as it is told.
type register struct {
	answer licensure.Answer
	err    error
}

func (r *register) Knows(jurisdiction string) bool { return jurisdiction == "FL" }

func (r *register) LookUp(context.Context, string, string, string) (licensure.Answer, error) {
	return r.answer, r.err
}

func TestService_CheckNow(t *testing.T) {
	each(t, func(t *testing.T, w *certifytest.World) {
		l, err := w.Licensure.RecordLicense(ctx, w.Student, w.Student.TherapistID, florida())
		if err != nil {
			t.Fatal(err)
		}
		wantCode(t, second(w.Licensure.CheckNow(ctx, w.Registrar, l.ID)), "no_source")
		line := roster.Line{Number: "MA12345", Name: "EXAMPLE, ADA", Lifecycle: "active", Discipline: "none", ExpiresOn: day(2027, 8, 31)}
		r := &register{answer: licensure.Answer{Line: line, Source: "Florida register"}}
		w.Licensure.Ask(r)
		wantCode(t, second(w.Licensure.CheckNow(ctx, w.Stranger, l.ID)), "not_found")
		wantCode(t, second(w.Licensure.CheckNow(ctx, w.Supervisor, l.ID)), "forbidden")

		suspended, earlier, other, born := line, line, line, line
		suspended.Discipline = "suspended"
		earlier.ExpiresOn = day(2026, 12, 31)
		other.Name = "Bob Other"
		born.BirthYear = 1950
		if _, err := w.Licensure.SetDetails(ctx, w.Student, w.Student.TherapistID, day(1990, 1, 1), ""); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			name    string
			line    roster.Line
			err     error
			outcome core.CheckOutcome
			events  int
			may     bool
		}{
			{"verifies the own word", line, nil, core.CheckChanged, 4, true},
			{"says the same", line, nil, core.CheckSame, 4, true},
			{"could not be asked", line, errors.New("timeout"), core.CheckCouldNotCheck, 4, true},
			{"has no such license", line, licensure.ErrNotListed, core.CheckNotFound, 4, false},
			{"has it again", line, nil, core.CheckSame, 4, true},
			{"has another name", other, nil, core.CheckCouldNotCheck, 4, true},
			{"has another year of birth", born, nil, core.CheckCouldNotCheck, 4, true},
			{"says an earlier end", earlier, nil, core.CheckChanged, 5, true},
			{"says suspended", suspended, nil, core.CheckChanged, 7, false},
		} {
			t.Run(c.name, func(t *testing.T) {
				w.Pass(2 * time.Minute)
				r.answer.Line, r.err = c.line, c.err
				check, err := w.Licensure.CheckNow(ctx, w.Registrar, l.ID)
				if err != nil || check.Outcome != c.outcome || check.Detail == "" || check.Source != "Florida register" {
					t.Fatalf("%+v, %v", check, err)
				}
				wantCode(t, second(w.Licensure.CheckNow(ctx, w.Registrar, l.ID)), "checked_just_now")
				after, err := w.Licensure.License(ctx, w.Registrar, l.ID)
				if p := license.Judge(after, standard.AsOf(w.Src.Now())); err != nil || len(after.Events) != c.events || p.May() != c.may || p.Method != core.MethodPrimarySource {
					t.Errorf("%d events, %+v, %v", len(after.Events), p, err)
				}
				if last := after.Events[len(after.Events)-1]; last.Register {
					wantCode(t, second(w.Licensure.Withdraw(ctx, w.Registrar, l.ID, 0, last.ID, "We don't like it.")), "not_recorded_here")
				}
			})
		}
	})
}
