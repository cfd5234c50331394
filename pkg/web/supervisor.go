package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/logbook"
	"github.com/palmar/palmar/pkg/standard"
	"github.com/palmar/palmar/pkg/web/render"
)

var supervisorRoutes = []Route{
	{http.MethodGet, "/o/:organization/inbox", access.InboxRead, (*request).showInbox},
	{http.MethodPost, "/o/:organization/inbox/sign", access.EntrySign, (*request).sign},
	{http.MethodPost, "/o/:organization/inbox/return", access.EntryReturn, (*request).giveBack},
}

// changeEntry is a command on an entry in a version.
type changeEntry func(context.Context, access.Actor, core.EntryID, int) (core.Entry, error)

// refOf names an entry in the version that is shown: "id:version".
func refOf(e core.Entry) string { return e.ID.String() + ":" + strconv.Itoa(e.Version) }

// refsOf reads what was ticked: boxes of single entries, and boxes of groups,
// which hold several references with commas between them.
func refsOf(values []string) ([]logbook.EntryRef, error) {
	var refs []logbook.EntryRef
	for _, value := range values {
		for text := range strings.SplitSeq(value, ",") {
			ref, err := refFrom(text)
			if err != nil {
				return nil, err
			}
			if !slices.Contains(refs, ref) {
				refs = append(refs, ref)
			}
		}
	}
	if len(refs) == 0 {
		return nil, core.InvalidField("entries", "required", "Choose at least one session to sign.")
	}
	return refs, nil
}

func refFrom(text string) (logbook.EntryRef, error) {
	entry, version, _ := strings.Cut(text, ":")
	parsed, err := core.ParseID[core.EntryID](entry)
	n, err2 := strconv.Atoi(version)
	if err != nil || err2 != nil {
		return logbook.EntryRef{}, core.InvalidField("entries", "bad_choice", "The choice could not be read. Reload the page and choose again.")
	}
	return logbook.EntryRef{ID: parsed, Version: n}, nil
}

// groupsShown is how many groups a page of the inbox has unless the address
// asks for more: one page should not hold more than logbook.MostSigned sessions.
const groupsShown = 10

type inboxPage struct {
	Groups  []inboxGroup
	Sign    string
	Entries int
	Minutes core.Minutes
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
	entryRow
	Ref        string
	Return     string
	Exceptions []logbook.Exception
	Chosen     bool
	Reason     string
	Error      string
}

// showInbox is what waits for the supervisor.
func (r *request) showInbox() error {
	page, err := r.inboxPage(nil)
	if err != nil {
		return err
	}
	return r.page("supervisor/inbox", "Inbox", page)
}

// inboxPage reads the inbox; values are a form that has to be mended, of which
// it keeps what was chosen and written.
func (r *request) inboxPage(values url.Values) (inboxPage, error) {
	org, err := r.organization()
	if err != nil {
		return inboxPage{}, err
	}
	part := r.part()
	if part.Limit == 0 {
		part.Limit = groupsShown
	}
	list, err := r.web.Logbook.Inbox(r.ctx(), r.actor, org, part)
	if err != nil {
		return inboxPage{}, err
	}
	subjects, err := r.subjectTitles(org)
	if err != nil {
		return inboxPage{}, err
	}
	query := ""
	if q := r.Request().URL.RawQuery; q != "" {
		query = "?" + q
	}
	page := inboxPage{Sign: orgPath(org, "inbox/sign") + query, Stale: !r.fresh(), Form: render.Form{Values: values}, Pager: r.inboxPager(org, list.Next)}
	ticked := strings.Split(strings.Join(chosenRefs(values), ","), ",")
	for i, g := range list.Items {
		group := inboxGroup{InboxGroup: g, Key: strconv.Itoa(i + 1)}
		refs := make([]string, len(g.Items))
		for j, item := range g.Items {
			refs[j] = refOf(item.Entry)
			group.Rows = append(group.Rows, inboxRow{
				entryRow: entryRow{item.Entry, subjects.of(item.Entry.Session.Subject)}, Exceptions: item.Exceptions,
				Ref: refs[j], Return: orgPath(org, "inbox/return") + query,
				Chosen: slices.Contains(ticked, refs[j]), Reason: values.Get("reason-" + item.Entry.ID.String()),
			})
			page.Minutes += item.Entry.Session.Minutes
		}
		page.Entries += len(g.Items)
		group.Refs = strings.Join(refs, ",")
		page.Groups = append(page.Groups, group)
	}
	return page, nil
}

// chosenRefs are the boxes that were ticked, of sessions and of groups.
func chosenRefs(form url.Values) []string {
	return append(slices.Clone(form["entry"]), form["group"]...)
}

// wrongReturn puts what is wrong with the return of an entry beside its row.
func (p *inboxPage) wrongReturn(entry core.EntryID, fault error) {
	p.Back = render.NewForm(nil, fault)
	name := "reason-" + entry.String()
	for i := range p.Back.Errors {
		p.Back.Errors[i].Name = name
	}
	for _, g := range p.Groups {
		for i := range g.Rows {
			if g.Rows[i].ID == entry {
				g.Rows[i].Error = p.Back.ErrorOf(name)
			}
		}
	}
}

// inboxPager leads on in the inbox, from a form's answer too.
func (r *request) inboxPager(org core.OrganizationID, next string) render.Pager {
	p := render.Pager{Label: "More of the inbox"}
	if r.QueryParam("cursor") != "" {
		p.First = orgPath(org, "inbox")
	}
	if next != "" {
		p.Next = orgPath(org, "inbox") + "?cursor=" + url.QueryEscape(next)
	}
	return p
}

// subjectTitles are the titles of the subjects of all programs of a school.
func (r *request) subjectTitles(org core.OrganizationID) (titles, error) {
	programs, err := r.web.Logbook.Programs(r.ctx(), r.actor, org, core.Page{Limit: 100})
	if err != nil {
		return nil, err
	}
	t := titles{}
	for _, p := range programs.Items {
		std, err := standard.Parse(p.StandardBody)
		if err != nil {
			return nil, err
		}
		for _, subject := range std.Subjects {
			t[subject.Code] = subject.Title
		}
	}
	return t, nil
}

func (r *request) sign() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	form, err := r.form()
	if err != nil {
		return err
	}
	var signed []core.Entry
	refs, err := refsOf(chosenRefs(form))
	if err == nil {
		err = r.confirm(form)
	}
	if err == nil {
		signed, err = r.web.Logbook.Sign(r.ctx(), r.actor, org, refs)
	}
	if err == nil {
		var total core.Minutes
		for _, e := range signed {
			total += e.Session.Minutes
		}
		return r.done(orgPath(org, "inbox"), render.Count(len(signed), "session", "sessions")+" signed, "+total.String()+" in all.")
	}
	page, readErr := r.inboxPage(form)
	if readErr != nil {
		return readErr
	}
	page.Form = render.NewForm(form, err)
	return r.refill(err, "supervisor/inbox", "Inbox", page)
}

func (r *request) giveBack() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	form, err := r.form()
	if err != nil {
		return err
	}
	ref, err := refFrom(form.Get("return"))
	if err == nil {
		_, err = r.web.Logbook.Return(r.ctx(), r.actor, ref.ID, ref.Version, form.Get("reason-"+ref.ID.String()))
	}
	if err == nil {
		return r.done(orgPath(org, "inbox"), "Returned to the student with your reason.")
	}
	page, readErr := r.inboxPage(form)
	if readErr != nil {
		return readErr
	}
	page.wrongReturn(ref.ID, err)
	return r.refill(err, "supervisor/inbox", "Inbox", page)
}
