package licensure

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/license"
)

// timeless is the moment that knows all that is recorded.
var timeless time.Time

// LicenseInput is a license with the first event of its lifecycle, and its first
// term where ExpiresOn is told. Title is "Massage Therapist" where it is empty;
// EffectiveOn is IssuedOn where it is. Discipline is what the source says of it since
// then, empty where it says nothing; therapists say nothing of their own.
type LicenseInput struct {
	Jurisdiction, Title, Number string
	IssuedOn, ExpiresOn         core.Date
	Status                      string
	EffectiveOn                 core.Date
	Discipline                  string
	Method, Source              string
	CheckedOn                   core.Date
	Note                        string
}

// EventInput is a dated fact of one axis and how it is known. Until is the last
// day of it, zero where it has no end; a term has one. Of the discipline Authority is
// whose order it is, empty for the board that issued the license, and Lifts the one order
// that a clear or a reinstatement ends, zero for each of that authority that it can.
type EventInput struct {
	Axis           core.Axis
	Status         string
	EffectiveOn    core.Date
	Until          core.Date
	Method, Source string
	CheckedOn      core.Date
	Note           string
	Register       bool // a program looked, not a person
	Authority      string
	Lifts          core.LicenseEventID
}

var (
	licenseRecorded = act.NewEvent("license.record", "license")
	recordsLicense  = act.Declare(access.LicenseRecord, licenseRecorded)
)

// RecordLicense records a license with the first event of its lifecycle. What
// therapists say of themselves is always a self_report, checked today.
// A person has a license once, however its number is written. One that is recorded for
// someone else is recorded nevertheless, and contested until a person has decided whose
// it is. Permission: license.record, by the therapist or under a grant of licenses.
// Codes: those of the fields (required, too_long, bad_character, unknown_jurisdiction,
// unknown_status, unknown_method, bad_date, date_in_future,
// expires_before_issued, discipline_not_own), license_exists, stale.
func (s *licenses) RecordLicense(ctx context.Context, a access.Actor, therapist core.TherapistID, in LicenseInput) (core.License, error) {
	return act.Do(ctx, s.act, a, recordsLicense, act.Command[Tx, struct{}, core.License]{
		At: licensesOf(therapist),
		Change: func(ctx context.Context, x act.Step[Tx], _ struct{}) (core.License, error) {
			l := core.License{
				ID: core.NewID[core.LicenseID](s.src), TherapistID: therapist, OrganizationID: x.For,
				CreatedAt: x.Now, CreatedBy: a.AccountID, Version: 1,
			}
			first, err := licenseOf(&l, in, a.Is(therapist), x.Now)
			if err != nil {
				return l, err
			}
			if err := notRecorded(ctx, x.Tx, l); err != nil {
				return l, err
			}
			if err := x.Tx.InsertLicense(ctx, l); err != nil {
				return l, err
			}
			if err := s.addEvents(ctx, x, l.ID, withDiscipline(withTerm(first, l), in.Discipline)); err != nil {
				return l, err
			}
			return x.Tx.License(ctx, l.ID)
		},
		Tell: func(_ struct{}, l core.License) []act.Told {
			return telling(l.ID.String(), aboutLicense("added.license", core.License{}, l))
		},
	})
}

// notRecorded refuses a license that the person has already, and names it.
func notRecorded(ctx context.Context, tx Tx, l core.License) error {
	found, err := tx.LicensesByNumber(ctx, l.Jurisdiction, []string{l.Number})
	if err != nil {
		return err
	}
	holders, err := holdersOf(ctx, tx, append(found, l))
	if err != nil {
		return err
	}
	for _, was := range found {
		if license.SameTitle(was.Title, l.Title) && holders[was.TherapistID].TherapistID == holders[l.TherapistID].TherapistID {
			return core.Conflict("license_exists", "license", was.Jurisdiction+" "+was.Title+" "+was.Number)
		}
	}
	return nil
}

