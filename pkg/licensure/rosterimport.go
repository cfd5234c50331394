package licensure

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"hash/maphash"
	"io"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/roster"
)

// rosterBatch is how many lines a transaction takes in, and mostRefusals how
// many refusals an import keeps.
const (
	rosterBatch  = 500
	mostRefusals = 200
)

var timeless time.Time

// RosterRequest is a board's list. AsOf is the day of which it speaks, today at
// the school where it is zero. Progress, which may be nil, is told after each
// part how far the import has come.
type RosterRequest struct {
	SourceID core.RosterSourceID
	Filename string
	File     io.Reader
	AsOf     core.Date
	DryRun   bool
	Progress func(core.Roster)
}

// ImportRoster takes in a board's list: what it says of licences of therapists
// whom the school knows, and is not recorded yet, becomes events by primary
// source. A line belongs to a therapist by its number, or by name and year of
// birth; what is doubtful waits for a person, what is of nobody at the school is
// left out, and nothing of it is kept. The list is read in parts, each a
// transaction of its own, in memory that does not grow with it; every part is a
// whole, so that one that breaks off is taken in again from the beginning. The
// same list again changes nothing. A dry run writes nothing. Permission:
// roster.import. Codes: those of roster.Open and roster.Reader.Next, not_found
// (the source), date_in_future (as_of).
func (s *Service) ImportRoster(ctx context.Context, a access.Actor, org core.OrganizationID, in RosterRequest) (core.Roster, error) {
	if err := access.Can(a, access.RosterImport, access.Target{Organization: org}); err != nil {
		return core.Roster{}, err
	}
	i, err := s.beginRoster(ctx, a, org, in)
	if err != nil {
		return i.roster, err
	}
	err = i.run(ctx)
	if err != nil {
		i.fail(ctx, err)
		return i.roster, err
	}
	return i.roster, i.finish(ctx)
}

// rosterImport is an import on its way.
type rosterImport struct {
	s        *Service
	a        access.Actor
	in       RosterRequest
	source   core.RosterSource
	roster   core.Roster
	refusals []roster.Refusal
	lines    *roster.Reader
	digest   interface{ Sum([]byte) []byte }
	people   map[core.TherapistID]core.RosterPerson
	byName   map[string][]core.TherapistID
	seen     map[uint64]struct{}
	seed     maphash.Seed
}

