package store

import (
	"context"

	"github.com/palmar/palmar/pkg/core"
)

type pathwayRow struct {
	ID             core.PathwayID      `gorm:"primaryKey"`
	OrganizationID core.OrganizationID `gorm:"not null"`
	CourseID       core.CourseID       `gorm:"not null"`
	CreatedAt      moment              `gorm:"not null"`
	CreatedBy      core.AccountID      `gorm:"not null"`
	Version        int                 `gorm:"not null"`
}

type pathwayStepRow struct {
	PathwayID core.PathwayID `gorm:"primaryKey"`
	Number    int            `gorm:"primaryKey"`
	CourseID  core.CourseID  `gorm:"not null"`
	Level     core.Level     `gorm:"not null"`
}

type pathwayStepView struct {
	pathwayStepRow `gorm:"embedded"`
	Code           string
	Title          string
	Minutes        core.Minutes
}

// InsertPathway writes a pathway with its steps; its course is there already.
func (tx *Tx) InsertPathway(_ context.Context, p core.Pathway) error {
	err := tx.insert("pathways", &pathwayRow{
		ID: p.ID, OrganizationID: p.OrganizationID, CourseID: p.Course.ID, CreatedAt: at(p.CreatedAt), CreatedBy: p.CreatedBy, Version: p.Version,
	})
	if err != nil {
		return err
	}
	return tx.insertSteps(p)
}

func (tx *Tx) insertSteps(p core.Pathway) error {
	return tx.insert("pathway_steps", mapped(p.Steps, func(s core.PathwayStep) pathwayStepRow {
		return pathwayStepRow{p.ID, s.Number, s.CourseID, s.Level}
	}))
}

// UpdatePathway replaces a pathway's steps and raises its version; another
// version is stale.
func (tx *Tx) UpdatePathway(_ context.Context, p core.Pathway) error {
	if err := tx.changeOne(`UPDATE pathways SET version = version + 1 WHERE id = ? AND version = ?`, p.ID, p.Version); err != nil {
		return err
	}
	if _, err := tx.exec(`DELETE FROM pathway_steps WHERE pathway_id = ?`, p.ID); err != nil {
		return err
	}
	return tx.insertSteps(p)
}

// Pathway finds a pathway with its steps.
func (tx *Tx) Pathway(_ context.Context, id core.PathwayID) (core.Pathway, error) {
	all, err := tx.pathways(`p.id = ?`, id)
	if err == nil && len(all) == 0 {
		err = core.NotFound("pathway")
	}
	if err != nil {
		return core.Pathway{}, err
	}
	return all[0], nil
}

// Pathways are at most limit pathways of a school, oldest first, that follow the
// pathway after.
func (tx *Tx) Pathways(_ context.Context, org core.OrganizationID, after core.PathwayID, limit int) ([]core.Pathway, error) {
	where, args := `p.organization_id = ?`, []any{org}
	if !after.IsZero() {
		where, args = where+` AND p.id > ?`, append(args, after)
	}
	return tx.pathways(where+` ORDER BY p.id LIMIT ?`, append(args, limit)...)
}

func (tx *Tx) pathways(where string, args ...any) ([]core.Pathway, error) {
	type view struct {
		courseRow        `gorm:"embedded"`
		PathwayID        core.PathwayID
		PathwayCreatedAt moment
		PathwayCreatedBy core.AccountID
		PathwayVersion   int
	}
	rows, err := many[view](tx.g, `SELECT k.*, p.id AS pathway_id, p.created_at AS pathway_created_at, p.created_by AS pathway_created_by, p.version AS pathway_version
		FROM pathways p JOIN courses k ON k.id = p.course_id WHERE `+where, args...)
	if err != nil {
		return nil, err
	}
	ids, out := make([]core.PathwayID, len(rows)), make([]core.Pathway, len(rows))
	for i, r := range rows {
		ids[i] = r.PathwayID
		out[i] = core.Pathway{
			ID: r.PathwayID, OrganizationID: r.OrganizationID, Course: r.noun(), CreatedAt: r.PathwayCreatedAt.Time,
			CreatedBy: r.PathwayCreatedBy, Version: r.PathwayVersion,
		}
	}
	condition, arg := in(tx, "s.pathway_id", ids)
	steps, err := many[pathwayStepView](tx.g, `SELECT s.*, k.code, k.title, k.minutes FROM pathway_steps s JOIN courses k ON k.id = s.course_id
		WHERE `+condition+` ORDER BY s.pathway_id, s.number`, arg)
	for _, s := range steps {
		for i := range out {
			if out[i].ID == s.PathwayID {
				out[i].Steps = append(out[i].Steps, core.PathwayStep{
					PathwayID: s.PathwayID, Number: s.Number, CourseID: s.CourseID, Code: s.Code, Title: s.Title, Minutes: s.Minutes, Level: s.Level,
				})
			}
		}
	}
	return out, err
}

// LinkPathway makes a pathway's certificate be about all that its steps are
// about, and writes anew what its holders are trained for.
func (tx *Tx) LinkPathway(_ context.Context, id core.PathwayID) error {
	return tx.linkPathways(`SELECT p.id FROM pathways p WHERE p.id = ?`, id)
}

// LinkPathwaysOf is LinkPathway for those of which a course is a step.
func (tx *Tx) LinkPathwaysOf(_ context.Context, course core.CourseID) error {
	return tx.linkPathways(`SELECT s.pathway_id FROM pathway_steps s WHERE s.course_id = ?`, course)
}

func (tx *Tx) linkPathways(which string, arg any) error {
	if _, err := tx.exec(`DELETE FROM course_topics WHERE course_id IN (SELECT w.course_id FROM pathways w WHERE w.id IN (`+which+`))`, arg); err != nil {
		return err
	}
	_, err := tx.exec(`INSERT INTO course_topics (course_id, kind, code) SELECT DISTINCT w.course_id, t.kind, t.code
		FROM pathways w JOIN pathway_steps n ON n.pathway_id = w.id JOIN course_topics t ON t.course_id = n.course_id WHERE w.id IN (`+which+`)`, arg)
	if err != nil {
		return err
	}
	return tx.refreshAbilities(`SELECT x.therapist_id FROM course_completions x JOIN pathways w ON w.course_id = x.course_id WHERE w.id IN (`+which+`)`, arg)
}