// licenseOf validates an input, writes it into a license and gives its first
// event.
func licenseOf(l *core.License, in LicenseInput, own bool, now time.Time) (EventInput, error) {
	var f form
	in.Jurisdiction = strings.ToUpper(strings.TrimSpace(in.Jurisdiction))
	if core.JurisdictionName(in.Jurisdiction) == "" {
		f.Add("jurisdiction", "unknown_jurisdiction.code")
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
			f.Add("expires_on", "expires_before_issued", "expiresOn", in.ExpiresOn)
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
	switch {
	case in.Discipline == "":
	case own:
		f.Add("discipline", "discipline_not_own")
	case !slices.Contains(core.DisciplineStatuses, in.Discipline):
		f.Add("discipline", "unknown_status.status", "axis", core.Discipline, "statuses", strings.Join(core.DisciplineStatuses, ", "))
	}
	l.Jurisdiction, l.Title, l.Number, l.IssuedOn, l.ExpiresOn = in.Jurisdiction, in.Title, in.Number, in.IssuedOn, in.ExpiresOn
	return event, f.Err()
}

// withTerm adds the first term of a license to its first event.
func withTerm(first EventInput, l core.License) []EventInput {
	if l.ExpiresOn.IsZero() {
		return []EventInput{first}
	}
	term := first
	term.Axis, term.Status, term.Until, term.Note = core.Term, core.Issued, l.ExpiresOn, ""
	if !l.IssuedOn.IsZero() {
		term.EffectiveOn = l.IssuedOn
	}
	if term.EffectiveOn.After(term.Until) { // an event of a license that has expired
		term.EffectiveOn = term.Until
	}
	return []EventInput{first, term}
}

// withDiscipline adds what the same source says of discipline to the first events.
func withDiscipline(events []EventInput, status string) []EventInput {
	if status == "" {
		return events
	}
	e := events[0]
	e.Axis, e.Status, e.Until, e.Note = core.Discipline, status, core.Date{}, ""
	return append(events, e)
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
		f.Add("axis", "unknown_axis")
	} else if !slices.Contains(statuses, in.Status) {
		f.Add("status", "unknown_status.status", "axis", in.Axis, "statuses", strings.Join(statuses, ", "))
	}
	if !slices.Contains(core.Methods, in.Method) {
		f.Add("method", "unknown_method.license", "methods", strings.Join(core.Methods, ", "))
	}
	f.day("effective_on", in.EffectiveOn, core.Date{})
	switch {
	case !in.Until.IsZero():
		f.day("until", in.Until, core.Date{})
		if in.Until.Before(in.EffectiveOn) {
			f.Add("until", "until_before_effective", "until", in.Until)
		}
	case in.Axis == core.Term:
		f.Add("until", "required.expires_on")
	}
	f.day("checked_on", in.CheckedOn, latestToday(now))
	f.line("source", &in.Source, 1, 200)
	f.note("note", &in.Note)
}

// identify validates whose order an event is, and which one it ends.
func (in *EventInput) identify(f *form, l core.License) {
	f.line("authority", &in.Authority, 0, 120)
	if in.Axis != core.Discipline {
		if in.Authority != "" {
			f.Add("authority", "not_an_order")
		}
		if !in.Lifts.IsZero() {
			f.Add("lifts", "not_an_order")
		}
		return
	}
	if in.Lifts.IsZero() {
		return
	}
	live := l.Live(core.Discipline)
	i := slices.IndexFunc(live, func(e core.LicenseEvent) bool { return e.ID == in.Lifts })
	switch {
	case i < 0:
		f.Add("lifts", "unknown_order")
	case !license.Ends(in.Status, live[i].Status):
		f.Add("lifts", "order_not_lifted", "status", in.Status, "order", live[i].Status)
	default:
		in.Authority = live[i].Authority
	}
}

func (s *licenses) addEvents(ctx context.Context, x act.Step[Tx], license core.LicenseID, all []EventInput) error {
	events := make([]core.LicenseEvent, len(all))
	for i, in := range all {
		events[i] = newEvent(s.src, x.Actor, x.For, license, in, x.Now)
	}
	return s.hearing.keep(ctx, x.Tx, events, nil)
}

func newEvent(src core.Source, a access.Actor, org core.OrganizationID, license core.LicenseID, in EventInput, now time.Time) core.LicenseEvent {
	return core.LicenseEvent{
		ID: core.NewID[core.LicenseEventID](src), LicenseID: license, Axis: in.Axis, Status: in.Status,
		EffectiveOn: in.EffectiveOn, Until: in.Until, Method: in.Method, Register: in.Register, Source: in.Source, CheckedOn: in.CheckedOn, Note: in.Note,
		RecordedAt: now, RecordedBy: a.AccountID, RecordedByName: a.Name, OrganizationID: org, Authority: in.Authority, Lifts: in.Lifts,
	}
}

var (
	licenseEvented = act.NewEvent("license.event", "license")
	recordsEvent   = act.Declare(access.LicenseRecord, licenseEvented)
)

// RecordEvent adds to one of the histories of a license; nothing that was
// recorded changes. A renewal of a license that is expired or delinquent makes
// it active too. Therapists report on the lifecycle and the terms of their own
// licenses alone, always as a self_report. Permission: license.record, by
// the therapist or under a grant of licenses. Codes: those of the fields (as of
// RecordLicense, unknown_axis, until_before_effective, not_an_order, unknown_order,
// order_not_lifted), discipline_not_own, stale.
func (s *licenses) RecordEvent(ctx context.Context, a access.Actor, license core.LicenseID, version int, in EventInput) (core.License, error) {
	return act.Do(ctx, s.act, a, recordsEvent, adding("added.license_event", changing(a, license, version, func(ctx context.Context, x act.Step[Tx], l core.License, own bool) error {
		if own && in.Axis == core.Discipline {
			return core.Forbidden("discipline_not_own")
		}
		var f form
		in.check(&f, own, x.Now)
		in.identify(&f, l)
		if err := f.Err(); err != nil {
			return err
		}
		return s.addEvents(ctx, x, l.ID, withRevival(l, in))
	})))
}

