package specialtyweb

import (
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

// Moderation are the pages on which strangers report entries of the directory, and
// schools and the operator decide what becomes of them.
type Moderation struct{ Specialty *specialty.Service }

// operatorBase is where the operator, who is of no organization, has the pages that a
// school has below its own address.
const operatorBase = "/directory-reports"

// Routes implements page.Pages.
func (p *Moderation) Routes() []page.Route {
	routes := []page.Route{
		page.Get("/directory/:therapist", page.Public, page.On("therapist", p.showEntry)).Guarded().Spends(specialty.LookBudget),
		page.Get("/directory/:therapist/report", page.Public, page.On("therapist", p.showReport)).Guarded().Spends(specialty.LookBudget),
		page.Post("/directory/:therapist/report", page.Public, page.On("therapist", p.report)).Guarded().Spends(specialty.ReportBudget),
	}
	for _, base := range []string{operatorBase, "/o/:organization/directory"} {
		routes = append(routes,
			page.Get(base, access.DirectoryReportRead, p.showAll),
			page.Get(base+"/:therapist", access.DirectoryReportRead, page.On("therapist", p.showOne)),
			page.Post(base+"/:therapist", access.DirectoryModerate, page.On("therapist", p.takeDown)),
			page.Post(base+"/:therapist/reports/:report/keep", access.DirectoryModerate, page.On("therapist", p.keep)),
			page.Post(base+"/:therapist/take-downs/:take_down/lift", access.DirectoryModerate, page.On("therapist", p.lift)),
		)
	}
	return routes
}

// Menu is what strangers reported.
func (p *Moderation) Menu() []page.MenuItem {
	return []page.MenuItem{{Rank: 56, Path: "directory", Label: "menu.directory", Shown: page.Allowed(access.DirectoryModerate)}}
}

// place is for whom the page is: a school, or with a zero organization the operator.
func place(r *page.Request) (org core.OrganizationID, base string, err error) {
	if r.Param("organization") == "" {
		return org, operatorBase, nil
	}
	org, err = r.Organization()
	return org, page.OrganizationPath(org, "directory"), err
}

// moderationPath is where an actor decides on an entry that stands on the word of some
// schools; empty where they may not.
func moderationPath(r *page.Request, l specialty.Listed) string {
	for _, org := range l.Vouching {
		if len(r.Actor.Roles(org)) > 0 && r.CanFor(access.DirectoryModerate, org, l.TherapistID) {
			return page.OrganizationPath(org, "directory/"+l.TherapistID.String())
		}
	}
	if r.CanFor(access.DirectoryModerate, core.OrganizationID{}, l.TherapistID) {
		return operatorBase + "/" + l.TherapistID.String()
	}
	return ""
}

type entryPage struct {
	listedEntry
	Path     string
	Moderate string
}

func (p *Moderation) showEntry(r *page.Request, therapist core.TherapistID) error {
	l, err := p.Specialty.Entry(r.Ctx(), therapist)
	content := entryPage{listedEntry: entryOf(l), Path: entryPath(therapist), Moderate: moderationPath(r, l)}
	return r.Show(page.View{Name: "specialty/entry", Title: l.Name, Content: content}, err)
}

// entryPath is where strangers see an entry.
func entryPath(therapist core.TherapistID) string { return "/directory/" + therapist.String() }

func (p *Moderation) reporting(r *page.Request, therapist core.TherapistID, form render.Form) (page.View, error) {
	l, err := p.Specialty.Entry(r.Ctx(), therapist)
	var reasons []render.Option
	for _, reason := range specialty.ReportReasons {
		reasons = append(reasons, render.Option{Value: string(reason), Label: r.Say("directory_report." + string(reason))})
	}
	back := entryPath(therapist)
	return page.Forms{
		Title: r.Say("specialty.report.report_entry"), Lead: l.Name, Back: page.Link{Path: back, Label: l.Name},
		Forms: []page.ShortForm{{
			Action: back + "/report", Form: form, Send: r.Say("specialty.report.send"), Cancel: page.Link{Path: back, Label: r.Say("shared.cancel")},
			Note: r.Say("specialty.report.who_reads"),
			Fields: []render.Field{
				page.Field(form, "reason", r.Say("specialty.report.what_is_wrong"), "type", "radios", "options", reasons, "required", true),
				page.Field(form, "note", r.Say("shared.note"), "type", "textarea", "optional", true, "maxlength", 1000, "hint", r.Say("specialty.report.note_hint")),
			},
		}},
	}.View(), err
}

func (p *Moderation) showReport(r *page.Request, therapist core.TherapistID) error {
	return r.Show(p.reporting(r, therapist, render.Form{}))
}

func (p *Moderation) report(r *page.Request, therapist core.TherapistID) error {
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			return func() (page.Next, error) {
				err := p.Specialty.ReportEntry(r.Ctx(), r.Actor, therapist, specialty.ReportReason(f.Get("reason")), f.Get("note"))
				return page.To(entryPath(therapist), r.Say("specialty.report.thanks")), err
			}
		},
		Again: func(form render.Form) (page.View, error) { return p.reporting(r, therapist, form) },
	})
}

// reportLine is a report, in words.
type reportLine struct {
	specialty.Report
	Why, Status string
	Path, Keep  string // Keep is empty where it is decided on
}

