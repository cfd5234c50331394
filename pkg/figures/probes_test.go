package figures_test

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook/logbookapi"
)

// probe is a request whose cost is in the table.
type probe struct {
	name    string
	through string // "API" or "page"
	// request is one more of its kind. What it needs is made before, and is not
	// counted.
	request func(w *world) *http.Request
	status  int
	// follow has the answers counted, too, to which the browser is sent on.
	follow bool
}

// probes are the hot paths. Those that only read come first, so that what they
// read does not depend on how often the others write.
func probes() []probe {
	return append(reads(), writes()...)
}

func reads() []probe {
	get := func(name, through string, who func(*world) person, path func(*world) string) probe {
		return probe{name: name, through: through, status: http.StatusOK, follow: through == "page", request: func(w *world) *http.Request {
			return w.request(who(w), http.MethodGet, path(w), nil)
		}}
	}
	home := func(*world) string { return "/" }
	student := func(w *world) person { return w.student }
	supervisor := func(w *world) person { return w.supervisor }
	registrar := func(w *world) person { return w.registrar }
	nobody := func(*world) person { return person{} }
	return []probe{
		get("progress", "API", student, func(w *world) string { return "/v1/enrollments/" + w.enrollment.String() + "/progress" }),
		get("progress", "page", student, func(w *world) string { return "/enrollments/" + w.enrollment.String() }),
		get("check a code", "API", nobody, func(w *world) string { return "/v1/check/" + w.code }),
		get("check a code", "page", nobody, func(w *world) string { return "/c/" + w.code }),
		get("inbox", "API", supervisor, func(w *world) string { return "/v1/organizations/" + w.school.String() + "/inbox" }),
		get("inbox", "page", supervisor, func(w *world) string { return "/o/" + w.school.String() + "/inbox" }),
		get("students list", "API", registrar, func(w *world) string { return "/v1/organizations/" + w.school.String() + "/enrollments" }),
		get("students list", "page", registrar, func(w *world) string { return "/o/" + w.school.String() + "/students" }),
		get("home of nobody", "page", nobody, home),
		get("home of a student", "page", student, home),
		get("home of a graduate", "page", func(w *world) person { return w.graduate }, home),
		get("home of a supervisor", "page", supervisor, home),
		get("home of a registrar", "page", registrar, home),
		get("home of an administrator", "page", func(w *world) person { return w.admin }, home),
		get("home of an employer", "page", func(w *world) person { return w.verifier }, home),
	}
}

func writes() []probe {
	return []probe{
		{name: "log an entry", through: "API", status: http.StatusCreated, request: func(w *world) *http.Request {
			return w.request(w.student, http.MethodPost, w.entries(), w.session(true))
		}},
		{name: "log an entry with a key", through: "API", status: http.StatusCreated, request: func(w *world) *http.Request {
			r := w.request(w.student, http.MethodPost, w.entries(), w.session(true))
			r.Header.Set("Idempotency-Key", "session-"+strconv.Itoa(w.sessions))
			return r
		}},
		{name: "log an entry", through: "page", status: http.StatusSeeOther, request: func(w *world) *http.Request {
			return w.request(w.student, http.MethodPost, "/enrollments/"+w.enrollment.String()+"/log", form{sessionForm(w.session(true))})
		}},
		{name: "submit", through: "API", status: http.StatusOK, request: func(w *world) *http.Request {
			e := w.logged(false)
			r := w.request(w.student, http.MethodPost, "/v1/entries/"+e.Id.String()+"/submit", nil)
			r.Header.Set("If-Match", strconv.Quote(strconv.Itoa(e.Version)))
			return r
		}},
		{name: "submit", through: "page", status: http.StatusSeeOther, request: func(w *world) *http.Request {
			e := w.logged(false)
			return w.request(w.student, http.MethodPost, "/entries/"+e.Id.String()+"/submit", form{url.Values{"version": {strconv.Itoa(e.Version)}}})
		}},
		sign("sign one", "API", 1), sign("sign one", "page", 1),
		sign("sign thirty", "API", 30), sign("sign thirty", "page", 30),
	}
}

// sign is the signature under many entries at once.
func sign(name, through string, many int) probe {
	p := probe{name: name, through: through, status: http.StatusOK, request: func(w *world) *http.Request {
		var in logbookapi.SignEntries
		for range many {
			e := w.logged(true)
			in.Entries = append(in.Entries, logbookapi.EntryRef{Id: e.Id, Version: e.Version})
		}
		if through == "API" {
			return w.request(w.supervisor, http.MethodPost, "/v1/organizations/"+w.school.String()+"/signatures", in)
		}
		ticked := url.Values{}
		for _, e := range in.Entries {
			ticked.Add("entry", e.Id.String()+":"+strconv.Itoa(e.Version))
		}
		return w.request(w.supervisor, http.MethodPost, "/o/"+w.school.String()+"/inbox/sign", form{ticked})
	}}
	if through == "page" {
		p.status = http.StatusSeeOther
	}
	return p
}

// form is what a page's form sends.
type form struct{ url.Values }

// String is the form as it is sent.
func (f form) String() string { return f.Encode() }

func (w *world) entries() string { return "/v1/enrollments/" + w.enrollment.String() + "/entries" }

// session is one more session of the student: five minutes of an early morning
// on which the demo has nothing, twenty a day.
func (w *world) session(submit bool) logbookapi.EntryInput {
	n := w.sessions
	w.sessions++
	start := 4*60 + n%20*5
	return logbookapi.EntryInput{
		Date: core.DateOf(moment.Add(-time.Duration(1+n/20) * 24 * time.Hour)), Start: core.WallTime(start).String(), End: core.WallTime(start + 5).String(),
		Subject: "kinesiology", Setting: core.Classroom, Delivery: core.InPerson, SupervisorId: w.supervises, Submit: submit,
	}
}

func sessionForm(in logbookapi.EntryInput) url.Values {
	return url.Values{
		"date": {in.Date.String()}, "start": {in.Start}, "end": {in.End}, "subject": {in.Subject}, "setting": {string(in.Setting)},
		"delivery": {string(in.Delivery)}, "supervisor_id": {in.SupervisorId.String()}, "action": {"submit"},
	}
}

// logged is one more entry, not counted.
func (w *world) logged(submit bool) logbookapi.Entry {
	w.t.Helper()
	var e logbookapi.Entry
	w.call(w.student, http.MethodPost, w.entries(), w.session(submit), &e)
	return e
}
