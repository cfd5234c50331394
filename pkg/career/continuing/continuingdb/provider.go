package continuingdb

import (
	"context"

	"github.com/palmar/palmar/pkg/career/continuing"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Provider is who gives continuing education.
type Provider struct {
	ID             core.CEProviderID `gorm:"primaryKey"`
	OrganizationID core.OrganizationID
	Name           string       `gorm:"not null"`
	Contact        string       `gorm:"not null"`
	HandsOnPercent int          `gorm:"not null"`
	CreatedAt      store.Moment `gorm:"not null"`
	Version        int          `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (Provider) TableName() string { return "ce_providers" }

func (p Provider) toCore() continuing.CEProvider {
	return continuing.CEProvider{
		ID: p.ID, OrganizationID: p.OrganizationID, Name: p.Name, Contact: p.Contact, HandsOnPercent: p.HandsOnPercent,
		CreatedAt: p.CreatedAt.Time, Version: p.Version,
	}
}

// Approval is a provider's number with a body that approves it.
type Approval struct {
	ProviderID core.CEProviderID `gorm:"primaryKey"`
	Body       string            `gorm:"primaryKey"`
	Number     string            `gorm:"primaryKey"`
	ValidFrom  core.Date
	ValidTo    core.Date
}

// TableName implements schema.Tabler.
func (Approval) TableName() string { return "ce_approvals" }

// InsertCEProvider writes a provider with its numbers.
func (t Providers) InsertCEProvider(_ context.Context, p continuing.CEProvider) error {
	err := store.Insert(t.Gorm(), &Provider{
		ID: p.ID, OrganizationID: p.OrganizationID, Name: p.Name, Contact: p.Contact, HandsOnPercent: p.HandsOnPercent,
		CreatedAt: store.At(p.CreatedAt), Version: p.Version,
	})
	if err != nil {
		return err
	}
	return t.insertApprovals(p)
}

func (t Providers) insertApprovals(p continuing.CEProvider) error {
	return store.Insert(t.Gorm(), store.Each(p.Numbers, func(n continuing.CEApproval) Approval {
		return Approval{ProviderID: p.ID, Body: n.Body, Number: n.Number, ValidFrom: n.From, ValidTo: n.To}
	}))
}

// UpdateCEProvider writes a provider and its numbers over the version before;
// another version is stale.
func (t Providers) UpdateCEProvider(_ context.Context, p continuing.CEProvider) error {
	err := store.ChangeOne(t.Gorm().Model(&Provider{}).Where("id = ? AND version = ?", p.ID, p.Version).Updates(map[string]any{
		"name": p.Name, "contact": p.Contact, "hands_on_percent": p.HandsOnPercent, "version": store.Next,
	}))
	if err != nil {
		return err
	}
	if _, err := store.Change(t.Gorm().Where("provider_id = ?", p.ID).Delete(&Approval{})); err != nil {
		return err
	}
	return t.insertApprovals(p)
}

// withApprovals adds their numbers to providers, in one query.
func (t Providers) withApprovals(found []Provider) ([]continuing.CEProvider, error) {
	providers := store.Each(found, Provider.toCore)
	if len(found) == 0 {
		return providers, nil
	}
	ids, at := make([]core.CEProviderID, len(found)), map[core.CEProviderID]int{}
	for i, p := range found {
		ids[i], at[p.ID] = p.ID, i
	}
	approvals, err := store.All[Approval](t.Gorm().Where(store.In(t.Tx, "provider_id", ids)).Order("body, number"))
	for _, a := range approvals {
		p := &providers[at[a.ProviderID]]
		p.Numbers = append(p.Numbers, continuing.CEApproval{Body: a.Body, Number: a.Number, From: a.ValidFrom, To: a.ValidTo})
	}
	return providers, err
}

// CEProvider finds a provider.
func (t Providers) CEProvider(_ context.Context, id core.CEProviderID) (continuing.CEProvider, error) {
	p, err := store.One[Provider](t.Gorm().Where("id = ?", id), "provider")
	if err != nil {
		return continuing.CEProvider{}, err
	}
	all, err := t.withApprovals([]Provider{p})
	return all[0], err
}

// CEProviders are at most limit providers that an organization knows, its own and
// those that every school knows, newest first, that follow the provider after.
func (t Providers) CEProviders(_ context.Context, org core.OrganizationID, after core.CEProviderID, limit int) ([]continuing.CEProvider, error) {
	q := t.Gorm().Where("organization_id = ? OR organization_id IS NULL", org)
	if !after.IsZero() {
		q = q.Where("id < ?", after)
	}
	found, err := store.All[Provider](q.Order("id DESC").Limit(limit))
	if err != nil {
		return nil, err
	}
	return t.withApprovals(found)
}

// CEProviderByNumber is the provider that has a number, known to an organization;
// its own before those that every school knows. A miss is not_found.
func (t Providers) CEProviderByNumber(_ context.Context, org core.OrganizationID, body, number string) (continuing.CEProvider, error) {
	p, err := store.One[Provider](t.Gorm().Select("ce_providers.*").Joins("JOIN ce_approvals n ON n.provider_id = ce_providers.id").
		Where("n.number = ? AND n.body = ?", number, body).
		Where("ce_providers.organization_id = ? OR ce_providers.organization_id IS NULL", org).
		Order("CASE WHEN ce_providers.organization_id IS NULL THEN 1 ELSE 0 END, ce_providers.id").Limit(1), "provider")
	if err != nil {
		return continuing.CEProvider{}, err
	}
	all, err := t.withApprovals([]Provider{p})
	return all[0], err
}
