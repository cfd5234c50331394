package certifydb

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/translog/translogdb"
)

// KeyLoss is a key that was lost, and how far its certificates were looked at.
type KeyLoss struct {
	KeyID          string              `gorm:"primaryKey"`
	OrganizationID core.OrganizationID `gorm:"not null"`
	Total          int                 `gorm:"not null"`
	Resigned       int                 `gorm:"not null"`
	Doubtful       int                 `gorm:"not null"`
	AfterID        core.CredentialID
	BegunAt        store.Moment `gorm:"not null"`
	FinishedAt     store.Moment
}

// TableName implements schema.Tabler.
func (KeyLoss) TableName() string { return "key_losses" }

// KeyDoubt is why a certificate of a lost key was not signed again.
type KeyDoubt struct {
	KeyID        string            `gorm:"primaryKey"`
	CredentialID core.CredentialID `gorm:"primaryKey"`
	Reason       string            `gorm:"not null"`
	Message      string            `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (KeyDoubt) TableName() string { return "key_doubts" }

// InsertKeyLoss notes that the certificates of a key wait to be looked at.
func (t SigningKeys) InsertKeyLoss(_ context.Context, l certify.KeyLoss) error {
	return store.Insert(t.Gorm(), &KeyLoss{
		KeyID: l.KeyID, OrganizationID: l.OrganizationID, Total: l.Total, Resigned: l.Resigned, Doubtful: l.Doubtful, AfterID: l.After,
		BegunAt: store.At(l.BegunAt), FinishedAt: store.At(l.FinishedAt),
	})
}

// KeyLoss is the loss of a key, or not_found. In a command nobody else works on it
// until the end.
func (t SigningKeys) KeyLoss(_ context.Context, key string) (certify.KeyLoss, error) {
	type row struct {
		KeyLoss
		LostSince store.Moment
	}
	r, err := store.One[row](t.Gorm().Select("key_losses.*, k.lost_since").Joins("JOIN signing_keys k ON k.id = key_losses.key_id").
		Where("key_losses.key_id = ?", key).Scopes(t.Locked("key_losses")), "lost key")
	return certify.KeyLoss{
		KeyID: r.KeyID, OrganizationID: r.OrganizationID, LostSince: r.LostSince.Time, Total: r.Total, Resigned: r.Resigned, Doubtful: r.Doubtful,
		After: r.AfterID, BegunAt: r.BegunAt.Time, FinishedAt: r.FinishedAt.Time,
	}, err
}

// RunningKeyLosses are at most limit lost keys after one whose certificates are
// not all looked at.
func (t SigningKeys) RunningKeyLosses(_ context.Context, after string, limit int) ([]string, error) {
	return store.All[string](t.Gorm().Model(&KeyLoss{}).Select("key_id").
		Where("finished_at IS NULL AND key_id > ?", after).Order("key_id").Limit(limit))
}

// RunningKeyLossesOf are those of a school.
func (t SigningKeys) RunningKeyLossesOf(_ context.Context, org core.OrganizationID) ([]string, error) {
	return store.All[string](t.Gorm().Model(&KeyLoss{}).Select("key_id").
		Where("finished_at IS NULL AND organization_id = ?", org).Order("key_id"))
}

// SetKeyLoss keeps how far the certificates of a lost key were looked at.
func (t SigningKeys) SetKeyLoss(_ context.Context, l certify.KeyLoss) error {
	return store.ChangeOne(t.Gorm().Model(&KeyLoss{}).Where("key_id = ?", l.KeyID).Updates(map[string]any{
		"total": l.Total, "resigned": l.Resigned, "doubtful": l.Doubtful, "after_id": l.After, "finished_at": store.At(l.FinishedAt),
	}))
}

// InsertDoubts keeps which certificates of a lost key were not signed again.
func (t SigningKeys) InsertDoubts(_ context.Context, key string, doubts []certify.Doubt) error {
	return store.Insert(t.Gorm().Clauses(clause.OnConflict{DoNothing: true}), store.Each(doubts, func(d certify.Doubt) KeyDoubt {
		return KeyDoubt{KeyID: key, CredentialID: d.CredentialID, Reason: d.Reason, Message: d.Message}
	}))
}

// Doubts are at most limit certificates of a school's lost key, after one, that
// were not signed again.
func (t SigningKeys) Doubts(_ context.Context, org core.OrganizationID, key string, after core.CredentialID, limit int) ([]certify.Doubt, error) {
	type row struct {
		KeyDoubt
		Code        string
		Title       string
		SubjectName string
		IssuedAt    store.Moment
		State       core.CredentialState
	}
	found, err := store.All[row](t.Gorm().Table("key_doubts d").
		Select("d.*, c.code, c.title, c.subject_name, c.issued_at, COALESCE(s.state, 'active') AS state").
		Joins("JOIN credentials c ON c.id = d.credential_id").Joins("LEFT JOIN credential_states s ON s.credential_id = c.id").
		Where("d.key_id = ? AND c.organization_id = ? AND d.credential_id > ?", key, org, after.String()).
		Order("d.credential_id").Limit(limit))
	return store.Each(found, func(r row) certify.Doubt {
		return certify.Doubt{
			CredentialID: r.CredentialID, Code: r.Code, Title: r.Title, SubjectName: r.SubjectName, IssuedAt: r.IssuedAt.Time,
			State: r.State, Reason: r.Reason, Message: r.Message,
		}
	}), err
}

// LogSizeAt is how many entries the log had before an instant, by its
// checkpoints.
func (t SigningKeys) LogSizeAt(_ context.Context, before time.Time) (int64, error) {
	return store.One[int64](t.Gorm().Model(&translogdb.Checkpoint{}).Select("COALESCE(MAX(size), 0)").
		Where("signed_at < ?", store.At(before)), "log")
}
