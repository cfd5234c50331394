package specialtydb

import (
	"context"

	"gorm.io/gorm/clause"

	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Topic is a school's word on a topic of the catalog.
type Topic struct {
	OrganizationID core.OrganizationID `gorm:"primaryKey"`
	Kind           specialty.TopicKind `gorm:"primaryKey"`
	Code           string              `gorm:"primaryKey"`
	Title          string              `gorm:"not null"`
	Hidden         bool                `gorm:"not null"`
	CreatedAt      store.Moment        `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (Topic) TableName() string { return "topics" }

// CourseTopic is what a course is about.
type CourseTopic struct {
	CourseID core.CourseID       `gorm:"primaryKey"`
	Kind     specialty.TopicKind `gorm:"primaryKey"`
	Code     string              `gorm:"primaryKey"`
}

// TableName implements schema.Tabler.
func (CourseTopic) TableName() string { return "course_topics" }

// Topics are what a school added to the catalog, and the shipped topics that
// it hides, which have no title.
func (t Catalog) Topics(_ context.Context, org core.OrganizationID) ([]specialty.Topic, error) {
	found, err := store.All[Topic](t.Gorm().Where("organization_id = ?", org).Order("kind, code"))
	return store.Each(found, func(p Topic) specialty.Topic {
		return specialty.Topic{TopicRef: specialty.TopicRef{Kind: p.Kind, Code: p.Code}, Title: p.Title, Hidden: p.Hidden, CreatedAt: p.CreatedAt.Time}
	}), err
}

// TopicTitles are the titles of what some schools added to the catalog.
func (t Catalog) TopicTitles(_ context.Context, orgs []core.OrganizationID) (map[specialty.TopicRef]string, error) {
	found, err := store.All[Topic](t.Gorm().Where("title <> ''").Where(store.In(t.Tx, "organization_id", orgs)))
	out := make(map[specialty.TopicRef]string, len(found))
	for _, p := range found {
		out[specialty.TopicRef{Kind: p.Kind, Code: p.Code}] = p.Title
	}
	return out, err
}

// SaveTopic keeps a school's word on a topic in the place of the one before.
func (t Catalog) SaveTopic(_ context.Context, org core.OrganizationID, p specialty.Topic) error {
	return store.Insert(t.Gorm().Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "organization_id"}, {Name: "kind"}, {Name: "code"}},
		DoUpdates: clause.AssignmentColumns([]string{"title", "hidden"}),
	}), &Topic{OrganizationID: org, Kind: p.Kind, Code: p.Code, Title: p.Title, Hidden: p.Hidden, CreatedAt: store.At(p.CreatedAt)})
}

// CourseTopics are the topics of courses, in the order of their codes.
func (t Catalog) CourseTopics(_ context.Context, courses []core.CourseID) (map[core.CourseID][]specialty.TopicRef, error) {
	found, err := store.All[CourseTopic](t.Gorm().Where(store.In(t.Tx, "course_id", courses)).Order("course_id, kind, code"))
	out := map[core.CourseID][]specialty.TopicRef{}
	for _, p := range found {
		out[p.CourseID] = append(out[p.CourseID], specialty.TopicRef{Kind: p.Kind, Code: p.Code})
	}
	return out, err
}

// SetCourseTopics writes what a course is about, and again what those who hold
// its certificate, or one of a course that refreshes it, are trained for.
func (t Catalog) SetCourseTopics(_ context.Context, course core.CourseID, topics []specialty.TopicRef) error {
	if _, err := store.Change(t.Gorm().Where("course_id = ?", course).Delete(&CourseTopic{})); err != nil {
		return err
	}
	err := store.Insert(t.Gorm(), store.Each(topics, func(p specialty.TopicRef) CourseTopic { return CourseTopic{course, p.Kind, p.Code} }))
	if err != nil {
		return err
	}
	return Abilities(t).refresh(t.Gorm().Model(&Completion{}).Select("therapist_id").Where("course_id = ?", course))
}
