package web

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/logbook"
	"github.com/palmar/palmar/pkg/standard"
	"github.com/palmar/palmar/pkg/web/render"
)

var studentRoutes = append([]Route{
	{http.MethodGet, "/record", access.SelfRead, (*request).showRecord},
	{http.MethodGet, "/record/certificates", access.CredentialRead, (*request).showOwnCertificates},
	{http.MethodGet, "/record/disclosures", access.DisclosureRead, (*request).showDisclosures},
	{http.MethodGet, "/enrollments/:enrollment", access.EnrollmentRead, (*request).showEnrollment},
	{http.MethodGet, "/enrollments/:enrollment/sessions", access.EntryRead, (*request).showSessions},
	{http.MethodGet, "/enrollments/:enrollment/uncounted", access.EnrollmentRead, (*request).showUncounted},
	{http.MethodGet, "/enrollments/:enrollment/ledger", access.EnrollmentRead, (*request).showLedger},
}, entryRoutes...)

// How much of a list a student's first page shows.
const (
	firstUncounted = 5
	recentSessions = 6
)

func enrollmentPath(id core.EnrollmentID) string { return "/enrollments/" + id.String() }
func entryPath(id core.EntryID) string           { return "/entries/" + id.String() }

// recordTabs leads between the pages of one's own record.
type recordTabs struct {
	Current, Hours string
}

func tabsOf(current string) recordTabs { return recordTabs{current, "/record"} }

type recordPage struct {
	Tabs        recordTabs
	Enrollments []logbook.EnrollmentRow
}

func (r *request) showRecord() error {
	rows, err := r.web.Logbook.MyEnrollments(r.ctx(), r.actor)
	if err != nil {
		return err
	}
	if len(rows) == 1 {
		return r.Redirect(http.StatusSeeOther, enrollmentPath(rows[0].ID))
	}
	return r.page("student/record", "My hours", recordPage{tabsOf("hours"), rows})
}

// entryRow is an entry with its subject's title.
type entryRow struct {
	core.Entry
	Subject string
}

// titles are the titles of a program's subjects by their code.
type titles map[string]string

func titlesOf(s standard.Standing) titles {
	t := make(titles, len(s.Subjects))
	for _, subject := range s.Subjects {
		t[subject.Code] = subject.Title
	}
	return t
}

// of is the title of a code, or the code where it is not known.
func (t titles) of(code string) string {
	if title, ok := t[code]; ok {
		return title
	}
	return code
}

func (t titles) rows(entries []core.Entry) []entryRow {
	rows := make([]entryRow, len(entries))
	for i, e := range entries {
		rows[i] = entryRow{e, t.of(e.Session.Subject)}
	}
	return rows
}

type enrollmentPage struct {
	Path         string
	Tabs         recordTabs
	Own          bool
	Enrollment   core.Enrollment
	Met          bool
	Ring         render.Progress
	Subjects     render.SubjectBars
	Missing      []string
	WaitingFor   int
	Caps         []standard.RuleStanding
	Uncounted    []uncountedRow
	AllOfThem    int
	Returned     []entryRow
	Recent       []entryRow
	MayLog       bool
	Office       bool
	MayTransfers bool
	MayPropose   bool
	Proposal     render.Form
}

// enrollment reads where the enrollment in the address stands.
func (r *request) enrollment() (logbook.Progress, error) {
	enrollment, err := id[core.EnrollmentID](r, "enrollment")
	if err != nil {
		return logbook.Progress{}, err
	}
	p, err := r.web.Logbook.Progress(r.ctx(), r.actor, enrollment)
	r.place = p.Enrollment.OrganizationID
	return p, err
}

func (r *request) owns(therapist core.TherapistID) bool {
	return !therapist.IsZero() && r.actor.TherapistID == therapist
}

func (r *request) showEnrollment() error {
	page, err := r.enrollmentPage()
	if err != nil {
		return err
	}
	return r.page("student/enrollment", page.title(), page)
}

func (p enrollmentPage) title() string {
	if p.Own {
		return "My hours"
	}
	return p.Enrollment.Name
}

