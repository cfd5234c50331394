package specialtyweb

import (
	"context"
	"net/url"
	"strings"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

type sectionPage struct {
	specialty.SectionDetail
	Path, Base               string
	MayPlan, MayRecord, Seat bool
	Own                      *specialty.Place
	Person                   bool // who asks has a record of their own
	Settings, Deliveries     []render.Option
	Form, JoinForm, MarkForm render.Form
	SessionForm              render.Form
	Assessments              []specialty.Assessment
	Pager                    render.Pager
}

// MarkOf is what is marked of someone at a session.
func (p sectionPage) MarkOf(s specialty.SectionSession, who specialty.Place) string {
	for _, m := range p.Marks {
		if m.SessionID == s.ID && m.TherapistID == who.TherapistID {
			return string(m.Mark)
		}
	}
	return ""
}

func (p *Sections) section(r *page.Request, id core.SectionID) (specialty.SectionDetail, error) {
	d, err := p.Specialty.Section(r.Ctx(), r.Actor, id)
	r.Place = d.Section.OrganizationID
	return d, err
}

func (p *Sections) content(r *page.Request, id core.SectionID) (sectionPage, error) {
	d, err := p.section(r, id)
	if err != nil {
		return sectionPage{}, err
	}
	org := d.Section.OrganizationID
	content := sectionPage{
		SectionDetail: d, Path: sectionPath(d.Section.ID), Base: "/o/" + org.String(), MayPlan: r.Can(access.SectionPlan, org), MayRecord: r.Can(access.CourseRecord, org),
		Settings: page.OptionsOf(r, core.Settings), Deliveries: page.OptionsOf(r, core.Deliveries), Seat: d.Section.Taken < d.Section.Seats && d.Section.Waiting == 0,
		SessionForm: render.Form{ID: "s", Values: url.Values{"setting": {string(core.Classroom)}, "delivery": {string(core.InPerson)}}},
		JoinForm:    render.Form{ID: "j"}, Person: !r.Actor.TherapistID.IsZero(),
	}
	for i := range d.Places {
		if r.Owns(d.Places[i].TherapistID) {
			content.Own = &d.Places[i]
		}
	}
	list, err := p.Specialty.Assessments(r.Ctx(), r.Actor, d.Section.ID, r.Part())
	content.Assessments, content.Pager = list.Items, r.Pager(list.Next, r.Say("specialty.section.pages_of_filled_in_forms"))
	return content, err
}

func sectionView(content sectionPage) page.View {
	return page.View{Name: "specialty/section", Title: content.Section.CourseTitle, Content: content}
}

func (p *Sections) show(r *page.Request, id core.SectionID) error {
	content, err := p.content(r, id)
	return r.Show(sectionView(content), err)
}

// submit is one of the section's forms; put has it stand on the page with what was
// wrong.
func (p *Sections) submit(r *page.Request, id core.SectionID, read func(f *page.Reading) page.Command, put func(*sectionPage, render.Form)) error {
	return r.Submit(page.Form{Read: read, Again: func(form render.Form) (page.View, error) {
		content, err := p.content(r, id)
		put(&content, form)
		return sectionView(content), err
	}})
}

func plain(content *sectionPage, form render.Form) { content.Form = form }

// ends carries out what ends a section.
func ends[T any](p *Sections, r *page.Request, id core.SectionID, do func(context.Context, access.Actor, core.SectionID, int) (T, error), said string) error {
	return p.submit(r, id, func(f *page.Reading) page.Command {
		return func() (page.Next, error) {
			_, err := do(r.Ctx(), r.Actor, id, f.Version())
			return page.To(sectionPath(id), said), err
		}
	}, plain)
}

func (p *Sections) cancel(r *page.Request, id core.SectionID) error {
	return ends(p, r, id, p.Specialty.CancelSection, r.Say("specialty.section.section_canceled_its_students_were"))
}

func (p *Sections) finish(r *page.Request, id core.SectionID) error {
	return ends(p, r, id, p.Specialty.Finish, r.Say("specialty.section.section_finished_propose_certificates_for"))
}

func (p *Sections) join(r *page.Request, id core.SectionID) error {
	var missing string
	return p.submit(r, id, func(f *page.Reading) page.Command {
		in := specialty.JoinInput{Other: f.Get("whom") == "somebody", Email: f.Get("email"), Name: f.Get("name"), SamePerson: f.Choice("same_person")}
		return func() (page.Next, error) {
			place, err := p.Specialty.Join(r.Ctx(), r.Actor, id, in)
			if f := core.AsFault(err); f != nil && f.Code == "prerequisite_missing" {
				missing = r.Language().Write(f.Sentence()) + " " + sentences(r, f.Fields)
			}
			said := r.Say("specialty.section.is_on_the_waiting_list", "name", place.Name)
			if place.State == specialty.PlaceSeated {
				said = r.Say("specialty.section.has_a_seat", "name", place.Name)
			}
			return page.To(sectionPath(id), said), err
		}
	}, func(content *sectionPage, form render.Form) {
		if missing != "" {
			form = render.Form{Values: form.Values, Message: missing}
		}
		form.ID = "j"
		content.JoinForm = form
	})
}

func sentences(r *page.Request, fields []core.Field) string {
	texts := make([]string, len(fields))
	for i, field := range fields {
		texts[i] = r.Language().Write(field.Sentence())
	}
	return strings.Join(texts, " ")
}

func (p *Sections) withdraw(r *page.Request, id core.SectionID) error {
	return p.submit(r, id, func(f *page.Reading) page.Command {
		therapist := page.Chosen[core.TherapistID](f, "therapist")
		return func() (page.Next, error) {
			place, err := p.Specialty.Withdraw(r.Ctx(), r.Actor, id, therapist)
			return page.To(sectionPath(id), r.Say("specialty.section.is_out_of_the_section", "name", place.Name)), err
		}
	}, plain)
}

func (p *Sections) addSession(r *page.Request, id core.SectionID) error {
	return p.submit(r, id, func(f *page.Reading) page.Command {
		in := specialty.SessionInput{
			Date: f.Date("date"), Minutes: length(f, "minutes"), Part: dashed(f.Get("part")), Setting: core.Setting(f.Get("setting")), Delivery: core.Delivery(f.Get("delivery")),
		}
		return func() (page.Next, error) {
			_, err := p.Specialty.AddSession(r.Ctx(), r.Actor, id, in)
			return page.To(sectionPath(id), r.Say("specialty.section.session_added")), err
		}
	}, func(content *sectionPage, form render.Form) {
		form.ID = "s"
		content.SessionForm = form
	})
}

// markSession reads the marks of one session: a field for each person.
func (p *Sections) markSession(r *page.Request, id core.SectionID) error {
	return p.submit(r, id, func(f *page.Reading) page.Command {
		session := page.Chosen[core.SectionSessionID](f, "session")
		marks := marksIn(f)
		return func() (page.Next, error) {
			_, err := p.Specialty.MarkSession(r.Ctx(), r.Actor, session, marks)
			return page.To(sectionPath(id), r.Say("specialty.section.marked", "count", len(marks))), err
		}
	}, func(content *sectionPage, form render.Form) { content.MarkForm = form })
}

func marksIn(f *page.Reading) (marks []specialty.MarkInput) {
	for name := range f.Values {
		who, found := strings.CutPrefix(name, "mark-")
		if !found || f.Get(name) == "" {
			continue
		}
		if therapist, err := core.ParseID[core.TherapistID](who); err == nil {
			marks = append(marks, specialty.MarkInput{TherapistID: therapist, Mark: core.Mark(f.Get(name)), Minutes: f.Minutes("minutes-" + who)})
		}
	}
	return marks
}
