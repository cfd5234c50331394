package logbookpage

import (
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/platform/page"
)

// Unconfirmed are the versions of a school's programs that wait for a second person,
// for those who may be that; none for anybody else. The template "unconfirmed" shows
// them.
func Unconfirmed(r *page.Request, l *logbook.Service, org core.OrganizationID) ([]logbook.ProgramVersion, error) {
	if !r.Can(access.ProgramConfirm, org) {
		return nil, nil
	}
	return l.UnconfirmedPrograms(r.Ctx(), r.Actor, org)
}
