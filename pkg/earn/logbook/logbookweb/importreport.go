package logbookweb

import (
	"cmp"
	"slices"
	"strings"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/attendance"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
	"github.com/palmar/palmar/pkg/platform/sheet"
)

// rowsShown is how many refused records, or students, a page shows.
const rowsShown = 100

// importResult is what became of a file's records, as every page of an import
// shows it.
type importResult struct {
	logbook.Import
	Base     string
	Tally    []tallyLine
	Refused  []attendance.Refusal
	Asked    []attendance.Refusal // at most rowsShown
	AllAsked int
}

type tallyLine struct {
	Code    attendance.Code
	Records int
}

func resultOf(i logbook.Import, tally map[attendance.Code]int, refused, asked []attendance.Refusal) importResult {
	result := importResult{
		Import: i, Base: page.OrganizationPath(i.OrganizationID, "imports"), Refused: refused,
		Asked: asked[:min(rowsShown, len(asked))], AllAsked: len(asked),
	}
	for code, n := range tally {
		if code != attendance.OK && n > 0 {
			result.Tally = append(result.Tally, tallyLine{code, n})
		}
	}
	slices.SortFunc(result.Tally, func(a, b tallyLine) int {
		return cmp.Or(cmp.Compare(b.Records, a.Records), cmp.Compare(a.Code, b.Code))
	})
	return result
}

// importReport is what a file would do.
type importReport struct {
	importResult
	Program  core.ProgramID
	Written  sheet.Choice
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
	Answer           standard.Answer
}

// report is what a file would do.
func (p *Imports) report(r *page.Request, sent sentFile, report logbook.ImportReport) (page.View, error) {
	refused := report.Report.Refused
	content := importReport{
		importResult: resultOf(report.Import, report.Report.Tally, refused[:min(rowsShown, len(refused))], report.Asked),
		Program:      sent.ProgramID, Written: sent.Written, Another: sent.tried != "" && sent.tried != sent.digest,
	}
	all, err := p.Logbook.Program(r.Ctx(), r.Actor, sent.ProgramID)
	if err != nil {
		return page.View{}, err
	}
	std, err := standard.Parse(all[0].StandardBody)
	if err != nil {
		return page.View{}, err
	}
	students := effects(report.Report, std, report.Import.AsOf)
	content.All, content.Students = len(students), students[:min(rowsShown, len(students))]
	return page.View{Name: "logbook/import-report", Title: r.Say("logbook.importreport.what_this_file_would_do"), Content: content}, nil
}

// effects are the students of a report by their names.
func effects(report attendance.Report, std standard.Standard, asOf core.Date) []studentEffect {
	at := map[string]*studentEffect{}
	for _, row := range report.Accepted {
		student := strings.ToLower(row.Email)
		if at[student] == nil {
			at[student] = &studentEffect{Name: row.Name, Email: row.Email}
		}
		at[student].Sessions++
	}
	students := make([]studentEffect, 0, len(at))
	for email, s := range attendance.Summarize(report, std, asOf).Students {
		e := at[strings.ToLower(email)]
		e.Recorded, e.Counts, e.Answer = s.Recorded, s.Valid, s.Answer
		students = append(students, *e)
	}
	slices.SortFunc(students, func(a, b studentEffect) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Email, b.Email))
	})
	return students
}
