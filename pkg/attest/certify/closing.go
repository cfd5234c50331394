package certify

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
)

// Closing is the end of a school: one person proposes it, another confirms it, and
// it is done when every student has a transcript of the hours so far.
type Closing struct {
	OrganizationID  core.OrganizationID
	Cause           string // told to everybody
	ProposedBy      core.AccountID
	ProposedByName  string
	ProposedAt      time.Time
	ConfirmedBy     core.AccountID
	ConfirmedByName string
	ConfirmedAt     time.Time // zero: it is only proposed

	Students int // that were enrolled when it was confirmed
	Waiting  int // of them, for their transcripts
	Signed   int // transcripts; the others had no hours
}

// Confirmed tells whether a second person has confirmed it.
func (c Closing) Confirmed() bool { return !c.ConfirmedAt.IsZero() }

// Done is how many students were looked at.
func (c Closing) Done() int { return c.Students - c.Waiting }

// ClosingStudent is an enrollment at a school that closes, and what became of it.
type ClosingStudent struct {
	EnrollmentID   core.EnrollmentID
	OrganizationID core.OrganizationID
	DoneAt         time.Time         // zero: it waits
	CredentialID   core.CredentialID // zero: there were no hours
}

// CloseInput is how a school is closed: Slug is its own short name, said once more
// since this cannot be taken back; Cause is told to everybody, 3 to 500
// characters.
type CloseInput struct {
	Slug  string
	Cause string
}

// Closing is how far the end of a school is. Permission: key.read. Code: not_found
// where nobody has proposed it.
func (s *closings) Closing(ctx context.Context, a access.Actor, id core.OrganizationID) (Closing, error) {
	return act.Read(ctx, s.act, a, access.KeyRead, func(ctx context.Context, r act.Reader[Tx]) (Closing, error) {
		if err := r.May(ctx, access.Target{Organization: id}); err != nil {
			return Closing{}, err
		}
		return r.Tx.Closing(ctx, id)
	})
}

// ending is a school with its closing, of which there may be none.
type ending struct {
	org     core.Organization
	closing Closing
}

// ending locks a school, so that everything that has to do with its end happens
// one after the other, and finds it.
func (s *closings) ending(id core.OrganizationID) func(context.Context, Tx) (act.Found[ending], error) {
	return func(ctx context.Context, tx Tx) (act.Found[ending], error) {
		var e ending
		err := tx.LockOrganization(ctx, id)
		if err == nil {
			e.org, err = tx.Organization(ctx, id)
		}
		if err == nil {
			if e.closing, err = tx.Closing(ctx, id); errors.Is(err, core.ErrNotFound) {
				err = nil
			}
		}
		return act.Found[ending]{Thing: e, Owner: access.Target{Organization: e.org.ID}}, err
	}
}

var proposesClosing = act.Declare(access.SchoolClose, act.NewEvent("closing.propose", "organization"))

// ProposeClosing proposes that a school closes. Nothing changes by that: another
// person has to confirm it. Permission: school.close by a person who gave the
// password within access.FreshFor. Codes: not_found, school_closed, not_a_school,
// closing_proposed, not_confirmed, reauthentication_required, required, too_short,
// too_long, bad_character.
func (s *closings) ProposeClosing(ctx context.Context, a access.Actor, id core.OrganizationID, in CloseInput) (Closing, error) {
	return act.Do(ctx, s.act, a, proposesClosing, act.Command[Tx, ending, Closing]{
		Find: s.ending(id),
		Change: func(_ context.Context, x act.Step[Tx], e ending) (c Closing, err error) {
			c = Closing{OrganizationID: id, ProposedBy: x.Actor.AccountID, ProposedByName: x.Actor.Name, ProposedAt: x.Now}
			if c.Cause, err = reasonOf("cause", in.Cause); err != nil {
				return c, err
			}
			if err := mayClose(e.org, in.Slug); err != nil {
				return c, err
			}
			if !e.closing.ProposedAt.IsZero() {
				err = core.Conflict("closing_proposed", "by", e.closing.ProposedByName)
			}
			return c, err
		},
		Save: func(ctx context.Context, x act.Step[Tx], _ ending, c Closing) error {
			return x.Tx.InsertClosing(ctx, c)
		},
		Tell: func(_ ending, c Closing) []act.Told { return act.Of(c.OrganizationID.String(), nil) },
	})
}

var withdrawsClosing = act.Declare(access.SchoolClose, act.NewEvent("closing.withdraw", "organization"))

