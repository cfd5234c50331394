package logbookweb

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

// part is one part of a draft as a form has it: read writes it into the pack, and
// fill shows what is there.
type part struct {
	name string
	read func(f *page.Reading) func(*standard.Pack) error
	fill func(p *standard.Pack, code string) url.Values
}

var parts = map[string]part{
	"about":   {"about", readAbout, fillAbout},
	"subject": {"subject", readSubject, fillSubject},
	"group":   {"group", readGroup, fillGroup},
	"claim":   {"claim", readClaim, fillClaim},
}

func readAbout(f *page.Reading) func(*standard.Pack) error {
	title, version, source := f.Text("title"), f.Text("version"), f.Text("source")
	asOf, open, note := f.Date("as_of"), f.Get("open_subjects") != "", f.Text("note")
	atOnce := f.Number("students_at_once")
	return func(p *standard.Pack) error {
		var c core.Collect
		for name, text := range map[string]string{"title": title, "version": version, "source": source} {
			if text == "" {
				c.Add(name, "required.needed")
			}
		}
		resource(p.Rules, p.Source, source)
		if p.Key == "sample" {
			p.Key = standard.Code(title)
		}
		p.Title, p.Version, p.Source, p.Note = title, version, source, note
		p.AsOf, p.Undated, p.OpenSubjects, p.StudentsAtOnce = asOf, asOf.IsZero(), open, atOnce
		return c.Err()
	}
}

// resource gives rules that came from the program's source its new one.
func resource(rules []standard.Rule, was, is string) {
	for i := range rules {
		if rules[i].Source == was {
			rules[i].Source = is
		}
		resource(rules[i].Rules, was, is)
	}
}

func fillAbout(p *standard.Pack, _ string) url.Values {
	v := url.Values{"title": {p.Title}, "version": {p.Version}, "source": {p.Source}, "as_of": {p.AsOf.String()}, "note": {p.Note}}
	if p.OpenSubjects {
		v.Set("open_subjects", "true")
	}
	if p.StudentsAtOnce > 0 {
		v.Set("students_at_once", fmt.Sprint(p.StudentsAtOnce))
	}
	return v
}

// readSubject adds a subject, or changes the one with the code that the form names,
// with the least hours that it asks for.
func readSubject(f *page.Reading) func(*standard.Pack) error {
	title, code, least := f.Text("title"), f.Get("code"), hours(f, "minutes")
	var also []string
	for _, other := range strings.Split(f.Get("also"), ",") {
		if other = standard.Code(other); other != "" {
			also = append(also, other)
		}
	}
	return func(p *standard.Pack) error {
		if title == "" {
			return core.InvalidField("title", "required.needed")
		}
		i := slices.IndexFunc(p.Subjects, func(s standard.Subject) bool { return s.Code == code })
		if slices.ContainsFunc(p.Subjects, func(s standard.Subject) bool { return strings.EqualFold(s.Title, title) && s.Code != code }) {
			return core.InvalidField("title", "repeated.name_of_part")
		}
		if i < 0 {
			if code = standard.Code(title); code == "" || taken(p, code) {
				return core.InvalidField("title", "repeated.name_of_part")
			}
			p.Subjects = append(p.Subjects, standard.Subject{Code: code, Title: title})
			i = len(p.Subjects) - 1
		}
		p.Subjects[i].Title, p.Subjects[i].Also = title, also
		return putMinimum(p, code, least)
	}
}

func taken(p *standard.Pack, code string) bool {
	return slices.ContainsFunc(p.Subjects, func(s standard.Subject) bool { return s.Code == code || slices.Contains(s.Also, code) }) ||
		slices.ContainsFunc(p.Groups, func(g standard.Group) bool { return g.Code == code })
}

