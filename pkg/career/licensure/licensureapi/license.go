package licensureapi

import (
	"context"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/career/licensure/licensureview"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/license"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/platform/edge"
)

type licenses struct {
	service *licensure.Service
	src     core.Source
}

var licenseRoutes = edge.Routes{
	"getTherapist":         {Action: access.LicenseRead},
	"setTherapistDetails":  {Action: access.TherapistWrite},
	"listLicenses":         {Action: access.LicenseRead},
	"recordLicense":        {Action: access.LicenseRecord},
	"getLicense":           {Action: access.LicenseRead},
	"recordLicenseEvent":   {Action: access.LicenseRecord},
	"withdrawLicenseEvent": {Action: access.LicenseRecord},
	"renewLicense":         {Action: access.LicenseRecord},
	"checkLicense":         {Action: access.LicenseRecord},
	"recordLook":           {Action: access.LicenseLook, Body: core.MostDocument + 1<<20},
	"getLookEvidence":      {Action: access.LicenseRead},
	"listLooksDue":         {Action: access.LicenseDue},
	"getCompact":           {Action: access.LicenseRead},
}

func (o licenses) GetTherapist(c echo.Context, id common.TherapistID) error {
	return edge.Do(c, func(ctx context.Context) (core.Therapist, error) {
		return o.service.Therapist(ctx, edge.Actor(c), id)
	}, okTherapist)
}

func (o licenses) SetTherapistDetails(c echo.Context, id common.TherapistID, _ SetTherapistDetailsParams) error {
	return edge.Take(c, func(ctx context.Context, in TherapistDetails) (core.Therapist, error) {
		return o.service.SetDetails(ctx, edge.Actor(c), id, in.BirthDate, in.Zone)
	}, okTherapist)
}

func (o licenses) ListLicenses(c echo.Context, therapist common.TherapistID, p ListLicensesParams) error {
	return edge.Do(c, func(ctx context.Context) ([]core.License, error) {
		if err := licensure.KnownBy("known_at", p.KnownAt, o.src.Now()); err != nil {
			return nil, err
		}
		return o.service.Licenses(ctx, edge.Actor(c), therapist)
	}, func(all []core.License) edge.Reply {
		a, w := edge.Actor(c), edge.Language(c)
		q := o.asked(a, therapist, p.On, p.At, p.KnownAt)
		places := license.Places(all, q, a.AsksFor().Jurisdiction)
		return edge.OK(Licenses{
			Places: licensureview.Places(w, places), Headline: licensureview.Headline(w, places),
			Items: edge.Each(all, func(l core.License) common.License { return licensureview.License(w, l, license.Judge(l, q)) }),
		})
	})
}

func (o licenses) RecordLicense(c echo.Context, therapist common.TherapistID, _ RecordLicenseParams) error {
	return edge.Take(c, func(ctx context.Context, in LicenseInput) (core.License, error) {
		return o.service.RecordLicense(ctx, edge.Actor(c), therapist, licensure.LicenseInput{
			Jurisdiction: in.Jurisdiction, Title: in.Title, Number: in.Number, IssuedOn: in.IssuedOn, ExpiresOn: in.ExpiresOn,
			Status: string(in.Status), EffectiveOn: in.EffectiveOn, Discipline: in.Discipline, Method: string(in.Method), Source: in.Source,
			CheckedOn: in.CheckedOn, Note: in.Note,
		})
	}, o.created(c))
}

func (o licenses) GetLicense(c echo.Context, id common.LicenseID, p GetLicenseParams) error {
	return edge.Do(c, func(ctx context.Context) (core.License, error) {
		if err := licensure.KnownBy("known_at", p.KnownAt, o.src.Now()); err != nil {
			return core.License{}, err
		}
		return o.service.License(ctx, edge.Actor(c), id)
	}, func(l core.License) edge.Reply {
		q := o.asked(edge.Actor(c), l.TherapistID, p.On, p.At, p.KnownAt)
		return edge.OK(licensureview.License(edge.Language(c), l, license.Judge(l, q))).Version(l.Version)
	})
}

func (o licenses) RecordLicenseEvent(c echo.Context, id common.LicenseID, _ RecordLicenseEventParams) error {
	return edge.Take(c, func(ctx context.Context, in LicenseEventInput) (core.License, error) {
		return o.service.RecordEvent(ctx, edge.Actor(c), id, edge.Version(c), licensure.EventInput{
			Axis: in.Axis, Status: in.Status, EffectiveOn: in.EffectiveOn, Until: in.Until, Method: string(in.Method), Source: in.Source,
			CheckedOn: in.CheckedOn, Note: in.Note, Authority: in.Authority, Lifts: in.LiftsId,
		})
	}, o.created(c))
}

func (o licenses) WithdrawLicenseEvent(c echo.Context, id common.LicenseID, _ WithdrawLicenseEventParams) error {
	return edge.Take(c, func(ctx context.Context, in LicenseWithdrawal) (core.License, error) {
		return o.service.Withdraw(ctx, edge.Actor(c), id, edge.Version(c), in.EventId, in.Reason)
	}, o.created(c))
}

