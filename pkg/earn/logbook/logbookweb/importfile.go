package logbookweb

import (
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"io"
	"mime/multipart"
	"strconv"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/attendance"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
	"github.com/palmar/palmar/pkg/platform/sheet"
)

// sentFile is an attendance file as it was sent, with its digest and that of
// the file that was tried before it, if any.
type sentFile struct {
	logbook.ImportRequest
	file   multipart.File
	digest string
	tried  string
}

// readFile reads the form of a file; the file has to be closed.
func readFile(r *page.Request) (sentFile, error) {
	header, fileErr := r.FormFile("file")
	if f := core.AsFault(fileErr); f != nil {
		return sentFile{}, f
	}
	f, err := r.Read()
	if err != nil {
		return sentFile{}, err
	}
	sent := sentFile{tried: f.Get("tried"), ImportRequest: logbook.ImportRequest{ProgramID: page.Chosen[core.ProgramID](f, "program_id"), AsOf: f.Date("as_of")}}
	sent.Written = sheet.Choice{Encoding: f.Text("encoding"), Sheet: f.Text("sheet")}
	if f.Text("program_id") == "" {
		f.Add("program_id", "required.import_program")
	}
	if fileErr != nil || header.Size == 0 {
		f.Add("file", "required.document")
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

// takeFile tries a file or imports it. A file is imported only when its report
// has been shown: the form then carries the digest of what was tried.
func (p *Imports) takeFile(r *page.Request, org core.OrganizationID) error {
	sent, err := readFile(r)
	if err != nil {
		return p.refuse(r, org, err)
	}
	defer sent.file.Close()
	if r.FormValue("action") == "import" && sent.digest == sent.tried {
		return p.take(r, org, sent)
	}
	tried, err := p.Logbook.DryRun(r.Ctx(), r.Actor, org, sent.ImportRequest)
	if err != nil {
		return p.refuse(r, org, err)
	}
	if r.FormValue("action") == "refused" {
		return sendRefused(r, tried.Import, tried.Report.Refused)
	}
	return r.Show(p.report(r, sent, tried))
}

// refuse shows the upload again with what is wrong.
func (p *Imports) refuse(r *page.Request, org core.OrganizationID, fault error) error {
	values, err := r.Form()
	if err != nil {
		values = nil
	}
	return r.Refill(fault, values, func(form render.Form) (page.View, error) { return p.imports(r, org, form) })
}

func (p *Imports) take(r *page.Request, org core.OrganizationID, sent sentFile) error {
	begun := r.Now()
	taken, err := p.Logbook.Import(r.Ctx(), r.Actor, org, sent.ImportRequest)
	if err != nil {
		return p.refuse(r, org, err)
	}
	message := r.Say("logbook.importfile.file_imported_its_hours_count")
	if taken.Import.ProposedAt.Before(begun) {
		message = r.Say("logbook.importfile.this_file_was_already_imported")
	}
	return r.Done(importPath(taken.Import.ID), message)
}

// sendRefused answers with all refused records of a file.
func sendRefused(r *page.Request, i logbook.Import, refused []attendance.Refusal) error {
	w := csv.NewWriter(page.CSV(r, "refused-"+i.Digest[:8]+".csv"))
	_ = w.Write([]string{"record", "line", "field", "code", "message"})
	for _, f := range refused {
		_ = w.Write([]string{strconv.Itoa(f.Record), strconv.Itoa(f.Line), f.Field, string(f.Code), core.InertCell(f.Message)})
	}
	w.Flush()
	return w.Error()
}
