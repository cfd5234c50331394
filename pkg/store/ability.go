package store

import (
	"context"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/specialty"
)

type abilityRow struct {
	OrganizationID core.OrganizationID `gorm:"primaryKey"`
	Condition      string              `gorm:"primaryKey"`
	Means          string              `gorm:"primaryKey"`
	TherapistID    core.TherapistID    `gorm:"primaryKey"`
	Area           string              `gorm:"not null"`
	CredentialID   core.CredentialID   `gorm:"not null"`
	ValidUntil     moment
}

type abilityView struct {
	abilityRow       `gorm:"embedded"`
	OrganizationName string
	Name             string
	Code             string
	Title            string
	IssuedAt         moment
}

func (r abilityView) noun() core.Ability {
	return core.Ability{
		OrganizationID: r.OrganizationID, OrganizationName: r.OrganizationName, TherapistID: r.TherapistID, Name: r.Name,
		Condition: r.Condition, Means: r.Means, Area: r.Area, CredentialID: r.CredentialID, Code: r.Code, Title: r.Title,
		IssuedAt: r.IssuedAt.Time, ValidUntil: r.ValidUntil.Time,
	}
}

// selectHeld is what certificates that nothing is said against attest: of each
// course's conditions each with each of its techniques and modalities, and each
// alone. A course that refreshes another attests what that one does too.
const selectHeld = `SELECT c.organization_id, cn.code AS condition, mn.code AS means, c.therapist_id,
		COALESCE(da.value, '') AS area, c.id AS credential_id, c.valid_until,
		ROW_NUMBER() OVER (PARTITION BY c.organization_id, cn.code, mn.code, c.therapist_id
			ORDER BY (CASE WHEN c.valid_until IS NULL THEN 0 ELSE 1 END), c.valid_until DESC, c.id DESC) AS place
	FROM credentials c
	JOIN course_completions x ON x.id = c.course_completion_id
	JOIN courses k ON k.id = x.course_id
	JOIN courses t ON t.organization_id = k.organization_id AND (t.id = k.id OR t.code = k.refreshes)
	JOIN (SELECT course_id, code FROM course_topics WHERE kind = 'condition' UNION ALL SELECT id, '' FROM courses) cn ON cn.course_id = t.id
	JOIN (SELECT course_id, code FROM course_topics WHERE kind IN ('technique', 'modality') UNION ALL SELECT id, '' FROM courses) mn ON mn.course_id = t.id
	LEFT JOIN directory_facets da ON da.therapist_id = c.therapist_id AND da.facet = 'area'
	WHERE c.kind = 'specialty' AND (cn.code <> '' OR mn.code <> '')
		AND NOT EXISTS (SELECT 1 FROM credential_states s WHERE s.credential_id = c.id)
		AND c.therapist_id IN (`

// RefreshAbilities writes anew what a therapist is trained for.
func (tx *Tx) RefreshAbilities(_ context.Context, therapist core.TherapistID) error {
	return tx.refreshAbilities(`SELECT t.id FROM therapists t WHERE t.id = ?`, therapist)
}

// refreshAbilities does it for all whom a query finds. They are locked first, so
// that two transactions do not write the same rows at once.
func (tx *Tx) refreshAbilities(whom string, arg any) error {
	type row struct{ N int64 }
	if _, err := one[row](tx.g, "count", `SELECT COUNT(*) AS n FROM (SELECT l.id FROM therapists l WHERE l.id IN (`+whom+`) ORDER BY l.id`+tx.locked("l")+`) k`, arg); err != nil {
		return err
	}
	if _, err := tx.exec(`DELETE FROM abilities WHERE therapist_id IN (`+whom+`)`, arg); err != nil {
		return err
	}
	_, err := tx.exec(`INSERT INTO abilities (organization_id, condition, means, therapist_id, area, credential_id, valid_until)
		SELECT organization_id, condition, means, therapist_id, area, credential_id, valid_until FROM (`+selectHeld+whom+`)) h WHERE place = 1`, arg)
	return err
}

