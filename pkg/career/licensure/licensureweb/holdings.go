package licensureweb

import (
	"net/http"
	"net/url"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/career/licensure/licensurepage"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

// Holdings are the pages of what people hold beside licenses.
type Holdings struct{ Licensure *licensure.Service }

// Routes implements page.Pages.
func (p *Holdings) Routes() []page.Route {
	return []page.Route{
		page.Get("/record/qualifications", access.HoldingRead, p.showOwn),
		page.Get("/therapists/:therapist/qualifications", access.HoldingRead, page.On("therapist", p.showAll)),
		page.Post("/therapists/:therapist/qualifications", access.HoldingRecord, page.On("therapist", p.record)),
		page.Get("/qualifications/:holding", access.HoldingRead, page.On("holding", p.show)),
		page.Get("/qualifications/:holding/document", access.HoldingRead, page.On("holding", p.download)),
		page.Post("/qualifications/:holding/document", access.HoldingRecord, page.On("holding", p.attach)).Takes(page.MostForm),
		page.Post("/qualifications/:holding/verify", access.HoldingVerify, page.On("holding", p.verify)),
		page.Post("/qualifications/:holding/end", access.HoldingRecord, page.On("holding", p.end)),
		page.Get("/o/:organization/qualifications-due", access.HoldingRead, page.On("organization", p.showDue)),
	}
}

// Menu implements page.Pages.
func (*Holdings) Menu() []page.MenuItem { return nil }

// holdingsPath is where the actor sees what a therapist holds.
func holdingsPath(r *page.Request, therapist core.TherapistID) string {
	if r.Owns(therapist) {
		return "/record/qualifications"
	}
	return page.TherapistPath(therapist) + "/qualifications"
}

type holdingsPage struct {
	Tabs    page.RecordTabs
	Own     bool
	Person  core.Therapist
	Back    string
	Action  string
	Items   []licensurepage.Holding
	Pager   render.Pager
	Form    render.Form
	Kinds   []render.Option
	States  []render.Option
	Methods []render.Option
	Today   core.Date
	Record  bool // the actor may add to them
}

func (p *Holdings) holdings(r *page.Request, therapist core.TherapistID, form render.Form) (page.View, error) {
	content := holdingsPage{
		Tabs: page.TabsOf("qualifications"), Own: r.Owns(therapist), Back: page.TherapistPath(therapist), Action: page.TherapistPath(therapist) + "/qualifications",
		Form: form, Today: r.Today(), Methods: methodOptions(r), States: page.States(),
	}
	list, err := p.Licensure.Holdings(r.Ctx(), r.Actor, therapist, r.Part())
	if err != nil {
		return page.View{}, err
	}
	content.Items, content.Pager = licensurepage.Holdings(list.Items, content.Today), r.Pager(list.Next, r.Say("licensure.holdings.more_qualifications"))
	may, err := p.Licensure.HoldingKinds(r.Ctx(), r.Actor, therapist)
	if err != nil {
		return page.View{}, err
	}
	content.Record = len(may) > 0
	for _, rule := range may {
		content.Kinds = append(content.Kinds, render.Option{Value: string(rule.Kind), Label: r.Say(rule.Label)})
	}
	if content.Form.Values == nil {
		content.Form.Values = url.Values{"checked_on": {content.Today.String()}}
	}
	content.Person, err = p.Licensure.Therapist(r.Ctx(), r.Actor, therapist)
	title := r.Say("licensure.holdings.qualifications_of", "name", content.Person.Name)
	switch {
	case content.Own && !form.Wrong():
		title = r.Say("licensure.holdings.my_qualifications")
	case form.Wrong():
		title = r.Say("shared.qualifications")
	}
	return page.View{Name: "licensure/holdings", Title: title, Content: content}, err
}

func (p *Holdings) showOwn(r *page.Request) error {
	if err := r.OwnRecord(); err != nil {
		return err
	}
	return r.Show(p.holdings(r, r.Actor.TherapistID, render.Form{}))
}

func (p *Holdings) showAll(r *page.Request, therapist core.TherapistID) error {
	if r.Owns(therapist) {
		return r.Redirect(http.StatusSeeOther, "/record/qualifications")
	}
	return r.Show(p.holdings(r, therapist, render.Form{}))
}

func verification(f *page.Reading) licensure.Verification {
	return licensure.Verification{Method: f.Get("method"), Source: f.Get("source"), CheckedOn: f.Date("checked_on"), NextCheck: f.Date("next_check")}
}

func (p *Holdings) record(r *page.Request, therapist core.TherapistID) error {
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			in := licensure.HoldingInput{
				Kind: licensure.HoldingKind(f.Get("kind")), Name: f.Get("name"), Issuer: f.Get("issuer"), Number: f.Get("number"), Jurisdiction: f.Get("jurisdiction"),
				Note: f.Get("note"), ObtainedOn: f.Date("obtained_on"), ExpiresOn: f.Date("expires_on"), Passed: f.Get("passed") != "", Attempt: f.Number("attempt"),
				EachClaim: f.Number("each_claim"), Aggregate: f.Number("aggregate"), Taxonomy: f.Get("taxonomy"), Verification: verification(f),
			}
			return func() (page.Next, error) {
				h, err := p.Licensure.RecordHolding(r.Ctx(), r.Actor, therapist, in)
				return page.To(licensurepage.HoldingPath(h.ID), r.Say("licensure.holdings.recorded_attach_the_evidence_if")), err
			}
		},
		Again: func(form render.Form) (page.View, error) { return p.holdings(r, therapist, choiceFaults(r, form)) },
	})
}

