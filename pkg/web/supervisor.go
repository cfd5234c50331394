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
		return nil, core.InvalidField("entry", "required", "Choose at least one session to sign.")
	}
	return refs, nil
}

func refFrom(text string) (logbook.EntryRef, error) {
	entry, version, _ := strings.Cut(text, ":")
	parsed, err := core.ParseID[core.EntryID](entry)
	n, err2 := strconv.Atoi(version)
	if err != nil || err2 != nil {
		return logbook.EntryRef{}, core.InvalidField("entry", "bad_choice", "The choice could not be read. Reload the page and choose again.")
	}
	return logbook.EntryRef{ID: parsed, Version: n}, nil
}

type inboxPage struct {
	Groups  []inboxGroup
	Sign    string
	Return  string
	Entries int
	Minutes core.Minutes
	Stale   bool
	Form    render.Form
	Back    render.Form // the form that returns one session
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
	Exceptions []logbook.Exception
	Chosen     bool
	Open       bool // the form that returns it
	Reason     string
	Error      string
}

// showInbox is what waits for the supervisor.
func (r *request) showInbox() error {
	page, err := r.inboxPage(nil, nil)
	if err != nil {
		return err
	}
	return r.page("supervisor/inbox", "Inbox", page)
}

// inboxPage reads the inbox; a form that has to be mended keeps what was chosen
// and written.
func (r *request) inboxPage(values url.Values, fault error) (inboxPage, error) {
	org, err := r.organization()
	if err != nil {
		return inboxPage{}, err
	}
	list, err := r.web.Logbook.Inbox(r.ctx(), r.actor, org, r.part())
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
	page := inboxPage{
		Sign: orgPath(org, "inbox/sign") + query, Return: orgPath(org, "inbox/return") + query, Stale: !r.fresh(),
		Form: render.NewForm(values, fault), Pager: r.inboxPager(org, list.Next),
	}
	returning := values.Get("return")
	if returning != "" {
		page.Form, page.Back = render.Form{}, page.Form
		for i := range page.Back.Errors {
			if page.Back.Errors[i].Name == "reason" {
				page.Back.Errors[i].Name = "reason-" + strings.Split(returning, ":")[0]
			}
		}
	}
	ticked := strings.Split(strings.Join(append(values["entry"], values["group"]...), ","), ",")
	for i, g := range list.Items {
		group := inboxGroup{InboxGroup: g, Key: strconv.Itoa(i + 1)}
		refs := make([]string, len(g.Items))
		for j, item := range g.Items {
			row := inboxRow{entryRow: entryRow{item.Entry, subjects.of(item.Entry.Session.Subject)}, Ref: refOf(item.Entry), Exceptions: item.Exceptions}
			name := "reason-" + item.Entry.ID.String()
			row.Chosen, row.Reason, row.Error = slices.Contains(ticked, row.Ref), values.Get(name), page.Back.ErrorOf(name)
			row.Open = row.Error != ""
			refs[j] = row.Ref
			page.Minutes += item.Entry.Session.Minutes
			group.Rows = append(group.Rows, row)
		}
		page.Entries += len(g.Items)
		group.Refs = strings.Join(refs, ",")
		page.Groups = append(page.Groups, group)
	}
	return page, nil
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
	refs, err := refsOf(append(slices.Clone(form["entry"]), form["group"]...))
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
	page, readErr := r.inboxPage(form, err)
	if readErr != nil {
		return readErr
	}
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
	page, readErr := r.inboxPage(form, err)
	if readErr != nil {
		return readErr
	}
	return r.refill(err, "supervisor/inbox", "Inbox", page)
}
