package licensureweb

import (
	"net/url"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

// Sources are the operator's pages: the registers whose word counts for everybody, their
// lists, and the lines of them that a person decides.
type Sources struct{ Licensure *licensure.Service }

const (
	sourcesPath       = "/sources"
	sourceMatchesPath = "/source-matches"
)

// Routes implements page.Pages.
func (p *Sources) Routes() []page.Route {
	return []page.Route{
		page.Get(sourcesPath, access.SourceRead, p.showAll),
		page.Get("/sources/new", access.SourceManage, p.showNew),
		page.Post("/sources/new", access.SourceManage, p.approve),
		page.Get("/sources/:source", access.SourceRead, page.On("source", p.showOne)),
		page.Get("/sources/:source/edit", access.SourceManage, page.On("source", p.showEdit)),
		page.Post("/sources/:source/edit", access.SourceManage, page.On("source", p.change)),
		page.Post("/sources/:source/withdraw", access.SourceManage, page.On("source", p.withdraw)),
		page.Post("/sources/:source/rosters", access.SourceManage, page.On("source", p.take)).Takes(65 << 20).Within(10 * time.Minute),
		page.Post("/sources/:source/fetch", access.SourceManage, page.On("source", p.fetch)).Within(10 * time.Minute),
		page.Get("/source-rosters/:roster", access.SourceRead, page.On("roster", p.showRoster)),
		page.Get("/source-rosters/:roster/file", access.SourceRead, page.On("roster", p.sendFile)),
		page.Get(sourceMatchesPath, access.SourceRead, p.showMatches),
		page.Post("/source-matches/:match/link", access.SourceManage, page.On("match", p.link)),
		page.Post("/source-matches/:match/dismiss", access.SourceManage, page.On("match", p.dismiss)),
	}
}

// Menu implements page.Pages.
func (*Sources) Menu() []page.MenuItem { return nil }

func sourcePath(id core.RosterSourceID) string { return "/sources/" + id.String() }

type sourcesPage struct {
	Items   []licensure.RosterSource
	Waits   bool
	Pager   render.Pager
	MayEdit bool
}

func (p *Sources) showAll(r *page.Request) error {
	list, err := p.Licensure.ApprovedSources(r.Ctx(), r.Actor, r.Part())
	if err != nil {
		return err
	}
	waiting, err := p.Licensure.RegisterMatches(r.Ctx(), r.Actor, core.Page{Limit: 1})
	return r.Show(page.View{Name: "licensure/sources", Title: r.Say("licensure.approved.sources"), Content: sourcesPage{
		list.Items, len(waiting.Items) > 0, r.Pager(list.Next, r.Say("licensure.approved.sources")), r.Can(access.SourceManage, core.OrganizationID{}),
	}}, err)
}

type approvedPage struct {
	licensure.RosterSource
	Path    string
	Rosters []licensure.Roster
	Form    render.Form
	Tried   *rosterResult
	Pager   render.Pager
	Today   core.Date
}

func (p *Sources) one(r *page.Request, id core.RosterSourceID, form render.Form) (page.View, error) {
	s, err := p.Licensure.ApprovedSource(r.Ctx(), r.Actor, id)
	if err != nil {
		return page.View{}, err
	}
	list, err := p.Licensure.SourceRosters(r.Ctx(), r.Actor, id, r.Part())
	return page.View{Name: "licensure/approved", Title: s.Name, Content: approvedPage{
		RosterSource: s, Path: sourcePath(id), Rosters: list.Items, Form: form, Pager: r.Pager(list.Next, r.Say("licensure.lists.pages_of_imports")),
		Today: core.DateOf(r.Now()),
	}}, err
}

func (p *Sources) showOne(r *page.Request, id core.RosterSourceID) error {
	return r.Show(p.one(r, id, render.Form{Values: url.Values{"as_of": {core.DateOf(r.Now()).String()}}}))
}

// approvedIn reads the form of a source.
func approvedIn(f *page.Reading) licensure.ApprovedInput {
	in := licensure.ApprovedInput{SourceInput: sourceIn(f), Authority: f.Get("authority"), Addresses: strings.Fields(f.Get("addresses"))}
	on := func(name string) bool { return f.Get(name) != "" }
	in.Answers = licensure.Answers{
		Status: on("answers_status"), Expiration: on("answers_expiration"), Discipline: on("answers_discipline"), ActiveIsClear: on("active_is_clear"),
	}
	return in
}

func approvedValues(s licensure.RosterSource) (url.Values, error) {
	v, err := sourceValues(s)
	v.Set("authority", s.Authority)
	v.Set("addresses", strings.Join(s.Addresses, "\n"))
	for name, on := range map[string]bool{
		"answers_status": s.Answers.Status, "answers_expiration": s.Answers.Expiration, "answers_discipline": s.Answers.Discipline, "active_is_clear": s.Answers.ActiveIsClear,
	} {
		if on {
			v.Set(name, "true")
		}
	}
	return v, err
}

func approvedView(r *page.Request, title, back string, isNew bool, form render.Form) page.View {
	v := sourceView(r, title, core.OrganizationID{}, form)
	content, _ := v.Content.(sourcePage)
	content.New, content.Approved, content.Back, content.Crumb = isNew, true, back, r.Say("licensure.approved.sources")
	v.Content = content
	return v
}

func (p *Sources) newOne(r *page.Request, form render.Form) (page.View, error) {
	if form.Values == nil {
		form.Values = url.Values{"title": {"Massage Therapist"}, "dates": {"MM/DD/YYYY"}, "answers_status": {"true"}, "answers_expiration": {"true"}}
	}
	return approvedView(r, r.Say("licensure.approved.approve_source"), sourcesPath, true, form), access.Can(r.Actor, access.SourceManage, access.Target{})
}

func (p *Sources) showNew(r *page.Request) error { return r.Show(p.newOne(r, render.Form{})) }

func (p *Sources) approve(r *page.Request) error {
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			in := approvedIn(f)
			return func() (page.Next, error) {
				s, err := p.Licensure.ApproveSource(r.Ctx(), r.Actor, in)
				return page.To(sourcePath(s.ID), r.Say("licensure.approved.approved", "name", s.Name)), err
			}
		},
		Again: func(form render.Form) (page.View, error) { return p.newOne(r, form) },
	})
}

