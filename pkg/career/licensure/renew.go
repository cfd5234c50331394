package licensure

import (
	"context"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
)

// RenewalInput is a license's new last day and how the renewal is known.
// RenewedOn is the day from which it counts.
type RenewalInput struct {
	ExpiresOn, RenewedOn core.Date
	Method, Source       string
	CheckedOn            core.Date
	Note                 string
}

var (
	licenseRenewed = act.NewEvent("license.renew", "license")
	renewsLicense  = act.Declare(access.LicenseRecord, licenseRenewed)
)

// RenewLicense records that a license was renewed: a term until its new last
// day, and that it is active again where it had expired. What therapists say of
// themselves is always a self_report. Permission: license.record, by the
// therapist or under a grant of licenses. Codes: those of the fields (as of RecordLicense,
// not_later), stale, not_found.
func (s *licenses) RenewLicense(ctx context.Context, a access.Actor, license core.LicenseID, version int, in RenewalInput) (core.License, error) {
	return act.Do(ctx, s.act, a, renewsLicense, adding("added.license_renewal", changing(a, license, version, func(ctx context.Context, x act.Step[Tx], l core.License, own bool) error {
		event := EventInput{
			Axis: core.Term, Status: core.Renewed, EffectiveOn: in.RenewedOn, Until: in.ExpiresOn, Method: in.Method, Source: in.Source,
			CheckedOn: in.CheckedOn, Note: in.Note,
		}
		var f form
		event.check(&f, own, x.Now)
		f.day("expires_on", in.ExpiresOn, core.Date{})
		if before := l.GoodUntil(timeless); !in.ExpiresOn.IsZero() && (!in.ExpiresOn.After(before) || in.ExpiresOn.Before(in.RenewedOn)) {
			if before.IsZero() {
				f.Add("expires_on", "not_later.first")
			} else {
				f.Add("expires_on", "not_later.known", "before", before)
			}
		}
		if err := f.Err(); err != nil {
			return err
		}
		return s.addEvents(ctx, x, l.ID, withRevival(l, event))
	})))
}
