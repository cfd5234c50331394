package logbook

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
)

// Confirmation is a second person's word on a version of a program. Until Confirmed
// students are enrolled in it, log hours and have them signed, and nobody is
// certified by it. A version that was published before a second person was asked is
// confirmed by nobody: By and At are zero.
type Confirmation struct {
	Confirmed       bool
	ConfirmedAt     time.Time
	ConfirmedBy     core.AccountID
	ConfirmedByName string
}

// Confirmations keeps which versions of programs are confirmed. A miss is not_found.
type Confirmations interface {
	ProgramVersion(ctx context.Context, id core.ProgramVersionID) (ProgramVersion, error)
	// UnconfirmedVersions are those of a school, the newest first; at most limit.
	UnconfirmedVersions(ctx context.Context, org core.OrganizationID, limit int) ([]ProgramVersion, error)
	// InsertConfirmation gives already_decided where a version is confirmed.
	InsertConfirmation(ctx context.Context, v ProgramVersion) error
}

// Certifies is nil for a version that a second person has confirmed, else
// program_unconfirmed.
func (v ProgramVersion) Certifies() error {
	if v.Confirmed {
		return nil
	}
	return core.Conflict("program_unconfirmed", "title", v.Title, "number", v.Number)
}

// Second is nil for another person than the one who published a version, and the
// one who wrote its draft last; else same_person.
func (v ProgramVersion) Second(a access.Actor) error {
	err := a.Second(v.PublishedBy, v.PublishedByName, "same_person.program")
	if err == nil && !v.WrittenBy.IsZero() {
		err = a.Second(v.WrittenBy, v.WrittenByName, "same_person.draft")
	}
	return err
}

var confirmsProgram = act.Declare(access.ProgramConfirm, act.NewEvent("program.confirm", "program_version"))

// ConfirmProgram is the second person's word on a version of a program: students may
// be certified by it from then on. It is not taken back; who finds a mistake publishes
// the next version. It needs program.confirm, another person than the one who
// published it and the one who wrote its draft last, and a password given within 15
// minutes. Codes: same_person, reauthentication_required, already_decided.
func (s *programs) ConfirmProgram(ctx context.Context, a access.Actor, id core.ProgramVersionID) (ProgramVersion, error) {
	return act.Do(ctx, s.act, a, confirmsProgram, act.Command[Tx, ProgramVersion, ProgramVersion]{
		Find: func(ctx context.Context, tx Tx) (act.Found[ProgramVersion], error) {
			v, err := tx.ProgramVersion(ctx, id)
			return act.Found[ProgramVersion]{Thing: v, Owner: access.Target{Organization: v.OrganizationID}}, err
		},
		Change: func(_ context.Context, x act.Step[Tx], v ProgramVersion) (ProgramVersion, error) {
			if v.Confirmed {
				return v, core.Conflict("already_decided.program")
			}
			v.Confirmation = Confirmation{Confirmed: true, ConfirmedAt: x.Now, ConfirmedBy: a.AccountID, ConfirmedByName: a.Name}
			return v, v.Second(a)
		},
		Save: func(ctx context.Context, x act.Step[Tx], _, v ProgramVersion) error {
			return x.Tx.InsertConfirmation(ctx, v)
		},
		Tell: func(_, v ProgramVersion) []act.Told { return act.Of(v.ID.String(), map[string]string{"code": v.Code}) },
	})
}

// mostUnconfirmed is how many versions are named that wait: a school publishes a few
// a year.
const mostUnconfirmed = 100

// UnconfirmedPrograms are the versions of a school's programs that wait for a second
// person, the newest first, at most 100. It needs program.read.
func (s *programs) UnconfirmedPrograms(ctx context.Context, a access.Actor, org core.OrganizationID) ([]ProgramVersion, error) {
	return act.Look(ctx, s.act, a, access.ProgramRead, func(ctx context.Context, r act.Reader[Tx]) ([]ProgramVersion, error) {
		if err := r.May(ctx, access.Target{Organization: org}); err != nil {
			return nil, err
		}
		return r.Tx.UnconfirmedVersions(ctx, org, mostUnconfirmed)
	})
}
