package logbook

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/words"
)

// statementsAtOnce is how many statements are found to be due at once.
const statementsAtOnce = 500

// Mailed keeps which monthly statement was mailed to whom.
type Mailed interface {
	Schools(ctx context.Context) ([]core.Organization, error)
	// StatementsDue are active enrollments of a school after one, begun by a day,
	// that did not get a month's statement.
	StatementsDue(ctx context.Context, org core.OrganizationID, month string, begunBy core.Date, after core.EnrollmentID, limit int) ([]core.EnrollmentID, error)
	// StatementDue is one of them, or not_found where it is not due.
	StatementDue(ctx context.Context, id core.EnrollmentID, month string, begunBy core.Date) (Found, error)
	// MarkMailed notes a month's statement as mailed and tells whether nobody had
	// done so before; others who do it wait.
	MarkMailed(ctx context.Context, enrollment core.EnrollmentID, month string, now time.Time) (bool, error)
	SendMail(ctx context.Context, m core.Mail) error
	Therapist(ctx context.Context, id core.TherapistID) (core.Therapist, error)
}

// Works are what the logbook does in the background. base is the address of the
// pages.
func (s *Service) Works(base string) []act.Work {
	return []act.Work{{
		Name: "statements", Every: time.Hour, Timeout: 2 * time.Minute, Due: s.statementsDue,
		Do: func(ctx context.Context, id string) error { return s.mailStatement(ctx, base, id) },
	}, s.ApplyImports()}
}

// statementsDue finds every active student who did not get last month's statement
// yet. Which month is over is told by each school's own clock. An item is an
// enrollment and a month.
func (s *enrollments) statementsDue(ctx context.Context, add func(...string) error) error {
	schools, err := act.Peek(ctx, s.act, func(ctx context.Context, tx Tx) ([]core.Organization, error) { return tx.Schools(ctx) })
	if err != nil {
		return err
	}
	for _, school := range schools {
		_, last, err := monthOf("", school.Today(s.src.Now()))
		if err != nil {
			return err
		}
		if err := s.statementsDueAt(ctx, school.ID, last, add); err != nil {
			return err
		}
	}
	return nil
}

func (s *enrollments) statementsDueAt(ctx context.Context, school core.OrganizationID, last core.Date, add func(...string) error) error {
	month := last.String()[:len("2026-10")]
	for after := (core.EnrollmentID{}); ; {
		due, err := act.Peek(ctx, s.act, func(ctx context.Context, tx Tx) ([]core.EnrollmentID, error) {
			return tx.StatementsDue(ctx, school, month, last, after, statementsAtOnce)
		})
		if err != nil || len(due) == 0 {
			return err
		}
		items := make([]string, len(due))
		for i, id := range due {
			items[i] = id.String() + "/" + month
		}
		if err := add(items...); err != nil {
			return err
		}
		after = due[len(due)-1]
	}
}

// mailStatement mails a month's statement to a student who did not get it yet. It
// may run at any time, and twice at once: each student gets each month once.
func (s *enrollments) mailStatement(ctx context.Context, base, item string) error {
	first, month, _ := strings.Cut(item, "/")
	id, err := core.ParseID[core.EnrollmentID](first)
	if err != nil {
		return err
	}
	begins, ends, err := monthOf(month, core.DateOf(s.src.Now()))
	if err != nil {
		return err
	}
	return act.Maintain(ctx, s.act, func(ctx context.Context, tx Tx) error {
		f, err := tx.StatementDue(ctx, id, month, ends)
		if errors.Is(err, core.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		school, err := tx.Organization(ctx, f.OrganizationID)
		if err != nil {
			return err
		}
		std, err := s.programs.standardOf(ctx, tx, f.StandardID)
		if err != nil {
			return err
		}
		now := s.src.Now()
		rules, err := standard.RulesFor(standard.Days{Enrolled: f.EnrolledOn, Asked: school.Today(now)}, *std)
		if core.CodeOf(err) == "standard_not_in_force" {
			return nil // nothing can be said of where they stand, and the page says why
		}
		if err != nil {
			return err
		}
		if mine, err := tx.MarkMailed(ctx, id, month, now); err != nil || !mine {
			return err
		}
		credits, err := tx.CreditsOf(ctx, id, core.CreditID{}, 0)
		if err != nil {
			return err
		}
		st := state(rules, upTo(credits, ends), begins)
		st.Enrollment, st.First, st.Last, st.Waiting = f.Enrollment, begins, ends, f.Waiting
		return tx.SendMail(ctx, st.mail(f.Reach, words.Of(f.Language, school.Language), school, fmt.Sprintf("%s/enrollments/%s/statement?month=%s", base, id, month)))
	})
}

// mail writes the statement as text in its reader's language.
func (st Statement) mail(to string, l *words.Language, school core.Organization, link string) core.Mail {
	month := l.Month(st.First.In(time.UTC))
	missing := l.Say("mail.statement.met")
	if left := st.Standing.MissingText(); len(left) > 0 {
		missing = l.Say("mail.statement.missing", "missing", "- "+strings.Join(left, "\n- "))
	}
	waiting := ""
	if st.Waiting > 0 {
		waiting = l.Say("mail.statement.waiting", "waiting", st.Waiting)
	}
	m := st.Month
	return core.Mail{
		To: to, Subject: l.Say("mail.statement.subject", "month", month, "school", school.Name),
		Text: l.Say("mail.statement.body", "name", st.Enrollment.Name, "program", st.Enrollment.ProgramTitle, "school", school.Name, "month", month,
			"recorded", m.Recorded, "valid", m.Valid, "recordedInAll", m.RecordedInAll, "validInAll", m.ValidInAll, "required", m.Required,
			"waiting", waiting, "missing", missing, "link", link),
	}
}