func (r *request) enrollmentPage() (enrollmentPage, error) {
	p, err := r.enrollment()
	if err != nil {
		return enrollmentPage{}, err
	}
	e, s := p.Enrollment, p.Standing
	returned, err := r.web.Logbook.Entries(r.ctx(), r.actor, e.ID, logbook.EntryFilter{State: core.EntryReturned}, core.Page{})
	if err != nil {
		return enrollmentPage{}, err
	}
	recent, err := r.web.Logbook.Entries(r.ctx(), r.actor, e.ID, logbook.EntryFilter{}, core.Page{Limit: recentSessions})
	if err != nil {
		return enrollmentPage{}, err
	}
	target := access.Target{Organization: e.OrganizationID, Therapist: e.TherapistID}
	active := e.State == core.EnrollmentActive
	t := titlesOf(s)
	page := enrollmentPage{
		Path: enrollmentPath(e.ID), Tabs: tabsOf("hours"), Own: r.owns(e.TherapistID), Enrollment: e, Met: s.Met,
		Ring:     render.Progress{Valid: s.Valid, Waiting: p.Waiting, Required: s.Required, Recorded: s.Recorded},
		Subjects: barsOf(s, p.WaitingBySubject), Missing: s.MissingText(), WaitingFor: p.WaitingEntries, Caps: capsOf(s),
		Returned: t.rows(returned.Items), Recent: t.rows(recent.Items),
		MayLog:       active && access.Can(r.actor, access.EntryLog, target) == nil,
		MayTransfers: access.Can(r.actor, access.TransferRead, access.Target{Organization: e.OrganizationID, Therapist: e.TherapistID}) == nil,
		Office:       access.Can(r.actor, access.CredentialRead, access.Target{Organization: e.OrganizationID}) == nil,
		MayPropose:   active && s.Met && access.Can(r.actor, access.ProposalMake, target) == nil,
	}
	page.AllOfThem = len(s.Uncounted)
	page.Uncounted = uncountedRows(s, s.Uncounted[:min(firstUncounted, len(s.Uncounted))])
	return page, nil
}

func barsOf(s standard.Standing, waiting map[string]core.Minutes) render.SubjectBars {
	bars := render.SubjectBars{Rows: make([]render.SubjectBar, len(s.Subjects))}
	for i, subject := range s.Subjects {
		bars.Rows[i] = render.SubjectBar{
			Name: subject.Title, Valid: subject.Valid, Waiting: waiting[subject.Code], Required: subject.Required, Recorded: subject.Recorded,
		}
	}
	return bars
}

// capsOf are the rules that can keep minutes from counting.
func capsOf(s standard.Standing) []standard.RuleStanding {
	var caps []standard.RuleStanding
	for _, rule := range s.Rules {
		if rule.Kind != standard.Total && rule.Kind != standard.SubjectMinimum {
			caps = append(caps, rule)
		}
	}
	return caps
}

type sessionsPage struct {
	Path       string
	Own        bool
	Enrollment core.Enrollment
	State      core.EntryState
	States     []core.EntryState
	Items      []entryRow
	Pager      render.Pager
	MayLog     bool
}

func (r *request) showSessions() error {
	p, err := r.enrollment()
	if err != nil {
		return err
	}
	state := core.EntryState(r.QueryParam("state"))
	list, err := r.web.Logbook.Entries(r.ctx(), r.actor, p.Enrollment.ID, logbook.EntryFilter{State: state}, r.part())
	if err != nil {
		return err
	}
	own := r.owns(p.Enrollment.TherapistID)
	return r.page("student/sessions", "Sessions", sessionsPage{
		Path: enrollmentPath(p.Enrollment.ID), Own: own, Enrollment: p.Enrollment, State: state,
		States: []core.EntryState{
			core.EntryDraft, core.EntrySubmitted, core.EntryReturned, core.EntrySigned, core.EntrySuperseded, core.EntryWithdrawn,
		},
		Items: titlesOf(p.Standing).rows(list.Items), Pager: r.pager(list.Next, "Sessions"),
		MayLog: own && p.Enrollment.State == core.EnrollmentActive,
	})
}

