// Package registryweb are the pages of the school's office: its calendar, who is
// at risk, cohorts and monthly hours, leaves and absences, and what students ask
// the office for.
package registryweb

import (
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/earn/classroom"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/earn/registry"
	"github.com/palmar/palmar/pkg/platform/page"
)

// Pages are the pages of the office.
type Pages struct {
	Registry  *registry.Service
	Logbook   *logbook.Service
	Classroom *classroom.Service
}

// Routes lists every page and form.
func (p *Pages) Routes() []page.Route {
	return []page.Route{
		page.Get("/o/:organization/calendar", access.CalendarRead, page.On("organization", p.showCalendar)),
		page.Post("/o/:organization/calendar", access.CalendarWrite, page.On("organization", p.closeDays)),
		page.Post("/closed-days/:closed_days/reopen", access.CalendarWrite, page.On("closed_days", p.reopenDays)),
		page.Get("/o/:organization/at-risk", access.RiskRead, page.On("organization", p.showAtRisk)),
		page.Get("/o/:organization/cohorts", access.RiskRead, page.On("organization", p.showCohorts)),
		page.Get("/o/:organization/hours.csv", access.HoursExport, page.On("organization", p.exportHours)),
		page.Get("/enrollments/:enrollment/pauses", access.PauseRead, page.On("enrollment", p.showPauses)),
		page.Post("/enrollments/:enrollment/pauses", access.PauseWrite, page.On("enrollment", p.pause)),
		page.Post("/enrollments/:enrollment/resume", access.PauseWrite, page.On("enrollment", p.resume)),
		page.Post("/enrollments/:enrollment/absences", access.AbsenceWrite, page.On("enrollment", p.excuse)),
		page.Post("/absences/:absence/withdraw", access.AbsenceWrite, page.On("absence", p.unexcuse)),
		page.Get("/o/:organization/requests", access.RequestRead, page.On("organization", p.showRequests)),
		page.Get("/enrollments/:enrollment/requests", access.RequestRead, page.On("enrollment", p.showRequestsOf)),
		page.Post("/enrollments/:enrollment/requests", access.RequestMake, page.On("enrollment", p.ask)),
		page.Get("/requests/:request", access.RequestRead, page.On("request", p.showRequest)),
		page.Post("/requests/:request/grant", access.RequestDecide, page.On("request", p.grantRequest)),
		page.Post("/requests/:request/decline", access.RequestDecide, page.On("request", p.declineRequest)),
		page.Post("/requests/:request/withdraw", access.RequestMake, page.On("request", p.withdrawRequest)),
	}
}

// Menu leads to what waits for the office.
func (p *Pages) Menu() []page.MenuItem {
	return []page.MenuItem{{Rank: 50, Path: "requests", Label: "menu.requests", Shown: page.Allowed(access.RequestRead)}}
}
