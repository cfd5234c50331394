package web

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/specialty"
	"github.com/palmar/palmar/pkg/web/render"
)

// personPage is one person of a section, as who teaches it sees them.
type personPage struct {
	Section            core.Section
	Place              core.Place
	Exams              []core.ExamResult
	Path, Back         string
	Forms              []render.Option
	Chosen             *core.AssessmentForm
	Scores             []render.Option
	Outcomes           []render.Option
	ExamForm, FillForm render.Form
}

// ScoreField is the field of a competency's mark.
func (p personPage) ScoreField(i int) string { return fmt.Sprintf("score-%d", i) }

func (r *request) personPage() (personPage, error) {
	d, err := r.section()
	if err != nil {
		return personPage{}, err
	}
	therapist, err := id[core.TherapistID](r, "therapist")
	if err != nil {
		return personPage{}, err
	}
	if err := access.Can(r.actor, access.SectionTeach, access.Target{Organization: d.Section.OrganizationID}); err != nil {
		return personPage{}, err
	}
	i := slices.IndexFunc(d.Places, func(p core.Place) bool { return p.TherapistID == therapist })
	if i < 0 || !d.Teaches {
		return personPage{}, core.NotFound("page")
	}
	p := personPage{
		Section: d.Section, Place: d.Places[i], Back: sectionPath(d.Section.ID), Path: sectionPath(d.Section.ID) + "/people/" + therapist.String(),
		Outcomes: []render.Option{{Value: "passed", Label: "Passed"}, {Value: "failed", Label: "Failed"}},
		ExamForm: render.Form{ID: "x", Values: url.Values{"taken_on": {r.today().String()}}}, FillForm: render.Form{ID: "a"},
	}
	for _, x := range d.Exams {
		if x.TherapistID == therapist {
			p.Exams = append(p.Exams, x)
		}
	}
	list, err := r.web.Specialty.Forms(r.ctx(), r.actor, d.Section.OrganizationID, core.Page{Limit: 100})
	for _, f := range list.Items {
		p.Forms = append(p.Forms, render.Option{Value: f.ID.String(), Label: f.Title})
		if f.ID.String() == r.FormValue("form_id") || len(list.Items) == 1 {
			p.Chosen = &f
		}
	}
	if p.Chosen != nil {
		for n := 1; n <= p.Chosen.Scale; n++ {
			p.Scores = append(p.Scores, render.Option{Value: fmt.Sprint(n), Label: fmt.Sprint(n)})
		}
	}
	return p, err
}

func (r *request) showPerson() error {
	p, err := r.personPage()
	if err != nil {
		return err
	}
	return r.page("specialty/person", p.Place.Name, p)
}

func (r *request) recordExam() error {
	p, err := r.personPage()
	if err != nil {
		return err
	}
	form, err := r.read()
	if err != nil {
		return err
	}
	in := specialty.ExamInput{
		Passed: form.Get("outcome") == "passed", Scored: form.text("score") != "", Score: form.number("score"), TakenOn: form.date("taken_on"), Note: form.Get("note"),
	}
	if form.Get("outcome") == "" {
		form.Add("outcome", "required", "Say whether they passed.")
	}
	if err = form.Err(); err == nil {
		if _, err = r.web.Specialty.RecordExam(r.ctx(), r.actor, p.Section.ID, p.Place.TherapistID, in); err == nil {
			return r.done(p.Path, "The attempt is recorded.")
		}
	}
	p.ExamForm = render.NewForm(form.Values, err)
	p.ExamForm.ID = "x"
	return r.refill(err, "specialty/person", p.Place.Name, p)
}

func (r *request) assess() error {
	p, err := r.personPage()
	if err != nil {
		return err
	}
	form, err := r.read()
	if err != nil {
		return err
	}
	in := specialty.AssessInput{FormID: chosen[core.AssessmentFormID](form, "form_id"), Remark: form.Get("remark")}
	if p.Chosen != nil {
		for i := range p.Chosen.Competencies {
			in.Scores = append(in.Scores, form.number(p.ScoreField(i)))
		}
	}
	if err = form.Err(); err == nil {
		if _, err = r.web.Specialty.Assess(r.ctx(), r.actor, p.Section.ID, p.Place.TherapistID, in); err == nil {
			return r.done(p.Back, "The form about "+p.Place.Name+" is kept.")
		}
	}
	p.FillForm = render.NewForm(form.Values, err)
	p.FillForm.ID = "a"
	p.FillForm.Errors = slices.Clone(p.FillForm.Errors)
	for i := range p.FillForm.Errors {
		p.FillForm.Errors[i].Name = strings.NewReplacer("scores[", "score-", "]", "").Replace(p.FillForm.Errors[i].Name)
	}
	return r.refill(err, "specialty/person", p.Place.Name, p)
}

type formsPage struct {
	Base, Action string
	Items        []core.AssessmentForm
	MayWrite     bool
	Form         render.Form
	Pager        render.Pager
}

func (r *request) formsPage(org core.OrganizationID, form render.Form) (formsPage, error) {
	list, err := r.web.Specialty.Forms(r.ctx(), r.actor, org, r.part())
	return formsPage{
		Base: "/o/" + org.String(), Action: orgPath(org, "assessment-forms"), Items: list.Items, MayWrite: r.can(access.PathwayWrite, org),
		Form: form, Pager: r.pager(list.Next, "Pages of forms"),
	}, err
}

func (r *request) showForms() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	p, err := r.formsPage(org, render.Form{Values: url.Values{"scale": {"5"}}})
	if err != nil {
		return err
	}
	return r.page("specialty/forms", "Forms by competency", p)
}

func (r *request) createForm() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	form, err := r.read()
	if err != nil {
		return err
	}
	var competencies []string
	for line := range strings.Lines(form.Get("competencies")) {
		if line = strings.TrimSpace(line); line != "" {
			competencies = append(competencies, line)
		}
	}
	scale := form.number("scale")
	if err = form.Err(); err == nil {
		var made core.AssessmentForm
		if made, err = r.web.Specialty.CreateForm(r.ctx(), r.actor, org, form.Get("title"), scale, competencies); err == nil {
			return r.done(orgPath(org, "assessment-forms"), made.Title+" is made.")
		}
	}
	p, pageErr := r.formsPage(org, listFault(render.NewForm(form.Values, err)))
	if pageErr != nil {
		return pageErr
	}
	return r.refill(err, "specialty/forms", "Forms by competency", p)
}
