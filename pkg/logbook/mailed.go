package logbook

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/core"
)

// mailedAtOnce is how many statements one transaction mails.
const mailedAtOnce = 100

// Mailed keeps which monthly statement was mailed to whom.
type Mailed interface {
	Schools(ctx context.Context) ([]core.Organization, error)
	// StatementsDue are active enrollments of a school, begun by a day, that did
	// not get a month's statement.
	StatementsDue(ctx context.Context, org core.OrganizationID, month string, begunBy core.Date, limit int) ([]Found, error)
	// MarkMailed notes a month's statement as mailed and tells for which of the
	// enrollments nobody had done so before; others who do it wait.
	MarkMailed(ctx context.Context, enrollments []core.EnrollmentID, month string, now time.Time) ([]core.EnrollmentID, error)
	SendMail(ctx context.Context, m core.Mail) error
}

// MailStatements mails last month's statement to every active student who did
// not get it yet, and tells to how many. Which month is over is told by each
// school's own clock. It may run at any time, and twice at once: each student
// gets each month once. It is the program's own job and asks no permission. base
// is the address of the pages.
func (s *Service) MailStatements(ctx context.Context, base string) (int, error) {
	var schools []core.Organization
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		schools, err = tx.Schools(ctx)
		return err
	})
	mailed := 0
	for _, school := range schools {
		for n := mailedAtOnce; err == nil && n == mailedAtOnce; mailed += n {
			n, err = s.mailBatch(ctx, school, base)
		}
	}
	return mailed, err
}

// mailBatch mails the next statements of a school; fewer than mailedAtOnce are
// the last.
func (s *Service) mailBatch(ctx context.Context, school core.Organization, base string) (int, error) {
	now := s.src.Now()
	today := school.Today(now)
	last := today.AddDays(-today.Day)
	first := last.AddDays(1 - last.Day)
	month := first.String()[:len("2026-10")]
	found := 0
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		due, err := tx.StatementsDue(ctx, school.ID, month, last, mailedAtOnce)
		found = len(due)
		if err != nil || found == 0 {
			return err
		}
		ids := make([]core.EnrollmentID, len(due))
		for i, f := range due {
			ids[i] = f.ID
		}
		mine, err := tx.MarkMailed(ctx, ids, month, now)
		if err != nil {
			return err
		}
		own := make(map[core.EnrollmentID]bool, len(mine))
		for _, id := range mine {
			own[id] = true
		}
		credits, err := creditsByEnrollment(ctx, tx, due)
		if err != nil {
			return err
		}
		for _, f := range due {
			if !own[f.ID] {
				continue
			}
			std, err := s.standardOf(ctx, tx, f.StandardID)
			if err != nil {
				return err
			}
			st := state(*std, upTo(credits[f.ID], last), first)
			st.Enrollment, st.First, st.Last, st.Waiting = f.Enrollment, first, last, f.Waiting
			if err := tx.SendMail(ctx, st.mail(school, fmt.Sprintf("%s/enrollments/%s/statement?month=%s", base, f.ID, month))); err != nil {
				return err
			}
		}
		return nil
	})
	return found, err
}

// mail writes the statement as text.
func (st Statement) mail(school core.Organization, link string) core.Mail {
	var b strings.Builder
	month := st.First.In(time.UTC).Format("January 2006")
	fmt.Fprintf(&b, "Hello %s,\n\nthis is where you stand in %s at %s.\n\n", st.Enrollment.Name, st.Enrollment.ProgramTitle, school.Name)
	fmt.Fprintf(&b, "Recorded in %s: %s, of which %s count.\n", month, st.Month.Recorded, st.Month.Valid)
	fmt.Fprintf(&b, "In all, by the end of the month: %s recorded, %s count, of %s.\n", st.Month.RecordedInAll, st.Month.ValidInAll, st.Month.Required)
	if st.Waiting > 0 {
		fmt.Fprintf(&b, "Today %s wait for a signature.\n", st.Waiting)
	}
	if missing := st.Standing.MissingText(); len(missing) > 0 {
		b.WriteString("\nWhat is missing:\n")
		for _, text := range missing {
			fmt.Fprintf(&b, "- %s\n", text)
		}
	} else {
		b.WriteString("\nNothing is missing: the standard is met.\n")
	}
	fmt.Fprintf(&b, "\nThe whole statement, with what does not count and why:\n\n%s\n\nIf something is wrong in it, dispute it there; the office has to answer.\n", link)
	return core.Mail{To: st.Enrollment.Email, Subject: "Your hours in " + month + ", " + school.Name, Text: b.String()}
}
