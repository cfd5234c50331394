package certify

import (
	"context"
	"errors"
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

// today is the day on a school's clock whose mail is due: a day begins when nothing
// is on its way any more that was issued on the one before.
func (s *checkpoints) today(school core.Organization) core.Date {
	return school.Today(s.src.Now().Add(-settle))
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
		for _, r := range page {
			day := s.today(r.Organization)
			due, err := act.Peek(ctx, s.act, func(ctx context.Context, tx Tx) (bool, error) { return checkpointDue(ctx, tx, r, day) })
			if err == nil && due {
				err = add(r.Organization.ID.String() + "/" + day.String())
			}
			if err != nil {
				return err
			}
		}
		after = page[len(page)-1].Organization.ID
	}
}

// checkpointDue tells whether a school whose log has grown gets a checkpoint on a day:
// the first of a week, unless it has closed, or the first after a day on which it
// issued a certificate. It reads one statement.
func checkpointDue(ctx context.Context, tx Tx, r Reach, day core.Date) (bool, error) {
	last := r.Day
	if last.IsZero() {
		last = r.Organization.Today(r.Organization.CreatedAt)
	}
	switch {
	case !r.Day.Before(day):
		return false, nil
	case last.Before(day.Week()) && r.Organization.ClosedAt.IsZero():
		return true, nil
	}
	loc := r.Organization.Location()
	return tx.AnyIssued(ctx, r.Organization.ID, core.FirstID[core.CredentialID](last.In(loc)), core.FirstID[core.CredentialID](day.In(loc)))
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
	today := s.today(school)
	c, err := tx.LogCheckpoint(ctx)
	if errors.Is(err, core.ErrNotFound) || err == nil && (c.Size == r.Size || today.String() != day) {
		return l, nil
	}
	if err != nil {
		return l, err
	}
	if due, err := checkpointDue(ctx, tx, r, today); err != nil || !due {
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
