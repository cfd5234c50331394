package logbook

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
)

// Doubt is that a student has a signed session at a time at which they have another
// one, signed before it, in the file of another school: Other names that school to the
// student alone. The session counts once a person of its school has decided so.
type Doubt struct {
	EntryID        core.EntryID
	OtherEntryID   core.EntryID
	OrganizationID core.OrganizationID
	EnrollmentID   core.EnrollmentID
	TherapistID    core.TherapistID
	Session        core.Session
	Other          string
	FoundAt        time.Time
	DecidedAt      time.Time // zero: nobody has
	DecidedByName  string
	Counts         bool
	Reason         string
}

func (d Doubt) owner() access.Target {
	return access.Target{Organization: d.OrganizationID, Therapist: d.TherapistID}
}

// Verdict is what is decided on a session that is in doubt, and why.
type Verdict struct {
	Counts bool
	Reason string
}

// Doubts keeps which sessions share time with one of another school. The database
// finds them, when a session is signed and when a file becomes part of a record.
type Doubts interface {
	DoubtsOfEntry(ctx context.Context, entry core.EntryID) ([]Doubt, error)
	// DecideDoubts decides all of an entry that are open; stale where there is none.
	DecideDoubts(ctx context.Context, entry core.EntryID, v Verdict, by core.AccountID, at time.Time) error
}

// shownTo leaves out of a doubt what is another school's.
func (d Doubt) shownTo(a access.Actor) Doubt {
	if !a.Is(d.TherapistID) {
		d.Other, d.OtherEntryID = "", core.EntryID{}
	}
	return d
}

var (
	// DoubtDecided is what the doctor looks for in the audit.
	DoubtDecided = act.NewEvent("overlap.decide", "entry")
	decidesDoubt = act.Declare(access.DoubtDecide, DoubtDecided)
)

// DecideDoubt decides whether a session counts that shares time with one of another
// school. It needs overlap.decide, and not on one's own record. Codes: required (reason),
// too_long, not_in_doubt, reauthentication_required, own_record.
func (s *entries) DecideDoubt(ctx context.Context, a access.Actor, entry core.EntryID, v Verdict) (Doubt, error) {
	return act.Do(ctx, s.act, a, decidesDoubt, act.Command[Tx, []Doubt, Doubt]{
		Prepare: func(context.Context) (err error) {
			var c core.Collect
			v.Reason, err = core.CleanNote(v.Reason, 1, LongestNote)
			_ = c.Check("reason", err)
			return c.Err()
		},
		Find: func(ctx context.Context, tx Tx) (act.Found[[]Doubt], error) {
			e, err := tx.Entry(ctx, entry)
			if err != nil {
				return act.Found[[]Doubt]{}, err
			}
			found, err := tx.DoubtsOfEntry(ctx, entry)
			return act.Found[[]Doubt]{Thing: found, Owner: ownerOf(e)}, err
		},
		Change: func(ctx context.Context, x act.Step[Tx], found []Doubt) (Doubt, error) {
			for _, d := range found {
				if d.DecidedAt.IsZero() {
					d.Counts, d.Reason, d.DecidedAt, d.DecidedByName = v.Counts, v.Reason, x.Now, a.Name
					return d.shownTo(a), x.Tx.DecideDoubts(ctx, entry, v, a.AccountID, x.Now)
				}
			}
			return Doubt{}, core.Conflict("not_in_doubt")
		},
		Tell: func(_ []Doubt, d Doubt) []act.Told {
			counts := "no"
			if d.Counts {
				counts = "yes"
			}
			return []act.Told{{Owner: d.owner(), Subject: entry.String(), Details: map[string]string{"counts": counts}}}
		},
	})
}
