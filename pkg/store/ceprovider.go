package store

import (
	"context"

	"github.com/palmar/palmar/pkg/core"
)

type ceProviderRow struct {
	ID             core.CEProviderID `gorm:"primaryKey"`
	OrganizationID core.OrganizationID
	Name           string `gorm:"not null"`
	Contact        string `gorm:"not null"`
	HandsOnPercent int    `gorm:"not null"`
	CreatedAt      moment `gorm:"not null"`
	Version        int    `gorm:"not null"`
}

func (r ceProviderRow) noun() core.CEProvider {
	return core.CEProvider{
		ID: r.ID, OrganizationID: r.OrganizationID, Name: r.Name, Contact: r.Contact, HandsOnPercent: r.HandsOnPercent,
		CreatedAt: r.CreatedAt.Time, Version: r.Version,
	}
}

type ceApprovalRow struct {
	ProviderID core.CEProviderID `gorm:"primaryKey"`
	Body       string            `gorm:"primaryKey"`
	Number     string            `gorm:"primaryKey"`
	ValidFrom  core.Date
	ValidTo    core.Date
}

// InsertCEProvider writes a provider with its numbers.
func (tx *Tx) InsertCEProvider(_ context.Context, p core.CEProvider) error {
	err := tx.insert("ce_providers", &ceProviderRow{
		ID: p.ID, OrganizationID: p.OrganizationID, Name: p.Name, Contact: p.Contact, HandsOnPercent: p.HandsOnPercent, CreatedAt: at(p.CreatedAt), Version: p.Version,
	})
	if err != nil {
		return err
	}
	return tx.insertApprovals(p)
}

func (tx *Tx) insertApprovals(p core.CEProvider) error {
	rows := make([]ceApprovalRow, len(p.Numbers))
	for i, n := range p.Numbers {
		rows[i] = ceApprovalRow{ProviderID: p.ID, Body: n.Body, Number: n.Number, ValidFrom: n.From, ValidTo: n.To}
	}
	if len(rows) == 0 {
		return nil
	}
	return tx.insert("ce_approvals", &rows)
}

// UpdateCEProvider writes a provider and its numbers over the version before;
// another version is stale.
func (tx *Tx) UpdateCEProvider(_ context.Context, p core.CEProvider) error {
	err := tx.changeOne(`UPDATE ce_providers SET name = ?, contact = ?, hands_on_percent = ?, version = version + 1 WHERE id = ? AND version = ?`,
		p.Name, p.Contact, p.HandsOnPercent, p.ID, p.Version)
	if err != nil {
		return err
	}
	if _, err := tx.exec(`DELETE FROM ce_approvals WHERE provider_id = ?`, p.ID); err != nil {
		return err
	}
	return tx.insertApprovals(p)
}

// withApprovals adds their numbers to providers, in one query.
func (tx *Tx) withApprovals(rows []ceProviderRow) ([]core.CEProvider, error) {
	providers := mapped(rows, ceProviderRow.noun)
	if len(rows) == 0 {
		return providers, nil
	}
	ids, at := make([]core.CEProviderID, len(rows)), map[core.CEProviderID]int{}
	for i, r := range rows {
		ids[i], at[r.ID] = r.ID, i
	}
	approvals, err := many[ceApprovalRow](tx.g, `SELECT * FROM ce_approvals WHERE provider_id IN ? ORDER BY body, number`, ids)
	for _, a := range approvals {
		p := &providers[at[a.ProviderID]]
		p.Numbers = append(p.Numbers, core.CEApproval{Body: a.Body, Number: a.Number, From: a.ValidFrom, To: a.ValidTo})
	}
	return providers, err
}

// CEProvider finds a provider.
func (tx *Tx) CEProvider(_ context.Context, id core.CEProviderID) (core.CEProvider, error) {
	r, err := one[ceProviderRow](tx.g, "provider", `SELECT * FROM ce_providers WHERE id = ?`, id)
	if err != nil {
		return core.CEProvider{}, err
	}
	all, err := tx.withApprovals([]ceProviderRow{r})
	return all[0], err
}

// CEProviders are at most limit providers that an organization knows, its own and
// those that every school knows, newest first, that follow the provider after.
func (tx *Tx) CEProviders(_ context.Context, org core.OrganizationID, after core.CEProviderID, limit int) ([]core.CEProvider, error) {
	query, args := `SELECT * FROM ce_providers WHERE (organization_id = ? OR organization_id IS NULL)`, []any{org}
	if !after.IsZero() {
		query, args = query+` AND id < ?`, append(args, after)
	}
	rows, err := many[ceProviderRow](tx.g, query+` ORDER BY id DESC LIMIT ?`, append(args, limit)...)
	if err != nil {
		return nil, err
	}
	return tx.withApprovals(rows)
}

// CEProviderByNumber is the provider that has a number, known to an organization;
// its own before those that every school knows. A miss is not_found.
func (tx *Tx) CEProviderByNumber(_ context.Context, org core.OrganizationID, body, number string) (core.CEProvider, error) {
	r, err := one[ceProviderRow](tx.g, "provider", `SELECT p.* FROM ce_providers p JOIN ce_approvals n ON n.provider_id = p.id
		WHERE n.number = ? AND n.body = ? AND (p.organization_id = ? OR p.organization_id IS NULL)
		ORDER BY CASE WHEN p.organization_id IS NULL THEN 1 ELSE 0 END, p.id LIMIT 1`, number, body, org)
	if err != nil {
		return core.CEProvider{}, err
	}
	all, err := tx.withApprovals([]ceProviderRow{r})
	return all[0], err
}
