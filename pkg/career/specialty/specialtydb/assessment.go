package specialtydb

import (
	"context"

	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/account/accountdb"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Form is a school's form by competency.
type Form struct {
	ID             core.AssessmentFormID `gorm:"primaryKey"`
	OrganizationID core.OrganizationID   `gorm:"not null"`
	Title          string                `gorm:"not null"`
	Scale          int                   `gorm:"not null"`
	Competencies   store.JSON[[]string]  `gorm:"not null" of:"assessment_forms"`
	CreatedAt      store.Moment          `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (Form) TableName() string { return "assessment_forms" }

func (f Form) toCore() specialty.AssessmentForm {
	return specialty.AssessmentForm{ID: f.ID, OrganizationID: f.OrganizationID, Title: f.Title, Scale: f.Scale, Competencies: f.Competencies.V, CreatedAt: f.CreatedAt.Time}
}

// InsertAssessmentForm keeps a form for good.
func (t Sections) InsertAssessmentForm(_ context.Context, f specialty.AssessmentForm) error {
	return store.Insert(t.Gorm(), &Form{
		ID: f.ID, OrganizationID: f.OrganizationID, Title: f.Title, Scale: f.Scale, Competencies: store.JSON[[]string]{V: f.Competencies},
		CreatedAt: store.At(f.CreatedAt),
	})
}

// AssessmentForm finds a form.
func (t Sections) AssessmentForm(_ context.Context, id core.AssessmentFormID) (specialty.AssessmentForm, error) {
	f, err := store.One[Form](t.Gorm().Where("id = ?", id), "assessment form")
	return f.toCore(), err
}

// AssessmentForms are at most limit forms of a school, newest first, that follow
// the form after.
func (t Sections) AssessmentForms(_ context.Context, org core.OrganizationID, after core.AssessmentFormID, limit int) ([]specialty.AssessmentForm, error) {
	q := t.Gorm().Where("organization_id = ?", org)
	if !after.IsZero() {
		q = q.Where("id < ?", after)
	}
	found, err := store.All[Form](q.Order("id DESC").Limit(limit))
	return store.Each(found, Form.toCore), err
}

// Assessment is a form that was filled in.
type Assessment struct {
	ID          core.AssessmentID     `gorm:"primaryKey"`
	FormID      core.AssessmentFormID `gorm:"not null"`
	SectionID   core.SectionID        `gorm:"not null"`
	TherapistID core.TherapistID      `gorm:"not null"`
	Scores      store.JSON[[]int]     `gorm:"not null" of:"assessments"`
	Remark      string                `gorm:"not null"`
	RecordedBy  core.AccountID        `gorm:"not null"`
	RecordedAt  store.Moment          `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (Assessment) TableName() string { return "assessments" }

// InsertAssessment keeps a filled-in form for good.
func (t Sections) InsertAssessment(_ context.Context, a specialty.Assessment) error {
	return store.Insert(t.Gorm(), &Assessment{
		ID: a.ID, FormID: a.FormID, SectionID: a.SectionID, TherapistID: a.TherapistID, Scores: store.JSON[[]int]{V: a.Scores}, Remark: a.Remark,
		RecordedBy: a.RecordedBy, RecordedAt: store.At(a.RecordedAt),
	})
}

// Assessments are at most limit of those of a section, newest first, that follow
// the one after; of one therapist, if one is given.
func (t Sections) Assessments(_ context.Context, section core.SectionID, therapist core.TherapistID, after core.AssessmentID, limit int) ([]specialty.Assessment, error) {
	type row struct {
		Assessment
		Name         string
		Title        string
		Scale        int
		Competencies store.JSON[[]string] `of:"assessment_forms.form_id"`
	}
	q := t.Gorm().Select("assessments.*, a.name, f.title, f.scale, f.competencies").
		Joins("JOIN assessment_forms f ON f.id = assessments.form_id").Joins("JOIN people a ON a.id = assessments.therapist_id").Where("assessments.section_id = ?", section)
	if !therapist.IsZero() {
		q = q.Where(accountdb.OfPerson("assessments.therapist_id", therapist))
	}
	if !after.IsZero() {
		q = q.Where("assessments.id < ?", after)
	}
	found, err := store.All[row](q.Order("assessments.id DESC").Limit(limit))
	return store.Each(found, func(r row) specialty.Assessment {
		form := Form{ID: r.FormID, Title: r.Title, Scale: r.Scale, Competencies: r.Competencies}
		return specialty.Assessment{
			ID: r.ID, FormID: r.FormID, SectionID: r.SectionID, TherapistID: r.TherapistID, Name: r.Name, Form: form.toCore(),
			Scores: r.Scores.V, Remark: r.Remark, RecordedBy: r.RecordedBy, RecordedAt: r.RecordedAt.Time,
		}
	}), err
}
