package certifydb

import (
	"context"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Flag is what someone has to look at before a proposal is decided on.
type Flag struct {
	ProposalID  core.ProposalID  `gorm:"primaryKey"`
	Code        certify.FlagCode `gorm:"primaryKey"`
	Text        string           `gorm:"not null"`
	Dates       string           `gorm:"not null"`
	Occurrences int              `gorm:"not null"`
	ClearedBy   core.AccountID
	ClearedAt   store.Moment
	Reason      string `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (Flag) TableName() string { return "proposal_flags" }

type namedFlag struct {
	Flag
	ClearedByName string
}

func (f namedFlag) toCore() certify.Flag {
	flag := certify.Flag{
		Code: f.Code, Text: f.Text, Occurrences: f.Occurrences,
		ClearedBy: f.ClearedBy, ClearedByName: f.ClearedByName, ClearedAt: f.ClearedAt.Time, Reason: f.Reason,
	}
	for text := range strings.FieldsSeq(f.Dates) {
		if d, err := core.ParseDate(text); err == nil {
			flag.Dates = append(flag.Dates, d)
		}
	}
	return flag
}

// InsertFlags raises the flags of a proposal.
func (t Decisions) InsertFlags(_ context.Context, proposal core.ProposalID, flags []certify.Flag) error {
	return store.Insert(t.Gorm(), store.Each(flags, func(f certify.Flag) Flag {
		dates := store.Each(f.Dates, core.Date.String)
		return Flag{ProposalID: proposal, Code: f.Code, Text: f.Text, Dates: strings.Join(dates, " "), Occurrences: f.Occurrences}
	}))
}

// FlagsOf are the flags of a proposal, in the order of their codes.
func (t Decisions) FlagsOf(_ context.Context, proposal core.ProposalID) ([]certify.Flag, error) {
	found, err := store.All[namedFlag](t.Gorm().Select("proposal_flags.*, COALESCE(a.name, '') AS cleared_by_name").
		Joins("LEFT JOIN accounts a ON a.id = proposal_flags.cleared_by").
		Where("proposal_flags.proposal_id = ?", proposal).Order("proposal_flags.code"))
	return store.Each(found, namedFlag.toCore), err
}

// ClearFlag writes why a flag is no obstacle; it gives stale where the flag is
// cleared already.
func (t Decisions) ClearFlag(_ context.Context, proposal core.ProposalID, code certify.FlagCode, by core.AccountID, now time.Time, reason string) error {
	return store.ChangeOne(t.Gorm().Model(&Flag{}).Where("proposal_id = ? AND code = ? AND cleared_at IS NULL", proposal, code).
		Updates(map[string]any{"cleared_by": by, "cleared_at": store.At(now), "reason": reason}))
}

// SignedSessions are the signed sessions of an enrollment with what else their
// supervisors signed at the same time.
func (t Decisions) SignedSessions(_ context.Context, enrollment core.EnrollmentID) ([]certify.SignedSession, error) {
	type row struct {
		LocalDate      core.Date
		Zone           string
		StartsAt       store.Moment
		EndsAt         store.Moment
		CreatedAt      store.Moment
		Minutes        core.Minutes
		SupervisorName string
		SignedAt       store.Moment
		Imported       bool
		Elsewhere      int
		AtOnce         int
	}
	earliest := "strftime('%Y-%m-%d %H:%M:%S', e.starts_at, '-13 hours')"
	if t.Postgres() {
		earliest = "e.starts_at - interval '13 hours'"
	}
	// No session is longer than 12 hours: that bounds the scan of others.
	others := ` FROM entries o WHERE o.supervisor_id = e.supervisor_id AND o.state = 'signed' AND o.starts_at IS NOT NULL
		AND o.starts_at > ` + earliest + ` AND o.enrollment_id <> e.enrollment_id`
	found, err := store.All[row](t.Gorm().Raw(`SELECT e.local_date, e.zone, e.starts_at, e.ends_at, e.created_at, e.minutes, a.name AS supervisor_name, e.signed_at, e.import_id IS NOT NULL AS imported,
			(SELECT COUNT(*)`+others+` AND o.starts_at < e.ends_at AND o.ends_at > e.starts_at
				AND (o.setting <> e.setting OR o.delivery <> e.delivery)) AS elsewhere,
			(SELECT COUNT(DISTINCT o.enrollment_id)`+others+` AND o.starts_at <= e.starts_at AND o.ends_at > e.starts_at) + 1 AS at_once
		FROM entries e JOIN members m ON m.id = e.supervisor_id JOIN accounts a ON a.id = m.account_id
		WHERE e.enrollment_id = ? AND e.state = 'signed'`, enrollment))
	return store.Each(found, func(r row) certify.SignedSession {
		return certify.SignedSession{
			Date: r.LocalDate, Zone: r.Zone, Start: r.StartsAt.Time, End: r.EndsAt.Time, WrittenAt: r.CreatedAt.Time, Minutes: r.Minutes, SupervisorName: r.SupervisorName, SignedAt: r.SignedAt.Time,
			Imported: r.Imported, Elsewhere: r.Elsewhere, AtOnce: r.AtOnce,
		}
	}), err
}
