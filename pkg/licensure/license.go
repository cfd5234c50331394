package licensure

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/standard"
)

// LicenseInput is a licence with the first event of its lifecycle, and its first
// term where ExpiresOn is told. Title is "Massage Therapist" where it is empty;
// EffectiveOn is IssuedOn where it is.
type LicenseInput struct {
	Jurisdiction, Title, Number string
	IssuedOn, ExpiresOn         core.Date
	Status                      string
	EffectiveOn                 core.Date
	Method, Source              string
	CheckedOn                   core.Date
	Note                        string
}

// EventInput is a dated fact of one axis and how it is known. Until is the last
// day of it, zero where it has no end; a term has one.
type EventInput struct {
	Axis           core.Axis
	Status         string
	EffectiveOn    core.Date
	Until          core.Date
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
		if err := s.addEvents(ctx, tx, a, l.ID, withTerm(first, l), now); err != nil {
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

// withTerm adds the first term of a licence to its first event.
func withTerm(first EventInput, l core.License) []EventInput {
	if l.ExpiresOn.IsZero() {
		return []EventInput{first}
	}
	term := first
	term.Axis, term.Status, term.Until, term.Note = core.Term, core.Issued, l.ExpiresOn, ""
	if !l.IssuedOn.IsZero() {
		term.EffectiveOn = l.IssuedOn
	}
	if term.EffectiveOn.After(term.Until) { // an event of a licence that has expired
		term.EffectiveOn = term.Until
	}
	return []EventInput{first, term}
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
	statuses := map[core.Axis][]string{core.Lifecycle: core.LifecycleStatuses, core.Discipline: core.DisciplineStatuses, core.Term: core.TermStatuses}[in.Axis]
	if statuses == nil {
		f.Add("axis", "unknown_axis", "The axes are lifecycle, discipline and term.")
	} else if !slices.Contains(statuses, in.Status) {
		f.Add("status", "unknown_status", "The statuses of the %s are: %s.", in.Axis, strings.Join(statuses, ", "))
	}
	if !slices.Contains(core.Methods, in.Method) {
		f.Add("method", "unknown_method", "The methods are: %s.", strings.Join(core.Methods, ", "))
	}
	f.day("effective_on", in.EffectiveOn, core.Date{})
	switch {
	case !in.Until.IsZero():
		f.day("until", in.Until, core.Date{})
		if in.Until.Before(in.EffectiveOn) {
			f.Add("until", "until_before_effective", "%s is before the day on which it begins.", in.Until)
		}
	case in.Axis == core.Term:
		f.Add("until", "required", "Say which day is the last good one.")
	}
	f.day("checked_on", in.CheckedOn, latestToday(now))
	f.line("source", &in.Source, 1, 200)
	f.note("note", &in.Note)
}

func (s *Service) addEvents(ctx context.Context, tx Tx, a access.Actor, license core.LicenseID, all []EventInput, now time.Time) error {
	for _, in := range all {
		if err := tx.InsertLicenseEvent(ctx, s.event(a, license, in, now)); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) event(a access.Actor, license core.LicenseID, in EventInput, now time.Time) core.LicenseEvent {
	return core.LicenseEvent{
		ID: core.NewID[core.LicenseEventID](s.src), LicenseID: license, Axis: in.Axis, Status: in.Status,
		EffectiveOn: in.EffectiveOn, Until: in.Until, Method: in.Method, Source: in.Source, CheckedOn: in.CheckedOn, Note: in.Note,
		RecordedAt: now, RecordedBy: a.AccountID,
	}
}

// RecordEvent adds to one of the histories of a licence; nothing that was
// recorded changes. A renewal of a licence that is expired or delinquent makes
// it active too. Therapists report on the lifecycle and the terms of their own
// licences alone, always as a self_report. Permission: license.record at any
// school that knows the therapist. Codes: those of the fields (as of
// RecordLicense, unknown_axis, until_before_effective), discipline_not_own,
// stale.
func (s *Service) RecordEvent(ctx context.Context, a access.Actor, license core.LicenseID, version int, in EventInput) (core.License, error) {
	return s.changeLicense(ctx, a, license, version, "license.event", func(ctx context.Context, tx Tx, l core.License, own bool, now time.Time) error {
		if own && in.Axis == core.Discipline {
			return core.Forbidden("discipline_not_own", "Discipline is recorded by a school that looked at the source.")
		}
		var f form
		in.check(&f, own, now)
		if err := f.Err(); err != nil {
			return err
		}
		return s.addEvents(ctx, tx, a, l.ID, withRevival(l, in), now)
	})
}

// withRevival adds to a renewal that a licence is active again.
func withRevival(l core.License, in EventInput) []EventInput {
	if in.Axis != core.Term {
		return []EventInput{in}
	}
	life := l.StatusAt(core.Lifecycle, standard.OnDay(in.EffectiveOn))
	if life == nil || life.Status != core.Expired && life.Status != core.Delinquent {
		return []EventInput{in}
	}
	again := in
	again.Axis, again.Status, again.Until = core.Lifecycle, core.Active, core.Date{}
	return []EventInput{in, again}
}

// Withdraw records that an earlier record of a licence was an error from the
// beginning. It stays in the history, and what was known before today stays
// answerable. Therapists withdraw what they reported themselves alone.
// Permission: license.record at any school that knows the therapist. Codes:
// required, too_long, bad_character (reason); not_found; not_withdrawable,
// already_withdrawn, not_own_word, stale.
func (s *Service) Withdraw(ctx context.Context, a access.Actor, license core.LicenseID, version int, event core.LicenseEventID, reason string) (core.License, error) {
	return s.changeLicense(ctx, a, license, version, "license.withdraw", func(ctx context.Context, tx Tx, l core.License, own bool, now time.Time) error {
		i := slices.IndexFunc(l.Events, func(e core.LicenseEvent) bool { return e.ID == event })
		if i < 0 {
			return core.NotFound("record")
		}
		was := l.Events[i]
		switch {
		case !was.Withdraws.IsZero():
			return core.Conflict("not_withdrawable", "A withdrawal is not withdrawn. Record the fact again.")
		case own && was.Method != core.MethodSelfReport:
			return core.Forbidden("not_own_word", "Only a school that looked at the source withdraws what was found there.")
		}
		var f form
		f.line("reason", &reason, 1, 500)
		if err := f.Err(); err != nil {
			return err
		}
		e := s.event(a, l.ID, EventInput{
			Axis: was.Axis, Status: core.Withdrawn, EffectiveOn: was.EffectiveOn, Method: was.Method, Source: was.Source,
			CheckedOn: was.CheckedOn, Note: reason,
		}, now)
		e.Withdraws = was.ID
		return tx.InsertLicenseEvent(ctx, e)
	})
}

// changeLicense is changeLicenseAs for license.record; the change is told whether
// the licence is the actor's own.
func (s *Service) changeLicense(ctx context.Context, a access.Actor, license core.LicenseID, version int, audited string, change func(context.Context, Tx, core.License, bool, time.Time) error) (core.License, error) {
	return s.changeLicenseAs(ctx, a, access.LicenseRecord, license, version, audited, func(ctx context.Context, tx Tx, l core.License, _ core.OrganizationID, now time.Time) error {
		return change(ctx, tx, l, a.TherapistID == l.TherapistID, now)
	})
}

// changeLicenseAs runs a change of a licence's histories, keeps the last day of
// its terms, and audits it. The change is told which school the actor acts for.
func (s *Service) changeLicenseAs(ctx context.Context, a access.Actor, action access.Action, license core.LicenseID, version int, audited string, change func(context.Context, Tx, core.License, core.OrganizationID, time.Time) error) (core.License, error) {
	now := s.src.Now()
	var recorded core.License
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		l, err := tx.License(ctx, license)
		if err != nil {
			return err
		}
		org, err := allowed(ctx, tx, a, action, l.TherapistID)
		if err != nil {
			return err
		}
		if version != 0 && version != l.Version {
			return core.ErrStale
		}
		if err := change(ctx, tx, l, org, now); err != nil {
			return err
		}
		if recorded, err = tx.License(ctx, l.ID); err != nil {
			return err
		}
		if err := tx.TouchLicense(ctx, l.ID, l.Version, recorded.GoodUntil(timeless)); err != nil {
			return err
		}
		if err := s.audit(ctx, tx, a, now, org, audited, "license", l.ID.String()); err != nil {
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
