// Package specialtyweb shows courses, the catalog of what they are about,
// sections, pathways, who is trained for what, and the public directory.
package specialtyweb

import (
	"regexp"
	"strings"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

// All are the pages of courses and specialties.
func All(s *specialty.Service, a *account.Service) []page.Pages {
	return []page.Pages{&Courses{s}, &Catalog{s}, &Pathways{s}, &Sections{s, a}, &Readiness{s}, &Directory{s}, &Moderation{s}}
}

// searched is how many of a school's completions one look for those of a course
// goes through.
const searched = 100

// course is a course for someone who may do an action to it.
func course(r *page.Request, s *specialty.Service, id core.CourseID, action access.Action) (core.Course, error) {
	c, err := s.Course(r.Ctx(), r.Actor, id)
	if err != nil {
		return c, err
	}
	r.Place = c.OrganizationID
	return c, access.Can(r.Actor, action, access.Target{Organization: c.OrganizationID})
}

func standardOptions() ([]render.Option, error) {
	all, err := standard.Specialties()
	options := make([]render.Option, len(all))
	for i, std := range all {
		options[i] = render.Option{Value: std.Key, Label: std.Title}
	}
	return options, err
}

func topicOptions(all []specialty.Topic) (conditions, means []render.Option) {
	for _, t := range all {
		switch t.Kind {
		case specialty.TopicCondition:
			conditions = append(conditions, render.Option{Value: t.Code, Label: t.Title})
		case specialty.TopicTechnique, specialty.TopicModality:
			means = append(means, render.Option{Value: t.Code, Label: t.Title})
		}
	}
	return conditions, means
}

// dashed makes a code of words: "Frozen shoulder" is frozen-shoulder.
func dashed(words string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(words), func(c rune) bool { return (c < 'a' || c > 'z') && (c < '0' || c > '9') }), "-")
}

var noUnit = regexp.MustCompile(`^\d+$`)

// length reads minutes and wants their unit: a course of "40" could be 40 hours.
func length(f *page.Reading, name string) core.Minutes {
	if n := f.Text(name); noUnit.MatchString(n) && n != "0" {
		f.Add(name, "bad_minutes.unit", "n", n, "n2", n)
		return 0
	}
	return f.Minutes(name)
}

// lasting reads how long a certificate is good.
func lasting(f *page.Reading) core.Lasting {
	return core.Lasting{Months: f.Number("valid_months"), YearEnd: f.Get("year_end") != ""}
}

// renamed shows each fault at the field that name gives for it.
func renamed(form render.Form, name func(string) string) render.Form {
	errors := append([]render.FieldError(nil), form.Errors...)
	for i := range errors {
		errors[i].Name = name(errors[i].Name)
	}
	form.Errors = errors
	return form
}

// listFault shows what is wrong with an item of a list at its one field.
func listFault(form render.Form) render.Form {
	return renamed(form, func(name string) string {
		name, _, _ = strings.Cut(name, "[")
		return name
	})
}
