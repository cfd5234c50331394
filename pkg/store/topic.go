package store

import (
	"context"

	"github.com/palmar/palmar/pkg/core"
)

type topicRow struct {
	OrganizationID core.OrganizationID `gorm:"primaryKey"`
	Kind           core.TopicKind      `gorm:"primaryKey"`
	Code           string              `gorm:"primaryKey"`
	Title          string              `gorm:"not null"`
	Hidden         bool                `gorm:"not null"`
	CreatedAt      moment              `gorm:"not null"`
}

type courseTopicRow struct {
	CourseID core.CourseID  `gorm:"primaryKey"`
	Kind     core.TopicKind `gorm:"primaryKey"`
	Code     string         `gorm:"primaryKey"`
}

// Topics are what a school added to the catalogue, and the shipped topics that
// it hides, which have no title.
func (tx *Tx) Topics(_ context.Context, org core.OrganizationID) ([]core.Topic, error) {
	rows, err := many[topicRow](tx.g, `SELECT * FROM topics WHERE organization_id = ? ORDER BY kind, code`, org)
	return mapped(rows, func(r topicRow) core.Topic {
		return core.Topic{TopicRef: core.TopicRef{Kind: r.Kind, Code: r.Code}, Title: r.Title, Hidden: r.Hidden, CreatedAt: r.CreatedAt.Time}
	}), err
}

// TopicTitles are the titles of what some schools added to the catalogue.
func (tx *Tx) TopicTitles(_ context.Context, orgs []core.OrganizationID) (map[core.TopicRef]string, error) {
	condition, arg := in(tx, "organization_id", orgs)
	rows, err := many[topicRow](tx.g, `SELECT * FROM topics WHERE title <> '' AND `+condition, arg)
	out := make(map[core.TopicRef]string, len(rows))
	for _, r := range rows {
		out[core.TopicRef{Kind: r.Kind, Code: r.Code}] = r.Title
	}
	return out, err
}

// SaveTopic keeps a school's word on a topic in the place of the one before.
func (tx *Tx) SaveTopic(_ context.Context, org core.OrganizationID, t core.Topic) error {
	_, err := tx.exec(`INSERT INTO topics (organization_id, kind, code, title, hidden, created_at) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (organization_id, kind, code) DO UPDATE SET title = excluded.title, hidden = excluded.hidden`,
		org, t.Kind, t.Code, t.Title, t.Hidden, at(t.CreatedAt))
	return err
}

// CourseTopics are the topics of courses, in the order of their codes.
func (tx *Tx) CourseTopics(_ context.Context, courses []core.CourseID) (map[core.CourseID][]core.TopicRef, error) {
	condition, arg := in(tx, "course_id", courses)
	rows, err := many[courseTopicRow](tx.g, `SELECT * FROM course_topics WHERE `+condition+` ORDER BY course_id, kind, code`, arg)
	out := map[core.CourseID][]core.TopicRef{}
	for _, r := range rows {
		out[r.CourseID] = append(out[r.CourseID], core.TopicRef{Kind: r.Kind, Code: r.Code})
	}
	return out, err
}

// SetCourseTopics writes what a course is about, and anew what those who hold
// its certificate, or one of a course that refreshes it, are trained for.
func (tx *Tx) SetCourseTopics(_ context.Context, course core.CourseID, topics []core.TopicRef) error {
	if _, err := tx.exec(`DELETE FROM course_topics WHERE course_id = ?`, course); err != nil {
		return err
	}
	if len(topics) > 0 {
		rows := make([]courseTopicRow, len(topics))
		for i, t := range topics {
			rows[i] = courseTopicRow{course, t.Kind, t.Code}
		}
		if err := tx.insert("course_topics", rows); err != nil {
			return err
		}
	}
	return tx.refreshAbilities(`SELECT x.therapist_id FROM course_completions x WHERE x.course_id = ?`, course)
}

// SetCourseDetails writes how long a course's certificate is good, what it
// refreshes and its standard, and raises the version; it gives stale where the
// version is another.
func (tx *Tx) SetCourseDetails(_ context.Context, c core.Course) error {
	return tx.changeOne(`UPDATE courses SET valid_months = ?, year_end = ?, refreshes = ?, standard = ?, version = version + 1 WHERE id = ? AND version = ?`,
		c.Lasts.Months, c.Lasts.YearEnd, c.Refreshes, c.Standard, c.ID, c.Version)
}
