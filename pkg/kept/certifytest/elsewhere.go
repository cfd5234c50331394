package certifytest

import (
	"context"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Elsewhere is what a student has at the other school.
type Elsewhere struct {
	w          *World
	Logbook    *logbook.Service
	Student    access.Actor // with the file of the other school
	Teacher    access.Actor
	Enrollment core.EnrollmentID
	Signed     []core.Entry
}

// SignedElsewhere are sessions of two hours of massage practice that a student has at
// the other school, signed, each on a day of its own from the 5th of January 2026.
func (w *World) SignedElsewhere(student access.Actor, sessions int) *Elsewhere {
	w.T.Helper()
	ctx := context.Background()
	e := &Elsewhere{w: w, Logbook: logbook.New(store.Bind(w.DB, func(tx *store.Tx) logbook.Tx { return kept.On(tx) }), w.Src), Student: student}
	e.Teacher = w.Person("Tess Teacher", "tess@example.org", w.Other, core.RoleSupervisor)
	body, err := standard.Demo().Marshal()
	w.must(err)
	program, err := e.Logbook.PublishProgram(ctx, w.Stranger, w.Other.ID, logbook.PublishProgram{Code: "mmf", Title: "Foundations", Standard: body})
	w.must(err)
	there, err := e.Logbook.Enroll(ctx, w.Stranger, w.Other.ID, logbook.Enroll{
		Email: student.Email, Name: student.Name, ProgramID: program.ProgramID, EnrolledOn: core.Date{Year: 2025, Month: 9, Day: 1},
	})
	w.must(err)
	e.Enrollment = there.ID
	w.Write(func(ctx context.Context, tx *store.Tx) error {
		if err := kept.On(tx).JoinFile(ctx, there.TherapistID, student.AccountID, w.Src.Now()); err != nil {
			return err
		}
		e.Student.Files = append(e.Student.Files, there.TherapistID)
		return nil
	})
	e.Student = w.Join(e.Student, w.Other, core.RoleStudent)
	for n := range sessions {
		entry, err := e.Logbook.Log(ctx, e.Student, e.Enrollment, e.session(n, "11:00"))
		w.must(err)
		e.Signed = append(e.Signed, e.sign(entry))
	}
	return e
}

func (e *Elsewhere) session(n int, end string) logbook.LogEntry {
	by, _ := e.Teacher.Member(e.w.Other.ID, core.RoleSupervisor)
	return logbook.LogEntry{
		SessionInput: core.SessionInput{
			Date: core.Date{Year: 2026, Month: 1, Day: 5}.AddDays(n), Start: "09:00", End: end,
			Subject: "massage-practice", Setting: core.Lab, Delivery: core.InPerson,
		},
		SupervisorID: by, Submit: true,
	}
}

func (e *Elsewhere) sign(entry core.Entry) core.Entry {
	e.w.T.Helper()
	teacher := e.Teacher
	teacher.AuthenticatedAt = e.w.Src.Now()
	signed, err := e.Logbook.Sign(context.Background(), teacher, e.w.Other.ID, []logbook.EntryRef{{ID: entry.ID, Version: entry.Version}})
	e.w.must(err)
	return signed.Signed[0]
}

// Correct makes the n-th session an hour long, which reverses its credit.
func (e *Elsewhere) Correct(n int) {
	e.w.T.Helper()
	fixed, err := e.Logbook.Correct(context.Background(), e.Student, e.Signed[n].ID, e.Signed[n].Version, logbook.Correction{
		LogEntry: e.session(n, "10:00"), Reason: "It was an hour.",
	})
	e.w.must(err)
	e.sign(fixed)
}