func (p *Sources) showEdit(r *page.Request, id core.RosterSourceID) error {
	s, err := p.Licensure.ApprovedSource(r.Ctx(), r.Actor, id)
	if err != nil {
		return err
	}
	values, err := approvedValues(s)
	return r.Show(approvedView(r, s.Name, sourcePath(id), false, render.Form{Values: values}), err)
}

func (p *Sources) change(r *page.Request, id core.RosterSourceID) error {
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			in := approvedIn(f)
			return func() (page.Next, error) {
				s, err := p.Licensure.ChangeSource(r.Ctx(), r.Actor, id, f.Version(), in)
				return page.To(sourcePath(id), r.Say("licensure.approved.approved", "name", s.Name)), err
			}
		},
		Again: func(form render.Form) (page.View, error) {
			s, err := p.Licensure.ApprovedSource(r.Ctx(), r.Actor, id)
			return approvedView(r, s.Name, sourcePath(id), false, form), err
		},
	})
}

func (p *Sources) withdraw(r *page.Request, id core.RosterSourceID) error {
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			return func() (page.Next, error) {
				s, err := p.Licensure.WithdrawSource(r.Ctx(), r.Actor, id, f.Version())
				return page.To(sourcePath(id), r.Say("licensure.approved.was_withdrawn", "name", s.Name)), err
			}
		},
		Again: func(form render.Form) (page.View, error) { return p.one(r, id, form) },
	})
}

func (p *Sources) fetch(r *page.Request, id core.RosterSourceID) error {
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			return func() (page.Next, error) {
				done, err := p.Licensure.FetchRoster(r.Ctx(), r.Actor, id, f.Get("address"))
				return page.To(sourceRosterPath(done.ID), r.Say("licensure.lists.list_imported")), err
			}
		},
		Again: func(form render.Form) (page.View, error) { return p.one(r, id, form) },
	})
}

