package certify

import (
	"context"
	"encoding/base64"
	"io"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/credential"
	"github.com/palmar/palmar/pkg/translog"
)

// settle is how long after its end a day is logged: no transaction that posts
// on it is still on its way then.
const settle = time.Hour

// DayDetail is what the log commits to of a day of sign-offs.
type DayDetail struct {
	Organization core.OrganizationID `json:"organization"`
	Day          core.Date           `json:"day"`
	Lines        int64               `json:"lines"`
	Root         string              `json:"root"` // base64url
}

// postedLine is what a day's root commits to of a credit.
type postedLine struct {
	Credit     core.CreditID     `json:"credit"`
	Enrollment core.EnrollmentID `json:"enrollment"`
	Kind       core.CreditKind   `json:"kind"`
	Date       core.Date         `json:"date"`
	Subject    string            `json:"subject"`
	Setting    core.Setting      `json:"setting"`
	Minutes    core.Minutes      `json:"minutes"`
	Entry      core.EntryID      `json:"entry"`
	Reverses   core.CreditID     `json:"reverses"`
	PostedAt   time.Time         `json:"posted_at"`
	PostedBy   core.AccountID    `json:"posted_by"`
}

// LogDays appends the root of each school's day of sign-offs that is over and
// not logged yet, and tells how many there were. It is run in the background.
func (s *Service) LogDays(ctx context.Context) (int, error) {
	for n := 0; ; {
		logged := 0
		err := s.store.Write(ctx, func(ctx context.Context, tx Tx) (err error) {
			logged, err = s.logDays(ctx, tx)
			return err
		})
		n += logged
		if err != nil || logged == 0 {
			return n, err
		}
	}
}

// logDays logs the next day of every school that has one.
func (s *Service) logDays(ctx context.Context, tx Tx) (int, error) {
	today := s.src.Now().Add(-settle).UTC().Truncate(24 * time.Hour)
	first, err := tx.FirstUnlogged(ctx, today)
	if err != nil {
		return 0, err
	}
	var events []translog.Event
	var days []core.LoggedDay
	for org, at := range first {
		begins := at.UTC().Truncate(24 * time.Hour)
		d := core.LoggedDay{OrganizationID: org, Day: core.DateOf(begins), Ends: begins.Add(24 * time.Hour), Seed: make([]byte, 32)}
		if _, err := io.ReadFull(s.src.Rand, d.Seed); err != nil {
			return 0, err
		}
		commitment, err := dayRoot(ctx, tx, d)
		if err != nil {
			return 0, err
		}
		d.Lines, d.Root = commitment.Size, commitment.Root[:]
		days = append(days, d)
		events = append(events, translog.Event{Name: translog.EventDay, Subject: org.String(), Detail: dayDetail(d)})
	}
	number, err := s.log.Append(ctx, tx, events...)
	if err != nil {
		return 0, err
	}
	for i, d := range days {
		d.Number = number + int64(i)
		if err := tx.InsertLoggedDay(ctx, d); err != nil {
			return 0, err
		}
	}
	return len(days), nil
}

func dayDetail(d core.LoggedDay) DayDetail {
	return DayDetail{d.OrganizationID, d.Day, d.Lines, base64.RawURLEncoding.EncodeToString(d.Root)}
}

// dayRoot computes the root of a day from the ledger as it is now.
func dayRoot(ctx context.Context, tx Tx, d core.LoggedDay) (credential.Commitment, error) {
	credits, err := tx.PostedBetween(ctx, d.OrganizationID, d.Ends.Add(-24*time.Hour), d.Ends)
	if err != nil {
		return credential.Commitment{}, err
	}
	lines := make([]postedLine, len(credits))
	for i, c := range credits {
		lines[i] = postedLine{
			Credit: c.ID, Enrollment: c.EnrollmentID, Kind: c.Kind, Date: c.Date, Subject: c.Subject, Setting: c.Setting,
			Minutes: c.Minutes, Entry: c.EntryID, Reverses: c.Reverses, PostedAt: c.PostedAt.UTC(), PostedBy: c.PostedBy,
		}
	}
	record, err := newRecord(d.Seed, lines)
	if err != nil {
		return credential.Commitment{}, err
	}
	return record.Commitment()
}
