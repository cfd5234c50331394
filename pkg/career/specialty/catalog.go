package specialty

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/standard"
)

const (
	mostTopics      = 300 // of a school's own
	mostCourseLinks = 60
)

var topicCode = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// Topics is a school's catalog: the shipped topics and its own, by kind and
// title, hidden ones marked. It holds a few hundred at the most and has no
// pages. Permission: topic.read.
func (s *courses) Topics(ctx context.Context, a access.Actor, org core.OrganizationID) ([]Topic, error) {
	return act.Look(ctx, s.act, a, access.TopicRead, func(ctx context.Context, r act.Reader[Tx]) ([]Topic, error) {
		if err := r.May(ctx, access.Target{Organization: org}); err != nil {
			return nil, err
		}
		return catalogOf(ctx, r.Tx, org)
	})
}

// catalogOf joins the shipped topics with a school's word on them and its own.
func catalogOf(ctx context.Context, tx Catalog, org core.OrganizationID) ([]Topic, error) {
	own, err := tx.Topics(ctx, org)
	if err != nil {
		return nil, err
	}
	all := Shipped()
	for _, t := range own {
		if i := topicOf(all, t.TopicRef); i >= 0 {
			all[i].Hidden = t.Hidden
			continue
		}
		t.SchoolHours = true
		all = append(all, t)
	}
	slices.SortStableFunc(all, func(a, b Topic) int {
		return cmp.Or(slices.Index(TopicKinds, a.Kind)-slices.Index(TopicKinds, b.Kind), cmp.Compare(a.Title, b.Title))
	})
	return all, nil
}

var writesTopic = act.Declare(access.TopicWrite, act.NewEvent("topic.write", "topic"))

// AddTopic adds a school's own topic. Permission: topic.write. Codes by field:
// unknown_kind, bad_code, required, too_long, bad_character, duplicate,
// too_many.
func (s *courses) AddTopic(ctx context.Context, a access.Actor, org core.OrganizationID, t Topic) (Topic, error) {
	return act.Do(ctx, s.act, a, writesTopic, act.Command[Tx, struct{}, Topic]{
		At:      access.Target{Organization: org},
		Prepare: func(context.Context) error { return checkTopic(&t) },
		Change: func(ctx context.Context, x act.Step[Tx], _ struct{}) (Topic, error) {
			added := Topic{TopicRef: t.TopicRef, Title: t.Title, SchoolHours: true, CreatedAt: x.Now}
			all, err := catalogOf(ctx, x.Tx, org)
			switch {
			case err != nil:
			case topicOf(all, t.TopicRef) >= 0:
				err = core.InvalidField("code", "duplicate.topic")
			case len(all) >= len(shipped)+mostTopics:
				err = core.InvalidField("code", "too_many.code", "mostTopics", mostTopics)
			}
			return added, err
		},
		Save: func(ctx context.Context, x act.Step[Tx], _ struct{}, t Topic) error {
			return x.Tx.SaveTopic(ctx, org, t)
		},
		Tell: func(_ struct{}, t Topic) []act.Told {
			return act.Of(t.Code, map[string]string{"kind": string(t.Kind)})
		},
	})
}

func checkTopic(t *Topic) error {
	var c core.Collect
	if !slices.Contains(TopicKinds, t.Kind) {
		c.Add("kind", "unknown_kind.specialty")
	}
	if len(t.Code) > 60 || !topicCode.MatchString(t.Code) {
		c.Add("code", "bad_code.topic")
	}
	line(&c, "title", &t.Title, 1, 80)
	return c.Err()
}

// topicOf is the place of a topic in a catalog, -1 where it has none.
func topicOf(all []Topic, ref TopicRef) int {
	return slices.IndexFunc(all, func(t Topic) bool { return t.TopicRef == ref })
}

// HideTopic takes a topic out of what is offered for courses, or offers it
// again. Courses that have it keep it. Permission: topic.write. Code: not_found.
func (s *courses) HideTopic(ctx context.Context, a access.Actor, org core.OrganizationID, ref TopicRef, hidden bool) (Topic, error) {
	return act.Do(ctx, s.act, a, writesTopic, act.Command[Tx, struct{}, Topic]{
		At: access.Target{Organization: org},
		Change: func(ctx context.Context, x act.Step[Tx], _ struct{}) (Topic, error) {
			all, err := catalogOf(ctx, x.Tx, org)
			if err != nil {
				return Topic{}, err
			}
			i := topicOf(all, ref)
			if i < 0 {
				return Topic{}, core.NotFound("topic")
			}
			all[i].Hidden = hidden
			return all[i], nil
		},
		Save: func(ctx context.Context, x act.Step[Tx], _ struct{}, t Topic) error {
			if t.Shipped {
				t.Title, t.CreatedAt = "", x.Now
			}
			return x.Tx.SaveTopic(ctx, org, t)
		},
		Tell: func(_ struct{}, t Topic) []act.Told {
			return act.Of(t.Code, map[string]string{"kind": string(t.Kind), "hidden": fmt.Sprint(hidden)})
		},
	})
}

// Details is a course with what it is about. SchoolHours says that its hours are
// the school's own: no standard is named.
type Details struct {
	Course      core.Course
	Topics      []Topic
	SchoolHours bool
}

