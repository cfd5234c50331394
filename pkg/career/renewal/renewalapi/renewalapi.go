// Package renewalapi serves what ends and how it is renewed, as api/renewal
// describes it.
package renewalapi

import (
	"context"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/renewal"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/edge"
)

// New are the operations of renewal. baseURL is that of the pages.
func New(s *renewal.Service, baseURL string) edge.Part {
	return edge.Part{
		Routes: edge.Routes{
			"listUpcoming":         {Action: access.ReminderRead},
			"getReminders":         {Action: access.ReminderRead},
			"setReminders":         {Action: access.ReminderWrite},
			"makeCalendar":         {Action: access.CalendarShare},
			"revokeCalendar":       {Action: access.CalendarShare},
			"getRenewal":           {Action: access.RenewalRead},
			"tickRenewalStep":      {Action: access.RenewalTick},
			"untickRenewalStep":    {Action: access.RenewalTick},
			"listExpiringLicenses": {Action: access.ExpiryRead},
		},
		Register: func(e *echo.Echo, guards edge.Guards) {
			RegisterHandlersWithOptions(e, operations{s, baseURL}, RegisterHandlersOptions{OperationMiddlewares: guards})
		},
	}
}

type operations struct {
	service *renewal.Service
	baseURL string
}

func (o operations) ListUpcoming(c echo.Context, therapist common.TherapistID, p ListUpcomingParams) error {
	return edge.Do(c, func(ctx context.Context) (renewal.UpcomingPart, error) {
		return o.service.Upcoming(ctx, edge.Actor(c), therapist, edge.Page(p.Limit, p.Cursor))
	}, func(part renewal.UpcomingPart) edge.Reply {
		return edge.List(c, part.Next, DueList{Today: part.Today, NextCursor: part.Next, Items: edge.Each(part.Items, func(d renewal.Due) Due {
			return Due{Kind: string(d.Kind), SubjectId: d.Subject, Label: d.Label, ExpiresOn: d.ExpiresOn, DaysLeft: daysLeft(part.Today, d.ExpiresOn), GivenUp: part.GivenUp[d.Subject]}
		})})
	})
}

func daysLeft(today, expiresOn core.Date) int {
	return int(expiresOn.In(time.UTC).Sub(today.In(time.UTC)) / (24 * time.Hour))
}

func (o operations) GetReminders(c echo.Context, therapist common.TherapistID) error {
	return edge.Do(c, func(ctx context.Context) (renewal.Preferences, error) {
		return o.service.Preferences(ctx, edge.Actor(c), therapist)
	}, reminders)
}

func (o operations) SetReminders(c echo.Context, therapist common.TherapistID, _ SetRemindersParams) error {
	return edge.Take(c, func(ctx context.Context, in ReminderSettingsInput) (renewal.Preferences, error) {
		var wrong core.Collect
		from, err := core.ParseWallTime(in.QuietFrom)
		_ = wrong.Check("quiet_from", err) // parsing gives faults alone
		until, err := core.ParseWallTime(in.QuietUntil)
		_ = wrong.Check("quiet_until", err)
		if _, err := o.service.Preferences(ctx, edge.Actor(c), therapist); err != nil {
			return renewal.Preferences{}, err
		}
		if err := wrong.Err(); err != nil {
			return renewal.Preferences{}, err
		}
		return o.service.SetPreferences(ctx, edge.Actor(c), therapist, edge.Version(c), renewal.PreferencesInput{
			Off: in.Off, Days: in.Days, Quiet: renewal.QuietHours{From: from, Until: until}, Zone: in.Zone,
		})
	}, reminders)
}

func reminders(p renewal.Preferences) edge.Reply {
	return edge.OK(ReminderSettings{
		On: !p.Off, Days: append([]int{}, p.Days...), QuietFrom: p.Quiet.From.String(), QuietUntil: p.Quiet.Until.String(),
		Zone: p.Zone, ZoneInForce: p.ZoneInForce, HasCalendar: !p.Calendar.IsZero(), Version: p.Version,
	}).Version(p.Version)
}