func reportLines(r *page.Request, base string, all []specialty.Report) []reportLine {
	lines := make([]reportLine, len(all))
	for i, report := range all {
		l := reportLine{Report: report, Why: r.Say("directory_report." + string(report.Reason)), Path: base + "/" + report.TherapistID.String()}
		if report.Outcome == "" {
			l.Status, l.Keep = r.Say("directory_report_state.open"), l.Path+"/reports/"+report.ID.String()+"/keep"
		} else {
			by := report.DecidedForName
			if report.DecidedFor.IsZero() {
				by = r.Say("directory_operator")
			}
			l.Status = r.Say("directory_report_state."+string(report.Outcome), "by", by)
		}
		lines[i] = l
	}
	return lines
}

// downLine is a take-down, in words.
type downLine struct {
	specialty.TakeDown
	Who        string
	Within     string // a sentence
	Path, Lift string // Lift is empty where the actor cannot
}

func downLines(r *page.Request, base string, all []specialty.TakeDown) []downLine {
	lines := make([]downLine, len(all))
	for i, d := range all {
		l := downLine{TakeDown: d, Who: d.By(r.Language()), Within: d.OrganizationName, Path: base + "/" + d.TherapistID.String()}
		if d.OrganizationID.IsZero() {
			l.Within = r.Say("directory_operator")
		}
		if d.LiftedAt.IsZero() && r.CanFor(access.DirectoryModerate, d.OrganizationID, d.TherapistID) {
			l.Lift = l.Path + "/take-downs/" + d.ID.String() + "/lift"
		}
		lines[i] = l
	}
	return lines
}

type moderationPage struct {
	Base, State string
	Operator    bool // whose page it is, and not a school's
	Reports     []reportLine
	Downs       []downLine
	Zone        string
	Pager       render.Pager
}

func (p *Moderation) showAll(r *page.Request) error {
	org, base, err := place(r)
	if err != nil {
		return err
	}
	title := r.Say("specialty.moderation.directory_reports")
	content := moderationPage{Base: base, Operator: org.IsZero(), State: r.QueryParam("state"), Zone: r.Zone(org)}
	next := ""
	if content.State == "down" {
		var list core.List[specialty.TakeDown]
		list, err = p.Specialty.TakeDowns(r.Ctx(), r.Actor, org, true, r.Part())
		content.Downs, next = downLines(r, base, list.Items), list.Next
	} else {
		var list core.List[specialty.Report]
		list, err = p.Specialty.Reports(r.Ctx(), r.Actor, org, content.State != "decided", r.Part())
		content.Reports, next = reportLines(r, base, list.Items), list.Next
	}
	content.Pager = r.Pager(next, title)
	return r.Show(page.View{Name: "specialty/moderation", Title: title, Content: content}, err)
}

type moderatedPage struct {
	specialty.Moderated
	Base, Path string
	Operator   bool
	Entry      listedEntry
	Reports    []reportLine
	Downs      []downLine
	May        bool // take it down
	Form       render.Form
	Zone       string
}

func (p *Moderation) one(r *page.Request, therapist core.TherapistID, form render.Form) (page.View, error) {
	org, base, err := place(r)
	if err != nil {
		return page.View{}, err
	}
	m, err := p.Specialty.Moderated(r.Ctx(), r.Actor, org, therapist)
	content := moderatedPage{
		Moderated: m, Base: base, Operator: org.IsZero(), Path: base + "/" + therapist.String(), Entry: entryOf(m.Entry), Form: form, Zone: r.Zone(org),
		Reports: reportLines(r, base, m.Reports), Downs: downLines(r, base, m.Down), May: r.CanFor(access.DirectoryModerate, org, therapist),
	}
	for _, d := range m.Down {
		content.May = content.May && (d.OrganizationID != org || form.Wrong())
	}
	return page.View{Name: "specialty/moderated", Title: m.Name, Content: content}, err
}

func (p *Moderation) showOne(r *page.Request, therapist core.TherapistID) error {
	return r.Show(p.one(r, therapist, render.Form{}))
}

func (p *Moderation) takeDown(r *page.Request, therapist core.TherapistID) error {
	org, base, err := place(r)
	if err != nil {
		return err
	}
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			return func() (page.Next, error) {
				d, err := p.Specialty.TakeDown(r.Ctx(), r.Actor, org, therapist, f.Get("reason"))
				return page.To(base+"/"+therapist.String(), r.Say("specialty.moderation.taken_down", "name", d.Name)), err
			}
		},
		Again: func(form render.Form) (page.View, error) { return p.one(r, therapist, form) },
	})
}

func (p *Moderation) keep(r *page.Request, therapist core.TherapistID) error {
	org, base, err := place(r)
	if err != nil {
		return err
	}
	id, err := page.ID[core.ReportID](r, "report")
	if err != nil {
		return err
	}
	if _, err := p.Specialty.Keep(r.Ctx(), r.Actor, org, id); err != nil {
		return err
	}
	return r.Done(base+"/"+therapist.String(), r.Say("specialty.moderation.kept"))
}

func (p *Moderation) lift(r *page.Request, therapist core.TherapistID) error {
	_, base, err := place(r)
	if err != nil {
		return err
	}
	id, err := page.ID[core.TakeDownID](r, "take_down")
	if err != nil {
		return err
	}
	if _, err := p.Specialty.Lift(r.Ctx(), r.Actor, id); err != nil {
		return err
	}
	return r.Done(base+"/"+therapist.String(), r.Say("specialty.moderation.lifted"))
}
