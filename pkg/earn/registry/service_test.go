package registry_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/registry"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/kept/kepttest"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/platform/store/storetest"
)

// office is a school with its registry.
type office struct {
	*kepttest.Fixture
	service *registry.Service
	t       *testing.T
	ctx     context.Context
}

// each tells a story beside others, on a database that is drawn, or on both: see
// storetest.Drawn.
func each(t *testing.T, fn func(o *office)) {
	t.Helper()
	t.Parallel()
	storetest.Drawn(t, func(t *testing.T, db *store.DB) {
		f := kepttest.School(t, db)
		service := registry.New(store.Bind(db, func(tx *store.Tx) registry.Tx { return kept.On(tx) }), f.Source)
		fn(&office{f, service, t, context.Background()})
	})
}

func (o *office) ok(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) refused(what string, err error, code string) {
	o.t.Helper()
	if core.CodeOf(err) != code {
		o.t.Errorf("%s gives %v, want %s", what, err, code)
	}
}

func day(n int) core.Date { return core.Date{Year: 2026, Month: 9, Day: n} }

// dispute is an open request of the first student.
func (o *office) dispute() registry.Request {
	o.t.Helper()
	r, err := o.service.Ask(o.ctx, o.Student, o.Enrollment, registry.RequestInput{Kind: registry.RequestDispute, Text: "It was an hour."})
	o.ok(err)
	return r
}

// The audit tells of each command once, and of a student's whose it is.
func TestService_Audit(t *testing.T) {
	each(t, func(o *office) {
		days, err := o.service.Close(o.ctx, o.Registrar, o.School.ID, registry.Close{First: day(7), Reason: "Labor Day"})
		o.ok(err)
		_, err = o.service.Reopen(o.ctx, o.Registrar, days.ID)
		o.ok(err)
		_, err = o.service.Pause(o.ctx, o.Registrar, o.Enrollment, registry.Pause{Kind: core.PauseWithdrawal, First: day(1), Reason: "Moves away"})
		o.ok(err)
		ended, err := o.service.Resume(o.ctx, o.Registrar, o.Enrollment, day(2))
		o.ok(err)
		if kept, err := o.service.Pauses(o.ctx, o.Student, o.Enrollment); err != nil || len(kept) != 1 || kept[0].EndedOn != ended.EndedOn || ended.EndedOn != day(2) {
			o.t.Errorf("ended %+v, kept %+v, %v", ended, kept, err)
		}
		absence, err := o.service.Excuse(o.ctx, o.Registrar, o.Enrollment, registry.AbsenceInput{First: day(3), Reason: "Ill"})
		o.ok(err)
		_, err = o.service.Unexcuse(o.ctx, o.Registrar, absence.ID)
		o.ok(err)
		for _, answer := range []func(registry.Request) (registry.Request, error){
			func(r registry.Request) (registry.Request, error) {
				return o.service.Grant(o.ctx, o.Registrar, r.ID, r.Version, "Yes.")
			},
			func(r registry.Request) (registry.Request, error) {
				return o.service.Decline(o.ctx, o.Registrar, r.ID, 0, "No.")
			},
			func(r registry.Request) (registry.Request, error) {
				return o.service.TakeBack(o.ctx, o.Student, r.ID, 0)
			},
		} {
			done, err := answer(o.dispute())
			o.ok(err)
			if kept, err := o.service.Request(o.ctx, o.Student, done.ID); err != nil || kept != done {
				o.t.Errorf("answered %+v, kept %+v, %v", done, kept, err)
			}
		}
		var told []string
		o.ok(o.DB.Read(o.ctx, func(ctx context.Context, tx *store.Tx) error {
			events, err := tx.AuditEvents(ctx, o.School.ID, core.AuditID{}, 100, true)
			for _, e := range events {
				if kind := e.TargetKind; kind != "closed_days" && kind != "request" && (kind != "enrollment" || e.Action == "enrollment.create") {
					continue
				}
				if (e.TherapistID == o.Student.TherapistID) == (e.TargetKind == "closed_days") {
					o.t.Errorf("%s names the therapist %s", e.Action, e.TherapistID)
				}
				told = append(told, fmt.Sprint(e.TargetKind, " ", e.Action, " ", e.Detail["state"]))
			}
			return err
		}))
		want := []string{
			"closed_days calendar.write closed", "closed_days calendar.write open",
			"enrollment pause.write paused", "enrollment pause.write resumed", "enrollment absence.write excused", "enrollment absence.write unexcused",
			"request request.make ", "request request.decide granted", "request request.make ", "request request.decide declined",
			"request request.make ", "request request.withdraw withdrawn",
		}
		if got := strings.Join(told, "\n"); got != strings.Join(want, "\n") {
			o.t.Errorf("the audit tells\n%s", got)
		}
	})
}

