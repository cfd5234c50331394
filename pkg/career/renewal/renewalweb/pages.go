// Package renewalweb are the pages of renewals: the checklist of a license,
// what of one's own ends, reminders, the calendar to subscribe to, and the
// office's list of what ends soon.
package renewalweb

import (
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/renewal"
	"github.com/palmar/palmar/pkg/platform/page"
)

// Pages are the pages of renewals.
type Pages struct {
	Renewal *renewal.Service
}

// Routes lists every page and form.
func (p *Pages) Routes() []page.Route {
	return []page.Route{
		page.Get("/licenses/:license/renewal", access.RenewalRead, p.showChecklist),
		page.Post("/licenses/:license/renewal/:step", access.RenewalTick, p.tick),
		page.Post("/licenses/:license/renewal/:step/undo", access.RenewalTick, p.untick),
		page.Get("/record/renewals", access.ReminderRead, p.showRenewals),
		page.Get("/record/reminders", access.ReminderRead, p.showReminders),
		page.Post("/record/reminders", access.ReminderWrite, p.setReminders),
		page.Post("/record/calendar", access.CalendarShare, p.makeCalendar),
		page.Post("/record/calendar/revoke", access.CalendarShare, p.revokeCalendar),
		page.Get("/calendars/:calendar", page.Public, p.readCalendar).Guarded(),
		page.Get("/o/:organization/expiring", access.ExpiryRead, p.showExpiring),
	}
}

// Menu is empty: other pages lead to these.
func (p *Pages) Menu() []page.MenuItem { return nil }
