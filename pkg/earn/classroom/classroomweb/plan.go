package classroomweb

import (
	"net/url"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/classroom"
	"github.com/palmar/palmar/pkg/earn/logbook/logbookpage"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

type planPage struct {
	Base        string
	Program     render.Option
	Programs    []render.Option
	Subjects    []render.Option
	Instructors []render.Option
	Settings    []render.Option
	Deliveries  []render.Option
	Modes       []render.Option
	CheckIns    []render.Option
	Zone        string
	Form        render.Form
}

// plan is the form of a class: first the program is chosen, then the rest.
func (p *Pages) plan(r *page.Request, org core.OrganizationID, form render.Form) (page.View, error) {
	if err := access.Can(r.Actor, access.ClassPlan, access.Target{Organization: org}); err != nil {
		return page.View{}, err
	}
	list, err := p.Logbook.Programs(r.Ctx(), r.Actor, org, core.Page{Limit: 100})
	if err != nil {
		return page.View{}, err
	}
	programs, err := logbookpage.Versions(list.Items)
	if err != nil {
		return page.View{}, err
	}
	members, err := p.Account.Supervisors(r.Ctx(), r.Actor, org)
	if err != nil {
		return page.View{}, err
	}
	if form.Values == nil {
		form.Values = planValues(r, org)
	}
	content := planPage{
		Base: page.OrganizationPath(org, "classes"), Settings: page.OptionsOf(r, core.Settings), Deliveries: page.OptionsOf(r, core.Deliveries),
		Modes: page.OptionsOf(r, core.SupervisionModes), Zone: r.Zone(org), Form: form,
		CheckIns: []render.Option{
			{Value: "qr", Label: r.Say("classroom.plan.students_scan_a_code_on")}, {Value: "clock", Label: r.Say("classroom.plan.students_press_clock_in_and")},
			{Value: "roster", Label: r.Say("classroom.plan.i_mark_the_roster")},
		},
	}
	chosen := r.QueryParam("program_id")
	for _, v := range programs {
		option := render.Option{Value: v.ProgramID.String(), Label: v.Title}
		content.Programs = append(content.Programs, option)
		if option.Value == chosen || len(programs) == 1 {
			content.Program = option
			for _, s := range v.Standard.Subjects {
				content.Subjects = append(content.Subjects, render.Option{Value: s.Code, Label: s.Title})
			}
		}
	}
	for _, m := range members {
		content.Instructors = append(content.Instructors, render.Option{Value: m.ID.String(), Label: m.Name})
	}
	return page.View{Name: "classroom/plan", Title: r.Say("classroom.plan.plan_a_class"), Content: content}, nil
}

// planValues are what most classes are, by the one who plans.
func planValues(r *page.Request, org core.OrganizationID) url.Values {
	values := url.Values{
		"date": {core.DateOf(r.Now()).String()}, "setting": {string(core.Classroom)}, "delivery": {string(core.InPerson)},
		"mode": {string(core.SupervisionInClass)}, "check_in": {string(classroom.CheckInQR)},
	}
	if member, ok := r.Actor.Member(org, core.RoleSupervisor); ok {
		values.Set("instructor_id", member.String())
	}
	return values
}

func (p *Pages) showPlanClass(r *page.Request, org core.OrganizationID) error {
	return r.Show(p.plan(r, org, render.Form{}))
}

func (p *Pages) planClass(r *page.Request, org core.OrganizationID) error {
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			in := planned(f)
			return func() (page.Next, error) {
				c, err := p.Classroom.Plan(r.Ctx(), r.Actor, org, in)
				return page.To(classPath(c.ID), r.Say("classroom.plan.planned", "count", c.Students)), err
			}
		},
		Again: func(form render.Form) (page.View, error) { return p.plan(r, org, form) },
	})
}

// planned reads the form of a class.
func planned(f *page.Reading) classroom.PlanInput {
	in := classroom.PlanInput{
		ProgramID: page.Chosen[core.ProgramID](f, "program_id"), InstructorID: page.Chosen[core.MemberID](f, "instructor_id"), CheckIn: classroom.CheckIn(f.Text("check_in")),
	}
	f.Into(&in.SessionInput)
	if in.Start == "" {
		f.Add("start", "required.class_start")
	}
	return in
}
