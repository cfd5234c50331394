package certify

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/translog"
	"github.com/palmar/palmar/pkg/words"
)

// Reach is a school with the newest checkpoint of the log that was mailed for it: on
// which day, and how many entries the log had then. No day: none was.
type Reach struct {
	Organization core.Organization
	Day          core.Date
	Size         int64
}

// CheckpointMail is that a checkpoint was mailed for a school.
type CheckpointMail struct {
	OrganizationID core.OrganizationID
	Day            core.Date
	Size           int64
	MailedAt       time.Time
}

// mailDay is the day on a school's clock whose mail is due: a day begins when nothing
// is on its way any more that was issued on the one before.
func mailDay(school core.Organization, now time.Time) core.Date {
	return school.Today(now.Add(-settle))
}

// checkpointsDue finds the schools for which the log's checkpoint is to be mailed. An
// item is a school and a day on its clock.
func (s *checkpoints) checkpointsDue(ctx context.Context, add func(...string) error) error {
	for after := (core.OrganizationID{}); ; {
		page, err := act.Peek(ctx, s.act, func(ctx context.Context, tx Tx) ([]Reach, error) {
			return tx.UnmailedSchools(ctx, after, examined)
		})
		if err != nil || len(page) == 0 {
			return err
		}
		now := s.src.Now()
		due, err := act.Peek(ctx, s.act, func(ctx context.Context, tx Tx) ([]Reach, error) { return whichDue(ctx, tx, page, now) })
		if err != nil {
			return err
		}
		for _, r := range due {
			if err := add(r.Organization.ID.String() + "/" + mailDay(r.Organization, now).String()); err != nil {
				return err
			}
		}
		after = page[len(page)-1].Organization.ID
	}
}

// IssuedWithin asks for a certificate that a school issued after one and before
// another that would have these ids.
type IssuedWithin struct {
	School        core.OrganizationID
	After, Before core.CredentialID
}

// whichDue are those of some schools whose log has grown that get a checkpoint on a
// day: the first of a week, unless the school has closed, or the first after a day on
// which it issued a certificate. It reads one statement at most.
func whichDue(ctx context.Context, tx Tx, schools []Reach, now time.Time) ([]Reach, error) {
	var asked []IssuedWithin
	due := map[core.OrganizationID]bool{}
	for _, r := range schools {
		org, last, day := r.Organization, r.Day, mailDay(r.Organization, now)
		if last.IsZero() {
			last = org.Today(org.CreatedAt)
		}
		switch {
		case !r.Day.Before(day):
		case last.Before(day.Week()) && org.ClosedAt.IsZero():
			due[org.ID] = true
		default:
			loc := org.Location()
			asked = append(asked, IssuedWithin{org.ID, core.FirstID[core.CredentialID](last.In(loc)), core.FirstID[core.CredentialID](day.In(loc))})
		}
	}
	issued, err := tx.WhichIssued(ctx, asked)
	for _, id := range issued {
		due[id] = true
	}
	return slices.DeleteFunc(slices.Clone(schools), func(r Reach) bool { return !due[r.Organization.ID] }), err
}

// mailCheckpoint mails the newest checkpoint to whom a school has chosen, else to its
// administrators. It may run at any time, and twice at once: a school gets one a day.
// An item of a day that is over is left to that of today.
func (s *checkpoints) mailCheckpoint(ctx context.Context, item string) error {
	first, day, _ := strings.Cut(item, "/")
	org, err := core.ParseID[core.OrganizationID](first)
	if err != nil {
		return err
	}
	l, err := act.Inspect(ctx, s.act, func(ctx context.Context, tx Tx) (checkpointLetter, error) { return s.letter(ctx, tx, org, day) })
	if err != nil || len(l.mails) == 0 {
		return err
	}
	return act.Maintain(ctx, s.act, func(ctx context.Context, tx Tx) error {
		l.MailedAt = s.src.Now()
		if mine, err := tx.MarkCheckpoint(ctx, l.CheckpointMail); err != nil || !mine {
			return err
		}
		for _, m := range l.mails {
			if err := tx.SendMail(ctx, m); err != nil {
				return err
			}
		}
		return nil
	})
}

type checkpointLetter struct {
	CheckpointMail
	mails []core.Mail
}

// letter writes what is due for a school on a day, if anything is.
func (s *checkpoints) letter(ctx context.Context, tx Tx, org core.OrganizationID, day string) (l checkpointLetter, err error) {
	r, err := tx.CheckpointReach(ctx, org)
	if err != nil {
		return l, err
	}
	school, err := tx.Organization(ctx, org)
	if err != nil {
		return l, err
	}
	r.Organization = school
	now := s.src.Now()
	today := mailDay(school, now)
	c, err := tx.LogCheckpoint(ctx)
	if errors.Is(err, core.ErrNotFound) || err == nil && (c.Size == r.Size || today.String() != day) {
		return l, nil
	}
	if err != nil {
		return l, err
	}
	if due, err := whichDue(ctx, tx, []Reach{r}, now); err != nil || len(due) == 0 {
		return l, err
	}
	head, err := tx.LogHead(ctx)
	if err != nil {
		return l, err
	}
	note, err := translog.Signed(ctx, tx, c)
	if err != nil {
		return l, err
	}
	readers, err := checkpointReaders(ctx, tx, school)
	l.CheckpointMail = CheckpointMail{OrganizationID: org, Day: today, Size: c.Size}
	for _, reader := range readers {
		l.mails = append(l.mails, s.checkpointMail(reader, school, today, note, head.Public))
	}
	return l, err
}

// checkpointReaders are whom a school has chosen, else its administrators.
func checkpointReaders(ctx context.Context, tx Tx, school core.Organization) ([]core.Account, error) {
	if school.CheckpointRecipient == "" {
		return tx.Administrators(ctx, school.ID)
	}
	known, err := tx.AccountByEmail(ctx, school.CheckpointRecipient)
	if errors.Is(err, core.ErrNotFound) {
		known, err = core.Account{Email: school.CheckpointRecipient}, nil
	}
	return []core.Account{known}, err
}

func (s *checkpoints) checkpointMail(to core.Account, school core.Organization, day core.Date, note, key string) core.Mail {
	l, hello := words.Of(to.Language, school.Language), words.S("mail.hello")
	if to.Name != "" {
		hello = words.S("mail.hello_name", "name", to.Name)
	}
	return core.Mail{
		To: to.Email, Subject: l.Say("mail.checkpoint.subject", "day", l.Day(day.In(time.UTC))),
		Text: l.Say("mail.checkpoint.body", "hello", hello, "school", school.Name, "checkpoint", note,
			"command", "palmar log audit "+s.base+"/log --key "+key+" --checkpoint FILE"),
	}
}
