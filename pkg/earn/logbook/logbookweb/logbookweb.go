// Package logbookweb are the pages of the logbook: a student's hours and
// sessions, the supervisor's inbox, and the office's students, programs, imported
// files and transfers.
package logbookweb

import (
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

// All are the pages of the logbook.
func All(l *logbook.Service, a *account.Service) []page.Pages {
	return []page.Pages{&Hours{l}, &Sessions{l, a}, &Inbox{l}, &Students{l}, &Programs{l}, &Drafts{l}, &Imports{l}, &Transfers{l}}
}

// programs are a school's programs to choose from.
func programs(r *page.Request, l *logbook.Service, org core.OrganizationID) ([]render.Option, error) {
	list, err := l.Programs(r.Ctx(), r.Actor, org, core.Page{Limit: 100})
	options := make([]render.Option, len(list.Items))
	for i, p := range list.Items {
		options[i] = render.Option{Value: p.ProgramID.String(), Label: p.Title}
	}
	return options, err
}
