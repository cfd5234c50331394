// Package dispute keeps what therapists dispute of their records, and what those who
// recorded it answer. It knows a thing by its kind and identifier alone: whose it is and
// who recorded it is found by the database. It must never change the thing itself.
package dispute

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/notice"
)

// State is how far a dispute is.
type State string

// The states. Only an open one is shown on the thing.
const (
	Open      State = "open"
	Upheld    State = "upheld"    // who recorded the thing stands by it
	Corrected State = "corrected" // they withdrew the thing
	Withdrawn State = "withdrawn" // the therapist did, the dispute
)

// Item is a thing on a record. Organization is zero where the therapist recorded it,
// Account where it is not known who did; Stands is false once it was withdrawn.
type Item struct {
	Kind         core.ItemKind
	ID           core.ItemID
	Name         string
	Therapist    core.TherapistID
	Organization core.OrganizationID
	Account      core.AccountID
	Stands       bool
}

// Dispute is what a therapist says against an item, and the answer.
type Dispute struct {
	ID               core.DisputeID
	Item             Item
	TherapistName    string
	OrganizationName string
	Reason           string
	OpenedAt         time.Time
	State            State
	Answer           string
	ClosedBy         core.AccountID
	ClosedByName     string
	ClosedAt         time.Time // zero: it is open
	Version          int
}

// Disputed is the dispute as the item shows it.
func (d Dispute) Disputed() core.Disputed {
	if d.State != Open {
		return core.Disputed{}
	}
	return core.Disputed{DisputedAt: d.OpenedAt}
}

// Due is by when an answer is due.
func (d Dispute) Due() time.Time { return d.OpenedAt.Add(core.AnswerWithin) }

func (d Dispute) owner() access.Target { return ownerOf(d.Item) }

func ownerOf(i Item) access.Target {
	return access.Target{Organization: i.Organization, Therapist: i.Therapist}
}

// Tx is what the service does with the database.
type Tx interface {
	notice.Tx
	// DisputedItem finds a thing of a kind; not_found where there is none.
	DisputedItem(ctx context.Context, kind core.ItemKind, id core.ItemID) (Item, error)
	// InsertDispute gives disputed_already where the item has an open one.
	InsertDispute(ctx context.Context, d Dispute) error
	// CloseDispute is stale where it is not open, or not of the version.
	CloseDispute(ctx context.Context, d Dispute, version int) error
	Dispute(ctx context.Context, id core.DisputeID) (Dispute, error)
	// DisputesWith are an organization's, the open ones or the closed; DisputesBy a
	// therapist's. Both are newest first.
	DisputesWith(ctx context.Context, org core.OrganizationID, open bool, after core.DisputeID, limit int) ([]Dispute, error)
	DisputesBy(ctx context.Context, therapist core.TherapistID, after core.DisputeID, limit int) ([]Dispute, error)
}

// Options are what the service is told once. BaseURL is that of the pages.
type Options struct{ BaseURL string }

// Service keeps disputes.
type Service struct {
	act     *act.Kernel[Tx]
	src     core.Source
	baseURL string
}

// New makes the service.
func New(store act.Store[Tx], src core.Source, o Options) *Service {
	return &Service{act.New(store, src, nil), src, o.BaseURL}
}

// mostReason is how many characters a reason and an answer have at the most.
const mostReason = 2_000

var opens = act.Declare(access.DisputeOpen, act.NewEvent("dispute.open", "dispute"))

// Open disputes something of the actor's own record that an organization recorded. It is
// shown as disputed until that organization has answered. Permission: dispute.open, by
// the therapist. Codes: not_found; required, too_long, bad_character (reason);
// own_statement, disputed_already.
func (s *Service) Open(ctx context.Context, a access.Actor, kind core.ItemKind, id core.ItemID, reason string) (Dispute, error) {
	return act.Do(ctx, s.act, a, opens, act.Command[Tx, Item, Dispute]{
		Find: func(ctx context.Context, tx Tx) (act.Found[Item], error) {
			item, err := tx.DisputedItem(ctx, kind, id)
			return act.Found[Item]{Thing: item, Owner: ownerOf(item)}, err
		},
		Change: func(ctx context.Context, x act.Step[Tx], item Item) (Dispute, error) {
			switch {
			case !item.Stands:
				return Dispute{}, core.NotFound("item")
			case item.Organization.IsZero():
				return Dispute{}, core.Conflict("own_statement")
			}
			text, err := clean("reason", reason)
			if err != nil {
				return Dispute{}, err
			}
			d := Dispute{ID: core.NewID[core.DisputeID](s.src), Item: item, Reason: text, OpenedAt: x.Now, State: Open, Version: 1}
			if err := x.Tx.InsertDispute(ctx, d); err != nil {
				return d, err
			}
			return x.Tx.Dispute(ctx, d.ID)
		},
		Save: func(ctx context.Context, x act.Step[Tx], _ Item, d Dispute) error {
			return s.mailRecorder(ctx, x, d, "mail.dispute_opened.subject", "mail.dispute_opened.body")
		},
		Tell: func(_ Item, d Dispute) []act.Told { return act.Of(d.ID.String(), about(d)) },
	})
}

func clean(field, text string) (string, error) {
	var c core.Collect
	cleaned, err := core.CleanNote(text, 1, mostReason)
	_ = c.Check(field, err) // cleaning gives faults alone
	return cleaned, c.Err()
}

func about(d Dispute) map[string]string {
	return map[string]string{"kind": string(d.Item.Kind), "item": d.Item.ID.String(), "state": string(d.State)}
}