type uncountedPage struct {
	Path       string
	Enrollment core.Enrollment
	Items      []uncountedRow
	All        int
	Recorded   core.Minutes
	Valid      core.Minutes
	Pager      render.Pager
}

func (r *request) showUncounted() error {
	p, err := r.enrollment()
	if err != nil {
		return err
	}
	all := p.Standing.Uncounted
	part := r.part()
	from, _ := strconv.Atoi(part.Cursor)
	from = min(max(from, 0), len(all))
	to := min(from+part.Size(), len(all))
	next := ""
	if to < len(all) {
		next = strconv.Itoa(to)
	}
	return r.page("student/uncounted", "What does not count", uncountedPage{
		Path: enrollmentPath(p.Enrollment.ID), Enrollment: p.Enrollment, Items: uncountedRows(p.Standing, all[from:to]), All: len(all),
		Recorded: p.Standing.Recorded, Valid: p.Standing.Valid, Pager: r.pager(next, "What does not count"),
	})
}

type ledgerPage struct {
	Path       string
	Enrollment core.Enrollment
	Items      []creditRow
	Pager      render.Pager
	Zone       string
}

type creditRow struct {
	core.Credit
	Title string
}

func (t titles) credits(credits []core.Credit) []creditRow {
	rows := make([]creditRow, len(credits))
	for i, c := range credits {
		rows[i] = creditRow{c, t.of(c.Subject)}
	}
	return rows
}

func (r *request) showLedger() error {
	p, err := r.enrollment()
	if err != nil {
		return err
	}
	list, err := r.web.Logbook.Credits(r.ctx(), r.actor, p.Enrollment.ID, r.part())
	if err != nil {
		return err
	}
	return r.page("student/ledger", "Ledger", ledgerPage{
		Path: enrollmentPath(p.Enrollment.ID), Enrollment: p.Enrollment, Items: titlesOf(p.Standing).credits(list.Items),
		Pager: r.pager(list.Next, "Lines of the ledger"), Zone: r.zone(p.Enrollment.OrganizationID),
	})
}

// zone is the time zone in which moments of an organization are shown.
func (r *request) zone(org core.OrganizationID) string {
	o, err := r.web.Account.Organization(r.ctx(), r.actor, org)
	if err != nil {
		return "UTC"
	}
	return o.Zone
}

type certificatesPage struct {
	Tabs  recordTabs
	Items []certificateLine
	Now   time.Time
}

// certificateLine is a certificate with the link to hand on.
type certificateLine struct {
	core.Credential
	Path, Link string
}

func (r *request) certificateLines(all []core.Credential) []certificateLine {
	lines := make([]certificateLine, len(all))
	for i, c := range all {
		path := certificatePath(c.Code)
		lines[i] = certificateLine{c, path, r.web.PublicURL + path}
	}
	return lines
}

// ownRecord refuses somebody without a record of their own.
func (r *request) ownRecord() error {
	if r.actor.TherapistID.IsZero() {
		return core.NotFound("record of yours")
	}
	return nil
}

func (r *request) showOwnCertificates() error {
	if err := r.ownRecord(); err != nil {
		return err
	}
	all, err := r.web.Certify.Credentials(r.ctx(), r.actor, r.actor.TherapistID)
	if err != nil {
		return err
	}
	slices.Reverse(all)
	return r.page("student/certificates", "My certificates", certificatesPage{tabsOf("certificates"), r.certificateLines(all), r.now()})
}

type disclosuresPage struct {
	Tabs  recordTabs
	Items []core.Disclosure
	Pager render.Pager
	Now   time.Time
	Zone  string
}

func (r *request) showDisclosures() error {
	if err := r.ownRecord(); err != nil {
		return err
	}
	list, err := r.web.Employer.Disclosures(r.ctx(), r.actor, r.part())
	if err != nil {
		return err
	}
	zone := "UTC"
	if org := r.currentOrganization().OrganizationID; !org.IsZero() {
		zone = r.zone(org)
	}
	return r.page("student/disclosures", "Who saw my record", disclosuresPage{
		tabsOf("disclosures"), list.Items, r.pager(list.Next, "Who saw my record"), r.now(), zone,
	})
}
