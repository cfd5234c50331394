package certify

import (
	"bytes"
	"context"
	"errors"
	"time"

	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/translog"
)

// auditItem is the one item of the work: the audit is of the installation.
const auditItem = "audit"

// auditDetail is what the log commits to of a day of the audit.
type auditDetail struct {
	Day core.Date `json:"day"`
	Rows
}

// sealsDetail is what the log commits to of settled rows that are older than seals,
// by table. It is told once.
type sealsDetail struct {
	Tables map[string]Rows `json:"tables"`
}

var errAuditLogged = core.Conflict("audit_logged")

// over is the beginning of the first day on which the audit may still be written.
func (s *audits) over() time.Time {
	return s.src.Now().Add(-settle).UTC().Truncate(24 * time.Hour)
}

func (s *audits) auditsDue(ctx context.Context, add func(...string) error) error {
	due, err := act.Inspect(ctx, s.act, func(ctx context.Context, tx Tx) (bool, error) {
		if due, err := sealsDue(ctx, tx); due || err != nil {
			return due, err
		}
		begins, err := s.nextAudit(ctx, tx)
		return !begins.IsZero(), err
	})
	if err != nil || !due {
		return err
	}
	return add(auditItem)
}

// sealsDue tells whether rows are older than seals, of which the log does not tell
// yet.
func sealsDue(ctx context.Context, tx Tx) (bool, error) {
	told, err := tx.OpeningsOf(ctx, translog.EventSeals)
	if err != nil || len(told) > 0 {
		return false, err
	}
	return tx.AnyUnsealed(ctx)
}

// nextAudit is the beginning of the earliest day that is over and not logged yet,
// zero where there is none.
func (s *audits) nextAudit(ctx context.Context, tx Tx) (time.Time, error) {
	last, err := tx.LastAuditDay(ctx)
	if err != nil && !errors.Is(err, core.ErrNotFound) {
		return time.Time{}, err
	}
	first, err := tx.FirstAudit(ctx, last.Ends)
	begins := first.Truncate(24 * time.Hour)
	if err != nil || first.IsZero() || !begins.Before(s.over()) {
		return time.Time{}, err
	}
	return begins, nil
}

// logAudits tells the log, once, of what is older than seals, and then of each day
// of the audit that is over, in their order. Code: audit_logged, where a day that
// was logged has been taken out of the database: then none is.
func (s *audits) logAudits(ctx context.Context, _ string) error {
	err := act.Maintain(ctx, s.act, s.tellSeals)
	for n := 0; err == nil && n < daysTurn; n++ {
		logged := false
		err = act.Maintain(ctx, s.act, func(ctx context.Context, tx Tx) (err error) {
			logged, err = s.logAudit(ctx, tx)
			return err
		})
		if err == nil && !logged {
			return nil
		}
	}
	if err == nil {
		err = act.ErrMore
	}
	return err
}

func (s *audits) tellSeals(ctx context.Context, tx Tx) error {
	if due, err := sealsDue(ctx, tx); err != nil || !due {
		return err
	}
	if err := tx.SealRest(ctx); err != nil {
		return err
	}
	tables, err := tx.Unsealed(ctx)
	if err != nil {
		return err
	}
	_, err = s.log.Append(ctx, tx, translog.Event{Name: translog.EventSeals, Subject: translog.EventSeals, Detail: sealsDetail{tables}})
	return err
}

func (s *audits) logAudit(ctx context.Context, tx Tx) (bool, error) {
	begins, err := s.nextAudit(ctx, tx)
	if err != nil || begins.IsZero() {
		return false, err
	}
	d := AuditDay{Day: core.DateOf(begins), Ends: begins.Add(24 * time.Hour)}
	told, err := tx.OpeningsOf(ctx, d.Day.String())
	if err != nil {
		return false, err
	}
	if len(told) > 0 {
		return false, errAuditLogged
	}
	if d.Rows, err = tx.AuditDigest(ctx, begins); err != nil {
		return false, err
	}
	if d.Number, err = s.log.Append(ctx, tx, translog.Event{Name: translog.EventAudit, Subject: d.Day.String(), Detail: auditDetail{d.Day, d.Rows}}); err != nil {
		return false, err
	}
	err = tx.InsertAuditDay(ctx, d)
	if errors.Is(err, core.ErrDuplicate) {
		err = core.ErrStale // another server was faster
	}
	return err == nil, err
}

// seals holds what is under a seal against it, and the audit against the log.
func (d *doctor) seals(ctx context.Context, tx Tx) error {
	if d.s.secret == nil {
		d.say("doctor.no_secret")
		return nil
	}
	before := map[string]Rows{}
	told, err := tx.OpeningsOf(ctx, translog.EventSeals)
	if err != nil {
		return err
	}
	for _, o := range told {
		var said sealsDetail
		if o.Detail(&said) == nil {
			before = said.Tables
		}
	}
	days, err := tx.AuditDays(ctx)
	if err != nil {
		return err
	}
	if err := d.auditDays(ctx, tx, days); err != nil {
		return err
	}
	found, err := tx.HoldSeals(ctx, before, days)
	d.found = append(d.found, found...)
	return err
}

// auditDays holds the days of the audit against the log.
func (d *doctor) auditDays(ctx context.Context, tx Tx, days []AuditDay) error {
	d.audited = make(map[int64]bool, len(days))
	logged, err := openings(ctx, tx, days, func(a AuditDay) string { return a.Day.String() })
	for _, day := range days {
		d.audited[day.Number] = true
		same := false
		for _, o := range logged[day.Day.String()] {
			var said auditDetail
			same = same || o.Number == day.Number && o.Event == translog.EventAudit && o.Detail(&said) == nil &&
				said.Day == day.Day && said.Lines == day.Lines && bytes.Equal(said.Digest, day.Digest)
		}
		if err == nil && !same {
			d.say("doctor.audit_root", "day", day.Day)
		}
	}
	return err
}