var withdraws = act.Declare(access.DisputeOpen, act.NewEvent("dispute.withdraw", "dispute"))

// Withdraw ends the actor's own dispute without an answer. Permission: dispute.open, by
// the therapist. Codes: not_found, dispute_over.
func (s *Service) Withdraw(ctx context.Context, a access.Actor, id core.DisputeID) (Dispute, error) {
	return act.Do(ctx, s.act, a, withdraws, s.closing(id, 0, func(_ context.Context, _ act.Step[Tx], d *Dispute) error {
		d.State = Withdrawn
		return nil
	}, func(ctx context.Context, x act.Step[Tx], d Dispute) error {
		return s.mailRecorder(ctx, x, d, "mail.dispute_withdrawn.subject", "mail.dispute_withdrawn.body")
	}))
}

var answers = act.Declare(access.DisputeAnswer, act.NewEvent("dispute.answer", "dispute"))

// Answer answers a dispute: that the organization stands by what it recorded, or, once
// it has withdrawn it, that it did. Permission: dispute.answer of who recorded the thing,
// and nobody for their own record. Codes: not_found, dispute_over, still_stands, stale;
// unknown_answer (answer); required, too_long, bad_character (reason).
func (s *Service) Answer(ctx context.Context, a access.Actor, id core.DisputeID, version int, answer State, reason string) (Dispute, error) {
	return act.Do(ctx, s.act, a, answers, s.closing(id, version, func(ctx context.Context, x act.Step[Tx], d *Dispute) (err error) {
		if answer != Upheld && answer != Corrected {
			return core.InvalidField("answer", "unknown_answer")
		}
		if d.Answer, err = clean("reason", reason); err != nil {
			return err
		}
		d.State = answer
		if answer == Upheld {
			return nil
		}
		item, err := x.Tx.DisputedItem(ctx, d.Item.Kind, d.Item.ID)
		if err == nil && item.Stands {
			err = core.Conflict("still_stands")
		}
		return err
	}, s.mailTherapist))
}

// closing is a command that ends a dispute which is open, and tells the other side.
func (s *Service) closing(id core.DisputeID, version int, end func(context.Context, act.Step[Tx], *Dispute) error, mail func(context.Context, act.Step[Tx], Dispute) error) act.Command[Tx, Dispute, Dispute] {
	return act.Command[Tx, Dispute, Dispute]{
		Version: version,
		Find: func(ctx context.Context, tx Tx) (act.Found[Dispute], error) {
			d, err := tx.Dispute(ctx, id)
			return act.Found[Dispute]{Thing: d, Owner: d.owner(), Version: d.Version}, err
		},
		Change: func(ctx context.Context, x act.Step[Tx], d Dispute) (Dispute, error) {
			if d.State != Open {
				return d, core.Conflict("dispute_over")
			}
			d.ClosedBy, d.ClosedByName, d.ClosedAt = x.Actor.AccountID, x.Actor.Name, x.Now
			err := end(ctx, x, &d)
			d.Version++
			return d, err
		},
		Save: func(ctx context.Context, x act.Step[Tx], from, to Dispute) error {
			if err := x.Tx.CloseDispute(ctx, to, from.Version); err != nil {
				return err
			}
			return mail(ctx, x, to)
		},
		Tell: func(_, d Dispute) []act.Told { return act.Of(d.ID.String(), about(d)) },
	}
}

// Dispute finds a dispute. Permission: dispute.read, by the therapist or of who recorded
// the thing. Code: not_found.
func (s *Service) Dispute(ctx context.Context, a access.Actor, id core.DisputeID) (Dispute, error) {
	return act.Look(ctx, s.act, a, access.DisputeRead, func(ctx context.Context, r act.Reader[Tx]) (Dispute, error) {
		d, err := r.Tx.Dispute(ctx, id)
		if err == nil {
			err = r.May(ctx, d.owner())
		}
		return d, err
	})
}

// Item finds something that the actor may dispute. Permission: dispute.read, by the
// therapist or of who recorded it. Code: not_found.
func (s *Service) Item(ctx context.Context, a access.Actor, kind core.ItemKind, id core.ItemID) (Item, error) {
	return act.Look(ctx, s.act, a, access.DisputeRead, func(ctx context.Context, r act.Reader[Tx]) (Item, error) {
		item, err := r.Tx.DisputedItem(ctx, kind, id)
		if err == nil {
			err = r.May(ctx, ownerOf(item))
		}
		return item, err
	})
}

// With lists the disputes of what an organization recorded, newest first: those that
// wait for its answer, or those that are over. Permission: dispute.read. Code: bad_cursor.
func (s *Service) With(ctx context.Context, a access.Actor, org core.OrganizationID, open bool, page core.Page) (core.List[Dispute], error) {
	return act.List(ctx, s.act, a, page, act.ByID(access.DisputeRead, access.Target{Organization: org},
		func(ctx context.Context, tx Tx, after core.DisputeID, limit int) ([]Dispute, error) {
			return tx.DisputesWith(ctx, org, open, after, limit)
		}, disputeID))
}

// Mine lists the actor's own disputes, newest first. Permission: self.read. Code:
// bad_cursor.
func (s *Service) Mine(ctx context.Context, a access.Actor, page core.Page) (core.List[Dispute], error) {
	return act.List(ctx, s.act, a, page, act.ByID(access.SelfRead, access.Target{},
		func(ctx context.Context, tx Tx, after core.DisputeID, limit int) ([]Dispute, error) {
			return tx.DisputesBy(ctx, a.TherapistID, after, limit)
		}, disputeID))
}

func disputeID(d Dispute) core.DisputeID { return d.ID }
