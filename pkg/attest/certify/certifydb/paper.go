package certifydb

import (
	"context"

	"github.com/palmar/palmar/pkg/attest/paper"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/store"
)

// PaperStyle is what a school's certificates look like on paper.
type PaperStyle struct {
	OrganizationID core.OrganizationID           `gorm:"primaryKey"`
	Stage          paper.StyleStage              `gorm:"primaryKey"`
	Layout         string                        `gorm:"not null"`
	Size           string                        `gorm:"not null"`
	Accent         string                        `gorm:"not null"`
	Preamble       string                        `gorm:"not null"`
	Footer         string                        `gorm:"not null"`
	Signatories    store.JSON[[]paper.Signatory] `gorm:"not null" of:"paper_styles.organization_id"`
	Logo           []byte
	LogoType       string         `gorm:"not null"`
	Version        int            `gorm:"not null"`
	ChangedAt      store.Moment   `gorm:"not null"`
	ChangedBy      core.AccountID `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (PaperStyle) TableName() string { return "paper_styles" }

func (s PaperStyle) toCore() paper.Style {
	return paper.Style{
		OrganizationID: s.OrganizationID, Stage: s.Stage, Layout: s.Layout, Size: s.Size, Accent: s.Accent, Preamble: s.Preamble,
		Footer: s.Footer, Logo: s.Logo, LogoType: s.LogoType, Version: s.Version, ChangedAt: s.ChangedAt.Time, ChangedBy: s.ChangedBy,
		Signatories: s.Signatories.V,
	}
}

// PaperStyle is a school's style of a stage.
func (t PaperStyles) PaperStyle(_ context.Context, org core.OrganizationID, stage paper.StyleStage) (paper.Style, error) {
	s, err := store.One[PaperStyle](t.Gorm().Where("organization_id = ? AND stage = ?", org, stage), "style")
	return s.toCore(), err
}

// KeepPaperStyle writes a style over the one of its stage. Version is the one
// that was read, 0 where there was none; stale where it is another by now.
func (t PaperStyles) KeepPaperStyle(_ context.Context, s paper.Style) error {
	signatories := store.JSON[[]paper.Signatory]{V: s.Signatories}
	if s.Version == 0 {
		err := store.Insert(t.Gorm(), &PaperStyle{
			OrganizationID: s.OrganizationID, Stage: s.Stage, Layout: s.Layout, Size: s.Size, Accent: s.Accent, Preamble: s.Preamble,
			Footer: s.Footer, Signatories: signatories, Logo: s.Logo, LogoType: s.LogoType, Version: 1,
			ChangedAt: store.At(s.ChangedAt), ChangedBy: s.ChangedBy,
		})
		if core.CodeOf(err) == core.ErrDuplicate.Code {
			return core.ErrStale
		}
		return err
	}
	return store.ChangeOne(t.Gorm().Model(&PaperStyle{}).
		Where("organization_id = ? AND stage = ? AND version = ?", s.OrganizationID, s.Stage, s.Version).
		Updates(map[string]any{
			"layout": s.Layout, "size": s.Size, "accent": s.Accent, "preamble": s.Preamble, "footer": s.Footer, "signatories": signatories,
			"logo": s.Logo, "logo_type": s.LogoType, "version": store.Next, "changed_at": store.At(s.ChangedAt), "changed_by": s.ChangedBy,
		}))
}
