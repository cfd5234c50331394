package logbook

import (
	"bytes"
	"context"
	"encoding/json"
	"strconv"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/words"
)

// Difference is something kept that does not equal what the ledger and the
// entries say.
type Difference struct {
	Enrollment core.EnrollmentID
	What       words.Sentence
	Kept       words.Sentence
	Recomputed words.Sentence
}

// SeedEntry is an entry of a made-up history, already in State: draft,
// submitted or signed. At is when it was logged, and signed.
type SeedEntry struct {
	EnrollmentID core.EnrollmentID
	SupervisorID core.MemberID
	State        core.EntryState
	Session      core.Session
	Note         string
	At           time.Time
}

// Examination recomputes what is kept, set by set.
type Examination interface {
	Examine(ctx context.Context) ([]Difference, error)
	// StandingsAfter are kept standings that claim to be current, by enrollment.
	StandingsAfter(ctx context.Context, after core.EnrollmentID, limit int) ([]Found, error)
}

// examined is how many are looked at at once.
const examined = 100

// standingsAtOnce is how many kept standings are held against the ledger at once:
// all credits of so many enrollments are in memory.
const standingsAtOnce = 1

// Doctor recomputes every total, posting, sequence and kept standing from the
// entries and the ledger, and names every difference. It changes nothing, reads
// one moment while others write, and is the operator's own command, so that it
// asks no permission.
func (s *Service) Doctor(ctx context.Context) ([]Difference, error) {
	return act.Inspect(ctx, s.act, func(ctx context.Context, tx Tx) ([]Difference, error) {
		all, err := tx.Examine(ctx)
		if err != nil {
			return nil, err
		}
		now := s.src.Now()
		for after := (core.EnrollmentID{}); ; {
			found, err := tx.StandingsAfter(ctx, after, standingsAtOnce)
			if err != nil || len(found) == 0 {
				return all, err
			}
			after = found[len(found)-1].ID
			differ, err := s.examineStandings(ctx, tx, found, now)
			if err != nil {
				return nil, err
			}
			all = append(all, differ...)
		}
	})
}

func (s *Service) examineStandings(ctx context.Context, tx Tx, found []Found, now time.Time) ([]Difference, error) {
	j, err := s.judge(ctx, tx, found, now)
	if err != nil {
		return nil, err
	}
	by := make(map[core.EnrollmentID]KeptStanding, len(j.kept))
	for _, k := range j.kept {
		by[k.EnrollmentID] = k
	}
	var all []Difference
	for _, f := range found {
		var st standard.Standing
		if json.Unmarshal(f.Kept.Body, &st) == nil && !st.Holds(dateIn(now, f.Zone)) {
			continue // other rules are in force since, so that nobody is shown it
		}
		if again := by[f.ID]; f.Kept.LedgerSeq == again.LedgerSeq && !bytes.Equal(f.Kept.Body, again.Body) {
			all = append(all, Difference{
				Enrollment: f.ID, What: words.S("difference.standing", "posting", again.LedgerSeq), Kept: words.S("difference.another"),
				Recomputed: words.S("difference.credited", "valid", j.standings[f.ID].Valid, "logged", j.standings[f.ID].Recorded),
			})
		}
	}
	return all, nil
}

var seedsHistory = act.Declare(access.OrganizationCreate, act.NewEvent("history.seed", "organization"))

// Seed writes a made-up history in one transaction, through the very steps of
// logging and signing but without asking each supervisor. It is for the demo
// and needs organization.create. All enrollments and supervisors must be of the
// school. Codes: unknown_reference, those of Impossible, entry_overlap.
func (s *Service) Seed(ctx context.Context, a access.Actor, org core.OrganizationID, history []SeedEntry) error {
	_, err := act.Do(ctx, s.act, a, seedsHistory, act.Command[Tx, struct{}, []core.Entry]{
		At: access.Target{Organization: org},
		Change: func(ctx context.Context, x act.Step[Tx], _ struct{}) ([]core.Entry, error) {
			return s.seeded(ctx, x.Tx, org, history)
		},
		Save: func(ctx context.Context, x act.Step[Tx], _ struct{}, entries []core.Entry) error {
			if err := x.Tx.InsertImported(ctx, entries); err != nil {
				return err
			}
			return s.signSeeded(ctx, x.Tx, entries, history)
		},
		Tell: func(_ struct{}, entries []core.Entry) []act.Told {
			return act.Of(org.String(), map[string]string{"entries": strconv.Itoa(len(entries))})
		},
	})
	return err
}

// seeded makes the entries as they are before any is signed.
func (s *Service) seeded(ctx context.Context, tx Tx, org core.OrganizationID, history []SeedEntry) ([]core.Entry, error) {
	ids, seen := []core.EnrollmentID{}, map[core.EnrollmentID]Enrollment{}
	for _, h := range history {
		if _, known := seen[h.EnrollmentID]; !known {
			seen[h.EnrollmentID] = Enrollment{}
			ids = append(ids, h.EnrollmentID)
		}
	}
	enrollments, err := tx.LockEnrollments(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, e := range enrollments {
		seen[e.ID] = e
	}
	entries := make([]core.Entry, len(history))
	for i, h := range history {
		e := seen[h.EnrollmentID]
		if e.OrganizationID != org {
			return nil, core.Invalid("unknown_reference.logbook", "enrollmentID", h.EnrollmentID)
		}
		entries[i] = core.Entry{
			ID: core.NewID[core.EntryID](s.src), OrganizationID: org, EnrollmentID: e.ID, TherapistID: e.TherapistID, State: core.EntryDraft,
			Session: h.Session, SupervisorID: h.SupervisorID, Note: h.Note, CreatedAt: h.At.UTC(), CreatedBy: e.AccountID, Version: 1,
		}
		if h.State != core.EntryDraft {
			entries[i].State, entries[i].SubmittedAt = core.EntrySubmitted, h.At.UTC()
		}
	}
	days := NewDays(CountAll)
	if err := days.Lock(ctx, tx, entries); err != nil {
		return nil, err
	}
	for _, e := range entries {
		if why := days.Take(e); why != nil {
			return nil, why
		}
	}
	return entries, nil
}

// signSeeded signs a history as it was signed: by each supervisor once a week.
func (s *Service) signSeeded(ctx context.Context, tx Tx, entries []core.Entry, history []SeedEntry) error {
	members, err := tx.SupervisorsOf(ctx, entriesOrg(entries))
	if err != nil {
		return err
	}
	type week struct {
		by core.MemberID
		of core.Date
	}
	signed, last := map[week][]core.Entry{}, map[week]time.Time{}
	for i, e := range entries {
		if history[i].State == core.EntrySigned {
			w := week{e.SupervisorID, core.DateOf(history[i].At).Week()}
			signed[w] = append(signed[w], e)
			if history[i].At.After(last[w]) {
				last[w] = history[i].At
			}
		}
	}
	for _, m := range members {
		for w, mine := range signed {
			if w.by != m.ID {
				continue
			}
			if err := s.sign(ctx, tx, access.Actor{AccountID: m.AccountID, Name: m.Name}, mine, m.ID, last[w].UTC()); err != nil {
				return err
			}
		}
	}
	return nil
}

func entriesOrg(entries []core.Entry) (org core.OrganizationID) {
	if len(entries) > 0 {
		org = entries[0].OrganizationID
	}
	return org
}
