package registry_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/classroom"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/earn/registry"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/platform/store"
)

// path is a way by which a session comes to be, changes, or is signed: prepared while all
// is well, and gone when the day cannot be any more. It gives the code of why not.
type path func(o *office, c *classroom.Service) func() string

// thatDay is the day that cannot be, on which the clock stands at 1 PM.
var thatDay = day(1)

func (o *office) session(d core.Date, start, end string) logbook.LogEntry {
	return logbook.LogEntry{SessionInput: core.SessionInput{
		Date: d, Start: start, End: end, Subject: "kinesiology", Setting: core.Lab, Delivery: core.InPerson,
	}, SupervisorID: o.Supervisor(o.t, o.Alvarez), Submit: true}
}

func (o *office) fresh(a access.Actor) access.Actor {
	a.AuthenticatedAt = o.Source.Now()
	return a
}

func (o *office) logged(in logbook.LogEntry) core.Entry {
	o.t.Helper()
	e, err := o.Logbook.Log(o.ctx, o.Student, o.Enrollment, in)
	o.ok(err)
	return e
}

func (o *office) class(c *classroom.Service, by classroom.CheckIn) classroom.Class {
	o.t.Helper()
	made, err := c.Plan(o.ctx, o.Alvarez, o.School.ID, classroom.PlanInput{
		SessionInput: core.SessionInput{Date: thatDay, Start: "12:00", End: "13:00", Subject: "kinesiology", Setting: core.Classroom, Delivery: core.InPerson},
		ProgramID:    o.Version.ProgramID, CheckIn: by,
	})
	o.ok(err)
	return made
}

func (o *office) marks(c *classroom.Service, class classroom.Class, mark core.Mark) error {
	_, err := c.MarkRoster(o.ctx, o.Alvarez, class.ID, 0, []classroom.MarkInput{
		{EnrollmentID: o.Enrollment, Mark: mark}, {EnrollmentID: o.Enrollment2, Mark: core.MarkAbsent},
	})
	return err
}

func (o *office) file() logbook.ImportRequest {
	row := o.Student.Email + "," + o.Student.Name + "," + thatDay.String() + ",08:00,10:00,0,kinesiology,lab,in-person," + o.Alvarez.Email + ",\n"
	return logbook.ImportRequest{
		ProgramID: o.Version.ProgramID, Filename: "september.csv",
		File: strings.NewReader("email,name,date,start,end,break_minutes,subject,setting,delivery,supervisor,note\n" + row),
	}
}

// asked is the code with which an import's only record waits for a person, or is refused.
func asked(r logbook.ImportReport, err error) string {
	switch {
	case err != nil:
		return core.CodeOf(err)
	case len(r.Asked) > 0:
		return string(r.Asked[0].Code)
	case len(r.Report.Refused) > 0:
		return string(r.Report.Refused[0].Code)
	}
	return ""
}

func (o *office) punch(class core.ClassID) registry.RequestInput {
	return registry.RequestInput{Kind: registry.RequestMissedPunch, ClassID: class, In: "12:00", Out: "13:00", Text: "I was there."}
}

// held is a class that the student was marked absent from, and that is signed.
func (o *office) held(c *classroom.Service) classroom.Class {
	class := o.class(c, classroom.CheckInRoster)
	o.ok(o.marks(c, class, core.MarkAbsent))
	signed, err := c.Sign(o.ctx, o.fresh(o.Alvarez), class.ID, 0)
	o.ok(err)
	return signed.Class
}

