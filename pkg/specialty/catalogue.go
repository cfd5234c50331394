package specialty

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/standard"
)

const (
	mostTopics      = 300 // of a school's own
	mostCourseLinks = 60
)

var topicCode = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// Topics is a school's catalogue: the shipped topics and its own, by kind and
// title, hidden ones marked. It holds a few hundred at the most and has no
// pages. Permission: topic.read.
func (s *Service) Topics(ctx context.Context, a access.Actor, org core.OrganizationID) ([]core.Topic, error) {
	if err := access.Can(a, access.TopicRead, access.Target{Organization: org}); err != nil {
		return nil, err
	}
	var all []core.Topic
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		all, err = catalogueOf(ctx, tx, org)
		return err
	})
	return all, err
}

// catalogueOf joins the shipped topics with a school's word on them and its own.
func catalogueOf(ctx context.Context, tx Catalogue, org core.OrganizationID) ([]core.Topic, error) {
	own, err := tx.Topics(ctx, org)
	if err != nil {
		return nil, err
	}
	all := Shipped()
	for _, t := range own {
		i := slices.IndexFunc(all, func(s core.Topic) bool { return s.TopicRef == t.TopicRef })
		if i >= 0 {
			all[i].Hidden = t.Hidden
			continue
		}
		t.SchoolHours = true
		all = append(all, t)
	}
	slices.SortStableFunc(all, func(a, b core.Topic) int {
		return cmp.Or(slices.Index(core.TopicKinds, a.Kind)-slices.Index(core.TopicKinds, b.Kind), cmp.Compare(a.Title, b.Title))
	})
	return all, nil
}

// AddTopic adds a school's own topic. Permission: topic.write. Codes by field:
// unknown_kind, bad_code, required, too_long, bad_character, duplicate,
// too_many.
func (s *Service) AddTopic(ctx context.Context, a access.Actor, org core.OrganizationID, t core.Topic) (core.Topic, error) {
	if err := access.Can(a, access.TopicWrite, access.Target{Organization: org}); err != nil {
		return core.Topic{}, err
	}
	now := s.src.Now()
	var c core.Collect
	if !slices.Contains(core.TopicKinds, t.Kind) {
		c.Add("kind", "unknown_kind", "The kind is condition, technique, modality or setting.")
	}
	if len(t.Code) > 60 || !topicCode.MatchString(t.Code) {
		c.Add("code", "bad_code", "A code is written in lower case with hyphens, such as frozen-shoulder.")
	}
	line(&c, "title", &t.Title, 1, 80)
	if err := c.Err(); err != nil {
		return core.Topic{}, err
	}
	t = core.Topic{TopicRef: t.TopicRef, Title: t.Title, SchoolHours: true, CreatedAt: now}
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		all, err := catalogueOf(ctx, tx, org)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(all, func(o core.Topic) bool { return o.TopicRef == t.TopicRef }) {
			return core.InvalidField("code", "duplicate", "The catalogue has this topic already.")
		}
		if len(all) >= len(shipped)+mostTopics {
			return core.InvalidField("code", "too_many", "A school adds at most %d topics.", mostTopics)
		}
		if err := tx.SaveTopic(ctx, org, t); err != nil {
			return err
		}
		return s.audit(ctx, tx, a, now, org, "topic.write", "topic", t.Code, map[string]string{"kind": string(t.Kind)})
	})
	return t, err
}

// HideTopic takes a topic out of what is offered for courses, or offers it
// again. Courses that have it keep it. Permission: topic.write. Code: not_found.
func (s *Service) HideTopic(ctx context.Context, a access.Actor, org core.OrganizationID, ref core.TopicRef, hidden bool) (core.Topic, error) {
	if err := access.Can(a, access.TopicWrite, access.Target{Organization: org}); err != nil {
		return core.Topic{}, err
	}
	now := s.src.Now()
	var t core.Topic
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		all, err := catalogueOf(ctx, tx, org)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(o core.Topic) bool { return o.TopicRef == ref })
		if i < 0 {
			return core.NotFound("topic")
		}
		t = all[i]
		t.Hidden = hidden
		kept := t
		if t.Shipped {
			kept.Title, kept.CreatedAt = "", now
		}
		if err := tx.SaveTopic(ctx, org, kept); err != nil {
			return err
		}
		return s.audit(ctx, tx, a, now, org, "topic.write", "topic", t.Code, map[string]string{"kind": string(t.Kind), "hidden": fmt.Sprint(hidden)})
	})
	return t, err
}

// Details is a course with what it is about. SchoolHours says that its hours are
// the school's own: no standard is named.
type Details struct {
	Course      core.Course
	Topics      []core.Topic
	SchoolHours bool
}

