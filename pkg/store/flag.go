package store

import (
	"context"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/core"
)

type flagRow struct {
	ProposalID  core.ProposalID `gorm:"primaryKey"`
	Code        core.FlagCode   `gorm:"primaryKey"`
	Text        string          `gorm:"not null"`
	Dates       string          `gorm:"not null"`
	Occurrences int             `gorm:"not null"`
	ClearedBy   core.AccountID
	ClearedAt   moment
	Reason      string `gorm:"not null"`
}

type flagView struct {
	flagRow       `gorm:"embedded"`
	ClearedByName string
}

func (r flagView) noun() core.Flag {
	f := core.Flag{
		Code: r.Code, Text: r.Text, Occurrences: r.Occurrences,
		ClearedBy: r.ClearedBy, ClearedByName: r.ClearedByName, ClearedAt: r.ClearedAt.Time, Reason: r.Reason,
	}
	for text := range strings.FieldsSeq(r.Dates) {
		if d, err := core.ParseDate(text); err == nil {
			f.Dates = append(f.Dates, d)
		}
	}
	return f
}

// InsertFlags raises the flags of a proposal.
func (tx *Tx) InsertFlags(_ context.Context, proposal core.ProposalID, flags []core.Flag) error {
	if len(flags) == 0 {
		return nil
	}
	rows := make([]flagRow, len(flags))
	for i, f := range flags {
		dates := make([]string, len(f.Dates))
		for j, d := range f.Dates {
			dates[j] = d.String()
		}
		rows[i] = flagRow{ProposalID: proposal, Code: f.Code, Text: f.Text, Dates: strings.Join(dates, " "), Occurrences: f.Occurrences}
	}
	return tx.insert("proposal_flags", &rows)
}

// FlagsOf are the flags of a proposal, in the order of their codes.
func (tx *Tx) FlagsOf(_ context.Context, proposal core.ProposalID) ([]core.Flag, error) {
	rows, err := many[flagView](tx.g, `SELECT f.*, COALESCE(a.name, '') AS cleared_by_name
		FROM proposal_flags f LEFT JOIN accounts a ON a.id = f.cleared_by WHERE f.proposal_id = ? ORDER BY f.code`, proposal)
	return mapped(rows, flagView.noun), err
}

// ClearFlag writes why a flag is no obstacle; it gives stale where the flag is
// cleared already.
func (tx *Tx) ClearFlag(_ context.Context, proposal core.ProposalID, code core.FlagCode, by core.AccountID, now time.Time, reason string) error {
	return tx.changeOne(`UPDATE proposal_flags SET cleared_by = ?, cleared_at = ?, reason = ?
		WHERE proposal_id = ? AND code = ? AND cleared_at IS NULL`, by, at(now), reason, proposal, code)
}

// SignedSessions are the signed sessions of an enrollment with what else their
// supervisors signed at the same time.
func (tx *Tx) SignedSessions(_ context.Context, enrollment core.EnrollmentID) ([]core.SignedSession, error) {
	type row struct {
		LocalDate      core.Date
		Minutes        core.Minutes
		SupervisorName string
		SignedAt       moment
		Imported       bool
		Elsewhere      int
		AtOnce         int
	}
	earliest := "strftime('%Y-%m-%d %H:%M:%S', e.starts_at, '-13 hours')"
	if tx.postgres {
		earliest = "e.starts_at - interval '13 hours'"
	}
	// No session is longer than 12 hours: that bounds the scan of others.
	others := ` FROM entries o WHERE o.supervisor_id = e.supervisor_id AND o.state = 'signed' AND o.starts_at IS NOT NULL
		AND o.starts_at > ` + earliest + ` AND o.enrollment_id <> e.enrollment_id`
	rows, err := many[row](tx.g, `SELECT e.local_date, e.minutes, a.name AS supervisor_name, e.signed_at, e.import_id IS NOT NULL AS imported,
			(SELECT COUNT(*)`+others+` AND o.starts_at < e.ends_at AND o.ends_at > e.starts_at
				AND (o.setting <> e.setting OR o.delivery <> e.delivery)) AS elsewhere,
			(SELECT COUNT(DISTINCT o.enrollment_id)`+others+` AND o.starts_at <= e.starts_at AND o.ends_at > e.starts_at) + 1 AS at_once
		FROM entries e JOIN members m ON m.id = e.supervisor_id JOIN accounts a ON a.id = m.account_id
		WHERE e.enrollment_id = ? AND e.state = 'signed'`, enrollment)
	return mapped(rows, func(r row) core.SignedSession {
		return core.SignedSession{
			Date: r.LocalDate, Minutes: r.Minutes, SupervisorName: r.SupervisorName, SignedAt: r.SignedAt.Time,
			Imported: r.Imported, Elsewhere: r.Elsewhere, AtOnce: r.AtOnce,
		}
	}), err
}
