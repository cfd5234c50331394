package store

import (
	"context"
	"encoding/json"

	"github.com/palmar/palmar/pkg/core"
)

type paperStyleRow struct {
	OrganizationID core.OrganizationID `gorm:"primaryKey"`
	Stage          core.StyleStage     `gorm:"primaryKey"`
	Layout         string              `gorm:"not null"`
	Size           string              `gorm:"not null"`
	Accent         string              `gorm:"not null"`
	Preamble       string              `gorm:"not null"`
	Footer         string              `gorm:"not null"`
	Signatories    string              `gorm:"not null"`
	Logo           []byte
	LogoType       string         `gorm:"not null"`
	Version        int            `gorm:"not null"`
	ChangedAt      moment         `gorm:"not null"`
	ChangedBy      core.AccountID `gorm:"not null"`
}

func (r paperStyleRow) noun() (core.PaperStyle, error) {
	s := core.PaperStyle{
		OrganizationID: r.OrganizationID, Stage: r.Stage, Layout: r.Layout, Size: r.Size, Accent: r.Accent, Preamble: r.Preamble,
		Footer: r.Footer, Logo: r.Logo, LogoType: r.LogoType, Version: r.Version, ChangedAt: r.ChangedAt.Time, ChangedBy: r.ChangedBy,
	}
	return s, json.Unmarshal([]byte(r.Signatories), &s.Signatories)
}

// PaperStyle is a school's style of a stage.
func (tx *Tx) PaperStyle(_ context.Context, org core.OrganizationID, stage core.StyleStage) (core.PaperStyle, error) {
	r, err := one[paperStyleRow](tx.g, "style", `SELECT * FROM paper_styles WHERE organization_id = ? AND stage = ?`, org, stage)
	if err != nil {
		return core.PaperStyle{}, err
	}
	return r.noun()
}

// KeepPaperStyle writes a style over the one of its stage. Version is the one
// that was read, 0 where there was none; stale where it is another by now.
func (tx *Tx) KeepPaperStyle(_ context.Context, s core.PaperStyle) error {
	signatories, err := json.Marshal(s.Signatories)
	if err != nil {
		return err
	}
	if s.Version == 0 {
		err := tx.insert("paper_styles", &paperStyleRow{
			OrganizationID: s.OrganizationID, Stage: s.Stage, Layout: s.Layout, Size: s.Size, Accent: s.Accent, Preamble: s.Preamble,
			Footer: s.Footer, Signatories: string(signatories), Logo: s.Logo, LogoType: s.LogoType, Version: 1,
			ChangedAt: at(s.ChangedAt), ChangedBy: s.ChangedBy,
		})
		if core.CodeOf(err) == core.ErrDuplicate.Code {
			return core.ErrStale
		}
		return err
	}
	return tx.changeOne(`UPDATE paper_styles SET layout = ?, size = ?, accent = ?, preamble = ?, footer = ?, signatories = ?, logo = ?,
		logo_type = ?, version = version + 1, changed_at = ?, changed_by = ? WHERE organization_id = ? AND stage = ? AND version = ?`,
		s.Layout, s.Size, s.Accent, s.Preamble, s.Footer, string(signatories), s.Logo, s.LogoType, at(s.ChangedAt), s.ChangedBy,
		s.OrganizationID, s.Stage, s.Version)
}
