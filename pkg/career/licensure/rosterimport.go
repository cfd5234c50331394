package licensure

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"hash/maphash"
	"io"
	"path"
	"strings"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/career/roster"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/license"
	"github.com/palmar/palmar/pkg/people/notice"
)

// rosterBatch is how many lines a transaction takes in, and mostRefusals how
// many refusals an import keeps.
const (
	rosterBatch  = 500
	mostRefusals = 200
)

// RosterRequest is a board's list. AsOf is the day of which it speaks, today at
// the school, or where the board is, where it is zero. Progress, which may be nil, is told after each
// part how far the import has come.
type RosterRequest struct {
	SourceID core.RosterSourceID
	Filename string
	File     io.Reader
	AsOf     core.Date
	DryRun   bool
	Progress func(Roster)
	address  string // from which it was fetched
}

// ImportRoster takes in a board's list: what it says of licenses of therapists
// whom the school knows, and is not recorded yet, becomes events by primary
// source. A line belongs to a therapist by its number, or by name and year of
// birth; what is doubtful waits for a person, what is of nobody at the school is
// left out, and nothing of it is kept. The list is read in parts, each a
// transaction of its own, in memory that does not grow with it; every part is a
// whole, so that one that breaks off is taken in again from the beginning. The
// same list again changes nothing. A dry run writes nothing. The list itself is kept as
// evidence.
//
// A school's list was seen by the school, and counts for it, of an approved source too.
// The operator's, without an organization, is of an approved source, counts for
// everybody, and says only what it says of licenses that someone recorded.
//
// Permission: roster.import, or source.manage of the operator. Codes: those of
// roster.Open and roster.Reader.Next, not_found (the source), source_withdrawn,
// date_in_future (as_of).
func (s *rosters) ImportRoster(ctx context.Context, a access.Actor, org core.OrganizationID, in RosterRequest) (Roster, error) {
	i := &rosterImport{
		org: org, act: s.act, src: s.src, notices: s.notices, hearing: s.hearing, a: a, in: in, people: map[core.TherapistID]RosterPerson{}, byName: map[string][]core.TherapistID{},
		seen: map[uint64]struct{}{}, seed: maphash.MakeSeed(),
	}
	action := access.RosterImport
	if org.IsZero() {
		action = access.SourceManage
	}
	var err error
	i.source, err = act.Read(ctx, s.act, a, action, func(ctx context.Context, r act.Reader[Tx]) (RosterSource, error) {
		if err := r.May(ctx, access.Target{Organization: org}); err != nil {
			return RosterSource{}, err
		}
		return i.find(ctx, r, org)
	})
	if err == nil {
		err = i.open()
	}
	if err == nil && !in.DryRun {
		err = i.begin(ctx)
	}
	if err != nil {
		return i.roster, err
	}
	if err := i.run(ctx); err != nil {
		i.fail(ctx, err)
		return i.roster, err
	}
	return i.roster, i.finish(ctx)
}

// rosterImport is an import on its way.
type rosterImport struct {
	org      core.OrganizationID // zero: the operator
	act      *act.Kernel[Tx]
	src      core.Source
	notices  notice.Sender
	hearing  hearing
	a        access.Actor
	in       RosterRequest
	source   RosterSource
	roster   Roster
	refusals []roster.Refusal
	lines    *roster.Reader
	digest   interface{ Sum([]byte) []byte }
	people   map[core.TherapistID]RosterPerson
	byName   map[string][]core.TherapistID
	seen     map[uint64]struct{}
	seed     maphash.Seed
	kept     bytes.Buffer // what was read and is not kept yet
	parts    int
}

