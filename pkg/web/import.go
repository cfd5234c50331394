package web

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/attendance"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/logbook"
	"github.com/palmar/palmar/pkg/standard"
	"github.com/palmar/palmar/pkg/web/render"
)

// rowsShown is how many refused records, or students, a page shows.
const rowsShown = 100

// importResult is what became of a file's records, as every page of an import
// shows it.
type importResult struct {
	core.Import
	Base    string
	Tally   []tallyLine
	Refused []attendance.Refusal
}

type tallyLine struct {
	Code    attendance.Code
	Records int
}

func resultOfImport(i core.Import, tally map[attendance.Code]int, refused []attendance.Refusal) importResult {
	p := importResult{Import: i, Base: orgPath(i.OrganizationID, "imports"), Refused: refused}
	for code, n := range tally {
		if code != attendance.OK && n > 0 {
			p.Tally = append(p.Tally, tallyLine{code, n})
		}
	}
	slices.SortFunc(p.Tally, func(a, b tallyLine) int {
		return cmp.Or(cmp.Compare(b.Records, a.Records), cmp.Compare(a.Code, b.Code))
	})
	return p
}

// importReport is what a file would do.
type importReport struct {
	importResult
	Program  core.ProgramID
	Another  bool // not the file that was tried before
	Students []studentEffect
	All      int
	Form     render.Form
}

// studentEffect is what a file says of one student, judged by the file alone.
type studentEffect struct {
	Name, Email      string
	Sessions         int
	Recorded, Counts core.Minutes
	Met              bool
}

func (r *request) importReport(sent sentFile, report logbook.ImportReport) (importReport, error) {
	refused := report.Report.Refused
	p := importReport{
		importResult: resultOfImport(report.Import, report.Report.Tally, refused[:min(rowsShown, len(refused))]),
		Program:      sent.ProgramID, Another: sent.tried != "" && sent.tried != sent.digest,
	}
	versions, err := r.web.Logbook.Program(r.ctx(), r.actor, sent.ProgramID)
	if err != nil {
		return p, err
	}
	std, err := standard.Parse(versions[0].StandardBody)
	if err != nil {
		return p, err
	}
	students := effects(report.Report, std)
	p.All, p.Students = len(students), students[:min(rowsShown, len(students))]
	return p, nil
}

// effects are the students of a report by their names.
func effects(report attendance.Report, std standard.Standard) []studentEffect {
	at := map[string]*studentEffect{}
	for _, row := range report.Accepted {
		student := strings.ToLower(row.Email)
		if at[student] == nil {
			at[student] = &studentEffect{Name: row.Name, Email: row.Email}
		}
		at[student].Sessions++
	}
	students := make([]studentEffect, 0, len(at))
	for email, s := range attendance.Summarize(report, std).Students {
		e := at[strings.ToLower(email)]
		e.Recorded, e.Counts, e.Met = s.Recorded, s.Valid, s.Met
		students = append(students, *e)
	}
	slices.SortFunc(students, func(a, b studentEffect) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Email, b.Email))
	})
	return students
}

// importPage is an import that was taken in.
type importPage struct {
	importResult
	Path      string
	Zone      string
	Waits     bool
	Own       bool
	MayDecide bool
	Stale     bool
	Approve   render.Form
	Reject    render.Form
	Pager     render.Pager
}

func (r *request) showImport() error {
	p, err := r.importPage()
	if err != nil {
		return err
	}
	return r.page("registrar/import", "Import of "+p.Filename, p)
}

// importKept reads the import in the address with the report that it keeps.
func (r *request) importKept() (core.Import, logbook.Kept, error) {
	var kept logbook.Kept
	at, err := id[core.ImportID](r, "import")
	if err != nil {
		return core.Import{}, kept, err
	}
	i, err := r.web.Logbook.ImportByID(r.ctx(), r.actor, at)
	if err == nil && len(i.Report) > 0 {
		err = json.Unmarshal(i.Report, &kept)
	}
	r.place = i.OrganizationID
	return i, kept, err
}

func (r *request) importPage() (importPage, error) {
	i, kept, err := r.importKept()
	if err != nil {
		return importPage{}, err
	}
	from, _ := strconv.Atoi(r.QueryParam("cursor"))
	from = min(max(from, 0), len(kept.Refused))
	to := min(from+rowsShown, len(kept.Refused))
	next := ""
	if to < len(kept.Refused) {
		next = strconv.Itoa(to)
	}
	return importPage{
		importResult: resultOfImport(i, kept.Tally, kept.Refused[from:to]), Path: importPath(i.ID), Zone: r.zone(i.OrganizationID),
		Waits: i.State == core.ImportProposed, Own: i.ProposedBy == r.actor.AccountID,
		MayDecide: r.can(access.ImportDecide, i.OrganizationID), Stale: !r.fresh(),
		Approve: render.Form{ID: "approve"}, Reject: render.Form{ID: "reject"}, Pager: r.pager(next, "Refused records"),
	}, nil
}

func (r *request) exportRefused() error {
	i, kept, err := r.importKept()
	if err != nil {
		return err
	}
	return r.refusedCSV(i, kept.Refused)
}

func (r *request) approveImport() error {
	at, f, err := r.decision()
	if err != nil {
		return err
	}
	if err = r.confirm(f.Values); err == nil {
		_, err = r.web.Logbook.ApproveImport(r.ctx(), r.actor, at, f.version())
	}
	if err == nil {
		return r.done(importPath(at), "The import is approved. Its hours are in the students’ records now.")
	}
	return r.undecided(err, func(p *importPage) *render.Form { return &p.Approve }, f)
}

func (r *request) rejectImport() error {
	at, f, err := r.decision()
	if err != nil {
		return err
	}
	if err = r.confirm(f.Values); err == nil {
		_, err = r.web.Logbook.RejectImport(r.ctx(), r.actor, at, f.version(), f.Get("reason"))
	}
	if err == nil {
		return r.done(importPath(at), "The import is rejected. None of its hours count, and the file may be imported again.")
	}
	return r.undecided(err, func(p *importPage) *render.Form { return &p.Reject }, f)
}

// decision reads the import in the address and the form that decides on it.
func (r *request) decision() (core.ImportID, *reading, error) {
	at, err := id[core.ImportID](r, "import")
	if err != nil {
		return at, nil, err
	}
	f, err := r.read()
	return at, f, err
}

// undecided shows the import again with what is wrong with one of its forms.
func (r *request) undecided(fault error, which func(*importPage) *render.Form, f *reading) error {
	p, err := r.importPage()
	if err != nil {
		return err
	}
	form := which(&p)
	name := form.ID
	*form = render.NewForm(f.Values, fault)
	form.ID = name
	return r.refill(fault, "registrar/import", "Import of "+p.Filename, p)
}
