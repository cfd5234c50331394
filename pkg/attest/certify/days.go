package certify

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"time"

	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/core"
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

// daysTurn is how many days are logged before other schools have their turn.
const daysTurn = 100

// over is the beginning of the first day that may still be posted on.
func (s *days) over() time.Time { return s.src.Now().Add(-settle).UTC().Truncate(24 * time.Hour) }

func (s *days) daysDue(ctx context.Context, add func(...string) error) error {
	before := s.over()
	return eachPage(ctx, s.act, func(ctx context.Context, tx Tx, after core.OrganizationID) ([]core.OrganizationID, error) {
		return tx.UnloggedSchools(ctx, before, after, examined)
	}, core.OrganizationID.String, add)
}

var errDayLogged = core.Conflict("day_logged")

// logDays appends the root of each of a school's days of sign-offs that is over
// and not logged yet, in their order. Code: day_logged, where a logged day has
// been taken out of the database: then none is.
func (s *days) logDays(ctx context.Context, id string) error {
	org, err := core.ParseID[core.OrganizationID](id)
	if err != nil {
		return err
	}
	for range daysTurn {
		logged := false
		err := act.Maintain(ctx, s.act, func(ctx context.Context, tx Tx) (err error) {
			logged, err = s.logDay(ctx, tx, org)
			return err
		})
		if err != nil || !logged {
			return err
		}
	}
	return act.ErrMore
}

// logDay logs the earliest day of a school that is not logged yet.
func (s *days) logDay(ctx context.Context, tx Tx, org core.OrganizationID) (bool, error) {
	first, err := tx.FirstUnlogged(ctx, org, s.over())
	if err != nil || first.IsZero() {
		return false, err
	}
	begins := first.UTC().Truncate(24 * time.Hour)
	d := LoggedDay{OrganizationID: org, Day: core.DateOf(begins), Ends: begins.Add(24 * time.Hour), Seed: make([]byte, 32)}
	if _, err := io.ReadFull(s.src.Rand, d.Seed); err != nil {
		return false, err
	}
	if err := untold(ctx, tx, d); err != nil {
		return false, err
	}
	commitment, err := dayRoot(ctx, tx, d)
	if err != nil {
		return false, err
	}
	d.Lines, d.Root = commitment.Size, commitment.Root[:]
	if d.Number, err = s.log.Append(ctx, tx, translog.Event{Name: translog.EventDay, Subject: org.String(), Detail: dayDetail(d)}); err != nil {
		return false, err
	}
	err = tx.InsertLoggedDays(ctx, []LoggedDay{d})
	if errors.Is(err, core.ErrDuplicate) {
		err = core.ErrStale // another server was faster
	}
	return err == nil, err
}

// untold gives day_logged where the log tells of a day of a school that is not
// before the one that seems to be next.
func untold(ctx context.Context, tx Tx, next LoggedDay) error {
	told, err := tx.DaysToldAfter(ctx, next.OrganizationID)
	for _, o := range told {
		var said DayDetail
		if o.Detail(&said) == nil && said.Organization == next.OrganizationID && said.Day.Compare(next.Day) >= 0 {
			return errDayLogged
		}
	}
	return err
}

func dayDetail(d LoggedDay) DayDetail {
	return DayDetail{d.OrganizationID, d.Day, d.Lines, base64.RawURLEncoding.EncodeToString(d.Root)}
}

// errNoRoot is of a day that has no root: nothing was posted on it, or its seed is
// none.
var errNoRoot = errors.New("the day has no root")

// dayRoot computes the root of a day from what was posted then, in the order of
// the ids.
func dayRoot(ctx context.Context, tx Tx, d LoggedDay) (credential.Commitment, error) {
	root, err := credential.NewCommitting(d.Seed)
	if err != nil {
		return credential.Commitment{}, errors.Join(errNoRoot, err)
	}
	err = tx.EachPosted(ctx, d.OrganizationID, d.Ends.Add(-24*time.Hour), d.Ends, func(c core.Credit) error {
		line, err := json.Marshal(postedLine{
			Credit: c.ID, Enrollment: c.EnrollmentID, Kind: c.Kind, Date: c.Date, Subject: c.Subject, Setting: c.Setting,
			Minutes: c.Minutes, Entry: c.EntryID, Reverses: c.Reverses, PostedAt: c.PostedAt.UTC(), PostedBy: c.PostedBy,
		})
		root.Add(line)
		return err
	})
	if err != nil {
		return credential.Commitment{}, err
	}
	commitment, err := root.Commitment()
	if err != nil {
		err = errors.Join(errNoRoot, err)
	}
	return commitment, err
}
