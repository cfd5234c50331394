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
// need and no other, unique codes and ids, subjects that exist, exactly one
// total. Each fault names the path of its field, such as "rules[2].minutes",
// with the code required, bad_key, repeated, unknown_kind, unknown_subject,
// unknown_setting, unknown_delivery, bad_minutes, not_of_kind, too_long,
// too_many or bad_range.
func (s Standard) Validate() error {
	var c core.Collect
	key(&c, "key", s.Key)
	text(&c, "version", s.Version, 32)
	text(&c, "title", s.Title, 200)
	if !s.EffectiveTo.IsZero() && s.EffectiveTo.Before(s.EffectiveFrom) {
		c.Add("effective_to", "bad_range", "It ends on %s, before it begins.", s.EffectiveTo)
	}
	s.validateSubjects(&c)
	s.validateRules(&c)
	return c.Err()
}

func (s Standard) validateSubjects(c *core.Collect) {
	switch {
	case len(s.Subjects) == 0:
		c.Add("subjects", "required", "At least one subject is needed.")
	case len(s.Subjects) > MostSubjects:
		c.Add("subjects", "too_many", "At most %d subjects can be kept.", MostSubjects)
		return
	}
	names := map[string]int{}
	for i, subject := range s.Subjects {
		path := fmt.Sprintf("subjects[%d]", i)
		key(c, path+".code", subject.Code)
		text(c, path+".title", subject.Title, 200)
		for field, name := range map[string]string{".code": subject.Code, ".title": subject.Title} {
			name = strings.ToLower(name)
			if first, taken := names[name]; taken && first != i {
				c.Add(path+field, "repeated", "subjects[%d] has this name already.", first)
			}
			names[name] = i
		}
	}
}

func (s Standard) validateRules(c *core.Collect) {
	if len(s.Rules) > MostRules {
		c.Add("rules", "too_many", "At most %d rules can be kept.", MostRules)
		return
	}
	ids, concerns, totals := map[string]int{}, map[string]int{}, 0
	for i, r := range s.Rules {
		path := fmt.Sprintf("rules[%d]", i)
		key(c, path+".id", r.ID)
		if first, taken := ids[r.ID]; taken {
			c.Add(path+".id", "repeated", "rules[%d] has this id already.", first)
		}
		ids[r.ID] = i
		text(c, path+".text", r.Text, 500)
		text(c, path+".source", r.Source, 500)
		s.validateRule(c, path, r)
		concern := fmt.Sprint(r.Kind, r.Subject, r.Setting, r.Delivery)
		if first, taken := concerns[concern]; taken {
			c.Add(path+".kind", "repeated", "rules[%d] says the same thing already.", first)
		}
		concerns[concern] = i
		if r.Kind == Total {
			totals++
		}
	}
	if totals == 0 {
		c.Add("rules", "required", "A rule of the kind %q is needed.", Total)
	}
}

func (s Standard) validateRule(c *core.Collect, path string, r Rule) {
	needs, known := fieldsOf[r.Kind]
	if !known {
		c.Add(path+".kind", "unknown_kind", "%q is no kind of rule.", r.Kind)
		return
	}
	set := map[string]bool{"minutes": r.Minutes != 0, "subject": r.Subject != "", "setting": r.Setting != "", "delivery": r.Delivery != ""}
	for _, field := range []string{"minutes", "subject", "setting", "delivery"} {
		switch needed := slices.Contains(needs, field); {
		case needed && !set[field]:
			c.Add(path+"."+field, "required", "A rule of the kind %q needs it.", r.Kind)
		case !needed && set[field]:
			c.Add(path+"."+field, "not_of_kind", "A rule of the kind %q has no such field.", r.Kind)
		}
	}
	if r.Minutes < 0 || r.Minutes > MostMinutes {
		c.Add(path+".minutes", "bad_minutes", "Minutes lie between 1 and %d.", MostMinutes)
	}
	if r.Subject != "" && s.subject(r.Subject) < 0 {
		c.Add(path+".subject", "unknown_subject", "%q is no subject of this standard.", r.Subject)
	}
	if r.Setting != "" && !slices.Contains(core.Settings, r.Setting) {
		c.Add(path+".setting", "unknown_setting", "The setting is classroom, lab, clinic or externship.")
	}
	if r.Delivery != "" && !slices.Contains(core.Deliveries, r.Delivery) {
		c.Add(path+".delivery", "unknown_delivery", "The delivery is in-person or distance.")
	}
}

var fieldsOf = map[Kind][]string{
	Total:          {"minutes"},
	SubjectMinimum: {"minutes", "subject"},
	DayCap:         {"minutes"},
	SettingCap:     {"minutes", "setting"},
	DeliveryCap:    {"minutes", "delivery"},
	SupervisedOnly: {},
}

func key(c *core.Collect, path, s string) {
	if s == "" {
		c.Add(path, "required", "This is needed.")
	} else if len(s) > 64 || !keyShape.MatchString(s) {
		c.Add(path, "bad_key", "At most 64 of a to z, 0 to 9 and single hyphens between them.")
	}
}

func text(c *core.Collect, path, s string, most int) {
	_, err := core.CleanText(s, 1, most)
	_ = c.Check(path, err)
}
