package licensure

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/career/roster"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/license"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/people/notice"
)

// rosterPart is what one part of a list brings.
type rosterPart struct {
	*rosterImport
	now      time.Time
	licenses []core.License
	events   []core.LicenseEvent
	checks   []core.LicenseCheck
	touched  []core.LicenseID
	matches  []RosterMatch
	added    []notice.Added
	holders  map[core.TherapistID]RosterPerson // of the licenses with the numbers of the part
}

// judge finds whose each line is, and what is new in it.
func (w *rosterPart) judge(ctx context.Context, tx Tx, lines []roster.Line) error {
	numbers := make([]string, len(lines))
	var named []core.TherapistID
	for n, line := range lines {
		numbers[n] = line.Number
		named = append(named, w.byName[core.NameKey(line.Name)]...)
	}
	recorded, err := tx.LicensesByNumber(ctx, w.source.Jurisdiction, numbers)
	if err != nil {
		return err
	}
	if w.holders, err = holdersOf(ctx, tx, recorded); err != nil {
		return err
	}
	decided, err := tx.RosterMatchesOf(ctx, w.roster.OrganizationID, w.source.Jurisdiction, numbers)
	if err != nil {
		return err
	}
	others, err := tx.LicensesOfMany(ctx, w.source.Jurisdiction, named)
	if err != nil {
		return err
	}
	for _, line := range lines {
		w.line(line, sameLicense(recorded, w.source.Jurisdiction, line.Title, line.Number), decided, others)
	}
	return nil
}

// holdersOf are the people for whom licenses were recorded, by the file of each.
func holdersOf(ctx context.Context, tx Tx, licenses []core.License) (map[core.TherapistID]RosterPerson, error) {
	if len(licenses) == 0 {
		return nil, nil
	}
	files := make([]core.TherapistID, len(licenses))
	for n, l := range licenses {
		files[n] = l.TherapistID
	}
	return tx.LicenseHolders(ctx, files)
}

// sameLicense are the records of one license, however its number is written, but for
// those that are not of whom they were recorded for.
func sameLicense(all []core.License, jurisdiction, title, number string) (same []core.License) {
	compared := license.Canonical(jurisdiction, number)
	for _, l := range all {
		if l.Holder != core.Disowned && license.SameTitle(l.Title, title) && license.Canonical(jurisdiction, l.Number) == compared {
			same = append(same, l)
		}
	}
	return same
}

// known are the licenses of people of whom the list may speak: whom the school knows, and
// all where it is the operator's.
func (w *rosterPart) known(licenses []core.License) (known []core.License) {
	for _, l := range licenses {
		if _, at := w.people[w.holders[l.TherapistID].TherapistID]; at || w.org.IsZero() {
			known = append(known, l)
		}
	}
	return known
}

// vouched tells whether more than the therapist's own word is known of a license.
func vouched(l core.License) bool {
	said := slices.ContainsFunc([]core.Axis{core.Lifecycle, core.Discipline, core.Term}, func(axis core.Axis) bool {
		return slices.ContainsFunc(l.Live(axis), func(e core.LicenseEvent) bool { return e.Method != core.MethodSelfReport })
	})
	return said || slices.ContainsFunc(l.Checks, func(c core.LicenseCheck) bool { return c.Answered() })
}

func (w *rosterPart) line(line roster.Line, recorded []core.License, decided []RosterMatch, others []core.License) {
	state, linked := map[RosterDoubt]MatchState{}, map[RosterDoubt]core.LicenseID{}
	for _, m := range decided {
		if m.Number == line.Number && m.Title == line.Title {
			state[m.Doubt], linked[m.Doubt] = m.State, m.LicenseID
		}
	}
	known := w.known(recorded)
	var sure []core.License
	for _, l := range known { // by the name, or by what was decided of another name
		if l.ID == linked[DoubtOtherName] || core.NameKey(w.holders[l.TherapistID].Name) == core.NameKey(line.Name) {
			sure = append(sure, l)
		}
	}
	if at := slices.IndexFunc(sure, func(l core.License) bool { return l.ID == linked[DoubtOtherName] || l.ID == linked[DoubtSeveral] }); at >= 0 {
		sure = sure[at : at+1]
	}
	switch {
	case len(known) == 0 && (w.org.IsZero() || slices.ContainsFunc(recorded, w.namesake(line))):
		w.roster.Unknown++
	case len(known) == 0: // nobody's, or what someone says of themself, or of another name
		w.byNameAndYear(line, state, others)
	case len(sure) == 0:
		w.doubt(line, DoubtOtherName, state, w.holdersAmong(known)...)
	case len(sure) > 1:
		w.doubt(line, DoubtSeveral, state, w.holdersAmong(sure)...)
	case w.mayBe(sure[0]):
		w.doubt(line, DoubtOwnRecord, state, w.holdersAmong(sure)...)
	default:
		w.match(line, sure[0], false)
	}
}

// namesake tells of a license whether it is the line's, of someone whom the school does
// not know: more than their own word is known of it, and they have the name.
func (w *rosterPart) namesake(line roster.Line) func(core.License) bool {
	return func(l core.License) bool {
		return vouched(l) && core.NameKey(w.holders[l.TherapistID].Name) == core.NameKey(line.Name)
	}
}

// mayBe tells whether a license may be of the person who imports.
func (w *rosterPart) mayBe(l core.License) bool {
	return w.a.MayBe(l.TherapistID) || w.a.MayBe(w.holders[l.TherapistID].TherapistID)
}