// find finds how the list is read, and the day of which it speaks.
func (i *rosterImport) find(ctx context.Context, r act.Reader[Tx], org core.OrganizationID) (RosterSource, error) {
	source, err := r.Tx.RosterSource(ctx, i.in.SourceID)
	if err != nil {
		return source, err
	}
	switch approved := source.OrganizationID.IsZero(); {
	case source.OrganizationID != org && !approved:
		return source, core.NotFound("roster source")
	case !source.WithdrawnAt.IsZero():
		return source, core.Conflict("source_withdrawn")
	case !i.in.AsOf.IsZero():
		return source, nil
	case org.IsZero():
		i.in.AsOf = regimeDay(source.Jurisdiction, r.Now)
		return source, nil
	}
	school, err := r.Tx.Organization(ctx, org)
	i.in.AsOf = school.Today(r.Now)
	return source, err
}

// open reads the head of the list.
func (i *rosterImport) open() error {
	now := i.src.Now()
	if i.in.AsOf.After(latestToday(now)) {
		return core.InvalidField("as_of", "date_in_future.as_of", "asOf", i.in.AsOf)
	}
	name, err := core.CleanText(path.Base(strings.ReplaceAll(i.in.Filename, `\`, "/")), 1, 200)
	if err != nil {
		name = "roster.csv"
	}
	i.roster = Roster{
		OrganizationID: i.org, SourceID: i.source.ID, SourceName: i.source.Name, State: RosterRunning, Filename: name, Address: i.in.address,
		AsOf: i.in.AsOf, Refusals: []byte("[]"), StartedBy: i.a.AccountID, StartedByName: i.a.Name, StartedAt: now, Version: 1,
	}
	var mapping roster.Mapping
	if err := core.FromJSON(i.source.Mapping, &mapping, "roster_sources.mapping", i.source.ID.String()); err != nil {
		return err
	}
	digest := sha256.New()
	i.digest = digest
	read := io.TeeReader(i.in.File, digest)
	if !i.in.DryRun {
		read = io.TeeReader(read, &i.kept)
	}
	i.lines, err = roster.Open(read, mapping)
	return err
}

// evidence is what was read since the last part, as gzip packs it; empty where nothing
// was.
func (i *rosterImport) evidence() ([]byte, error) {
	if i.kept.Len() == 0 {
		return nil, nil
	}
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, err := w.Write(i.kept.Bytes())
	if closed := w.Close(); err == nil {
		err = closed
	}
	return packed.Bytes(), err
}

// keep keeps a part of the list itself.
func (i *rosterImport) keep(ctx context.Context, tx Tx, body []byte) error {
	if len(body) == 0 {
		return nil
	}
	return tx.InsertRosterPart(ctx, i.roster.ID, i.parts+1, body)
}

// wasKept tells that what was read until now is kept.
func (i *rosterImport) wasKept() {
	i.parts++
	i.kept.Reset()
}

var (
	rosterImported = act.NewEvent("roster.import", "roster")
	importsRoster  = act.Declare(access.RosterImport, rosterImported)
	importsList    = act.Declare(access.SourceManage, rosterImported)
)

// of is the deed of who takes the list in: of a school, or of the operator.
func (i *rosterImport) of(school, operator act.Deed) act.Deed {
	if i.org.IsZero() {
		return operator
	}
	return school
}

// begin is the command by which the office takes the list in; what the parts of it
// bring is noted in its name.
func (i *rosterImport) begin(ctx context.Context) error {
	i.roster.ID = core.NewID[core.RosterID](i.src)
	_, err := act.Do(ctx, i.act, i.a, i.of(importsRoster, importsList), i.noting(Tx.InsertRoster, rosterImported))
	return err
}

// meet reads whom the school knows, part by part. The operator's list is of licenses
// alone.
func (i *rosterImport) meet(ctx context.Context) error {
	if i.org.IsZero() {
		return nil
	}
	after := core.TherapistID{}
	for {
		part, err := act.Peek(ctx, i.act, func(ctx context.Context, tx Tx) ([]RosterPerson, error) {
			return tx.RosterPeople(ctx, i.roster.OrganizationID, i.src.Now(), after, 5_000)
		})
		if err != nil || len(part) == 0 {
			return err
		}
		for _, p := range part {
			i.people[p.TherapistID] = p
			key := core.NameKey(p.Name)
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
		if refusal == nil {
			line, refusal = i.source.hears(line)
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

// again tells whether a license came before. It keeps eight bytes of each.
func (i *rosterImport) again(line roster.Line) bool {
	key := maphash.String(i.seed, strings.ToLower(line.Title)+"\x00"+license.Canonical(i.source.Jurisdiction, line.Number))
	_, seen := i.seen[key]
	i.seen[key] = struct{}{}
	return seen
}

// take takes a part in, or only looks at it in a dry run. The office's command was
// to take in the list, which begin told of: what a part brings is the program's
// work on it, and is told of in the list's own row.
func (i *rosterImport) take(ctx context.Context, lines []roster.Line) error {
	before := i.roster
	judged := func(ctx context.Context, tx Tx) (*rosterPart, error) {
		i.roster = before // a transaction may run several times
		w := &rosterPart{rosterImport: i, now: i.src.Now()}
		return w, w.judge(ctx, tx, lines)
	}
	if i.in.DryRun {
		_, err := act.Inspect(ctx, i.act, judged)
		return err
	}
	part, err := i.evidence()
	if err != nil {
		return err
	}
	if err := act.Maintain(ctx, i.act, func(ctx context.Context, tx Tx) error {
		w, err := judged(ctx, tx)
		if err != nil {
			return err
		}
		if err := w.write(ctx, tx); err != nil {
			return err
		}
		if err := i.keep(ctx, tx, part); err != nil {
			return err
		}
		return tx.UpdateRoster(ctx, i.roster)
	}); err != nil {
		return err
	}
	i.wasKept()
	return nil
}

// finish closes the import.
func (i *rosterImport) finish(ctx context.Context) error {
	i.roster.State = RosterDone
	return i.close(ctx)
}

// fail keeps why the import broke off; what was taken in stays.
func (i *rosterImport) fail(ctx context.Context, err error) {
	i.roster.State, i.roster.Failure = RosterFailed, "The list could not be read to its end. What was taken in stays; import it again."
	if f := core.AsFault(err); f != nil {
		i.roster.Failure = f.Message()
	}
	_ = i.close(context.WithoutCancel(ctx)) // the cause is what is told
}

var (
	rosterDone   = act.NewEvent("roster.done", "roster")
	rosterFailed = act.NewEvent("roster.failed", "roster")
	endsRoster   = act.Declare(access.RosterImport, rosterDone, rosterFailed)
	endsList     = act.Declare(access.SourceManage, rosterDone, rosterFailed)
)

func (i *rosterImport) close(ctx context.Context) (err error) {
	i.roster.Digest, i.roster.FinishedAt = hex.EncodeToString(i.digest.Sum(nil)), i.src.Now()
	if i.roster.Refusals, err = json.Marshal(i.refusals); err != nil || i.in.DryRun {
		return err
	}
	rest, err := i.evidence()
	if err != nil {
		return err
	}
	_, err = act.Do(ctx, i.act, i.a, i.of(endsRoster, endsList), i.noting(func(tx Tx, ctx context.Context, r Roster) error {
		if err := i.keep(ctx, tx, rest); err != nil {
			return err
		}
		return tx.UpdateRoster(ctx, r)
	}, map[RosterState]act.Event{
		RosterDone: rosterDone, RosterFailed: rosterFailed,
	}[i.roster.State]))
	return err
}

// noting is a command that keeps how far the import has come, and tells an event
// of it.
func (i *rosterImport) noting(save func(Tx, context.Context, Roster) error, event act.Event) act.Command[Tx, struct{}, Roster] {
	return act.Command[Tx, struct{}, Roster]{
		At:     access.Target{Organization: i.roster.OrganizationID},
		Change: func(context.Context, act.Step[Tx], struct{}) (Roster, error) { return i.roster, nil },
		Save:   func(ctx context.Context, x act.Step[Tx], _ struct{}, r Roster) error { return save(x.Tx, ctx, r) },
		Tell:   func(_ struct{}, r Roster) []act.Told { return []act.Told{{Event: event, Subject: r.ID.String()}} },
	}
}
