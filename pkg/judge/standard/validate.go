package standard

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/palmar/palmar/pkg/core"
)

// Most is the largest number of minutes, subjects and rules of a standard.
const (
	MostMinutes  = core.Minutes(1_000_000)
	MostSubjects = 100
	MostRules    = 300
)

var keyShape = regexp.MustCompile(`^[a-z0-9]+(?:-[a-z0-9]+)*$`)

// Validate checks the laws of a standard: known kinds with the fields that they
// need and no other, unique codes and ids, subjects and groups that exist,
// exactly one total, which is not temporary. Each fault names the path of its
// field, such as "rules[2].minutes", with the code required, bad_key, repeated,
// unknown_kind, unknown_subject, unknown_group, unknown_member, unknown_value,
// unknown_setting, unknown_delivery, bad_minutes, bad_number, not_of_kind,
// not_within, too_long, too_many or bad_range.
func (s Standard) Validate() error {
	var c core.Collect
	key(&c, "key", s.Key)
	text(&c, "version", s.Version, 32)
	text(&c, "title", s.Title, 200)
	optional(&c, "source", s.Source, 500)
	optional(&c, "note", s.Note, 1000)
	period(&c, "effective_to", s.EffectiveFrom, s.EffectiveTo)
	oneOf(&c, "basis", s.Basis, "", AtEnrollment, AtApplication)
	oneOf(&c, "confidence", s.Confidence, "", High, Medium, Low)
	s.validateSubjects(&c)
	s.validateRules(&c)
	s.Validity.validate(&c)
	validateClaims(&c, s.Claims)
	return c.Err()
}

func (s Standard) validateSubjects(c *core.Collect) {
	switch {
	case len(s.Subjects) == 0 && !s.OpenSubjects:
		c.Add("subjects", "required.subjects")
	case len(s.Subjects) > MostSubjects:
		c.Add("subjects", "too_many.subjects", "mostSubjects", MostSubjects)
		return
	case len(s.Groups) > MostSubjects:
		c.Add("groups", "too_many.groups", "mostSubjects", MostSubjects)
		return
	}
	names := map[string]string{}
	own := func(path, field, name string) {
		name = strings.ToLower(name)
		if first, taken := names[name]; taken && first != path {
			c.Add(path+field, "repeated.name", "first", first)
		}
		names[name] = path
	}
	for i, subject := range s.Subjects {
		path := fmt.Sprintf("subjects[%d]", i)
		key(c, path+".code", subject.Code)
		text(c, path+".title", subject.Title, 200)
		own(path, ".code", subject.Code)
		own(path, ".title", subject.Title)
		someOrNone(c, path+".also", subject.Also)
		for j, other := range subject.Also {
			field := fmt.Sprintf(".also[%d]", j)
			key(c, path+field, other)
			own(path, field, other)
		}
	}
	someOrNone(c, "groups", s.Groups)
	for i, g := range s.Groups {
		path := fmt.Sprintf("groups[%d]", i)
		key(c, path+".code", g.Code)
		text(c, path+".title", g.Title, 200)
		own(path, ".code", g.Code)
		s.validateMembers(c, path+".members", i)
	}
}

// validateMembers lets a group name only what stands before it, so that no group
// can be within itself.
func (s Standard) validateMembers(c *core.Collect, path string, group int) {
	members := s.Groups[group].Members
	if len(members) == 0 || len(members) > MostSubjects {
		c.Add(path, "required.members", "mostSubjects", MostSubjects)
		return
	}
	for j, member := range members {
		earlier := slices.ContainsFunc(s.Groups[:group], func(g Group) bool { return g.Code == member })
		if !earlier && s.subject(member) < 0 {
			c.Add(fmt.Sprintf("%s[%d]", path, j), "unknown_member", "member", member)
		}
	}
}

func key(c *core.Collect, path, s string) {
	if s == "" {
		c.Add(path, "required.needed")
	} else if len(s) > 64 || !keyShape.MatchString(s) {
		c.Add(path, "bad_key")
	}
}

func text(c *core.Collect, path, s string, most int) {
	_, err := core.CleanText(s, 1, most)
	_ = c.Check(path, err)
}

func optional(c *core.Collect, path, s string, most int) {
	_, err := core.CleanText(s, 0, most)
	_ = c.Check(path, err)
}

func period(c *core.Collect, path string, from, to core.Date) {
	if !to.IsZero() && to.Before(from) {
		c.Add(path, "bad_range.standard", "to", to)
	}
}

func oneOf[T ~string](c *core.Collect, path string, value T, known ...T) {
	if !slices.Contains(known, value) {
		c.Add(path, "unknown_value.known", "value", value, "known", known)
	}
}

// someOrNone refuses an empty list, which is written like no list.
func someOrNone[T any](c *core.Collect, path string, list []T) {
	if list != nil && len(list) == 0 {
		c.Add(path, "required.list")
	}
}
