package licensure

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/career/roster"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/license"
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
	decided, err := tx.RosterMatchesOf(ctx, w.roster.OrganizationID, w.source.Jurisdiction, numbers)
	if err != nil {
		return err
	}
	others, err := tx.LicensesOfMany(ctx, w.source.Jurisdiction, named)
	if err != nil {
		return err
	}
	for _, line := range lines {
		w.line(line, recorded, decided, others)
	}
	return nil
}

func (w *rosterPart) line(line roster.Line, recorded []core.License, decided []RosterMatch, others []core.License) {
	at := slices.IndexFunc(recorded, func(l core.License) bool { return l.Number == line.Number && l.Title == line.Title })
	state := map[RosterDoubt]MatchState{}
	for _, m := range decided {
		if m.Number == line.Number && m.Title == line.Title {
			state[m.Doubt] = m.State
		}
	}
	if at < 0 {
		w.byNameAndYear(line, state, others)
		return
	}
	l := recorded[at]
	holder, known := w.people[l.TherapistID]
	switch {
	case !known:
		w.roster.Unknown++
	case w.a.MayBe(l.TherapistID):
		w.doubt(line, DoubtOwnRecord, state, l.TherapistID)
	case core.NameKey(holder.Name) != core.NameKey(line.Name) && state[DoubtOtherName] != MatchLinked:
		w.doubt(line, DoubtOtherName, state, l.TherapistID)
	default:
		w.match(line, l, false)
	}
}

// byNameAndYear looks for the holder of a license that nobody recorded.
func (w *rosterPart) byNameAndYear(line roster.Line, state map[RosterDoubt]MatchState, others []core.License) {
	if license.KindOf(line.Title) == license.Other { // a list of all professions has namesakes
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
		w.doubt(line, DoubtSeveral, state, sure...)
	case len(sure) == 0 || len(perhaps) > 0:
		w.doubt(line, DoubtNoBirthYear, state, append(sure, perhaps...)...)
	case w.a.MayBe(sure[0]):
		w.doubt(line, DoubtOwnRecord, state, sure[0])
	case slices.ContainsFunc(others, func(l core.License) bool { return l.TherapistID == sure[0] && l.Title == line.Title }):
		w.doubt(line, DoubtOtherNumber, state, sure[0])
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
func (w *rosterPart) doubt(line roster.Line, why RosterDoubt, state map[RosterDoubt]MatchState, candidates ...core.TherapistID) {
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
	for _, id := range candidates[:min(20, len(candidates))] {
		m.Candidates = append(m.Candidates, w.people[id])
	}
	w.matches = append(w.matches, m)
}

// match adds what is new of a license.
func (w *rosterPart) match(line roster.Line, l core.License, isNew bool) {
	w.roster.Matched++
	if w.record(w.found(line), l, isNew) {
		w.roster.Changed++
	}
}

// found is what the list says of a license: it was seen by the organization that has it.
func (w *rosterPart) found(line roster.Line) found {
	return found{Line: line, Source: w.source.Name, AsOf: w.roster.AsOf, By: w.roster.OrganizationID}
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
