package logbookweb

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/earn/logbook/logbookpage"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

// Inbox is the page of what waits for a supervisor.
type Inbox struct{ Logbook *logbook.Service }

// Routes lists every page and form.
func (p *Inbox) Routes() []page.Route {
	return []page.Route{
		page.Get("/o/:organization/inbox", access.InboxRead, page.On("organization", p.showInbox)),
		page.Post("/o/:organization/inbox/sign", access.EntrySign, page.On("organization", p.sign)),
		page.Post("/o/:organization/inbox/return", access.EntryReturn, page.On("organization", p.giveBack)),
	}
}

// Menu leads a supervisor to the inbox.
func (p *Inbox) Menu() []page.MenuItem {
	return []page.MenuItem{{Rank: 20, Path: "inbox", Label: "menu.inbox", Shown: page.Allowed(access.InboxRead)}}
}

// refOf names an entry in the version that is shown: "id:version".
func refOf(e core.Entry) string { return e.ID.String() + ":" + strconv.Itoa(e.Version) }

// reasonOf is the field of why an entry is returned.
func reasonOf(entry core.EntryID) string { return "reason-" + entry.String() }

// refsIn reads what was ticked: boxes of single entries, and boxes of groups,
// which hold several references with commas between them.
func refsIn(f *page.Reading) []logbook.EntryRef {
	var refs []logbook.EntryRef
	for _, value := range ticked(f.Values) {
		for text := range strings.SplitSeq(value, ",") {
			ref, ok := refIn(f, text)
			if !ok {
				return nil
			}
			if !slices.Contains(refs, ref) {
				refs = append(refs, ref)
			}
		}
	}
	if len(refs) == 0 {
		f.Add("entries", "required.sessions_to_sign")
	}
	return refs
}

func refIn(f *page.Reading, text string) (logbook.EntryRef, bool) {
	entry, version, _ := strings.Cut(text, ":")
	parsed, err := core.ParseID[core.EntryID](entry)
	n, err2 := strconv.Atoi(version)
	if err != nil || err2 != nil {
		f.Add("entries", "bad_choice.entries")
		return logbook.EntryRef{}, false
	}
	return logbook.EntryRef{ID: parsed, Version: n}, true
}

// ticked are the boxes that were ticked, of sessions and of groups.
func ticked(form url.Values) []string { return append(slices.Clone(form["entry"]), form["group"]...) }

// groupsShown is how many groups a page of the inbox has unless the address
// asks for more: one page should not hold more than logbook.MostSigned sessions.
const groupsShown = 10

type inboxPage struct {
	Groups  []inboxGroup
	Sign    string
	Entries int          // on this page
	Minutes core.Minutes // of these
	Total   int          // that wait in all
	Stale   bool
	Form    render.Form
	Back    render.Form // what is wrong with the return of one session
	Pager   render.Pager
}

type inboxGroup struct {
	logbook.InboxGroup
	Key  string
	Refs string
	Rows []inboxRow
}

type inboxRow struct {
	logbookpage.Entry
	Ref        string
	Return     string
	Exceptions []logbook.Exception
	Chosen     bool
	Reason     string
	Error      string
}

