// Package classroomweb are the pages of classes: planning them, their rosters and
// signatures, the code on the instructor's screen, and where students clock in.
package classroomweb

import (
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/classroom"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/platform/page"
)

// Pages are the pages of classes.
type Pages struct {
	Classroom *classroom.Service
	Logbook   *logbook.Service
	Account   *account.Service
}

// Routes lists every page and form.
func (p *Pages) Routes() []page.Route {
	return []page.Route{
		page.Get("/o/:organization/classes", access.ClassRead, page.On("organization", p.showClasses)),
		page.Get("/o/:organization/classes/new", access.ClassPlan, page.On("organization", p.showPlanClass)),
		page.Post("/o/:organization/classes/new", access.ClassPlan, page.On("organization", p.planClass)),
		page.Get("/classes/:class", access.ClassRead, page.On("class", p.showClass)),
		page.Post("/classes/:class/cancel", access.ClassPlan, page.On("class", p.cancelClass)),
		page.Post("/classes/:class/roster", access.ClassTeach, page.On("class", p.markRoster)),
		page.Post("/classes/:class/sign", access.ClassSign, page.On("class", p.signClass)),
		page.Get("/classes/:class/screen", access.ClassTeach, page.On("class", p.showScreen)),
		page.Get("/record/classes", access.SelfRead, p.showMyClasses),
		page.Get("/check-in/:class/:code", access.AttendanceClock, page.On("class", p.showScanned)),
		page.Post("/check-in/:class", access.AttendanceClock, page.On("class", p.clock)),
	}
}

// Menu leads to a school's classes.
func (p *Pages) Menu() []page.MenuItem {
	return []page.MenuItem{{Rank: 30, Path: "classes", Label: "menu.classes", Shown: page.Allowed(access.ClassRead)}}
}

func classPath(id core.ClassID) string { return "/classes/" + id.String() }

func checkInPath(id core.ClassID) string { return "/check-in/" + id.String() }
