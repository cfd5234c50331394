// Package disputeweb are the pages on which people dispute things on their records, and
// those who recorded them answer.
package disputeweb

import (
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/dispute"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

// Pages are the pages of disputes.
type Pages struct{ Disputes *dispute.Service }

// Routes lists every page and form.
func (p *Pages) Routes() []page.Route {
	return []page.Route{
		page.Get(dispute.OwnPath, access.SelfRead, p.showMine),
		page.Get("/dispute/:kind/:item", access.DisputeRead, page.On("item", p.showNew)),
		page.Post("/dispute/:kind/:item", access.DisputeOpen, page.On("item", p.open)),
		page.Post("/disputes/:dispute/withdraw", access.DisputeOpen, page.On("dispute", p.withdraw)),

		page.Get("/o/:organization/disputes", access.DisputeRead, page.On("organization", p.showAll)),
		page.Get("/disputes/:dispute", access.DisputeRead, page.On("dispute", p.show)),
		page.Post("/disputes/:dispute", access.DisputeAnswer, page.On("dispute", p.answer)),
	}
}

// Menu is what waits for an answer.
func (p *Pages) Menu() []page.MenuItem {
	return []page.MenuItem{{Rank: 55, Path: "disputes", Label: "menu.disputes", Shown: page.Allowed(access.DisputeAnswer)}}
}

// line is a dispute as lists and its own page show it.
type line struct {
	dispute.Dispute
	Item     string
	Status   string
	Late     bool
	Open     bool
	Path     string
	Withdraw string // where the therapist withdraws it; empty: it cannot be
	Zone     string
}

func lineOf(r *page.Request, d dispute.Dispute, zone string) line {
	l := line{
		Dispute: d, Item: r.Say("dispute_item."+string(d.Item.Kind), "name", d.Item.Name), Status: r.Say("dispute_state." + string(d.State)),
		Late: d.Disputed().AnswerLate(r.Now()), Open: d.State == dispute.Open, Path: "/disputes/" + d.ID.String(), Zone: zone,
	}
	if l.Late {
		l.Status = r.Say("dispute_state.late")
	}
	if l.Open && r.Owns(d.Item.Therapist) {
		l.Withdraw = l.Path + "/withdraw"
	}
	return l
}

type listPage struct {
	Tabs         page.RecordTabs
	Items        []line
	Pager        render.Pager
	Closed       bool
	Base, Switch string
}

func (p *Pages) showMine(r *page.Request) error {
	title := r.Say("dispute.own.my_disputes")
	list, err := p.Disputes.Mine(r.Ctx(), r.Actor, r.Part())
	content := listPage{Tabs: page.TabsOf("disputes"), Pager: r.Pager(list.Next, title)}
	for _, d := range list.Items {
		content.Items = append(content.Items, lineOf(r, d, r.Zone(d.Item.Organization)))
	}
	return r.Show(page.View{Name: "dispute/own", Title: title, Content: content}, err)
}

func (p *Pages) showAll(r *page.Request, org core.OrganizationID) error {
	title, closed := r.Say("dispute.office.disputes"), r.QueryParam("state") == "closed"
	list, err := p.Disputes.With(r.Ctx(), r.Actor, org, !closed, r.Part())
	base := page.OrganizationPath(org, "disputes")
	content := listPage{Pager: r.Pager(list.Next, title), Closed: closed, Base: base}
	for _, d := range list.Items {
		content.Items = append(content.Items, lineOf(r, d, r.Zone(org)))
	}
	return r.Show(page.View{Name: "dispute/office", Title: title, Content: content}, err)
}

type newPage struct {
	Item   string
	Path   string
	Form   render.Form
	Back   string
	School string
}

func (p *Pages) fresh(r *page.Request, id core.ItemID, form render.Form) (page.View, error) {
	item, err := p.Disputes.Item(r.Ctx(), r.Actor, core.ItemKind(r.Param("kind")), id)
	if err == nil {
		err = access.Can(r.Actor, access.DisputeOpen, access.Target{Organization: item.Organization, Therapist: item.Therapist})
	}
	title := r.Say("dispute.new.dispute_record")
	return page.View{Name: "dispute/new", Title: title, Content: newPage{
		Item: r.Say("dispute_item."+string(item.Kind), "name", item.Name), Path: r.Request().URL.Path, Form: form, Back: dispute.OwnPath,
	}}, err
}

func (p *Pages) showNew(r *page.Request, id core.ItemID) error {
	return r.Show(p.fresh(r, id, render.Form{}))
}

func (p *Pages) open(r *page.Request, id core.ItemID) error {
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			return func() (page.Next, error) {
				d, err := p.Disputes.Open(r.Ctx(), r.Actor, core.ItemKind(r.Param("kind")), id, f.Get("reason"))
				return page.To(dispute.OwnPath, r.Say("dispute.new.sent", "organization", d.OrganizationName)), err
			}
		},
		Again: func(form render.Form) (page.View, error) { return p.fresh(r, id, form) },
	})
}

func (p *Pages) withdraw(r *page.Request, id core.DisputeID) error {
	if _, err := p.Disputes.Withdraw(r.Ctx(), r.Actor, id); err != nil {
		return err
	}
	return r.Done(dispute.OwnPath, r.Say("dispute.own.withdrawn"))
}

type onePage struct {
	line
	Form    render.Form
	Answers []render.Option
	May     bool
	Back    string
	Record  string
}

func (p *Pages) one(r *page.Request, id core.DisputeID, form render.Form) (page.View, error) {
	d, err := p.Disputes.Dispute(r.Ctx(), r.Actor, id)
	if err != nil {
		return page.View{}, err
	}
	r.StandIn(d.Item.Organization, access.DisputeRead)
	content := onePage{
		line: lineOf(r, d, r.Zone(d.Item.Organization)), Form: form, Back: page.OrganizationPath(d.Item.Organization, "disputes"),
		May: d.State == dispute.Open && !r.Owns(d.Item.Therapist) && r.Can(access.DisputeAnswer, d.Item.Organization),
	}
	if r.Owns(d.Item.Therapist) {
		content.Back = dispute.OwnPath
	} else {
		content.Record = page.TherapistPath(d.Item.Therapist)
	}
	content.Answers = []render.Option{
		{Value: string(dispute.Upheld), Label: r.Say("dispute.one.answer_upheld")}, {Value: string(dispute.Corrected), Label: r.Say("dispute.one.answer_corrected")},
	}
	return page.View{Name: "dispute/one", Title: r.Say("dispute.one.dispute"), Content: content}, nil
}

func (p *Pages) show(r *page.Request, id core.DisputeID) error {
	return r.Show(p.one(r, id, render.Form{}))
}

func (p *Pages) answer(r *page.Request, id core.DisputeID) error {
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			version := f.Version()
			return func() (page.Next, error) {
				d, err := p.Disputes.Answer(r.Ctx(), r.Actor, id, version, dispute.State(f.Get("answer")), f.Get("reason"))
				return page.To(page.OrganizationPath(d.Item.Organization, "disputes"), r.Say("dispute.one.answered", "name", d.TherapistName)), err
			}
		},
		Again: func(form render.Form) (page.View, error) { return p.one(r, id, form) },
	})
}