// paths are all of them; TestSessions_Paths of pkg says where one is missing.
var paths = map[string]path{
	"log": func(o *office, _ *classroom.Service) func() string {
		return func() string {
			_, err := o.Logbook.Log(o.ctx, o.Student, o.Enrollment, o.session(thatDay, "08:00", "10:00"))
			return core.CodeOf(err)
		}
	},
	"log a draft of minutes, as a make-up": func(o *office, _ *classroom.Service) func() string {
		return func() string {
			in := o.session(thatDay, "", "")
			in.Minutes, in.MakeUp, in.Submit = 60, true, false
			_, err := o.Logbook.Log(o.ctx, o.Student, o.Enrollment, in)
			return core.CodeOf(err)
		}
	},
	"edit a draft": func(o *office, _ *classroom.Service) func() string {
		in := o.session(thatDay.AddDays(-3), "08:00", "10:00")
		in.Submit = false
		e := o.logged(in)
		return func() string {
			in.Date = thatDay
			_, err := o.Logbook.Edit(o.ctx, o.Student, e.ID, 0, in)
			return core.CodeOf(err)
		}
	},
	"submit a draft": func(o *office, _ *classroom.Service) func() string {
		in := o.session(thatDay, "08:00", "10:00")
		in.Submit = false
		e := o.logged(in)
		return func() string {
			_, err := o.Logbook.Submit(o.ctx, o.Student, e.ID, 0)
			return core.CodeOf(err)
		}
	},
	"correct": func(o *office, _ *classroom.Service) func() string {
		e := o.Signed(o.t, o.session(thatDay.AddDays(-3), "08:00", "10:00"))[0]
		return func() string {
			_, err := o.Logbook.Correct(o.ctx, o.Student, e.ID, 0, logbook.Correction{LogEntry: o.session(thatDay, "08:00", "10:00"), Reason: "It was that day."})
			return core.CodeOf(err)
		}
	},
	"sign": func(o *office, _ *classroom.Service) func() string {
		e := o.logged(o.session(thatDay, "08:00", "10:00"))
		return func() string {
			_, err := o.Logbook.Sign(o.ctx, o.fresh(o.Alvarez), o.School.ID, []logbook.EntryRef{{ID: e.ID}})
			return core.CodeOf(err)
		}
	},
	"try an import": func(o *office, _ *classroom.Service) func() string {
		return func() string { return asked(o.Logbook.DryRun(o.ctx, o.Registrar, o.School.ID, o.file())) }
	},
	"import": func(o *office, _ *classroom.Service) func() string {
		return func() string { return asked(o.Logbook.Import(o.ctx, o.Registrar, o.School.ID, o.file())) }
	},
	"approve an import": func(o *office, _ *classroom.Service) func() string {
		r, err := o.Logbook.Import(o.ctx, o.Registrar, o.School.ID, o.file())
		if o.ok(err); len(r.Asked) > 0 {
			o.t.Fatalf("asked %+v", r.Asked)
		}
		return func() string {
			_, err := o.Logbook.ApproveImport(o.ctx, o.fresh(o.Registrar2), r.Import.ID, 0, "")
			if f := core.AsFault(err); f != nil && f.Code == "days_undecided" {
				return f.Fields[1].Code
			}
			return core.CodeOf(err)
		}
	},
	"check in": func(o *office, c *classroom.Service) func() string {
		class := o.class(c, classroom.CheckInClock)
		return func() string {
			_, err := c.Clock(o.ctx, o.Student, class.ID, classroom.In, classroom.Proof{})
			return core.CodeOf(err)
		}
	},
	"mark a roster": func(o *office, c *classroom.Service) func() string {
		class := o.class(c, classroom.CheckInRoster)
		return func() string { return core.CodeOf(o.marks(c, class, core.MarkPresent)) }
	},
	"sign a roster": func(o *office, c *classroom.Service) func() string {
		class := o.class(c, classroom.CheckInRoster)
		o.ok(o.marks(c, class, core.MarkPresent))
		return func() string {
			_, err := c.Sign(o.ctx, o.fresh(o.Alvarez), class.ID, 0)
			return core.CodeOf(err)
		}
	},
	"report a missed punch": func(o *office, c *classroom.Service) func() string {
		class := o.held(c)
		return func() string {
			_, err := o.service.Ask(o.ctx, o.Student, o.Enrollment, o.punch(class.ID))
			return core.CodeOf(err)
		}
	},
	"grant a missed punch": func(o *office, c *classroom.Service) func() string {
		r, err := o.service.Ask(o.ctx, o.Student, o.Enrollment, o.punch(o.held(c).ID))
		o.ok(err)
		return func() string {
			_, err := o.service.Grant(o.ctx, o.Registrar, r.ID, 0, "Yes.")
			return core.CodeOf(err)
		}
	},
	"seed": func(o *office, _ *classroom.Service) func() string {
		s := core.Session{Date: thatDay, Zone: o.School.Zone, Minutes: 60, Subject: "kinesiology", Setting: core.Lab, Delivery: core.InPerson}
		operator := o.Admin
		operator.Operator = true
		return func() string {
			return core.CodeOf(o.Logbook.Seed(o.ctx, operator, o.School.ID, []logbook.SeedEntry{{
				EnrollmentID: o.Enrollment, SupervisorID: o.Supervisor(o.t, o.Alvarez), State: core.EntryDraft, Session: s, At: o.Source.Now(),
			}}))
		}
	},
}