func (s *Service) beginRoster(ctx context.Context, a access.Actor, org core.OrganizationID, in RosterRequest) (*rosterImport, error) {
	now := s.src.Now()
	i := &rosterImport{
		s: s, a: a, in: in, people: map[core.TherapistID]core.RosterPerson{}, byName: map[string][]core.TherapistID{},
		seen: map[uint64]struct{}{}, seed: maphash.MakeSeed(),
	}
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		if i.source, err = tx.RosterSource(ctx, in.SourceID); err != nil {
			return err
		}
		if i.source.OrganizationID != org {
			return core.NotFound("roster source")
		}
		school, err := tx.Organization(ctx, org)
		if i.in.AsOf.IsZero() {
			i.in.AsOf = school.Today(now)
		}
		return err
	})
	if err != nil {
		return i, err
	}
	if i.in.AsOf.After(latestToday(now)) {
		return i, core.InvalidField("as_of", "date_in_future", "%s has not come yet.", i.in.AsOf)
	}
	name, err := core.CleanText(path.Base(strings.ReplaceAll(in.Filename, `\`, "/")), 1, 200)
	if err != nil {
		name = "roster.csv"
	}
	i.roster = core.Roster{
		OrganizationID: org, SourceID: i.source.ID, SourceName: i.source.Name, State: core.RosterRunning, Filename: name,
		AsOf: i.in.AsOf, Refusals: []byte("[]"), StartedBy: a.AccountID, StartedByName: a.Name, StartedAt: now, Version: 1,
	}
	var mapping roster.Mapping
	if err := json.Unmarshal(i.source.Mapping, &mapping); err != nil {
		return i, err
	}
	digest := sha256.New()
	i.digest = digest
	if i.lines, err = roster.Open(io.TeeReader(in.File, digest), mapping); err != nil {
		return i, err
	}
	if in.DryRun {
		return i, nil
	}
	i.roster.ID = core.NewID[core.RosterID](s.src)
	return i, s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		if err := tx.InsertRoster(ctx, i.roster); err != nil {
			return err
		}
		return s.audit(ctx, tx, a, now, org, string(access.RosterImport), "roster", i.roster.ID.String())
	})
}

// meet reads whom the school knows, part by part.
func (i *rosterImport) meet(ctx context.Context) error {
	after := core.TherapistID{}
	for {
		var part []core.RosterPerson
		err := i.s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
			part, err = tx.RosterPeople(ctx, i.roster.OrganizationID, after, 5_000)
			return err
		})
		if err != nil || len(part) == 0 {
			return err
		}
		for _, p := range part {
			i.people[p.TherapistID] = p
			key := roster.NameKey(p.Name)
			i.byName[key] = append(i.byName[key], p.TherapistID)
		}
		after = part[len(part)-1].TherapistID
	}
}

func (i *rosterImport) run(ctx context.Context) error {
	if err := i.meet(ctx); err != nil {
		return err
	}
	for {
		part, end, err := i.part()
		if err != nil {
			return err
		}
		if err := i.take(ctx, part); err != nil {
			return err
		}
		if i.in.Progress != nil {
			i.in.Progress(i.roster)
		}
		if end {
			return nil
		}
	}
}

// part reads the next lines.
func (i *rosterImport) part() (lines []roster.Line, end bool, err error) {
	for len(lines) < rosterBatch {
		line, refusal, err := i.lines.Next()
		if roster.Done(err) {
			return lines, true, nil
		}
		if err != nil {
			return nil, false, err
		}
		i.roster.Records++
		if line.Title == "" {
			line.Title = i.source.Title
		}
		if refusal == nil && i.again(line) {
			refusal = &roster.Refusal{Record: line.Record, Field: string(roster.Number), Code: "repeated", Message: "The number stands in the list twice; the first line is taken."}
		}
		if refusal == nil {
			lines = append(lines, line)
			continue
		}
		i.roster.Refused++
		if len(i.refusals) < mostRefusals {
			i.refusals = append(i.refusals, *refusal)
		}
	}
	return lines, false, nil
}

// again tells whether a licence came before. It keeps eight bytes of each.
func (i *rosterImport) again(line roster.Line) bool {
	key := maphash.String(i.seed, line.Title+"\x00"+line.Number)
	_, seen := i.seen[key]
	i.seen[key] = struct{}{}
	return seen
}

// take takes a part in, or only looks at it in a dry run.
func (i *rosterImport) take(ctx context.Context, lines []roster.Line) error {
	before := i.roster
	run := func(ctx context.Context, tx Tx) error {
		i.roster = before // a transaction may run several times
		w := &rosterPart{rosterImport: i, now: i.s.src.Now()}
		if err := w.judge(ctx, tx, lines); err != nil || i.in.DryRun {
			return err
		}
		if err := w.write(ctx, tx); err != nil {
			return err
		}
		return tx.UpdateRoster(ctx, i.roster)
	}
	if i.in.DryRun {
		return i.s.store.Read(ctx, run)
	}
	return i.s.store.Write(ctx, run)
}

// finish closes the import.
func (i *rosterImport) finish(ctx context.Context) error {
	i.roster.State = core.RosterDone
	return i.close(ctx)
}

// fail keeps why the import broke off; what was taken in stays.
func (i *rosterImport) fail(ctx context.Context, err error) {
	i.roster.State, i.roster.Failure = core.RosterFailed, "The list could not be read to its end. What was taken in stays; import it again."
	if f := core.AsFault(err); f != nil {
		i.roster.Failure = f.Message
	}
	_ = i.close(context.WithoutCancel(ctx)) // the cause is what is told
}

func (i *rosterImport) close(ctx context.Context) (err error) {
	i.roster.Digest, i.roster.FinishedAt = hex.EncodeToString(i.digest.Sum(nil)), i.s.src.Now()
	if i.roster.Refusals, err = json.Marshal(i.refusals); err != nil || i.in.DryRun {
		return err
	}
	return i.s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		if err := tx.UpdateRoster(ctx, i.roster); err != nil {
			return err
		}
		return i.s.audit(ctx, tx, i.a, i.roster.FinishedAt, i.roster.OrganizationID, "roster."+string(i.roster.State), "roster", i.roster.ID.String())
	})
}

// Roster finds the import of a list, which may still be running. Permission:
// roster.read. Code: not_found.
func (s *Service) Roster(ctx context.Context, a access.Actor, id core.RosterID) (core.Roster, error) {
	var found core.Roster
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		if found, err = tx.BoardRoster(ctx, id); err != nil {
			return err
		}
		return hidden(access.Can(a, access.RosterRead, access.Target{Organization: found.OrganizationID}), "roster")
	})
	if err != nil {
		return core.Roster{}, err
	}
	return found, nil
}

// Rosters lists a school's imports of boards' lists, newest first. Permission:
// roster.read. Code: bad_cursor.
func (s *Service) Rosters(ctx context.Context, a access.Actor, org core.OrganizationID, page core.Page) (core.List[core.Roster], error) {
	if err := access.Can(a, access.RosterRead, access.Target{Organization: org}); err != nil {
		return core.List[core.Roster]{}, err
	}
	after, err := core.AfterID[core.RosterID](page.Cursor)
	if err != nil {
		return core.List[core.Roster]{}, err
	}
	var rows []core.Roster
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		rows, err = tx.BoardRosters(ctx, org, after, page.Size()+1)
		return err
	})
	return core.ListOf(rows, page.Size(), func(r core.Roster) string { return r.ID.String() }), err
}

// rosterPart is what one part of a list brings.
type rosterPart struct {
	*rosterImport
	now      time.Time
	licenses []core.License
	events   []core.LicenseEvent
	checks   []core.LicenseCheck
	touched  []core.LicenseID
	matches  []core.RosterMatch
}

// judge finds whose each line is, and what is new in it.
func (w *rosterPart) judge(ctx context.Context, tx Tx, lines []roster.Line) error {
	numbers := make([]string, len(lines))
	var named []core.TherapistID
	for n, line := range lines {
		numbers[n] = line.Number
		named = append(named, w.byName[roster.NameKey(line.Name)]...)
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

func (w *rosterPart) line(line roster.Line, recorded []core.License, decided []core.RosterMatch, others []core.License) {
	at := slices.IndexFunc(recorded, func(l core.License) bool { return l.Number == line.Number && l.Title == line.Title })
	state := map[core.RosterDoubt]core.MatchState{}
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
	case l.TherapistID == w.a.TherapistID:
		w.doubt(line, core.DoubtOwnRecord, state, l.TherapistID)
	case roster.NameKey(holder.Name) != roster.NameKey(line.Name) && state[core.DoubtOtherName] != core.MatchLinked:
		w.doubt(line, core.DoubtOtherName, state, l.TherapistID)
	default:
		w.match(line, l, false, state)
	}
}

// byNameAndYear looks for the holder of a licence that nobody recorded.
func (w *rosterPart) byNameAndYear(line roster.Line, state map[core.RosterDoubt]core.MatchState, others []core.License) {
	var sure, perhaps []core.TherapistID
	for _, id := range w.byName[roster.NameKey(line.Name)] {
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
		w.doubt(line, core.DoubtSeveral, state, sure...)
	case len(sure) == 0 || len(perhaps) > 0:
		w.doubt(line, core.DoubtNoBirthYear, state, append(sure, perhaps...)...)
	case sure[0] == w.a.TherapistID:
		w.doubt(line, core.DoubtOwnRecord, state, sure[0])
	case slices.ContainsFunc(others, func(l core.License) bool { return l.TherapistID == sure[0] && l.Title == line.Title }):
		w.doubt(line, core.DoubtOtherNumber, state, sure[0])
	default:
		w.match(line, w.newLicense(line, sure[0]), true, state)
	}
}

func (w *rosterPart) newLicense(line roster.Line, therapist core.TherapistID) core.License {
	return core.License{
		ID: core.NewID[core.LicenseID](w.s.src), TherapistID: therapist, OrganizationID: w.roster.OrganizationID,
		Jurisdiction: w.source.Jurisdiction, Title: line.Title, Number: line.Number, IssuedOn: line.IssuedOn,
		CreatedAt: w.now, CreatedBy: w.a.AccountID, Version: 1,
	}
}

// doubt puts a line before a person, once.
func (w *rosterPart) doubt(line roster.Line, why core.RosterDoubt, state map[core.RosterDoubt]core.MatchState, candidates ...core.TherapistID) {
	switch state[why] {
	case core.MatchDismissed:
		w.roster.Unknown++
		return
	case core.MatchLinked:
		w.roster.Matched++
		return
	}
	w.roster.Doubtful++
	if state[why] == core.MatchOpen {
		return
	}
	m := core.RosterMatch{
		ID: core.NewID[core.RosterMatchID](w.s.src), OrganizationID: w.roster.OrganizationID, RosterID: w.roster.ID, SourceID: w.source.ID,
		AsOf: w.roster.AsOf, Jurisdiction: w.source.Jurisdiction, Title: line.Title, Number: line.Number, Doubt: why, State: core.MatchOpen,
		CreatedAt: w.now, Version: 1,
	}
	m.Line, _ = json.Marshal(line) // texts, numbers and days
	for _, id := range candidates[:min(20, len(candidates))] {
		m.Candidates = append(m.Candidates, w.people[id])
	}
	w.matches = append(w.matches, m)
}

// match adds what is new of a licence.
func (w *rosterPart) match(line roster.Line, l core.License, isNew bool, state map[core.RosterDoubt]core.MatchState) {
	f := found{line, w.source.Name, w.roster.AsOf}
	events, withdrawn, earlier := f.news(l, state[core.DoubtEarlierEnd] == core.MatchLinked)
	if earlier && state[core.DoubtEarlierEnd] != core.MatchDismissed {
		w.doubt(line, core.DoubtEarlierEnd, state, l.TherapistID)
	} else {
		w.roster.Matched++
	}
	w.record(l, isNew, events, withdrawn)
	if isNew || len(events)+len(withdrawn) > 0 {
		w.roster.Changed++
	}
}

// record gathers what is written of a licence.
func (w *rosterPart) record(l core.License, isNew bool, events []EventInput, withdrawn []core.LicenseEvent) {
	outcome := core.CheckSame
	if isNew {
		w.licenses = append(w.licenses, l)
	}
	for _, e := range withdrawn {
		gone := w.s.event(w.a, l.ID, EventInput{
			Axis: e.Axis, Status: core.Withdrawn, EffectiveOn: e.EffectiveOn, Method: core.MethodPrimarySource, Source: w.source.Name,
			CheckedOn: w.roster.AsOf, Note: "The register says an earlier last day.",
		}, w.now)
		gone.Withdraws = e.ID
		w.events = append(w.events, gone)
	}
	for _, in := range events {
		w.events = append(w.events, w.s.event(w.a, l.ID, in, w.now))
	}
	if isNew || len(events)+len(withdrawn) > 0 {
		outcome = core.CheckChanged
		w.touched = append(w.touched, l.ID)
	}
	w.checks = append(w.checks, core.LicenseCheck{
		ID: core.NewID[core.LicenseCheckID](w.s.src), LicenseID: l.ID, At: w.now, CheckedOn: w.roster.AsOf, Source: w.source.Name,
		Outcome: outcome, RecordedBy: w.a.AccountID,
	})
}

func (w *rosterPart) write(ctx context.Context, tx Tx) error {
	if err := tx.InsertLicenses(ctx, w.licenses); err != nil {
		return err
	}
	if err := tx.InsertLicenseEvents(ctx, w.events); err != nil {
		return err
	}
	if err := tx.InsertLicenseChecks(ctx, w.checks); err != nil {
		return err
	}
	if len(w.touched) > 0 {
		if err := tx.RefreshTerms(ctx, w.touched); err != nil {
			return err
		}
	}
	return tx.InsertRosterMatches(ctx, w.matches)
}