func sourceRosterPath(id core.RosterID) string { return "/source-rosters/" + id.String() }

// take tries the list of a source or takes it in.
func (p *Sources) take(r *page.Request, id core.RosterSourceID) error {
	in, file, err := uploaded(r)
	if err != nil {
		return p.refuse(r, id, err)
	}
	defer file.Close()
	in.SourceID = id
	done, err := p.Licensure.ImportRoster(r.Ctx(), r.Actor, core.OrganizationID{}, in)
	switch {
	case err != nil:
		return p.refuse(r, id, err)
	case !in.DryRun:
		return r.Done(sourceRosterPath(done.ID), r.Say("licensure.lists.list_imported"))
	}
	v, err := p.one(r, id, render.Form{Values: url.Values{"as_of": {done.AsOf.String()}}})
	if err != nil {
		return err
	}
	result, err := resultOf(done)
	content, _ := v.Content.(approvedPage)
	content.Tried = &result
	v.Content = content
	return r.Show(v, err)
}

func (p *Sources) refuse(r *page.Request, id core.RosterSourceID, fault error) error {
	values, formErr := r.Form()
	if formErr != nil {
		values = url.Values{}
	}
	return r.Refill(onUpload(fault), values, func(form render.Form) (page.View, error) { return p.one(r, id, form) })
}

func (p *Sources) showRoster(r *page.Request, id core.RosterID) error {
	found, err := p.Licensure.SourceRoster(r.Ctx(), r.Actor, id)
	if err != nil {
		return err
	}
	result, err := resultOf(found)
	return r.Show(page.View{Name: "licensure/roster", Title: r.Say("licensure.lists.list", "filename", found.Filename), Content: rosterPage{
		rosterResult: result, Back: page.Link{Path: sourcePath(found.SourceID), Label: found.SourceName}, Matches: sourceMatchesPath, File: sourceRosterPath(id) + "/file", Zone: "UTC",
	}}, err)
}

func (p *Sources) sendFile(r *page.Request, id core.RosterID) error {
	d, err := p.Licensure.SourceFile(r.Ctx(), r.Actor, id)
	if err != nil {
		return err
	}
	return r.SendFile(d.Name, d.Body)
}

func (p *Sources) matches(r *page.Request, form render.Form) (page.View, error) {
	list, err := p.Licensure.RegisterMatches(r.Ctx(), r.Actor, r.Part())
	if err != nil {
		return page.View{}, err
	}
	content := matchesPage{Back: page.Link{Path: sourcesPath, Label: r.Say("licensure.approved.sources")}, Pager: r.Pager(list.Next, r.Say("licensure.matches.more_lines")), Form: form}
	for _, m := range list.Items {
		line, err := lineOf(r, m, sourceMatchesPath, access.SourceManage)
		if err != nil {
			return page.View{}, err
		}
		content.Items = append(content.Items, line)
	}
	return page.View{Name: "licensure/matches", Title: r.Say("licensure.matches.unmatched_rows"), Content: content}, nil
}

func (p *Sources) showMatches(r *page.Request) error { return r.Show(p.matches(r, render.Form{})) }

func (p *Sources) link(r *page.Request, id core.RosterMatchID) error {
	return p.decide(r, r.Say("licensure.holdings.recorded"), func(f *page.Reading) error {
		_, err := p.Licensure.LinkListed(r.Ctx(), r.Actor, id, f.Version(), page.Chosen[core.TherapistID](f, "therapist_id"))
		return err
	})
}

func (p *Sources) dismiss(r *page.Request, id core.RosterMatchID) error {
	return p.decide(r, r.Say("licensure.matches.dismissed_you_wont_be_asked"), func(f *page.Reading) error {
		_, err := p.Licensure.DismissListed(r.Ctx(), r.Actor, id, f.Version())
		return err
	})
}

func (p *Sources) decide(r *page.Request, done string, decide func(*page.Reading) error) error {
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			return func() (page.Next, error) { return page.To(sourceMatchesPath, done), decide(f) }
		},
		Again: func(form render.Form) (page.View, error) { return p.matches(r, form) },
	})
}