// write changes the record as the rule itself would not let anyone.
func (o *office) write(fn func(context.Context, kept.Tx, logbook.Enrollment) error) {
	o.t.Helper()
	o.ok(o.DB.Write(o.ctx, func(ctx context.Context, tx *store.Tx) error {
		of, err := kept.On(tx).LockEnrollments(ctx, []core.EnrollmentID{o.Enrollment})
		if err != nil {
			return err
		}
		return fn(ctx, kept.On(tx), of[0])
	}))
}

// impossible are the ways in which a day cannot be, by the code that says so.
var impossible = map[string]func(o *office){
	"before_enrollment": func(o *office) {
		o.write(func(ctx context.Context, tx kept.Tx, e logbook.Enrollment) error {
			e.EnrolledOn = thatDay.AddDays(1)
			return tx.BeginEnrollment(ctx, e)
		})
	},
	"enrollment_closed": func(o *office) {
		_, err := o.service.Pause(o.ctx, o.Registrar, o.Enrollment, registry.Pause{Kind: core.PauseWithdrawal, First: thatDay, Reason: "Moves away"})
		o.ok(err)
	},
	"enrollment_paused": func(o *office) {
		_, err := o.service.Pause(o.ctx, o.Registrar, o.Enrollment, registry.Pause{Kind: core.PauseLeave, First: thatDay, Last: thatDay, Reason: "A knee"})
		o.ok(err)
	},
	"day_full": func(o *office) { // 24 hours without times
		o.write(func(ctx context.Context, tx kept.Tx, e logbook.Enrollment) error {
			now := o.Source.Now()
			var entries []core.Entry
			var credits []core.Credit
			for range 2 {
				made := core.Entry{
					ID: core.NewID[core.EntryID](o.Source), OrganizationID: e.OrganizationID, EnrollmentID: e.ID, TherapistID: e.TherapistID, State: core.EntrySubmitted,
					Session:      core.Session{Date: thatDay, Zone: o.School.Zone, Minutes: 720, Subject: "pathology", Setting: core.Lab, Delivery: core.InPerson},
					SupervisorID: o.Supervisor(o.t, o.Okafor), CreatedAt: o.Source.Now(), CreatedBy: o.Student.AccountID, SubmittedAt: o.Source.Now(), Version: 1,
				}
				entries = append(entries, made)
				credits = append(credits, core.CreditOf(made, core.NewID[core.CreditID](o.Source), o.Okafor.AccountID, now))
			}
			if err := tx.InsertImported(ctx, entries); err != nil {
				return err
			}
			if err := tx.SignEntries(ctx, entries, o.Supervisor(o.t, o.Okafor), now); err != nil {
				return err
			}
			return tx.PostCredits(ctx, credits)
		})
	},
}

// Whatever makes, changes or signs a session refuses days that cannot be, or asks a person
// about them, and takes the others.
func TestDays_Paths(t *testing.T) {
	for name, along := range paths {
		t.Run(name, func(t *testing.T) {
			for code, impose := range impossible {
				t.Run(code, func(t *testing.T) {
					each(t, func(o *office) {
						run := prepared(o, along)
						impose(o)
						if got := run(); got != code {
							o.t.Errorf("gives %q", got)
						}
						o.CheckLedger(o.t)
					})
				})
			}
			t.Run("possible", func(t *testing.T) {
				each(t, func(o *office) {
					if got := prepared(o, along)(); got != "" {
						o.t.Errorf("gives %q", got)
					}
					o.CheckLedger(o.t)
				})
			})
		})
	}
}

func prepared(o *office, p path) func() string {
	o.Clock.Set(time.Date(2026, 9, 1, 17, 0, 0, 0, time.UTC))
	o.Alvarez = o.fresh(o.Alvarez)
	return p(o, classroom.New(store.Bind(o.DB, func(tx *store.Tx) classroom.Tx { return kept.On(tx) }), o.Source))
}
