package licensure

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

// LicenseInput is a licence with the first event of its lifecycle. Title is
// "Massage Therapist" where it is empty; EffectiveOn is IssuedOn where it is.
type LicenseInput struct {
	Jurisdiction, Title, Number string
	IssuedOn, ExpiresOn         core.Date
	Status                      string
	EffectiveOn                 core.Date
	Method, Source              string
	CheckedOn                   core.Date
	Note                        string
}

// EventInput is a dated fact of one axis and how it is known.
type EventInput struct {
	Axis           core.Axis
	Status         string
	EffectiveOn    core.Date
	Method, Source string
	CheckedOn      core.Date
	Note           string
}

// RecordLicense records a licence with the first event of its lifecycle. What
// therapists say of themselves is always a self_report, checked today.
// Permission: license.record at any school that knows the therapist. Codes:
// those of the fields (required, too_long, bad_character, unknown_jurisdiction,
// unknown_status, unknown_method, bad_date, date_in_future,
// expires_before_issued), license_exists.
func (s *Service) RecordLicense(ctx context.Context, a access.Actor, therapist core.TherapistID, in LicenseInput) (core.License, error) {
	now := s.src.Now()
	var recorded core.License
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		org, err := allowed(ctx, tx, a, access.LicenseRecord, therapist)
		if err != nil {
			return err
		}
		l := core.License{
			ID: core.NewID[core.LicenseID](s.src), TherapistID: therapist, OrganizationID: org,
			CreatedAt: now, CreatedBy: a.AccountID, Version: 1,
		}
		first, err := licenseOf(&l, in, a.TherapistID == therapist, now)
		if err != nil {
			return err
		}
		if err := tx.InsertLicense(ctx, l); err != nil {
			return err
		}
		if err := s.addEvent(ctx, tx, a, l.ID, first, now); err != nil {
			return err
		}
		if err := s.audit(ctx, tx, a, now, org, "license.record", "license", l.ID.String()); err != nil {
			return err
		}
		recorded, err = tx.License(ctx, l.ID)
		return err
	})
	return recorded, err
}

// licenseOf validates an input, writes it into a licence and gives its first
// event.
func licenseOf(l *core.License, in LicenseInput, own bool, now time.Time) (EventInput, error) {
	var f form
	in.Jurisdiction = strings.ToUpper(strings.TrimSpace(in.Jurisdiction))
	if JurisdictionName(in.Jurisdiction) == "" {
		f.Add("jurisdiction", "unknown_jurisdiction", "A jurisdiction is one of the two-letter codes of the states, such as FL.")
	}
	if strings.TrimSpace(in.Title) == "" {
		in.Title = "Massage Therapist"
	}
	f.line("title", &in.Title, 1, 80)
	f.line("number", &in.Number, 1, 60)
	if !in.IssuedOn.IsZero() {
		f.day("issued_on", in.IssuedOn, latestToday(now))
	}
	if !in.ExpiresOn.IsZero() {
		f.day("expires_on", in.ExpiresOn, core.Date{})
		if in.ExpiresOn.Before(in.IssuedOn) {
			f.Add("expires_on", "expires_before_issued", "%s is before the day of issue.", in.ExpiresOn)
		}
	}
	if in.EffectiveOn.IsZero() {
		in.EffectiveOn = in.IssuedOn
	}
	event := EventInput{
		Axis: core.Lifecycle, Status: in.Status, EffectiveOn: in.EffectiveOn, Method: in.Method, Source: in.Source,
		CheckedOn: in.CheckedOn, Note: in.Note,
	}
	event.check(&f, own, now)
	l.Jurisdiction, l.Title, l.Number, l.IssuedOn, l.ExpiresOn = in.Jurisdiction, in.Title, in.Number, in.IssuedOn, in.ExpiresOn
	return event, f.Err()
}