// DetailsInput is what a school says of a course besides its hours: the topics
// that it links (several conditions, techniques and modalities), how long its
// certificate is good (ValidMonths 0: without end), the code of the course that
// it refreshes, and the key of the specialty's standard.
type DetailsInput struct {
	Topics              []core.TopicRef
	Lasts               core.Lasting
	Refreshes, Standard string
}

// CourseDetails finds what a course is about. Permission: course.read. Code:
// not_found.
func (s *Service) CourseDetails(ctx context.Context, a access.Actor, id core.CourseID) (Details, error) {
	var d Details
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		if d.Course, err = tx.Course(ctx, id); err != nil {
			return err
		}
		if err := access.Can(a, access.CourseRead, access.Target{Organization: d.Course.OrganizationID}); err != nil {
			return err
		}
		return d.fill(ctx, tx)
	})
	if err != nil {
		return Details{}, err
	}
	return d, nil
}

func (d *Details) fill(ctx context.Context, tx Tx) error {
	all, err := catalogueOf(ctx, tx, d.Course.OrganizationID)
	if err != nil {
		return err
	}
	linked, err := tx.CourseTopics(ctx, []core.CourseID{d.Course.ID})
	d.Topics = nil
	for _, t := range all {
		if slices.Contains(linked[d.Course.ID], t.TopicRef) {
			d.Topics = append(d.Topics, t)
		}
	}
	d.SchoolHours = d.Course.Standard == ""
	return err
}

// SetCourseDetails writes what a course is about, and so its pathways. What was
// certified already keeps its end; who is trained for what follows at once. Permission:
// course.write. Codes by field: unknown_topic, too_many, bad_number,
// unknown_course, bad_refresher, unknown_standard; stale, not_found.
func (s *Service) SetCourseDetails(ctx context.Context, a access.Actor, id core.CourseID, version int, in DetailsInput) (Details, error) {
	now := s.src.Now()
	var d Details
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) (err error) {
		if d.Course, err = tx.Course(ctx, id); err != nil {
			return err
		}
		if err := access.Can(a, access.CourseWrite, access.Target{Organization: d.Course.OrganizationID}); err != nil {
			return err
		}
		if version != 0 && version != d.Course.Version {
			return core.ErrStale
		}
		if err := in.check(ctx, tx, d.Course); err != nil {
			return err
		}
		d.Course.Lasts, d.Course.Refreshes, d.Course.Standard = in.Lasts, in.Refreshes, in.Standard
		if err := tx.SetCourseDetails(ctx, d.Course); err != nil {
			return err
		}
		d.Course.Version++
		if err := tx.SetCourseTopics(ctx, id, in.Topics); err != nil {
			return err
		}
		if err := tx.LinkPathwaysOf(ctx, id); err != nil {
			return err
		}
		if err := d.fill(ctx, tx); err != nil {
			return err
		}
		return s.audit(ctx, tx, a, now, d.Course.OrganizationID, "course.update", "course", id.String(), nil)
	})
	if err != nil {
		return Details{}, err
	}
	return d, nil
}

func (in *DetailsInput) check(ctx context.Context, tx Tx, course core.Course) error {
	var c core.Collect
	all, err := catalogueOf(ctx, tx, course.OrganizationID)
	if err != nil {
		return err
	}
	slices.SortFunc(in.Topics, func(a, b core.TopicRef) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Code, b.Code)) })
	in.Topics = slices.Compact(in.Topics)
	if len(in.Topics) > mostCourseLinks {
		c.Add("topics", "too_many", "A course has at most %d topics.", mostCourseLinks)
	}
	for i, ref := range in.Topics {
		if !slices.ContainsFunc(all, func(t core.Topic) bool { return t.TopicRef == ref }) {
			c.Add(fmt.Sprintf("topics[%d]", i), "unknown_topic", "The school's catalogue has no %s %q.", ref.Kind, ref.Code)
		}
	}
	if in.Lasts.Months < 0 || in.Lasts.Months > 240 || in.Lasts.YearEnd && in.Lasts.Months == 0 {
		c.Add("valid_months", "bad_number", "A certificate is good for 1 to 240 months, or without end; until the end of a year only with months.")
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
		c.Add("refreshes", "unknown_course", "There is no course with the code %s.", code)
		return nil
	case err != nil:
		return err
	}
	asks := slices.ContainsFunc(course.Prerequisites, func(p core.Prerequisite) bool { return p.CourseCode == code })
	if other.ID == course.ID || !asks {
		c.Add("refreshes", "bad_refresher", "A refresher has the course that it refreshes, %s, among what it asks for. Add it there first.", code)
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
		c.Add("standard", "unknown_standard", "There is no specialty standard %q.", key)
	}
	return err
}