func (w *rosterPart) holdersAmong(licenses []core.License) (all []RosterPerson) {
	for _, l := range licenses {
		all = append(all, w.holders[l.TherapistID])
	}
	return all
}

func (w *rosterPart) peopleOf(ids ...core.TherapistID) (all []RosterPerson) {
	for _, id := range ids {
		all = append(all, w.people[id])
	}
	return all
}

// byNameAndYear looks for the holder of a license that nobody recorded.
func (w *rosterPart) byNameAndYear(line roster.Line, state map[RosterDoubt]MatchState, others []core.License) {
	if standard.RegimeOf(w.source.Jurisdiction).KindOf(line.Title) == license.Other { // a list of all professions has namesakes
		w.roster.Unknown++
		return
	}
	var sure, perhaps []core.TherapistID
	for _, id := range w.byName[core.NameKey(line.Name)] {
		switch p := w.people[id]; {
		case p.BirthYear == 0 || line.BirthYear == 0:
			perhaps = append(perhaps, id)
		case p.BirthYear == line.BirthYear:
			sure = append(sure, id)
		}
	}
	switch {
	case len(sure)+len(perhaps) == 0:
		w.roster.Unknown++
	case len(sure) > 1:
		w.doubt(line, DoubtSeveral, state, w.peopleOf(sure...)...)
	case len(sure) == 0 || len(perhaps) > 0:
		w.doubt(line, DoubtNoBirthYear, state, w.peopleOf(append(sure, perhaps...)...)...)
	case w.a.MayBe(sure[0]):
		w.doubt(line, DoubtOwnRecord, state, w.people[sure[0]])
	case slices.ContainsFunc(others, func(l core.License) bool { return l.TherapistID == sure[0] && l.Title == line.Title }):
		w.doubt(line, DoubtOtherNumber, state, w.people[sure[0]])
	default:
		w.match(line, w.newLicense(line, sure[0]), true)
	}
}

func (w *rosterPart) newLicense(line roster.Line, therapist core.TherapistID) core.License {
	return core.License{
		ID: core.NewID[core.LicenseID](w.src), TherapistID: therapist, OrganizationID: w.roster.OrganizationID,
		Jurisdiction: w.source.Jurisdiction, Title: line.Title, Number: line.Number, IssuedOn: line.IssuedOn,
		CreatedAt: w.now, CreatedBy: w.a.AccountID, Version: 1,
	}
}

// doubt puts a line before a person, once.
func (w *rosterPart) doubt(line roster.Line, why RosterDoubt, state map[RosterDoubt]MatchState, candidates ...RosterPerson) {
	switch state[why] {
	case MatchDismissed:
		w.roster.Unknown++
		return
	case MatchLinked:
		w.roster.Matched++
		return
	}
	w.roster.Doubtful++
	if state[why] == MatchOpen {
		return
	}
	m := RosterMatch{
		ID: core.NewID[core.RosterMatchID](w.src), OrganizationID: w.roster.OrganizationID, RosterID: w.roster.ID, SourceID: w.source.ID,
		AsOf: w.roster.AsOf, Jurisdiction: w.source.Jurisdiction, Title: line.Title, Number: line.Number, Doubt: why, State: MatchOpen,
		CreatedAt: w.now, Version: 1,
	}
	m.Line, _ = json.Marshal(line) // texts, numbers and days
	m.Candidates = candidates[:min(20, len(candidates))]
	w.matches = append(w.matches, m)
}

// match adds what is new of a license.
func (w *rosterPart) match(line roster.Line, l core.License, isNew bool) {
	w.roster.Matched++
	if w.record(w.found(line), l, isNew) {
		w.roster.Changed++
	}
}

// found is what the list says of a license: it was seen by the organization that has it,
// or is a register's word where the operator took it in.
func (w *rosterPart) found(line roster.Line) found {
	return found{Line: line, Source: w.source.Name, AsOf: w.roster.AsOf, Register: w.roster.OrganizationID.IsZero(), By: w.roster.OrganizationID}
}

// record gathers what is written of a license, and tells whether something is new.
func (w *rosterPart) record(f found, l core.License, isNew bool) bool {
	events := f.news(l)
	check := f.look(core.NewID[core.LicenseCheckID](w.src), l.ID)
	check.At, check.RecordedBy, check.Outcome = w.now, w.a.AccountID, core.CheckSame
	if isNew {
		w.licenses = append(w.licenses, l)
	}
	for _, in := range events {
		w.events = append(w.events, newEvent(w.src, w.a, w.roster.OrganizationID, l.ID, in, w.now))
	}
	if isNew || len(events) > 0 {
		check.Outcome = core.CheckChanged
		w.added = append(w.added, aboutLicense("added.license_source", l, l))
		w.touched = append(w.touched, l.ID)
	}
	w.checks = append(w.checks, check)
	return check.Outcome == core.CheckChanged
}

func (w *rosterPart) write(ctx context.Context, tx Tx) error {
	if err := tx.InsertLicenses(ctx, w.licenses); err != nil {
		return err
	}
	if err := w.hearing.keep(ctx, tx, w.events, w.checks); err != nil {
		return err
	}
	if len(w.touched) > 0 {
		if err := tx.RefreshTerms(ctx, w.touched); err != nil {
			return err
		}
	}
	if err := tx.InsertRosterMatches(ctx, w.matches); err != nil {
		return err
	}
	return w.notices.Send(ctx, tx, w.roster.OrganizationID, w.a, w.added...)
}