// withRevival adds to a renewal that a license is active again.
func withRevival(l core.License, in EventInput) []EventInput {
	if in.Axis != core.Term {
		return []EventInput{in}
	}
	life := l.Last(core.Lifecycle)
	if life == nil || life.Status != core.Expired && life.Status != core.Delinquent {
		return []EventInput{in}
	}
	again := in
	again.Axis, again.Status, again.Until = core.Lifecycle, core.Active, core.Date{}
	return []EventInput{in, again}
}

var withdrawsEvent = act.Declare(access.LicenseRecord, act.NewEvent("license.withdraw", "license"))

// Withdraw records that an earlier record of a license was an error from the
// beginning. It stays in the history, and what was known before today stays
// answerable. Only who recorded it does so: therapists withdraw what they reported
// themselves, an organization what its members recorded, whether or not it has a grant
// still; what a register said nobody does. Permission: license.record. Codes: required, too_long, bad_character (reason);
// not_found; not_withdrawable, already_withdrawn, not_own_word, not_recorded_here,
// stale.
func (s *licenses) Withdraw(ctx context.Context, a access.Actor, license core.LicenseID, version int, event core.LicenseEventID, reason string) (core.License, error) {
	command := changing(a, license, version, func(ctx context.Context, x act.Step[Tx], l core.License, own bool) error {
		i := slices.IndexFunc(l.Events, func(e core.LicenseEvent) bool { return e.ID == event })
		if i < 0 {
			return core.NotFound("record")
		}
		was := l.Events[i]
		switch {
		case !was.Withdraws.IsZero():
			return core.Conflict("not_withdrawable")
		case was.Register: // no person's word, no matter who asked
			return core.Forbidden("not_recorded_here.register")
		case own && was.Method != core.MethodSelfReport:
			return core.Forbidden("not_own_word.holding")
		case !own && was.OrganizationID != x.For:
			return core.Forbidden("not_recorded_here")
		}
		var f form
		f.line("reason", &reason, 1, 500)
		if err := f.Err(); err != nil {
			return err
		}
		e := newEvent(s.src, a, x.For, l.ID, EventInput{
			Axis: was.Axis, Status: core.Withdrawn, EffectiveOn: was.EffectiveOn, Method: was.Method, Source: was.Source,
			CheckedOn: was.CheckedOn, Note: reason,
		}, x.Now)
		e.Withdraws = was.ID
		return s.hearing.keep(ctx, x.Tx, []core.LicenseEvent{e}, nil)
	})
	command.Find = func(ctx context.Context, tx Tx) (act.Found[core.License], error) {
		found, err := findLicense(license)(ctx, tx)
		if err != nil {
			return found, err
		}
		found.Owner.Organization = recorderOf(a, found.Thing)
		found.Owner.Grants, err = tx.GrantsOf(ctx, found.Thing.TherapistID) // say how much of it is shown then
		return found, err
	}
	return act.Do(ctx, s.act, a, withdrawsEvent, command)
}

// changing is a command on a license's histories, which keeps the last day of its
// terms. The change is told whether the license is the actor's own.
func changing(a access.Actor, id core.LicenseID, version int, change func(ctx context.Context, x act.Step[Tx], l core.License, own bool) error) act.Command[Tx, core.License, core.License] {
	return act.Command[Tx, core.License, core.License]{
		Version: version,
		Find:    findLicense(id),
		Change: func(ctx context.Context, x act.Step[Tx], l core.License) (core.License, error) {
			if err := change(ctx, x, l, a.Is(l.TherapistID)); err != nil {
				return l, err
			}
			if err := touch(ctx, x.Tx, l); err != nil {
				return l, err
			}
			changed, err := x.Tx.License(ctx, id)
			return shown(a, changed, x.For, x.Allows(access.LicenseRead, open(x.Owner))), err
		},
		Tell: func(_, l core.License) []act.Told { return act.Of(l.ID.String(), nil) },
	}
}

// adding is a command whose change those concerned are told of, by a sentence.
func adding(id string, c act.Command[Tx, core.License, core.License]) act.Command[Tx, core.License, core.License] {
	c.Tell = func(from, l core.License) []act.Told { return telling(l.ID.String(), aboutLicense(id, from, l)) }
	return c
}

