package render_test

import (
	"net/url"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/render"
	"github.com/palmar/palmar/pkg/words"
)

type sampleRow struct {
	Date       core.Date
	Start, End time.Time
	Minutes    core.Minutes
	Subject    string
	State      core.EntryState
}

type sampleContent struct {
	Entries        int
	Progress       render.Progress
	Subjects       render.SubjectBars
	Rows           []sampleRow
	Form           render.Form
	SubjectOptions []render.Option
	Settings       []render.Option
	Pager          render.Pager
	States         []string
	At, Now        time.Time
}

// samplePage uses every partial and function once.
func samplePage() render.Page {
	day := core.Date{Year: 2026, Month: 9, Day: 1}
	start := time.Date(2026, 9, 1, 13, 0, 0, 0, time.UTC)
	fault := &core.Fault{Kind: core.KindInvalid, Code: "invalid", ID: "invalid.fields", Args: []any{"count", 3}, Fields: []core.Field{
		{Name: "end", Code: "The session ends when it starts."}, // what has no sentence is written as it is
		{Name: "subject", Code: "Choose a subject."},
		{Name: "setting", Code: "The setting is classroom, lab, clinic or externship."},
	}}
	values := url.Values{"date": {"2026-09-01"}, "start": {"09:00"}, "end": {"09:00"}, "note": {"Draping & <b>hygiene</b>"}, "submit_now": {"true"}}
	row := func(n int, m core.Minutes, subject string, state core.EntryState) sampleRow {
		return sampleRow{day.AddDays(-n), start.AddDate(0, 0, -n), start.AddDate(0, 0, -n).Add(time.Duration(m) * time.Minute), m, subject, state}
	}
	return render.Page{
		Title:   "Sample",
		Account: &render.Account{Name: "Rosa Delgado", Organization: "Brightwater", Href: "/account", SwitchHref: "/organizations", SignOutHref: "/sign-out"},
		Nav: []render.NavItem{
			{Href: "/hours", Label: "Hours", Current: true}, {Href: "/inbox", Label: "Inbox", Count: 3},
			{Href: "/certificates", Label: "Certificates"}, {Href: "/license", Label: "License"},
		},
		Flash:     []render.Flash{{Kind: "success", Text: "Your session was submitted."}},
		RequestID: "0199-ABCD",
		Today:     day,
		Content: sampleContent{
			Entries:  1204,
			Progress: render.Progress{Valid: 24695, Waiting: 750, Required: 36000, Recorded: 24995},
			Subjects: render.SubjectBars{Rows: []render.SubjectBar{
				{Name: "Anatomy & Physiology", Valid: 7500, Required: 7500, Recorded: 7800},
				{Name: "Kinesiology", Valid: 1800, Waiting: 300, Required: 3000, Recorded: 1800},
				{Name: "Massage Theory and Practice", Valid: 11990, Waiting: 450, Required: 12000, Recorded: 11990},
				{Name: "Hydrotherapy", Required: 900},
			}},
			Rows: []sampleRow{
				row(0, 210, "Clinical Practice", core.EntrySubmitted), row(1, 240, "Massage Theory and Practice", core.EntrySigned),
				row(3, 545, "Kinesiology", core.EntryReturned), row(200, 90, "Pathology", core.EntrySuperseded),
			},
			Form: render.NewForm(words.English(), values, fault),
			SubjectOptions: []render.Option{
				{Value: "kinesiology", Label: "Kinesiology"}, {Value: "pathology", Label: "Pathology"},
			},
			Settings: render.Options(words.English(), core.Settings),
			Pager:    render.Pager{First: "/hours", Next: "/hours?after=abc"},
			States:   []string{"draft", "submitted", "signed", "returned", "superseded", "valid", "not_valid", "could_not_check", "some new word"},
			At:       start, Now: start.Add(50 * time.Hour),
		},
	}
}
