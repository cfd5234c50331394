package httpapi

import (
	"context"
	"time"

	"github.com/palmar/palmar/api"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/licensure"
	"github.com/palmar/palmar/pkg/renewal"
	"github.com/palmar/palmar/pkg/standard"
)

// usualDays is how far an office looks ahead where it does not say.
const usualDays = 90

func (h *handlers) ListUpcoming(ctx context.Context, r api.ListUpcomingRequestObject) (api.ListUpcomingResponseObject, error) {
	part, err := h.Renewal.Upcoming(ctx, callOf(ctx).actor, r.Therapist, pageOf(r.Params.Limit, r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListUpcoming200JSONResponse{
		Body: api.DueList{Today: part.Today, NextCursor: part.Next, Items: each(part.Items, func(d core.Due) api.Due {
			return api.Due{Kind: string(d.Kind), SubjectId: d.Subject, Label: d.Label, ExpiresOn: d.ExpiresOn, DaysLeft: daysLeft(part.Today, d.ExpiresOn), GivenUp: part.GivenUp[d.Subject]}
		})},
		Headers: api.ListUpcoming200ResponseHeaders{Link: link(ctx, part.Next)},
	}, nil
}

func daysLeft(today, expiresOn core.Date) int {
	return int(expiresOn.In(time.UTC).Sub(today.In(time.UTC)) / (24 * time.Hour))
}

func (h *handlers) GetReminders(ctx context.Context, r api.GetRemindersRequestObject) (api.GetRemindersResponseObject, error) {
	p, err := h.Renewal.Preferences(ctx, callOf(ctx).actor, r.Therapist)
	if err != nil {
		return nil, err
	}
	return api.GetReminders200JSONResponse{
		Body: remindersOf(p), Headers: api.GetReminders200ResponseHeaders{ETag: etag(p.Version)},
	}, nil
}

func (h *handlers) SetReminders(ctx context.Context, r api.SetRemindersRequestObject) (api.SetRemindersResponseObject, error) {
	one, in := callOf(ctx), r.Body
	var c core.Collect
	from, err := core.ParseWallTime(in.QuietFrom)
	_ = c.Check("quiet_from", err) // parsing gives faults alone
	until, err := core.ParseWallTime(in.QuietUntil)
	_ = c.Check("quiet_until", err)
	if _, err := h.Renewal.Preferences(ctx, one.actor, r.Therapist); err != nil {
		return nil, err
	}
	if err := c.Err(); err != nil {
		return nil, err
	}
	p, err := h.Renewal.SetPreferences(ctx, one.actor, r.Therapist, one.version, renewal.PreferencesInput{
		Off: in.Off, Days: in.Days, Quiet: core.QuietHours{From: from, Until: until}, Zone: in.Zone,
	})
	if err != nil {
		return nil, err
	}
	return api.SetReminders200JSONResponse{
		Body: remindersOf(p), Headers: api.SetReminders200ResponseHeaders{ETag: etag(p.Version)},
	}, nil
}

func remindersOf(p renewal.Preferences) api.ReminderSettings {
	return api.ReminderSettings{
		On: !p.Off, Days: append([]int{}, p.Days...), QuietFrom: p.Quiet.From.String(), QuietUntil: p.Quiet.Until.String(),
		Zone: p.Zone, ZoneInForce: p.ZoneInForce, HasCalendar: !p.Calendar.IsZero(), Version: p.Version,
	}
}

func (h *handlers) MakeCalendar(ctx context.Context, r api.MakeCalendarRequestObject) (api.MakeCalendarResponseObject, error) {
	secret, err := h.Renewal.MakeCalendar(ctx, callOf(ctx).actor, r.Therapist)
	if err != nil {
		return nil, err
	}
	return api.MakeCalendar201JSONResponse{Address: h.o.BaseURL + "/calendars/" + secret + ".ics"}, nil
}

func (h *handlers) RevokeCalendar(ctx context.Context, r api.RevokeCalendarRequestObject) (api.RevokeCalendarResponseObject, error) {
	if err := h.Renewal.RevokeCalendar(ctx, callOf(ctx).actor, r.Therapist); err != nil {
		return nil, err
	}
	return api.RevokeCalendar204Response{}, nil
}

func (h *handlers) GetRenewal(ctx context.Context, r api.GetRenewalRequestObject) (api.GetRenewalResponseObject, error) {
	c, err := h.Renewal.Checklist(ctx, callOf(ctx).actor, r.License)
	if err != nil {
		return nil, err
	}
	return api.GetRenewal200JSONResponse(renewalOf(c)), nil
}

func (h *handlers) TickRenewalStep(ctx context.Context, r api.TickRenewalStepRequestObject) (api.TickRenewalStepResponseObject, error) {
	c, err := h.Renewal.Tick(ctx, callOf(ctx).actor, r.License, r.Step, renewal.TickInput{DoneOn: r.Body.DoneOn, Note: r.Body.Note})
	if err != nil {
		return nil, err
	}
	return api.TickRenewalStep200JSONResponse(renewalOf(c)), nil
}

func (h *handlers) UntickRenewalStep(ctx context.Context, r api.UntickRenewalStepRequestObject) (api.UntickRenewalStepResponseObject, error) {
	c, err := h.Renewal.Untick(ctx, callOf(ctx).actor, r.License, r.Step)
	if err != nil {
		return nil, err
	}
	return api.UntickRenewalStep200JSONResponse(renewalOf(c)), nil
}

func renewalOf(c renewal.Checklist) api.Renewal {
	return api.Renewal{
		LicenseId: c.License.ID, ExpiresOn: c.License.ExpiresOn, DaysLeft: c.Left, Today: c.Today, Known: c.Known, Board: c.Board, Late: factOf(c.Late),
		Steps: each(c.Steps, func(s renewal.Step) api.RenewalStep {
			out := api.RenewalStep{Step: s.Key, Title: s.Title, State: string(s.State), Why: s.Why, Link: s.Link, Fact: factOf(s.Fact)}
			if s.Tick != nil {
				out.DoneOn, out.Note = s.Tick.DoneOn, s.Tick.Note
			}
			return out
		}),
	}
}

func factOf(f *renewal.Fact) *api.RenewalFact {
	if f == nil {
		return nil
	}
	return &api.RenewalFact{Text: f.Text, Confidence: f.Confidence, Source: f.Source}
}

func (h *handlers) RenewLicense(ctx context.Context, r api.RenewLicenseRequestObject) (api.RenewLicenseResponseObject, error) {
	one, in := callOf(ctx), r.Body
	l, err := h.Licensure.RenewLicense(ctx, one.actor, r.License, one.version, licensure.RenewalInput{
		ExpiresOn: in.ExpiresOn, RenewedOn: in.RenewedOn, Method: string(in.Method), Source: in.Source, CheckedOn: in.CheckedOn, Note: in.Note,
	})
	if err != nil {
		return nil, err
	}
	return api.RenewLicense200JSONResponse{
		Body: licenseOf(l, l.MayPractise(standard.AsOf(h.o.Source.Now()))), Headers: api.RenewLicense200ResponseHeaders{ETag: etag(l.Version)},
	}, nil
}

func (h *handlers) ListExpiringLicenses(ctx context.Context, r api.ListExpiringLicensesRequestObject) (api.ListExpiringLicensesResponseObject, error) {
	days := usualDays
	if r.Params.Days != nil {
		days = *r.Params.Days
	}
	part, err := h.Renewal.Expiring(ctx, callOf(ctx).actor, r.Organization, days, pageOf(r.Params.Limit, r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListExpiringLicenses200JSONResponse{
		Body: api.ExpiringLicenseList{Today: part.Today, NextCursor: part.Next, Items: each(part.Items, func(e core.Expiring) api.ExpiringLicense {
			return api.ExpiringLicense{
				LicenseId: e.LicenseID, TherapistId: e.TherapistID, Name: e.Name, Email: e.Email, Jurisdiction: e.Jurisdiction, Title: e.Title,
				Number: e.Number, ExpiresOn: e.ExpiresOn, DaysLeft: daysLeft(part.Today, e.ExpiresOn),
			}
		})},
		Headers: api.ListExpiringLicenses200ResponseHeaders{Link: link(ctx, part.Next)},
	}, nil
}