// putMinimum is the least hours of a subject; none without any.
func putMinimum(p *standard.Pack, code string, least core.Minutes) error {
	i := slices.IndexFunc(p.Rules, func(r standard.Rule) bool { return r.Kind == standard.SubjectMinimum && r.Subject == code })
	switch {
	case least > standard.MostMinutes || least < 0:
		return core.InvalidField("minutes", "bad_hours.most", "most", int(standard.MostMinutes/60))
	case i >= 0 && least == 0:
		p.Rules = slices.Delete(p.Rules, i, i+1)
	case i >= 0:
		p.Rules[i].Minutes = least
	case least > 0:
		r := standard.Rule{Kind: standard.SubjectMinimum, Subject: code, Minutes: least, Source: p.Source}
		r.ID = newID(p, r)
		p.Rules = append(p.Rules, r)
	}
	return nil
}

func fillSubject(p *standard.Pack, code string) url.Values {
	v := url.Values{"code": {code}}
	for _, s := range p.Subjects {
		if s.Code == code {
			v.Set("title", s.Title)
			v.Set("also", strings.Join(s.Also, ", "))
			if m := p.RequiredIn(code); m > 0 {
				v.Set("minutes", m.String())
			}
		}
	}
	return v
}

func readGroup(f *page.Reading) func(*standard.Pack) error {
	title, code, members := f.Text("title"), f.Get("code"), f.Values["members"]
	return func(p *standard.Pack) error {
		var c core.Collect
		if title == "" {
			c.Add("title", "required.needed")
		}
		if len(members) == 0 {
			c.Add("members", "required.group_members")
		}
		i := slices.IndexFunc(p.Groups, func(g standard.Group) bool { return g.Code == code })
		if i < 0 && title != "" {
			if code = standard.Code(title); code == "" || taken(p, code) {
				c.Add("title", "repeated.name_of_part")
			}
			p.Groups = append(p.Groups, standard.Group{Code: code})
			i = len(p.Groups) - 1
		}
		if i >= 0 {
			p.Groups[i].Title, p.Groups[i].Members = title, members
		}
		return c.Err()
	}
}

func fillGroup(p *standard.Pack, code string) url.Values {
	v := url.Values{"code": {code}}
	for _, g := range p.Groups {
		if g.Code == code {
			v.Set("title", g.Title)
			v["members"] = g.Members
		}
	}
	return v
}

// remove takes a rule, a subject, a group or a claim out of a pack. What rules still name
// stays: they have to be removed first.
func remove(what, code string) func(*standard.Pack) error {
	return func(p *standard.Pack) error {
		if what == "claim" {
			p.Claims = slices.DeleteFunc(p.Claims, func(c string) bool { return c == code })
			return nil
		}
		if what == "rule" {
			p.Rules = standard.Without(p.Rules, code)
			return nil
		}
		if what == "subject" {
			if err := putMinimum(p, code, 0); err != nil {
				return err
			}
			p.Subjects = slices.DeleteFunc(p.Subjects, func(s standard.Subject) bool { return s.Code == code })
		} else {
			p.Groups = slices.DeleteFunc(p.Groups, func(g standard.Group) bool { return g.Code == code })
		}
		if named(p, code) {
			return core.Conflict("still_named")
		}
		return nil
	}
}

// named tells whether a rule or a group names a subject or a group.
func named(p *standard.Pack, code string) bool {
	var names func(rules []standard.Rule) bool
	names = func(rules []standard.Rule) bool {
		return slices.ContainsFunc(rules, func(r standard.Rule) bool {
			return r.Subject == code || r.Group == code || names(r.Rules) ||
				slices.ContainsFunc(r.After, func(n standard.Need) bool { return n.Subject == code || n.Group == code })
		})
	}
	return names(p.Rules) || slices.ContainsFunc(p.Groups, func(g standard.Group) bool { return slices.Contains(g.Members, code) })
}

// memberOptions are what a group may have: subjects, and groups before it.
func memberOptions(p *standard.Pack, code string) (options []render.Option) {
	for _, s := range p.Subjects {
		options = append(options, render.Option{Value: s.Code, Label: s.Title})
	}
	for _, g := range p.Groups {
		if g.Code == code {
			break
		}
		options = append(options, render.Option{Value: g.Code, Label: g.Title})
	}
	return options
}

// titleOf is the title of a subject or a group.
func titleOf(p *standard.Pack, code string) string {
	for _, o := range ofOptions(p) {
		if subject, group := of(o.Value); subject+group == code {
			return o.Label
		}
	}
	return code
}
