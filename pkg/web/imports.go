package web

import (
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/attendance"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/logbook"
	"github.com/palmar/palmar/pkg/web/render"
)

var importRoutes = []Route{
	{http.MethodGet, "/o/:organization/imports", access.ImportRead, (*request).showImports},
	{http.MethodPost, "/o/:organization/imports", access.ImportPropose, (*request).takeFile},
	{http.MethodGet, "/imports/:import", access.ImportRead, (*request).showImport},
	{http.MethodGet, "/imports/:import/refused.csv", access.ImportRead, (*request).exportRefused},
	{http.MethodPost, "/imports/:import/approve", access.ImportDecide, (*request).approveImport},
	{http.MethodPost, "/imports/:import/reject", access.ImportDecide, (*request).rejectImport},
}

func importPath(id core.ImportID) string { return "/imports/" + id.String() }

type importsPage struct {
	Base       string
	Items      []core.Import
	Pager      render.Pager
	Zone       string
	Today      core.Date
	MayPropose bool
	Programs   []render.Option
	Publish    string
	Transfers  string
	Rosters    string
	Form       render.Form
}

func (r *request) showImports() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	p, err := r.importsPage(org)
	if err != nil {
		return err
	}
	return r.page("registrar/imports", "Imports", p)
}

func (r *request) importsPage(org core.OrganizationID) (importsPage, error) {
	p := importsPage{Base: orgPath(org, "imports"), Publish: orgPath(org, "programs"), Transfers: orgPath(org, "transfers"), Rosters: orgPath(org, "rosters"), MayPropose: r.can(access.ImportPropose, org)}
	list, err := r.web.Logbook.Imports(r.ctx(), r.actor, org, r.part())
	if err != nil {
		return p, err
	}
	p.Items, p.Pager = list.Items, r.pager(list.Next, "Pages of imports")
	o, err := r.web.Account.Organization(r.ctx(), r.actor, org)
	if err != nil {
		return p, err
	}
	p.Zone, p.Today = o.Zone, o.Today(r.now())
	programs, err := r.web.Logbook.Programs(r.ctx(), r.actor, org, core.Page{Limit: 100})
	for _, v := range programs.Items {
		p.Programs = append(p.Programs, render.Option{Value: v.ProgramID.String(), Label: v.Title})
	}
	p.Form = render.Form{Values: url.Values{"as_of": {p.Today.String()}}}
	return p, err
}

// sentFile is an attendance file as it was sent, with its digest and that of
// the file that was tried before it, if any.
type sentFile struct {
	logbook.ImportRequest
	file   multipart.File
	digest string
	tried  string
}

// takeFile tries a file or imports it. A file is imported only when its report
// has been shown: the form then carries the digest of what was tried.
func (r *request) takeFile() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	sent, err := r.sentFile()
	if err != nil {
		return r.refuseFile(org, err)
	}
	defer sent.file.Close()
	if r.FormValue("action") == "import" && sent.digest == sent.tried {
		return r.importFile(org, sent)
	}
	report, err := r.web.Logbook.DryRun(r.ctx(), r.actor, org, sent.ImportRequest)
	if err != nil {
		return r.refuseFile(org, err)
	}
	if r.FormValue("action") == "refused" {
		return r.refusedCSV(report.Import, report.Report.Refused)
	}
	p, err := r.importReport(sent, report)
	if err != nil {
		return err
	}
	return r.page("registrar/import-report", "What the file would do", p)
}

// sentFile reads the form of a file; the file has to be closed.
func (r *request) sentFile() (sentFile, error) {
	header, fileErr := r.FormFile("file")
	if f := core.AsFault(fileErr); f != nil {
		return sentFile{}, f
	}
	f, err := r.read()
	if err != nil {
		return sentFile{}, err
	}
	sent := sentFile{tried: f.Get("tried"), ImportRequest: logbook.ImportRequest{ProgramID: chosen[core.ProgramID](f, "program_id"), AsOf: f.date("as_of")}}
	if f.text("program_id") == "" {
		f.Add("program_id", "required", "Choose the program that the sessions belong to.")
	}
	if fileErr != nil || header.Size == 0 {
		f.Add("file", "required", "Choose a file that is not empty.")
	}
	if err := f.Err(); err != nil {
		return sentFile{}, err
	}
	sent.Filename = header.Filename
	if sent.file, err = header.Open(); err != nil {
		return sentFile{}, err
	}
	sent.File = sent.file
	hash := sha256.New()
	_, err = io.Copy(hash, sent.file)
	if err == nil {
		_, err = sent.file.Seek(0, io.SeekStart)
	}
	if err != nil {
		_ = sent.file.Close()
		return sentFile{}, err
	}
	sent.digest = hex.EncodeToString(hash.Sum(nil))
	return sent, nil
}

// refuseFile shows the upload again with what is wrong.
func (r *request) refuseFile(org core.OrganizationID, fault error) error {
	p, err := r.importsPage(org)
	if err != nil {
		return err
	}
	values, err := r.form()
	if err != nil {
		values = p.Form.Values
	}
	p.Form = render.NewForm(values, fault)
	return r.refill(fault, "registrar/imports", "Imports", p)
}

func (r *request) importFile(org core.OrganizationID, sent sentFile) error {
	begun := r.now()
	report, err := r.web.Logbook.Import(r.ctx(), r.actor, org, sent.ImportRequest)
	if err != nil {
		return r.refuseFile(org, err)
	}
	message := "The file is imported. Its hours count once another member of the office has approved them."
	if report.Import.ProposedAt.Before(begun) {
		message = "This very file was imported before, so that nothing was changed. Here is that import."
	}
	return r.done(importPath(report.Import.ID), message)
}

// refusedCSV answers with all refused records of a file.
func (r *request) refusedCSV(i core.Import, refused []attendance.Refusal) error {
	r.Response().Header().Set("Content-Type", "text/csv; charset=utf-8")
	r.Response().Header().Set("Content-Disposition", `attachment; filename="refused-`+i.Digest[:8]+`.csv"`)
	r.Response().WriteHeader(http.StatusOK)
	w := csv.NewWriter(r.Response())
	_ = w.Write([]string{"record", "line", "field", "code", "message"})
	for _, f := range refused {
		_ = w.Write([]string{strconv.Itoa(f.Record), strconv.Itoa(f.Line), f.Field, string(f.Code), core.InertCell(f.Message)})
	}
	w.Flush()
	return w.Error()
}