func (o operations) MakeCalendar(c echo.Context, therapist common.TherapistID) error {
	return edge.Do(c, func(ctx context.Context) (string, error) {
		return o.service.MakeCalendar(ctx, edge.Actor(c), therapist)
	}, func(secret string) edge.Reply {
		return edge.Created(CalendarAddress{Address: o.baseURL + "/calendars/" + secret + ".ics"})
	})
}

func (o operations) RevokeCalendar(c echo.Context, therapist common.TherapistID, _ RevokeCalendarParams) error {
	return edge.Drop(c, func(ctx context.Context) error { return o.service.RevokeCalendar(ctx, edge.Actor(c), therapist) })
}

func (o operations) GetRenewal(c echo.Context, license common.LicenseID) error {
	return edge.Do(c, func(ctx context.Context) (renewal.Checklist, error) {
		return o.service.Checklist(ctx, edge.Actor(c), license)
	}, checklist)
}

func (o operations) TickRenewalStep(c echo.Context, license common.LicenseID, step string, _ TickRenewalStepParams) error {
	return edge.Take(c, func(ctx context.Context, in RenewalTickInput) (renewal.Checklist, error) {
		return o.service.Tick(ctx, edge.Actor(c), license, step, renewal.TickInput{DoneOn: in.DoneOn, Note: in.Note})
	}, checklist)
}

func (o operations) UntickRenewalStep(c echo.Context, license common.LicenseID, step string, _ UntickRenewalStepParams) error {
	return edge.Do(c, func(ctx context.Context) (renewal.Checklist, error) {
		return o.service.Untick(ctx, edge.Actor(c), license, step)
	}, checklist)
}

func checklist(c renewal.Checklist) edge.Reply {
	return edge.OK(Renewal{
		LicenseId: c.License.ID, ExpiresOn: c.License.ExpiresOn, DaysLeft: c.Left, Today: c.Today, Known: c.Known, Board: c.Board, Late: factOf(c.Late),
		Steps: edge.Each(c.Steps, func(s renewal.Step) RenewalStep {
			out := RenewalStep{Step: s.Key, Title: s.Title, State: string(s.State), Why: s.Why, Link: s.Link, Fact: factOf(s.Fact)}
			if s.Tick != nil {
				out.DoneOn, out.Note = s.Tick.DoneOn, s.Tick.Note
			}
			return out
		}),
	})
}

func factOf(f *renewal.Fact) *RenewalFact {
	if f == nil {
		return nil
	}
	return &RenewalFact{Text: f.Text, Confidence: f.Confidence, Source: f.Source}
}

// usualDays is how far an office looks ahead where it does not say.
const usualDays = 90

func (o operations) ListExpiringLicenses(c echo.Context, organization common.OrganizationID, p ListExpiringLicensesParams) error {
	days := usualDays
	if p.Days != nil {
		days = *p.Days
	}
	return edge.Do(c, func(ctx context.Context) (renewal.ExpiringPart, error) {
		return o.service.Expiring(ctx, edge.Actor(c), organization, days, edge.Page(p.Limit, p.Cursor))
	}, func(part renewal.ExpiringPart) edge.Reply {
		return edge.List(c, part.Next, ExpiringLicenseList{Today: part.Today, NextCursor: part.Next, Items: edge.Each(part.Items, func(e renewal.Expiring) ExpiringLicense {
			return ExpiringLicense{
				LicenseId: e.LicenseID, TherapistId: e.TherapistID, Name: e.Name, Email: e.Email, Jurisdiction: e.Jurisdiction, Title: e.Title,
				Number: e.Number, ExpiresOn: e.ExpiresOn, DaysLeft: daysLeft(part.Today, e.ExpiresOn),
			}
		})})
	})
}
