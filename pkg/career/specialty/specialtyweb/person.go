package specialtyweb

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

// personPage is one person of a section, as who teaches it sees them.
type personPage struct {
	Section            specialty.Section
	Place              specialty.Place
	Exams              []specialty.ExamResult
	Path, Back         string
	Forms              []render.Option
	Chosen             *specialty.AssessmentForm
	Scores             []render.Option
	Outcomes           []render.Option
	ExamForm, FillForm render.Form
}

// ScoreField is the field of a competency's mark.
func (p personPage) ScoreField(i int) string { return fmt.Sprintf("score-%d", i) }

func (p *Sections) person(r *page.Request, id core.SectionID) (personPage, error) {
	d, err := p.section(r, id)
	if err != nil {
		return personPage{}, err
	}
	therapist, err := page.ID[core.TherapistID](r, "therapist")
	if err != nil {
		return personPage{}, err
	}
	if err := access.Can(r.Actor, access.SectionTeach, access.Target{Organization: d.Section.OrganizationID}); err != nil {
		return personPage{}, err
	}
	i := slices.IndexFunc(d.Places, func(p specialty.Place) bool { return p.TherapistID == therapist })
	if i < 0 || !d.Teaches {
		return personPage{}, core.NotFound("page")
	}
	content := personPage{
		Section: d.Section, Place: d.Places[i], Back: sectionPath(d.Section.ID), Path: sectionPath(d.Section.ID) + "/people/" + therapist.String(),
		Outcomes: []render.Option{{Value: "passed", Label: r.Say("shared.passed")}, {Value: "failed", Label: r.Say("specialty.person.failed")}},
		ExamForm: render.Form{ID: "x", Values: url.Values{"taken_on": {r.Today().String()}}}, FillForm: render.Form{ID: "a"},
	}
	for _, x := range d.Exams {
		if x.TherapistID == therapist {
			content.Exams = append(content.Exams, x)
		}
	}
	list, err := p.Specialty.Forms(r.Ctx(), r.Actor, d.Section.OrganizationID, core.Page{Limit: 100})
	content.choose(list.Items, r.FormValue("form_id"))
	return content, err
}

// choose takes the form that is filled in: the one that is named, or the only one.
func (p *personPage) choose(all []specialty.AssessmentForm, named string) {
	for _, f := range all {
		p.Forms = append(p.Forms, render.Option{Value: f.ID.String(), Label: f.Title})
		if f.ID.String() == named || len(all) == 1 {
			p.Chosen = &f
		}
	}
	if p.Chosen == nil {
		return
	}
	for n := 1; n <= p.Chosen.Scale; n++ {
		p.Scores = append(p.Scores, render.Option{Value: fmt.Sprint(n), Label: fmt.Sprint(n)})
	}
}

func personView(content personPage) page.View {
	return page.View{Name: "specialty/person", Title: content.Place.Name, Content: content}
}

func (p *Sections) showPerson(r *page.Request, id core.SectionID) error {
	content, err := p.person(r, id)
	return r.Show(personView(content), err)
}

func (p *Sections) recordExam(r *page.Request, id core.SectionID) error {
	content, err := p.person(r, id)
	if err != nil {
		return err
	}
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			in := specialty.ExamInput{
				Passed: f.Get("outcome") == "passed", Scored: f.Text("score") != "", Score: f.Number("score"), TakenOn: f.Date("taken_on"), Note: f.Get("note"),
			}
			if f.Get("outcome") == "" {
				f.Add("outcome", "required.outcome")
			}
			return func() (page.Next, error) {
				_, err := p.Specialty.RecordExam(r.Ctx(), r.Actor, id, content.Place.TherapistID, in)
				return page.To(content.Path, r.Say("specialty.person.attempt_recorded")), err
			}
		},
		Again: func(form render.Form) (page.View, error) {
			form.ID = "x"
			content.ExamForm = form
			return personView(content), nil
		},
	})
}

func (p *Sections) assess(r *page.Request, id core.SectionID) error {
	content, err := p.person(r, id)
	if err != nil {
		return err
	}
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			in := specialty.AssessInput{FormID: page.Chosen[core.AssessmentFormID](f, "form_id"), Remark: f.Get("remark")}
			if content.Chosen != nil {
				for i := range content.Chosen.Competencies {
					in.Scores = append(in.Scores, f.Number(content.ScoreField(i)))
				}
			}
			return func() (page.Next, error) {
				_, err := p.Specialty.Assess(r.Ctx(), r.Actor, id, content.Place.TherapistID, in)
				return page.To(content.Back, r.Say("specialty.person.the_form_about_is_kept", "name", content.Place.Name)), err
			}
		},
		Again: func(form render.Form) (page.View, error) {
			content.FillForm = renamed(form, strings.NewReplacer("scores[", "score-", "]", "").Replace)
			content.FillForm.ID = "a"
			return personView(content), nil
		},
	})
}

type formsPage struct {
	Base, Action string
	Items        []specialty.AssessmentForm
	MayWrite     bool
	Form         render.Form
	Pager        render.Pager
}

func formsPath(org core.OrganizationID) string {
	return page.OrganizationPath(org, "assessment-forms")
}

func (p *Sections) forms(r *page.Request, org core.OrganizationID, form render.Form) (page.View, error) {
	if form.Values == nil {
		form.Values = url.Values{"scale": {"5"}}
	}
	list, err := p.Specialty.Forms(r.Ctx(), r.Actor, org, r.Part())
	return page.View{Name: "specialty/forms", Title: r.Say("specialty.person.forms_by_competency"), Content: formsPage{
		Base: "/o/" + org.String(), Action: formsPath(org), Items: list.Items, MayWrite: r.Can(access.PathwayWrite, org),
		Form: form, Pager: r.Pager(list.Next, r.Say("specialty.person.pages_of_forms")),
	}}, err
}

func (p *Sections) showForms(r *page.Request, org core.OrganizationID) error {
	return r.Show(p.forms(r, org, render.Form{}))
}

func (p *Sections) createForm(r *page.Request, org core.OrganizationID) error {
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			var competencies []string
			for line := range strings.Lines(f.Get("competencies")) {
				if line = strings.TrimSpace(line); line != "" {
					competencies = append(competencies, line)
				}
			}
			title, scale := f.Get("title"), f.Number("scale")
			return func() (page.Next, error) {
				made, err := p.Specialty.CreateForm(r.Ctx(), r.Actor, org, title, scale, competencies)
				return page.To(formsPath(org), r.Say("specialty.person.is_made", "title", made.Title)), err
			}
		},
		Again: func(form render.Form) (page.View, error) { return p.forms(r, org, listFault(form)) },
	})
}
