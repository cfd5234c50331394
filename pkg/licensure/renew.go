package licensure

import (
	"context"
	"fmt"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

// RenewalInput is a licence's new last day and how the renewal is known.
// RenewedOn is the day from which it counts.
type RenewalInput struct {
	ExpiresOn, RenewedOn core.Date
	Method, Source       string
	CheckedOn            core.Date
	Note                 string
}

// RenewLicense records that a licence was renewed: its new last day, and an event
// of its lifecycle, active since the day of the renewal, that names both days.
// What therapists say of themselves is always a self_report. Permission:
// license.record at any school that knows the therapist. Codes: those of the
// fields (as of RecordLicense, not_later), stale, not_found.
func (s *Service) RenewLicense(ctx context.Context, a access.Actor, license core.LicenseID, version int, in RenewalInput) (core.License, error) {
	now := s.src.Now()
	var renewed core.License
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		l, err := tx.License(ctx, license)
		if err != nil {
			return err
		}
		org, err := allowed(ctx, tx, a, access.LicenseRecord, l.TherapistID)
		if err != nil {
			return err
		}
		if version != 0 && version != l.Version {
			return core.ErrStale
		}
		event := EventInput{
			Axis: core.Lifecycle, Status: "active", EffectiveOn: in.RenewedOn, Method: in.Method, Source: in.Source, CheckedOn: in.CheckedOn, Note: in.Note,
		}
		var f form
		event.check(&f, a.TherapistID == l.TherapistID, now)
		f.day("expires_on", in.ExpiresOn, core.Date{})
		if !in.ExpiresOn.IsZero() && (!in.ExpiresOn.After(l.ExpiresOn) || in.ExpiresOn.Before(in.RenewedOn)) {
			f.Add("expires_on", "not_later", "The new last day has to be later than %s and than the renewal.", orWords(l.ExpiresOn, "the old one"))
		}
		if err := f.Err(); err != nil {
			return err
		}
		event.Note = renewalNote(l.ExpiresOn, in.ExpiresOn, event.Note)
		if err := tx.SetLicenseExpiry(ctx, l.ID, l.Version, in.ExpiresOn); err != nil {
			return err
		}
		if err := s.addEvent(ctx, tx, a, l.ID, event, now); err != nil {
			return err
		}
		if err := s.audit(ctx, tx, a, now, org, "license.renew", "license", l.ID.String()); err != nil {
			return err
		}
		renewed, err = tx.License(ctx, l.ID)
		return err
	})
	return renewed, err
}

// renewalNote tells both last days, so that the history keeps the old one.
func renewalNote(before, after core.Date, note string) string {
	text := fmt.Sprintf("Renewed until %s; the last day was %s before.", after, orWords(before, "not known"))
	if note != "" {
		text += "\n" + note
	}
	return text
}

func orWords(d core.Date, otherwise string) string {
	if d.IsZero() {
		return otherwise
	}
	return d.String()
}