// inbox is what waits for the supervisor; it keeps what was chosen and written in
// the form, and shows what is wrong with the return of a session beside its row.
func (p *Inbox) inbox(r *page.Request, org core.OrganizationID, form, back render.Form) (page.View, error) {
	part := r.Part()
	if part.Limit == 0 {
		part.Limit = groupsShown
	}
	list, err := p.Logbook.Inbox(r.Ctx(), r.Actor, org, part)
	if err != nil {
		return page.View{}, err
	}
	subjects, err := p.titles(r, org)
	if err != nil {
		return page.View{}, err
	}
	query := ""
	if q := r.Request().URL.RawQuery; q != "" {
		query = "?" + q
	}
	content := inboxPage{
		Sign: page.OrganizationPath(org, "inbox/sign") + query, Stale: !r.Fresh(), Form: form, Back: back, Pager: inboxPager(r, org, list.Next), Total: list.Total,
	}
	chosen := strings.Split(strings.Join(ticked(form.Values), ","), ",")
	for i, g := range list.Items {
		group := inboxGroup{InboxGroup: g, Key: strconv.Itoa(i + 1)}
		refs := make([]string, len(g.Items))
		for j, item := range g.Items {
			refs[j] = refOf(item.Entry)
			reason := reasonOf(item.Entry.ID)
			group.Rows = append(group.Rows, inboxRow{
				Entry: subjects.Entry(item.Entry), Exceptions: item.Exceptions, Ref: refs[j], Return: page.OrganizationPath(org, "inbox/return") + query,
				Chosen: slices.Contains(chosen, refs[j]), Reason: form.Get(reason), Error: back.ErrorOf(reason),
			})
			content.Minutes += item.Entry.Session.Minutes
		}
		content.Entries += len(g.Items)
		group.Refs = strings.Join(refs, ",")
		content.Groups = append(content.Groups, group)
	}
	return page.View{Name: "logbook/inbox", Title: r.Say("logbook.inbox.inbox"), Content: content}, nil
}

// titles are those of the subjects of all programs of a school.
func (p *Inbox) titles(r *page.Request, org core.OrganizationID) (logbookpage.Titles, error) {
	list, err := p.Logbook.Programs(r.Ctx(), r.Actor, org, core.Page{Limit: 100})
	if err != nil {
		return nil, err
	}
	versions, err := logbookpage.Versions(list.Items)
	return logbookpage.TitlesIn(versions), err
}

// inboxPager leads on in the inbox, from a form's answer too.
func inboxPager(r *page.Request, org core.OrganizationID, next string) render.Pager {
	pager := render.Pager{Label: r.Say("logbook.inbox.more_of_the_inbox")}
	if r.QueryParam("cursor") != "" {
		pager.First = page.OrganizationPath(org, "inbox")
	}
	if next != "" {
		pager.Next = page.OrganizationPath(org, "inbox") + "?cursor=" + url.QueryEscape(next)
	}
	return pager
}

func (p *Inbox) showInbox(r *page.Request, org core.OrganizationID) error {
	return r.Show(p.inbox(r, org, render.Form{}, render.Form{}))
}

func (p *Inbox) sign(r *page.Request, org core.OrganizationID) error {
	return r.Submit(page.Form{
		Confirm: true,
		Read: func(f *page.Reading) page.Command {
			refs := refsIn(f)
			return func() (page.Next, error) {
				done, err := p.Logbook.Sign(r.Ctx(), r.Actor, org, refs)
				return page.To(page.OrganizationPath(org, "inbox"), signedText(r, done)), err
			}
		},
		Again: func(form render.Form) (page.View, error) { return p.inbox(r, org, form, render.Form{}) },
	})
}

// signedText tells what was signed, and each session that was not and why.
func signedText(r *page.Request, done logbook.Signing) string {
	var total core.Minutes
	for _, e := range done.Signed {
		total += e.Session.Minutes
	}
	text := r.Say("logbook.inbox.sessions_signed", "count", len(done.Signed), "total", total)
	for _, u := range done.Left {
		text += " " + r.Language().Write(u.Field("entries").Sentence())
	}
	return text
}

func (p *Inbox) giveBack(r *page.Request, org core.OrganizationID) error {
	var ref logbook.EntryRef
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			ref, _ = refIn(f, f.Get("return"))
			return func() (page.Next, error) {
				_, err := p.Logbook.Return(r.Ctx(), r.Actor, ref.ID, ref.Version, f.Get(reasonOf(ref.ID)))
				return page.To(page.OrganizationPath(org, "inbox"), r.Say("logbook.inbox.returned_to_the_student_with")), err
			}
		},
		Again: func(back render.Form) (page.View, error) {
			form := render.Form{Values: back.Values}
			back.Values, back.Errors = nil, slices.Clone(back.Errors)
			for i := range back.Errors {
				back.Errors[i].Name = reasonOf(ref.ID)
			}
			return p.inbox(r, org, form, back)
		},
	})
}
