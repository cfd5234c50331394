package httpapi

import (
	"context"
	"time"

	"github.com/palmar/palmar/api"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/employer"
	"github.com/palmar/palmar/pkg/licensure"
	"github.com/palmar/palmar/pkg/standard"
)

func (h *handlers) GetTherapist(ctx context.Context, r api.GetTherapistRequestObject) (api.GetTherapistResponseObject, error) {
	t, err := h.Licensure.Therapist(ctx, callOf(ctx).actor, r.Therapist)
	if err != nil {
		return nil, err
	}
	return api.GetTherapist200JSONResponse(therapistOf(t)), nil
}

func (h *handlers) SetTherapistDetails(ctx context.Context, r api.SetTherapistDetailsRequestObject) (api.SetTherapistDetailsResponseObject, error) {
	t, err := h.Licensure.SetDetails(ctx, callOf(ctx).actor, r.Therapist, r.Body.BirthDate, r.Body.Zone)
	if err != nil {
		return nil, err
	}
	return api.SetTherapistDetails200JSONResponse(therapistOf(t)), nil
}

func therapistOf(t core.Therapist) api.Therapist {
	return api.Therapist{Id: t.ID, Name: t.Name, Email: t.Email, BirthDate: t.BirthDate, Zone: t.Zone}
}

func (h *handlers) ListLicenses(ctx context.Context, r api.ListLicensesRequestObject) (api.ListLicensesResponseObject, error) {
	licenses, err := h.Licensure.Licenses(ctx, callOf(ctx).actor, r.Therapist)
	if err != nil {
		return nil, err
	}
	q := h.asked(r.Params.On, r.Params.At, r.Params.KnownAt)
	practice, known := core.MayPractise(licenses, q)
	out := api.ListLicenses200JSONResponse{MayPractise: employer.PractiseNo, Reason: practice.Reason}
	switch {
	case practice.May:
		out.MayPractise = employer.PractiseYes
	case !known:
		out.MayPractise = employer.PractiseUnknown
	}
	out.Items = each(licenses, func(l core.License) api.License { return licenseOf(l, l.MayPractise(q)) })
	return out, nil
}

func (h *handlers) RecordLicense(ctx context.Context, r api.RecordLicenseRequestObject) (api.RecordLicenseResponseObject, error) {
	in := r.Body
	l, err := h.Licensure.RecordLicense(ctx, callOf(ctx).actor, r.Therapist, licensure.LicenseInput{
		Jurisdiction: in.Jurisdiction, Title: in.Title, Number: in.Number, IssuedOn: in.IssuedOn, ExpiresOn: in.ExpiresOn,
		Status: string(in.Status), EffectiveOn: in.EffectiveOn, Method: string(in.Method), Source: in.Source,
		CheckedOn: in.CheckedOn, Note: in.Note,
	})
	if err != nil {
		return nil, err
	}
	return api.RecordLicense201JSONResponse{
		Body: licenseOf(l, l.MayPractise(standard.AsOf(h.o.Source.Now()))), Headers: api.RecordLicense201ResponseHeaders{ETag: etag(l.Version)},
	}, nil
}

func (h *handlers) GetLicense(ctx context.Context, r api.GetLicenseRequestObject) (api.GetLicenseResponseObject, error) {
	l, err := h.Licensure.License(ctx, callOf(ctx).actor, r.License)
	if err != nil {
		return nil, err
	}
	return api.GetLicense200JSONResponse{
		Body: licenseOf(l, l.MayPractise(h.asked(r.Params.On, r.Params.At, r.Params.KnownAt))), Headers: api.GetLicense200ResponseHeaders{ETag: etag(l.Version)},
	}, nil
}

func (h *handlers) RecordLicenseEvent(ctx context.Context, r api.RecordLicenseEventRequestObject) (api.RecordLicenseEventResponseObject, error) {
	one, in := callOf(ctx), r.Body
	l, err := h.Licensure.RecordEvent(ctx, one.actor, r.License, one.version, licensure.EventInput{
		Axis: in.Axis, Status: in.Status, EffectiveOn: in.EffectiveOn, Until: in.Until, Method: string(in.Method), Source: in.Source,
		CheckedOn: in.CheckedOn, Note: in.Note,
	})
	if err != nil {
		return nil, err
	}
	return api.RecordLicenseEvent201JSONResponse{
		Body: licenseOf(l, l.MayPractise(standard.AsOf(h.o.Source.Now()))), Headers: api.RecordLicenseEvent201ResponseHeaders{ETag: etag(l.Version)},
	}, nil
}