type holdingPage struct {
	licensurepage.Holding
	Own       bool
	Back      string
	MayVerify bool
	MayChange bool
	MayAttach bool
	Attach    render.Form
	Verify    render.Form
	Methods   []render.Option
	Today     core.Date
	Zone      string
}

// holding is the page of a qualification. again is a form of it that has to be
// fixed, by its id; without one nothing is.
func (p *Holdings) holding(r *page.Request, id core.HoldingID, again render.Form) (page.View, error) {
	h, err := p.Licensure.Holding(r.Ctx(), r.Actor, id)
	if err != nil {
		return page.View{}, err
	}
	today, own := r.Today(), r.Owns(h.TherapistID)
	content := holdingPage{
		Holding: licensurepage.HoldingOf(h, today), Own: own, Back: holdingsPath(r, h.TherapistID), MayVerify: !own && r.CurrentOrganization().OrganizationKind == core.School,
		MayChange: own && h.OrganizationID.IsZero() || !own && r.Can(access.HoldingRecord, h.OrganizationID),
		MayAttach: r.CanFor(access.HoldingRecord, h.OrganizationID, h.TherapistID),
		Attach:    render.Form{ID: "attach"}, Verify: render.Form{ID: "verify", Values: url.Values{"checked_on": {today.String()}}},
		Methods: methodOptions(r), Today: today, Zone: r.Zone(r.CurrentOrganization().OrganizationID),
	}
	switch again.ID {
	case "attach":
		content.Attach = again
	case "verify":
		content.Verify = again
	}
	return page.View{Name: "licensure/holding", Title: content.Name, Content: content}, nil
}

func (p *Holdings) show(r *page.Request, id core.HoldingID) error {
	return r.Show(p.holding(r, id, render.Form{}))
}

// change is a form of a qualification's page, by its id.
func (p *Holdings) change(r *page.Request, id core.HoldingID, form string, read func(f *page.Reading) page.Command) error {
	return r.Submit(page.Form{Read: read, Again: func(again render.Form) (page.View, error) {
		again = choiceFaults(r, again)
		again.ID = form
		return p.holding(r, id, again)
	}})
}

func (p *Holdings) verify(r *page.Request, id core.HoldingID) error {
	return p.change(r, id, "verify", func(f *page.Reading) page.Command {
		in := verification(f)
		return func() (page.Next, error) {
			_, err := p.Licensure.Verify(r.Ctx(), r.Actor, id, f.Version(), in)
			return page.To(licensurepage.HoldingPath(id), r.Say("licensure.holdings.recorded")), err
		}
	})
}

func (p *Holdings) attach(r *page.Request, id core.HoldingID) error {
	name, body, fileErr := page.Upload(r, "document")
	return p.change(r, id, "attach", func(f *page.Reading) page.Command {
		return func() (page.Next, error) {
			if fileErr != nil {
				return nil, fileErr
			}
			_, err := p.Licensure.AttachHoldingDocument(r.Ctx(), r.Actor, id, f.Version(), name, body)
			return page.To(licensurepage.HoldingPath(id), r.Say("licensure.holdings.evidence_attached")), err
		}
	})
}

func (p *Holdings) end(r *page.Request, id core.HoldingID) error {
	h, err := p.Licensure.Holding(r.Ctx(), r.Actor, id)
	if err != nil {
		return err
	}
	return p.change(r, id, "attach", func(f *page.Reading) page.Command {
		return func() (page.Next, error) {
			_, err := p.Licensure.EndHolding(r.Ctx(), r.Actor, id, f.Version())
			return page.To(holdingsPath(r, h.TherapistID), r.Say("licensure.holdings.withdrawn")), err
		}
	})
}

func (p *Holdings) download(r *page.Request, id core.HoldingID) error {
	d, err := p.Licensure.HoldingDocument(r.Ctx(), r.Actor, id)
	if err != nil {
		return err
	}
	return r.SendFile(d.Name, d.Body)
}

type duePage struct {
	Base  string
	Form  render.Form
	By    core.Date
	Items []licensurepage.Holding
	Pager render.Pager
}

func (p *Holdings) showDue(r *page.Request, org core.OrganizationID) error {
	f := page.Reading{Values: r.QueryParams()}
	by := f.Date("by")
	today := core.Organization{Zone: r.Zone(org)}.Today(r.Now())
	if by.IsZero() {
		by = today.AddDays(30)
	}
	list, err := p.Licensure.HoldingsDue(r.Ctx(), r.Actor, org, by, r.Part())
	form := page.FormOf(r, f.Values, f.Err())
	if form.Values.Get("by") == "" {
		form.Values = url.Values{"by": {by.String()}}
	}
	return r.Show(page.View{Name: "licensure/due", Title: r.Say("shared.look_at_again"), Content: duePage{
		"/o/" + org.String(), form, by, licensurepage.Holdings(list.Items, today), r.Pager(list.Next, r.Say("licensure.holdings.more_to_look_at")),
	}}, err)
}
