package grantdb

import (
	"context"
	"fmt"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/grant"
	"github.com/palmar/palmar/pkg/platform/store"
)

// FormerSight is a row of former_sights.
type FormerSight struct {
	TherapistID        core.TherapistID    `gorm:"primaryKey"`
	OrganizationID     core.OrganizationID `gorm:"primaryKey"`
	TherapistToldAt    store.Moment
	OrganizationToldAt store.Moment
}

// TableName implements schema.Tabler.
func (FormerSight) TableName() string { return "former_sights" }

// sides are the columns of who is told, and when that was.
var sides = map[grant.Side][2]string{
	grant.SideTherapist:    {"therapist_id", "therapist_told_at"},
	grant.SideOrganization: {"organization_id", "organization_told_at"},
}

// FormerUntold are people, or organizations, who are still to be told, each once.
func (t Grants) FormerUntold(_ context.Context, side grant.Side, limit int) ([]string, error) {
	c := sides[side]
	return store.All[string](t.Gorm().Model(&FormerSight{}).Select(fmt.Sprintf("DISTINCT CAST(%s AS text)", c[0])).Where(c[1] + " IS NULL").Limit(limit))
}

// FormerOf are the names of the organizations of which nobody told a therapist yet.
func (t Grants) FormerOf(_ context.Context, therapist core.TherapistID) ([]string, error) {
	return store.All[string](t.Gorm().Model(&FormerSight{}).Select("o.name").Joins("JOIN organizations o ON o.id = former_sights.organization_id").
		Where("therapist_id = ? AND therapist_told_at IS NULL", therapist).Order("o.name"))
}

// FormerAt is how many records an organization saw of which it was not told yet.
func (t Grants) FormerAt(_ context.Context, org core.OrganizationID) (int, error) {
	return store.One[int](t.Gorm().Model(&FormerSight{}).Select("COUNT(*)").Where("organization_id = ? AND organization_told_at IS NULL", org), "former sight")
}

// TellFormer notes that a side was told.
func (t Grants) TellFormer(_ context.Context, side grant.Side, id string, now time.Time) error {
	c := sides[side]
	_, err := store.Change(t.Gorm().Model(&FormerSight{}).Where(fmt.Sprintf("%s = ? AND %s IS NULL", c[0], c[1]), id).Update(c[1], store.At(now)))
	return err
}
