package specialtydb

import (
	"context"

	"gorm.io/gorm"

	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Pathway is a succession of courses, with the course of its certificate.
type Pathway struct {
	ID             core.PathwayID      `gorm:"primaryKey"`
	OrganizationID core.OrganizationID `gorm:"not null"`
	CourseID       core.CourseID       `gorm:"not null"`
	CreatedAt      store.Moment        `gorm:"not null"`
	CreatedBy      core.AccountID      `gorm:"not null"`
	Version        int                 `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (Pathway) TableName() string { return "pathways" }

// PathwayStep is a course of a pathway.
type PathwayStep struct {
	PathwayID core.PathwayID  `gorm:"primaryKey"`
	Number    int             `gorm:"primaryKey"`
	CourseID  core.CourseID   `gorm:"not null"`
	Level     specialty.Level `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (PathwayStep) TableName() string { return "pathway_steps" }

type namedStep struct {
	PathwayStep
	Code    string
	Title   string
	Minutes core.Minutes
}

func (s namedStep) toCore() specialty.PathwayStep {
	return specialty.PathwayStep{
		PathwayID: s.PathwayID, Number: s.Number, CourseID: s.CourseID, Code: s.Code, Title: s.Title, Minutes: s.Minutes, Level: s.Level,
	}
}

// InsertPathway writes a pathway with its steps; its course is there already.
func (t Catalog) InsertPathway(_ context.Context, p specialty.Pathway) error {
	err := store.Insert(t.Gorm(), &Pathway{
		ID: p.ID, OrganizationID: p.OrganizationID, CourseID: p.Course.ID, CreatedAt: store.At(p.CreatedAt), CreatedBy: p.CreatedBy, Version: p.Version,
	})
	if err != nil {
		return err
	}
	return t.insertSteps(p)
}

func (t Catalog) insertSteps(p specialty.Pathway) error {
	return store.Insert(t.Gorm(), store.Each(p.Steps, func(s specialty.PathwayStep) PathwayStep {
		return PathwayStep{p.ID, s.Number, s.CourseID, s.Level}
	}))
}

// UpdatePathway replaces a pathway's steps and raises its version; another
// version is stale.
func (t Catalog) UpdatePathway(_ context.Context, p specialty.Pathway) error {
	err := store.ChangeOne(t.Gorm().Model(&Pathway{}).Where("id = ? AND version = ?", p.ID, p.Version).Update("version", store.Next))
	if err != nil {
		return err
	}
	if _, err := store.Change(t.Gorm().Where("pathway_id = ?", p.ID).Delete(&PathwayStep{})); err != nil {
		return err
	}
	return t.insertSteps(p)
}

// Pathway finds a pathway with its steps.
func (t Catalog) Pathway(_ context.Context, id core.PathwayID) (specialty.Pathway, error) {
	all, err := t.pathways(t.Gorm().Where("p.id = ?", id))
	if err == nil && len(all) == 0 {
		err = core.NotFound("pathway")
	}
	if err != nil {
		return specialty.Pathway{}, err
	}
	return all[0], nil
}

// Pathways are at most limit pathways of a school, oldest first, that follow the
// pathway after.
func (t Catalog) Pathways(_ context.Context, org core.OrganizationID, after core.PathwayID, limit int) ([]specialty.Pathway, error) {
	q := t.Gorm().Where("p.organization_id = ?", org)
	if !after.IsZero() {
		q = q.Where("p.id > ?", after)
	}
	return t.pathways(q.Order("p.id").Limit(limit))
}

// pathways reads pathways p with their courses, and their steps by another query.
func (t Catalog) pathways(query *gorm.DB) ([]specialty.Pathway, error) {
	type row struct {
		Course
		PathwayID        core.PathwayID
		PathwayCreatedAt store.Moment
		PathwayCreatedBy core.AccountID
		PathwayVersion   int
	}
	found, err := store.All[row](query.Joins("JOIN pathways p ON p.course_id = courses.id").
		Select(`courses.*, p.id AS pathway_id, p.created_at AS pathway_created_at, p.created_by AS pathway_created_by, p.version AS pathway_version`))
	if err != nil {
		return nil, err
	}
	ids, out := make([]core.PathwayID, len(found)), make([]specialty.Pathway, len(found))
	for i, r := range found {
		ids[i] = r.PathwayID
		out[i] = specialty.Pathway{
			ID: r.PathwayID, OrganizationID: r.OrganizationID, Course: r.toCore(), CreatedAt: r.PathwayCreatedAt.Time,
			CreatedBy: r.PathwayCreatedBy, Version: r.PathwayVersion,
		}
	}
	steps, err := store.All[namedStep](t.Gorm().Select("pathway_steps.*, k.code, k.title, k.minutes").
		Joins("JOIN courses k ON k.id = pathway_steps.course_id").
		Where(store.In(t.Tx, "pathway_steps.pathway_id", ids)).Order("pathway_steps.pathway_id, pathway_steps.number"))
	for _, s := range steps {
		for i := range out {
			if out[i].ID == s.PathwayID {
				out[i].Steps = append(out[i].Steps, s.toCore())
			}
		}
	}
	return out, err
}

// LinkPathway makes a pathway's certificate be about all that its steps are
// about, and writes again what its holders are trained for.
func (t Catalog) LinkPathway(_ context.Context, id core.PathwayID) error {
	return t.linkPathways(t.Gorm().Model(&Pathway{}).Select("id").Where("id = ?", id))
}

// LinkPathwaysOf is LinkPathway for those of which a course is a step.
func (t Catalog) LinkPathwaysOf(_ context.Context, course core.CourseID) error {
	return t.linkPathways(t.Gorm().Model(&PathwayStep{}).Select("pathway_id").Where("course_id = ?", course))
}

func (t Catalog) linkPathways(which *gorm.DB) error {
	courses := t.Gorm().Table("pathways w").Select("w.course_id").Where("w.id IN (?)", which)
	if _, err := store.Change(t.Gorm().Where("course_id IN (?)", courses).Delete(&CourseTopic{})); err != nil {
		return err
	}
	_, err := store.Change(t.Gorm().Exec(`INSERT INTO course_topics (course_id, kind, code) SELECT DISTINCT w.course_id, t.kind, t.code
		FROM pathways w JOIN pathway_steps n ON n.pathway_id = w.id JOIN course_topics t ON t.course_id = n.course_id WHERE w.id IN (?)`, which))
	if err != nil {
		return err
	}
	return Abilities(t).refresh(t.Gorm().Model(&Completion{}).Select("therapist_id").Where("course_id IN (?)", courses))
}