// check validates an event; what people say of themselves becomes a
// self-report of today.
func (in *EventInput) check(f *form, own bool, now time.Time) {
	if own {
		in.Method, in.CheckedOn = core.MethodSelfReport, core.DateOf(now)
		if strings.TrimSpace(in.Source) == "" {
			in.Source = "The therapist's own statement"
		}
	}
	statuses := map[core.Axis][]string{core.Lifecycle: core.LifecycleStatuses, core.Discipline: core.DisciplineStatuses}[in.Axis]
	if statuses == nil {
		f.Add("axis", "unknown_axis", "The axes are lifecycle and discipline.")
	} else if !slices.Contains(statuses, in.Status) {
		f.Add("status", "unknown_status", "The statuses of the %s are: %s.", in.Axis, strings.Join(statuses, ", "))
	}
	if !slices.Contains(core.Methods, in.Method) {
		f.Add("method", "unknown_method", "The methods are: %s.", strings.Join(core.Methods, ", "))
	}
	f.day("effective_on", in.EffectiveOn, core.Date{})
	f.day("checked_on", in.CheckedOn, latestToday(now))
	f.line("source", &in.Source, 1, 200)
	f.note("note", &in.Note, 2_000)
}

func (s *Service) addEvent(ctx context.Context, tx Tx, a access.Actor, license core.LicenseID, in EventInput, now time.Time) error {
	return tx.InsertLicenseEvent(ctx, core.LicenseEvent{
		ID: core.NewID[core.LicenseEventID](s.src), LicenseID: license, Axis: in.Axis, Status: in.Status,
		EffectiveOn: in.EffectiveOn, Method: in.Method, Source: in.Source, CheckedOn: in.CheckedOn, Note: in.Note,
		RecordedAt: now, RecordedBy: a.AccountID,
	})
}

// RecordEvent adds to one of the two histories of a licence; nothing that was
// recorded changes. Therapists report on the lifecycle of their own licences
// alone, always as a self_report. Permission: license.record at any school that
// knows the therapist. Codes: those of the fields (as of RecordLicense,
// unknown_axis), discipline_not_own, stale.
func (s *Service) RecordEvent(ctx context.Context, a access.Actor, license core.LicenseID, version int, in EventInput) (core.License, error) {
	now := s.src.Now()
	var recorded core.License
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		l, err := tx.License(ctx, license)
		if err != nil {
			return err
		}
		org, err := allowed(ctx, tx, a, access.LicenseRecord, l.TherapistID)
		if err != nil {
			return err
		}
		own := a.TherapistID == l.TherapistID
		if own && in.Axis == core.Discipline {
			return core.Forbidden("discipline_not_own", "Discipline is recorded by a school that looked at the source.")
		}
		if version != 0 && version != l.Version {
			return core.ErrStale
		}
		var f form
		in.check(&f, own, now)
		if err := f.Err(); err != nil {
			return err
		}
		if err := tx.TouchLicense(ctx, l.ID, l.Version); err != nil {
			return err
		}
		if err := s.addEvent(ctx, tx, a, l.ID, in, now); err != nil {
			return err
		}
		if err := s.audit(ctx, tx, a, now, org, "license.event", "license", l.ID.String()); err != nil {
			return err
		}
		recorded, err = tx.License(ctx, l.ID)
		return err
	})
	return recorded, err
}

// Licenses are a therapist's licences with their histories. Permission:
// license.read at any school that knows the therapist. Code: not_found.
func (s *Service) Licenses(ctx context.Context, a access.Actor, therapist core.TherapistID) ([]core.License, error) {
	var licenses []core.License
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		if _, err := allowed(ctx, tx, a, access.LicenseRead, therapist); err != nil {
			return err
		}
		licenses, err = tx.LicensesOf(ctx, therapist)
		return err
	})
	return licenses, err
}

// License finds a licence with its histories. Permission: license.read at any
// school that knows the therapist. Code: not_found.
func (s *Service) License(ctx context.Context, a access.Actor, id core.LicenseID) (core.License, error) {
	var l core.License
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		if l, err = tx.License(ctx, id); err != nil {
			return err
		}
		_, err = allowed(ctx, tx, a, access.LicenseRead, l.TherapistID)
		return err
	})
	if err != nil {
		return core.License{}, err
	}
	return l, nil
}