func (o licenses) RenewLicense(c echo.Context, id common.LicenseID, _ RenewLicenseParams) error {
	return edge.Take(c, func(ctx context.Context, in LicenseRenewalInput) (core.License, error) {
		return o.service.RenewLicense(ctx, edge.Actor(c), id, edge.Version(c), licensure.RenewalInput{
			ExpiresOn: in.ExpiresOn, RenewedOn: in.RenewedOn, Method: string(in.Method), Source: in.Source, CheckedOn: in.CheckedOn, Note: in.Note,
		})
	}, func(l core.License) edge.Reply { return edge.OK(o.today(c, l)).Version(l.Version) })
}

func (o licenses) CheckLicense(c echo.Context, id common.LicenseID) error {
	return edge.Do(c, func(ctx context.Context) (core.LicenseCheck, error) {
		return o.service.CheckNow(ctx, edge.Actor(c), id)
	}, func(k core.LicenseCheck) edge.Reply { return edge.Created(licensureview.Check(k)) })
}

func (o licenses) RecordLook(c echo.Context, id common.LicenseID, _ RecordLookParams) error {
	return edge.TakeWith(c, "look", "evidence", func(ctx context.Context, in LookInput, copied edge.File) (core.LicenseCheck, error) {
		return o.service.RecordLook(ctx, edge.Actor(c), id, edge.Version(c), licensure.LookInput{
			NotListed: in.NotListed, Lifecycle: in.Status, ExpiresOn: in.ExpiresOn, Discipline: in.Discipline, Address: in.Address, CheckedOn: in.CheckedOn,
			Filename: copied.Name, Evidence: copied.Body,
		})
	}, func(k core.LicenseCheck) edge.Reply { return edge.Created(licensureview.Check(k)) })
}

func (o licenses) GetLookEvidence(c echo.Context, license common.LicenseID, look common.LicenseCheckID) error {
	return edge.Do(c, func(ctx context.Context) (core.Document, error) {
		return o.service.LookEvidence(ctx, edge.Actor(c), license, look)
	}, okDocument)
}

func (o licenses) ListLooksDue(c echo.Context, org common.OrganizationID, p ListLooksDueParams) error {
	w := edge.Language(c)
	return edge.Do(c, func(ctx context.Context) (core.List[licensure.LookDue], error) {
		return o.service.LooksDue(ctx, edge.Actor(c), org, edge.Page(p.Limit, p.Cursor))
	}, func(l core.List[licensure.LookDue]) edge.Reply {
		return edge.List(c, l.Next, LookDueList{NextCursor: l.Next, Items: edge.Each(l.Items, func(d licensure.LookDue) LookDue {
			out := LookDue{
				LicenseId: d.ID, TherapistId: d.TherapistID, TherapistName: d.TherapistName, Jurisdiction: d.Jurisdiction, Title: d.Title, Number: d.Number,
				Answer: string(d.Practice.Answer), Reason: w.WriteAll(d.Practice.Because), ReasonId: d.Practice.Because[0].ID,
				Lifecycle: d.Practice.Lifecycle, Discipline: d.Practice.Standing, Since: d.Since, Until: d.Until,
			}
			if last, said := d.Last(); said {
				out.Last = licensureview.Source(last)
			}
			return out
		})})
	})
}

func (o licenses) GetCompact(c echo.Context, therapist common.TherapistID, p GetCompactParams) error {
	return edge.Do(c, func(ctx context.Context) (standard.CompactStanding, error) {
		return o.service.Compact(ctx, edge.Actor(c), therapist, p.Home)
	}, func(s standard.CompactStanding) edge.Reply {
		return edge.OK(CompactStanding{Home: s.Home, Answer: s.Answer, Items: edge.Each(s.Items, func(i standard.CompactItem) CompactItem {
			return CompactItem{Id: i.ID, Text: i.Text, Answer: i.Answer, Why: i.Why, Source: i.Source, Confidence: CompactItemConfidence(i.Confidence)}
		})})
	})
}

// asked is a question about licenses as the actor asks it: of a day, an instant, or now.
func (o licenses) asked(a access.Actor, therapist core.TherapistID, on core.Date, at, knownAt time.Time) license.Asked {
	return licensure.Asking(a, therapist, a.AsksFor(), license.Asked{On: on, At: at, Now: o.src.Now(), KnownAt: knownAt})
}

// today is a license with what it lets its holder do now.
func (o licenses) today(c echo.Context, l core.License) common.License {
	q := o.asked(edge.Actor(c), l.TherapistID, core.Date{}, time.Time{}, time.Time{})
	return licensureview.License(edge.Language(c), l, license.Judge(l, q))
}

func (o licenses) created(c echo.Context) func(core.License) edge.Reply {
	return func(l core.License) edge.Reply { return edge.Created(o.today(c, l)).Version(l.Version) }
}

func okTherapist(t core.Therapist) edge.Reply {
	return edge.OK(Therapist{Id: t.ID, Name: t.Name, Email: t.Email, BirthDate: t.BirthDate, Zone: t.Zone})
}