const (
	abilityColumns = `b.*, o.name AS organization_name, a.name, c.code, c.title, c.issued_at`
	abilityJoins   = ` JOIN organizations o ON o.id = b.organization_id
		JOIN therapists t ON t.id = b.therapist_id JOIN accounts a ON a.id = t.account_id
		JOIN credentials c ON c.id = b.credential_id`
)

// Trained are at most limit therapists whom a school's certificates say to be
// trained, by their identifiers, with the certificate.
func (tx *Tx) Trained(_ context.Context, q specialty.TrainedQuery) ([]core.Ability, error) {
	sql, args := trained(q)
	rows, err := many[abilityView](tx.g, sql, args...)
	return mapped(rows, abilityView.noun), err
}

func trained(q specialty.TrainedQuery) (sql string, args []any) {
	where, args := `b.organization_id = ? AND b.condition = ? AND b.means = ?`, []any{q.Organization, q.Condition, q.Means}
	if q.Area != "" {
		where, args = where+` AND b.area = ?`, append(args, q.Area)
	}
	if !q.After.IsZero() {
		where, args = where+` AND b.therapist_id > ?`, append(args, q.After)
	}
	// The page is cut before names and certificates are looked up.
	return `SELECT ` + abilityColumns + ` FROM (SELECT * FROM abilities b WHERE ` + where + ` AND (b.valid_until IS NULL OR b.valid_until > ?)
		ORDER BY b.therapist_id LIMIT ?) b` + abilityJoins + ` ORDER BY b.therapist_id`, append(args, at(q.Now), q.Limit)
}

// SeenTrained are at most limit of the therapists of whom an organization was
// shown something before, who are trained; of several certificates the one that
// is good for longest.
func (tx *Tx) SeenTrained(_ context.Context, q specialty.TrainedQuery) ([]core.Ability, error) {
	where, args := `d.organization_id = ?`, []any{q.Organization}
	if !q.After.IsZero() {
		where, args = where+` AND d.therapist_id > ?`, append(args, q.After)
	}
	area := ``
	args = append(args, q.Condition, q.Means)
	if q.Area != "" {
		area, args = ` AND b.area = ?`, append(args, q.Area)
	}
	rows, err := many[abilityView](tx.g, `SELECT `+abilityColumns+` FROM (
			SELECT b.*, ROW_NUMBER() OVER (PARTITION BY b.therapist_id ORDER BY (CASE WHEN b.valid_until IS NULL THEN 0 ELSE 1 END), b.valid_until DESC, b.credential_id DESC) AS place
			FROM (SELECT DISTINCT d.therapist_id FROM disclosures d WHERE `+where+`) seen
			JOIN abilities b ON b.therapist_id = seen.therapist_id AND b.condition = ? AND b.means = ?`+area+`
			WHERE b.valid_until IS NULL OR b.valid_until > ?) b`+abilityJoins+` WHERE b.place = 1 ORDER BY b.therapist_id LIMIT ?`,
		append(args, at(q.Now), q.Limit)...)
	return mapped(rows, abilityView.noun), err
}

// AbilitiesOf are what a therapist is or was trained for, by condition and
// means.
func (tx *Tx) AbilitiesOf(_ context.Context, therapist core.TherapistID) ([]core.Ability, error) {
	rows, err := many[abilityView](tx.g, `SELECT `+abilityColumns+` FROM abilities b`+abilityJoins+` WHERE b.therapist_id = ?
		ORDER BY b.condition, b.means, b.organization_id`, therapist)
	return mapped(rows, abilityView.noun), err
}

// UnsoundAbilities are how many rows of what therapists are trained for do not
// follow from their certificates, or are missing.
func (tx *Tx) UnsoundAbilities(_ context.Context) (int64, error) {
	const columns = `organization_id, condition, means, therapist_id, area, credential_id`
	made := `SELECT ` + columns + ` FROM (` + selectHeld + `SELECT t.id FROM therapists t)) h WHERE place = 1`
	kept := `SELECT ` + columns + ` FROM abilities`
	type row struct{ N int64 }
	found, err := one[row](tx.g, "count", `SELECT (SELECT COUNT(*) FROM (`+made+` EXCEPT `+kept+`) m) + (SELECT COUNT(*) FROM (`+kept+` EXCEPT `+made+`) k) AS n`)
	return found.N, err
}