// DetailsInput is what a school says of a course besides its hours: the topics
// that it links (several conditions, techniques and modalities), how long its
// certificate is good (ValidMonths 0: without end), the code of the course that
// it refreshes, and the key of the specialty's standard.
type DetailsInput struct {
	Topics              []TopicRef
	Lasts               core.Lasting
	Refreshes, Standard string
}

// CourseDetails finds what a course is about. Permission: course.read. Code:
// not_found.
func (s *courses) CourseDetails(ctx context.Context, a access.Actor, id core.CourseID) (Details, error) {
	return act.Read(ctx, s.act, a, access.CourseRead, func(ctx context.Context, r act.Reader[Tx]) (Details, error) {
		course, err := r.Tx.Course(ctx, id)
		if err == nil {
			err = r.May(ctx, access.Target{Organization: course.OrganizationID})
		}
		if err != nil {
			return Details{}, err
		}
		all, err := catalogOf(ctx, r.Tx, course.OrganizationID)
		if err != nil {
			return Details{}, err
		}
		linked, err := r.Tx.CourseTopics(ctx, []core.CourseID{id})
		return detailsOf(course, all, linked[id]), err
	})
}

// detailsOf takes of a catalog what a course is about.
func detailsOf(course core.Course, all []Topic, linked []TopicRef) Details {
	d := Details{Course: course, SchoolHours: course.Standard == ""}
	for _, t := range all {
		if slices.Contains(linked, t.TopicRef) {
			d.Topics = append(d.Topics, t)
		}
	}
	return d
}

// SetCourseDetails writes what a course is about, and so its pathways. What was
// certified already keeps its end; who is trained for what follows at once. Permission:
// course.write. Codes by field: unknown_topic, too_many, bad_number,
// unknown_course, bad_refresher, unknown_standard; stale, not_found.
func (s *courses) SetCourseDetails(ctx context.Context, a access.Actor, id core.CourseID, version int, in DetailsInput) (Details, error) {
	return act.Do(ctx, s.act, a, updatesCourse, act.Command[Tx, core.Course, Details]{
		Version: version,
		Find:    findCourse(id),
		Change: func(ctx context.Context, x act.Step[Tx], course core.Course) (Details, error) {
			all, err := catalogOf(ctx, x.Tx, course.OrganizationID)
			if err != nil {
				return Details{}, err
			}
			if err := in.check(ctx, x.Tx, course, all); err != nil {
				return Details{}, err
			}
			course.Lasts, course.Refreshes, course.Standard = in.Lasts, in.Refreshes, in.Standard
			course.Version++
			return detailsOf(course, all, in.Topics), nil
		},
		Save: func(ctx context.Context, x act.Step[Tx], from core.Course, to Details) error {
			to.Course.Version = from.Version
			if err := x.Tx.SetCourseDetails(ctx, to.Course); err != nil {
				return err
			}
			if err := x.Tx.SetCourseTopics(ctx, id, in.Topics); err != nil {
				return err
			}
			return x.Tx.LinkPathwaysOf(ctx, id)
		},
		Tell: func(core.Course, Details) []act.Told { return act.Of(id.String(), nil) },
	})
}

// check wants the topics of an input to be of the school's catalog.
func (in *DetailsInput) check(ctx context.Context, tx Courses, course core.Course, all []Topic) error {
	var c core.Collect
	slices.SortFunc(in.Topics, func(a, b TopicRef) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Code, b.Code)) })
	in.Topics = slices.Compact(in.Topics)
	if len(in.Topics) > mostCourseLinks {
		c.Add("topics", "too_many.topics", "mostCourseLinks", mostCourseLinks)
	}
	for i, ref := range in.Topics {
		if topicOf(all, ref) < 0 {
			c.Add(fmt.Sprintf("topics[%d]", i), "unknown_topic", "kind", ref.Kind, "code", ref.Code)
		}
	}
	if in.Lasts.Months < 0 || in.Lasts.Months > 240 || in.Lasts.YearEnd && in.Lasts.Months == 0 {
		c.Add("valid_months", "bad_number.valid_months")
	}
	if err := checkRefresher(ctx, tx, &c, course, in.Refreshes); err != nil {
		return err
	}
	if err := checkStandard(&c, in.Standard); err != nil {
		return err
	}
	return c.Err()
}

// checkRefresher wants a refresher to ask for the course that it refreshes.
func checkRefresher(ctx context.Context, tx Courses, c *core.Collect, course core.Course, code string) error {
	if code == "" {
		return nil
	}
	other, err := tx.CourseByCode(ctx, course.OrganizationID, code)
	switch {
	case errors.Is(err, core.NotFound("course")):
		c.Add("refreshes", "unknown_course.refreshes", "code", code)
		return nil
	case err != nil:
		return err
	}
	asks := slices.ContainsFunc(course.Prerequisites, func(p core.Prerequisite) bool { return p.CourseCode == code })
	if other.ID == course.ID || !asks {
		c.Add("refreshes", "bad_refresher", "code", code)
	}
	return nil
}

// checkStandard notes where a key is that of no specialty's standard; empty is
// none.
func checkStandard(c *core.Collect, key string) error {
	if key == "" {
		return nil
	}
	all, err := standard.Specialties()
	if !slices.ContainsFunc(all, func(std standard.Standard) bool { return std.Key == key }) {
		c.Add("standard", "unknown_standard", "key", key)
	}
	return err
}
