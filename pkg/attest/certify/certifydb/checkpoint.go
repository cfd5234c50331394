package certifydb

import (
	"context"
	"encoding/json"

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

// WhichIssued are the schools for which what is asked was issued.
func (t CheckpointMails) WhichIssued(_ context.Context, asked []certify.IssuedWithin) ([]core.OrganizationID, error) {
	type within struct {
		School core.OrganizationID `json:"school"`
		After  core.CredentialID   `json:"after"`
		Before core.CredentialID   `json:"before"`
	}
	all, err := json.Marshal(store.Each(asked, func(a certify.IssuedWithin) within { return within(a) }))
	if err != nil || len(asked) == 0 {
		return nil, err
	}
	these := "json_to_recordset(CAST(? AS json)) AS a (school uuid, after uuid, before uuid)"
	if !t.Postgres() {
		these = "(SELECT value ->> 'school' AS school, value ->> 'after' AS after, value ->> 'before' AS before FROM json_each(?)) AS a"
	}
	return store.All[core.OrganizationID](t.Gorm().Raw("SELECT a.school FROM "+these+
		" WHERE EXISTS (SELECT 1 FROM credentials c WHERE c.organization_id = a.school AND c.id > a.after AND c.id < a.before)", string(all)))
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
