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

var errDayLogged = core.Conflict("day_logged", "A day of sign-offs at a school was logged before, and what is kept of it is gone. It is not logged again: palmar doctor names it.")

// logDays logs the earliest day that is not logged yet, of all schools that have
// it. A school whose last logged day has been taken out of the database is left
// alone, and told with an error when the others are done.
func (s *Service) logDays(ctx context.Context, tx Tx) (int, error) {
	today := s.src.Now().Add(-settle).UTC().Truncate(24 * time.Hour)
	first, err := tx.FirstUnlogged(ctx, today)
	if err != nil {
		return 0, err
	}
	tampered, err := leaveOut(ctx, tx, first)
	if err != nil {
		return 0, err
	}
	days, err := s.earliest(first)
	if err != nil {
		return 0, err
	}
	if len(days) == 0 {
		return 0, tampered
	}
	posted, err := postedOn(ctx, tx, days)
	if err != nil {
		return 0, err
	}
	events := make([]translog.Event, len(days))
	for i, d := range days {
		commitment, err := dayRoot(d, posted[dayOf(d)])
		if err != nil {
			return 0, err
		}
		days[i].Lines, days[i].Root = commitment.Size, commitment.Root[:]
		events[i] = translog.Event{Name: translog.EventDay, Subject: d.OrganizationID.String(), Detail: dayDetail(days[i])}
	}
	number, err := s.log.Append(ctx, tx, events...)
	if err != nil {
		return 0, err
	}
	for i := range days {
		days[i].Number = number + int64(i)
	}
	return len(days), tx.InsertLoggedDays(ctx, days)
}

// earliest are the first days of those that have one, as far as they are the
// same day.
func (s *Service) earliest(first map[core.OrganizationID]time.Time) ([]core.LoggedDay, error) {
	var begins time.Time
	for _, at := range first {
		if day := at.UTC().Truncate(24 * time.Hour); begins.IsZero() || day.Before(begins) {
			begins = day
		}
	}
	var days []core.LoggedDay
	for org, at := range first {
		if !at.UTC().Truncate(24 * time.Hour).Equal(begins) {
			continue
		}
		d := core.LoggedDay{OrganizationID: org, Day: core.DateOf(begins), Ends: begins.Add(24 * time.Hour), Seed: make([]byte, 32)}
		if _, err := io.ReadFull(s.src.Rand, d.Seed); err != nil {
			return nil, err
		}
		days = append(days, d)
	}
	return days, nil
}

// leaveOut takes out those schools of which the log tells a day that is not
// before the one that seems to be next.
func leaveOut(ctx context.Context, tx Tx, first map[core.OrganizationID]time.Time) (tampered error, err error) {
	newest, err := tx.NewestDays(ctx)
	for _, o := range newest {
		var said DayDetail
		if o.Detail(&said) != nil {
			continue
		}
		if at, waits := first[said.Organization]; waits && said.Day.Compare(core.DateOf(at.UTC())) >= 0 {
			delete(first, said.Organization)
			tampered = errDayLogged
		}
	}
	return tampered, err
}

func dayDetail(d core.LoggedDay) DayDetail {
	return DayDetail{d.OrganizationID, d.Day, d.Lines, base64.RawURLEncoding.EncodeToString(d.Root)}
}

// dayRoot computes the root of a day from what was posted then, in the order of
// the ids.
func dayRoot(d core.LoggedDay, credits []core.Credit) (credential.Commitment, error) {
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
