package certifydb

import (
	"context"

	"gorm.io/gorm/clause"

	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/store"
)

// CheckpointMail is the newest checkpoint that was mailed for a school.
type CheckpointMail struct {
	OrganizationID core.OrganizationID `gorm:"primaryKey"`
	Day            core.Date           `gorm:"not null"`
	Size           int64               `gorm:"not null"`
	MailedAt       store.Moment        `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (CheckpointMail) TableName() string { return "checkpoint_mails" }

// shownReach is a school with how far it was mailed checkpoints.
type shownReach struct {
	ID        core.OrganizationID
	Zone      string
	CreatedAt store.Moment
	ClosedAt  store.Moment
	Day       core.Date
	Size      int64
}

func (r shownReach) toCore() certify.Reach {
	return certify.Reach{
		Organization: core.Organization{ID: r.ID, Zone: r.Zone, CreatedAt: r.CreatedAt.Time, ClosedAt: r.ClosedAt.Time},
		Day:          r.Day, Size: r.Size,
	}
}

// UnmailedSchools are at most limit schools after one for which the newest checkpoint
// was not mailed.
func (t CheckpointMails) UnmailedSchools(_ context.Context, after core.OrganizationID, limit int) ([]certify.Reach, error) {
	found, err := store.All[shownReach](t.Gorm().Table("organizations o").
		Select("o.id, o.zone, o.created_at, o.closed_at, m.day, COALESCE(m.size, 0) AS size").
		Joins("LEFT JOIN checkpoint_mails m ON m.organization_id = o.id").
		Where("o.kind = ? AND o.id > ?", core.School, after.String()).
		Where("COALESCE(m.size, 0) <> COALESCE((SELECT size FROM log_state WHERE id = 1), 0)").
		Order("o.id").Limit(limit))
	return store.Each(found, shownReach.toCore), err
}

// CheckpointReach is how far a school was mailed checkpoints, without the school.
func (t CheckpointMails) CheckpointReach(_ context.Context, org core.OrganizationID) (certify.Reach, error) {
	found, err := store.All[CheckpointMail](t.Gorm().Where("organization_id = ?", org))
	if err != nil || len(found) == 0 {
		return certify.Reach{}, err
	}
	return certify.Reach{Day: found[0].Day, Size: found[0].Size}, nil
}

// AnyIssued tells whether a school issued a certificate after one and before another
// that would have these ids.
func (t CheckpointMails) AnyIssued(_ context.Context, org core.OrganizationID, after, before core.CredentialID) (bool, error) {
	return store.Found(t.Gorm().Model(&Credential{}).Where("organization_id = ? AND id > ? AND id < ?", org, after.String(), before.String()))
}

// MarkCheckpoint keeps that a checkpoint was mailed for a school and tells whether
// none was on that day or a later one; others who do it wait.
func (t CheckpointMails) MarkCheckpoint(_ context.Context, m certify.CheckpointMail) (bool, error) {
	n, err := store.Change(t.Gorm().Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "organization_id"}}, DoUpdates: clause.AssignmentColumns([]string{"day", "size", "mailed_at"}),
		Where: clause.Where{Exprs: []clause.Expression{clause.Expr{SQL: "checkpoint_mails.day < excluded.day"}}},
	}).Create(&CheckpointMail{m.OrganizationID, m.Day, m.Size, store.At(m.MailedAt)}))
	return n == 1, err
}