func findLicense(id core.LicenseID) func(context.Context, Tx) (act.Found[core.License], error) {
	return func(ctx context.Context, tx Tx) (act.Found[core.License], error) {
		l, err := tx.License(ctx, id)
		return act.Found[core.License]{Thing: l, Owner: licensesOf(l.TherapistID), Version: l.Version}, err
	}
}

// recorderOf is an organization in whose office the actor is and of which a license
// says something; zero where there is none.
func recorderOf(a access.Actor, l core.License) core.OrganizationID {
	if inOffice(a, l.OrganizationID) {
		return l.OrganizationID
	}
	for _, e := range l.Events {
		if inOffice(a, e.OrganizationID) {
			return e.OrganizationID
		}
	}
	return core.OrganizationID{}
}

// open is a target as those see it who recorded nothing of it.
func open(t access.Target) access.Target {
	t.Organization = core.OrganizationID{}
	return t
}

// shown is a license with all that is known of it, or with what one organization
// recorded of it alone, as the actor is shown it.
func shown(a access.Actor, l core.License, by core.OrganizationID, all bool) core.License {
	if l = Unnamed(a, l); all {
		return l
	}
	l.Events = slices.DeleteFunc(slices.Clone(l.Events), func(e core.LicenseEvent) bool { return e.OrganizationID != by })
	l.Checks, l.Partial = nil, true
	return l
}

// touch makes a license whose histories have grown a new version, with the last
// day of its terms.
func touch(ctx context.Context, tx Licenses, l core.License) error {
	recorded, err := tx.License(ctx, l.ID)
	if err != nil {
		return err
	}
	return tx.TouchLicense(ctx, l.ID, l.Version, recorded.GoodUntil(timeless))
}

// Licenses are a therapist's licenses with their histories: to an organization without
// a grant those that it recorded, with what it recorded of them. Permission:
// license.read. Code: not_found.
func (s *licenses) Licenses(ctx context.Context, a access.Actor, therapist core.TherapistID) ([]core.License, error) {
	return act.Read(ctx, s.act, a, access.LicenseRead, func(ctx context.Context, r act.Reader[Tx]) ([]core.License, error) {
		all, err := r.Tx.LicensesOf(ctx, therapist)
		if err != nil {
			return nil, err
		}
		recorder := core.OrganizationID{}
		for _, l := range all {
			if recorder.IsZero() {
				recorder = recorderOf(a, l)
			}
		}
		whole, err := mayRead(ctx, r, therapist, recorder)
		if err != nil {
			return nil, err
		}
		shownOf := all[:0]
		for _, l := range all {
			if by := recorderOf(a, l); whole || !by.IsZero() {
				shownOf = append(shownOf, shown(a, l, by, whole))
			}
		}
		return shownOf, nil
	})
}

// License finds a license with its histories; an organization without a grant is shown
// what it recorded of it. Permission: license.read. Code: not_found.
func (s *licenses) License(ctx context.Context, a access.Actor, id core.LicenseID) (core.License, error) {
	return act.Read(ctx, s.act, a, access.LicenseRead, func(ctx context.Context, r act.Reader[Tx]) (core.License, error) {
		l, err := r.Tx.License(ctx, id)
		if err != nil {
			return core.License{}, err
		}
		by := recorderOf(a, l)
		if by.IsZero() { // a file of the therapist is none of the license
			return Unnamed(a, l), r.May(ctx, licensesOf(l.TherapistID))
		}
		whole, err := mayRead(ctx, r, l.TherapistID, by)
		return shown(a, l, by, whole), err
	})
}

// Shared tells whether the actor may see all licenses of a therapist, rather than what
// the organization recorded of them. Permission: license.read. Code: not_found.
func (s *licenses) Shared(ctx context.Context, a access.Actor, therapist core.TherapistID) (bool, error) {
	return act.Read(ctx, s.act, a, access.LicenseRead, func(ctx context.Context, r act.Reader[Tx]) (bool, error) {
		share, err := r.Share(ctx, therapist, access.ScopeLicenses)
		return share.Whole, err
	})
}

// mayRead asks whether the actor may read of a therapist's licenses, of which an
// organization of theirs may have recorded something, and whether the whole of them.
func mayRead(ctx context.Context, r act.Reader[Tx], therapist core.TherapistID, recorder core.OrganizationID) (whole bool, err error) {
	if recorder.IsZero() {
		share, err := r.Share(ctx, therapist, access.ScopeLicenses)
		return share.Whole, err
	}
	owner, err := r.Granted(ctx, licensesOf(therapist))
	if err != nil {
		return false, err
	}
	if r.Can(owner) { // by the grant, whatever was recorded: an employer records looks alone
		return true, r.May(ctx, owner)
	}
	return false, r.May(ctx, part(therapist, recorder, ""))
}