func (h *handlers) WithdrawLicenseEvent(ctx context.Context, r api.WithdrawLicenseEventRequestObject) (api.WithdrawLicenseEventResponseObject, error) {
	one := callOf(ctx)
	l, err := h.Licensure.Withdraw(ctx, one.actor, r.License, one.version, r.Body.EventId, r.Body.Reason)
	if err != nil {
		return nil, err
	}
	return api.WithdrawLicenseEvent201JSONResponse{
		Body: licenseOf(l, l.MayPractise(standard.AsOf(h.o.Source.Now()))), Headers: api.WithdrawLicenseEvent201ResponseHeaders{ETag: etag(l.Version)},
	}, nil
}

func (h *handlers) CheckLicense(ctx context.Context, r api.CheckLicenseRequestObject) (api.CheckLicenseResponseObject, error) {
	c, err := h.Licensure.CheckNow(ctx, callOf(ctx).actor, r.License)
	if err != nil {
		return nil, err
	}
	return api.CheckLicense201JSONResponse(licenseCheckOf(c)), nil
}

func licenseCheckOf(c core.LicenseCheck) api.LicenseCheck {
	return api.LicenseCheck{
		Id: c.ID, LicenseId: c.LicenseID, At: c.At, CheckedOn: c.CheckedOn, Source: c.Source, Outcome: api.LicenseCheckOutcome(c.Outcome), Detail: c.Detail,
	}
}

func (h *handlers) GetCompact(ctx context.Context, r api.GetCompactRequestObject) (api.GetCompactResponseObject, error) {
	s, err := h.Licensure.Compact(ctx, callOf(ctx).actor, r.Therapist, r.Params.Home)
	if err != nil {
		return nil, err
	}
	return api.GetCompact200JSONResponse{Home: s.Home, Answer: s.Answer, Items: each(s.Items, func(i standard.CompactItem) api.CompactItem {
		return api.CompactItem{Id: i.ID, Text: i.Text, Answer: i.Answer, Why: i.Why, Source: i.Source, Confidence: api.CompactItemConfidence(i.Confidence)}
	})}, nil
}

// asked is a question about licences: a day, an instant, or now.
func (h *handlers) asked(on core.Date, at, knownAt time.Time) core.Asked {
	if at.IsZero() {
		at = h.o.Source.Now()
	}
	return core.Asked{On: on, At: at, KnownAt: knownAt, Regime: standard.RegimeOf}
}

func licenseOf(l core.License, p core.Practice) api.License {
	return api.License{
		Id: l.ID, TherapistId: l.TherapistID, Jurisdiction: l.Jurisdiction, Title: l.Title, Number: l.Number,
		IssuedOn: l.IssuedOn, ExpiresOn: l.ExpiresOn, Practice: practiceOf(p), Version: l.Version, Checks: each(l.Checks, licenseCheckOf),
		Events: each(l.Events, func(e core.LicenseEvent) api.LicenseEvent {
			return api.LicenseEvent{
				Id: e.ID, Axis: e.Axis, Status: e.Status, EffectiveOn: e.EffectiveOn, Until: e.Until, WithdrawsId: e.Withdraws, Method: api.LicenseEventMethod(e.Method),
				Source: e.Source, CheckedOn: e.CheckedOn, Note: e.Note, RecordedAt: e.RecordedAt, RecordedByName: e.RecordedByName,
			}
		}),
	}
}

// practiceOf adds the age of the source in days.
func practiceOf(p core.Practice) api.Practice {
	out := api.Practice{
		May: p.May, Reason: p.Reason, On: p.On, Lifecycle: p.Lifecycle, Discipline: p.Standing, Disciplined: p.Disciplined, Title: p.Title,
		Since: p.Since, Until: p.Until, ExpiresOn: p.ExpiresOn, RenewBy: p.RenewBy, KnownAt: p.KnownAt, WayBack: p.Back,
		CheckedOn: p.CheckedOn, Method: p.Method, Source: p.Source,
	}
	if p.Rule != nil {
		out.Rule = api.RegimeRule{Id: p.Rule.ID, Text: p.Rule.Text, Source: p.Rule.Source, Confidence: api.RegimeRuleConfidence(p.Rule.Confidence)}
	}
	if !p.CheckedOn.IsZero() {
		out.AgeDays = max(0, int(p.On.In(time.UTC).Sub(p.CheckedOn.In(time.UTC))/(24*time.Hour)))
	}
	return out
}