// Another school's record is not there, no matter who asks and for what; a student
// sees their own and nobody else's.
func TestService_ErrOthers(t *testing.T) {
	each(t, func(o *office) {
		days, err := o.service.Close(o.ctx, o.Registrar, o.School.ID, registry.Close{First: day(7), Reason: "Labor Day"})
		o.ok(err)
		absence, err := o.service.Excuse(o.ctx, o.Registrar, o.Enrollment, registry.AbsenceInput{First: day(3), Reason: "Ill"})
		o.ok(err)
		request := o.dispute()
		pause := registry.Pause{Kind: core.PauseWithdrawal, First: day(1), Reason: "Moves away"}
		tries := map[string]func(a access.Actor) error{
			"close": func(a access.Actor) error {
				_, err := o.service.Close(o.ctx, a, o.School.ID, registry.Close{})
				return err
			},
			"reopen":   func(a access.Actor) error { _, err := o.service.Reopen(o.ctx, a, days.ID); return err },
			"calendar": func(a access.Actor) error { _, _, err := o.service.Calendar(o.ctx, a, o.School.ID, 0); return err },
			"pause":    func(a access.Actor) error { _, err := o.service.Pause(o.ctx, a, o.Enrollment, pause); return err },
			"resume":   func(a access.Actor) error { _, err := o.service.Resume(o.ctx, a, o.Enrollment, day(2)); return err },
			"pauses":   func(a access.Actor) error { _, err := o.service.Pauses(o.ctx, a, o.Enrollment); return err },
			"excuse": func(a access.Actor) error {
				_, err := o.service.Excuse(o.ctx, a, o.Enrollment, registry.AbsenceInput{})
				return err
			},
			"unexcuse": func(a access.Actor) error { _, err := o.service.Unexcuse(o.ctx, a, absence.ID); return err },
			"absences": func(a access.Actor) error { _, err := o.service.Absences(o.ctx, a, o.Enrollment); return err },
			"ask": func(a access.Actor) error {
				_, err := o.service.Ask(o.ctx, a, o.Enrollment, registry.RequestInput{})
				return err
			},
			"grant":     func(a access.Actor) error { _, err := o.service.Grant(o.ctx, a, request.ID, 9, ""); return err },
			"decline":   func(a access.Actor) error { _, err := o.service.Decline(o.ctx, a, request.ID, 9, ""); return err },
			"take back": func(a access.Actor) error { _, err := o.service.TakeBack(o.ctx, a, request.ID, 9); return err },
			"request":   func(a access.Actor) error { _, err := o.service.Request(o.ctx, a, request.ID); return err },
			"requests": func(a access.Actor) error {
				_, err := o.service.Requests(o.ctx, a, o.School.ID, true, core.Page{})
				return err
			},
			"own": func(a access.Actor) error {
				_, err := o.service.RequestsOf(o.ctx, a, o.Enrollment, core.Page{})
				return err
			},
			"cohorts": func(a access.Actor) error { _, err := o.service.Cohorts(o.ctx, a, o.School.ID); return err },
			"hours":   func(a access.Actor) error { _, err := o.service.MonthlyHours(o.ctx, a, o.School.ID, ""); return err },
			"risk":    func(a access.Actor) error { _, err := o.service.AtRisk(o.ctx, a, o.School.ID, core.Page{}); return err },
		}
		school := []string{"close", "reopen", "calendar", "requests", "cohorts", "hours", "risk"}
		for what, try := range tries {
			o.refused(what+" elsewhere", try(o.OtherOffice), "not_found")
			o.refused(what+" by nobody", try(access.Actor{}), "unauthenticated")
			if !strings.Contains(strings.Join(school, " "), what) {
				o.refused(what+" by another student", try(o.Student2), "not_found")
			}
		}
		for what, code := range map[string]string{
			"close": "forbidden", "reopen": "forbidden", "pause": "forbidden", "resume": "forbidden", "excuse": "forbidden", "unexcuse": "forbidden",
			"grant": "forbidden", "decline": "forbidden", "requests": "forbidden", "cohorts": "forbidden", "hours": "forbidden", "risk": "forbidden",
			"calendar": "", "pauses": "", "absences": "", "request": "", "own": "", "take back": "stale",
		} {
			o.refused(what+" by the student", tries[what](o.Student), code)
		}
		o.refused("grant of another version", tries["grant"](o.Registrar), "stale")
		o.refused("ask by the office", tries["ask"](o.Registrar), "forbidden")
	})
}

func TestService_Requests(t *testing.T) {
	each(t, func(o *office) {
		for range 5 {
			o.dispute()
		}
		_, err := o.service.TakeBack(o.ctx, o.Student, o.dispute().ID, 0)
		o.ok(err)
		for _, c := range []struct {
			name string
			list func(core.Page) (core.List[registry.Request], error)
			want int
		}{
			{"open", func(p core.Page) (core.List[registry.Request], error) {
				return o.service.Requests(o.ctx, o.Registrar, o.School.ID, true, p)
			}, 5},
			{"all", func(p core.Page) (core.List[registry.Request], error) {
				return o.service.Requests(o.ctx, o.Admin, o.School.ID, false, p)
			}, 6},
			{"own", func(p core.Page) (core.List[registry.Request], error) {
				return o.service.RequestsOf(o.ctx, o.Student, o.Enrollment, p)
			}, 6},
		} {
			seen, page := map[core.RequestID]bool{}, core.Page{Limit: 2}
			for {
				list, err := c.list(page)
				o.ok(err)
				for _, r := range list.Items {
					seen[r.ID] = true
				}
				if page.Cursor = list.Next; page.Cursor == "" {
					break
				}
			}
			if len(seen) != c.want {
				o.t.Errorf("%s are %d, want %d", c.name, len(seen), c.want)
			}
			_, err := c.list(core.Page{Cursor: core.EncodeCursor("a list of another shape", "2026-09-01", "2")})
			o.refused(c.name, err, "bad_cursor")
		}
	})
}