// WithdrawClosing takes back that a school was proposed to close, by the one who
// proposed it or another who may. Permission: school.close by a person who gave the
// password within access.FreshFor. Codes: not_found, closing_confirmed,
// reauthentication_required.
func (s *closings) WithdrawClosing(ctx context.Context, a access.Actor, id core.OrganizationID) (Closing, error) {
	return act.Do(ctx, s.act, a, withdrawsClosing, act.Command[Tx, ending, Closing]{
		Find: s.ending(id),
		Change: func(_ context.Context, _ act.Step[Tx], e ending) (Closing, error) {
			return e.closing, proposed(e.closing)
		},
		Save: func(ctx context.Context, x act.Step[Tx], _ ending, _ Closing) error { return x.Tx.DropClosing(ctx, id) },
		Tell: func(_ ending, c Closing) []act.Told { return act.Of(c.OrganizationID.String(), nil) },
	})
}

var confirmsClosing = act.Declare(access.SchoolClose, act.NewEvent("closing.confirm", "organization"))

// ConfirmClosing is the second person's word. From then on nobody is enrolled at the
// school, and no session is logged, submitted or signed, all of which the database
// refuses too. Every student who is enrolled gets a transcript of the hours so far,
// by mail; with the last of them the school closes: see closeSchool. None of it can
// be taken back. Permission: school.close by a person who gave the password within
// access.FreshFor, another account than the proposer's. Codes: not_found,
// same_person, closing_confirmed, not_confirmed, school_closed, transfers_undecided,
// reauthentication_required.
func (s *closings) ConfirmClosing(ctx context.Context, a access.Actor, id core.OrganizationID, slug string) (Closing, error) {
	return act.Do(ctx, s.act, a, confirmsClosing, act.Command[Tx, ending, Closing]{
		Find: s.ending(id),
		Change: func(ctx context.Context, x act.Step[Tx], e ending) (Closing, error) {
			c := e.closing
			if err := mayClose(e.org, slug); err != nil {
				return c, err
			}
			if err := proposed(c); err != nil {
				return c, err
			}
			if err := x.Actor.Second(c.ProposedBy, c.ProposedByName, "same_person.closing"); err != nil {
				return c, err
			}
			lost, err := x.Tx.LostTransfersAt(ctx, id, 1)
			if err != nil {
				return c, err
			}
			if len(lost) > 0 {
				return c, core.Conflict("transfers_undecided", "name", lost[0].Name, "school", lost[0].Origin.School)
			}
			c.ConfirmedBy, c.ConfirmedByName, c.ConfirmedAt = x.Actor.AccountID, x.Actor.Name, x.Now
			return c, nil
		},
		Save: func(ctx context.Context, x act.Step[Tx], _ ending, c Closing) error {
			if err := x.Tx.ConfirmClosing(ctx, c); err != nil {
				return err
			}
			if err := x.Tx.StopOrganization(ctx, id, c.ConfirmedAt); err != nil {
				return err
			}
			return s.beginClosing(ctx, x.Tx, id)
		},
		Tell: func(_ ending, c Closing) []act.Told { return act.Of(c.OrganizationID.String(), nil) },
	})
}

// beginClosing notes every student who is enrolled, and asks for their transcripts.
func (s *closings) beginClosing(ctx context.Context, tx Tx, id core.OrganizationID) error {
	for after := (core.EnrollmentID{}); ; {
		page, err := tx.ActiveEnrollments(ctx, id, after, examined)
		if err != nil {
			return err
		}
		if len(page) == 0 {
			return tx.Enqueue(ctx, act.Item{Work: workClosings, ID: id.String()})
		}
		after = page[len(page)-1]
		students, work := make([]ClosingStudent, len(page)), make([]act.Item, len(page))
		for i, enrollment := range page {
			students[i] = ClosingStudent{EnrollmentID: enrollment, OrganizationID: id}
			work[i] = act.Item{Work: workTranscripts, ID: enrollment.String()}
		}
		if err := tx.InsertClosingStudents(ctx, students); err != nil {
			return err
		}
		if err := tx.Enqueue(ctx, work...); err != nil {
			return err
		}
	}
}

// proposed is nil for a closing that waits for a second person.
func proposed(c Closing) error {
	switch {
	case c.ProposedAt.IsZero():
		return core.NotFound("closing")
	case c.Confirmed():
		return core.Conflict("closing_confirmed", "by", c.ConfirmedByName)
	}
	return nil
}

func mayClose(org core.Organization, slug string) error {
	if err := notClosed(org); err != nil {
		return err
	}
	if org.Kind != core.School {
		return core.Conflict("not_a_school")
	}
	if strings.TrimSpace(slug) != org.Slug {
		return core.InvalidField("slug", "not_confirmed", "slug", org.Slug)
	}
	return nil
}
