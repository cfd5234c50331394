package grant

import (
	"context"
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
)

// AskInput is what an organization asks for, of the person who signs in with an address.
type AskInput struct {
	Email string
	Note  string
	Terms
}

// askAgain is how long an organization waits between two requests to an address that
// were not accepted: as long as one waits, and as a refusal is final, so that a
// refusal cannot be told from silence.
const askAgain = OpenFor + AskAgainAfter

var asks = act.Declare(access.GrantAsk, act.NewEvent("grant.ask", "grant_request"))

// Ask asks the person who has an address, if anybody does, to let an organization see
// parts of the record. They get a mail; what is answered and what is done is the same
// whether or not anybody has the address. Permission: grant.ask. Codes by field:
// bad_email (email), required, unknown_part (scopes), unknown_purpose (purpose),
// bad_months (months), too_long, bad_character (note), asked_lately (email).
func (s *Service) Ask(ctx context.Context, a access.Actor, org core.OrganizationID, in AskInput) (Request, error) {
	return act.Do(ctx, s.act, a, asks, act.Command[Tx, core.Organization, Request]{
		Find: func(ctx context.Context, tx Tx) (act.Found[core.Organization], error) {
			o, err := tx.Organization(ctx, org)
			return act.Found[core.Organization]{Thing: o, Owner: access.Target{Organization: o.ID}}, err
		},
		Change: func(ctx context.Context, x act.Step[Tx], o core.Organization) (Request, error) {
			if err := in.clean(); err != nil {
				return Request{}, err
			}
			last, err := x.Tx.LastGrantRequest(ctx, org, in.Email)
			if err != nil {
				return Request{}, err
			}
			if len(last) > 0 && last[0].State != RequestAccepted {
				if until := last[0].AskedAt.Add(askAgain); x.Now.Before(until) {
					return Request{}, core.InvalidField("email", "asked_lately", "until", until.In(o.Location()))
				}
				if err := lapse(ctx, x, last[0]); err != nil {
					return Request{}, err
				}
			}
			return Request{
				ID: core.NewID[core.GrantRequestID](s.src), OrganizationID: org, OrganizationName: o.Name, Email: in.Email, Scopes: in.Scopes,
				Purpose: in.Purpose, Note: in.Note, Months: in.Months, AskedBy: a.AccountID, AskedByName: a.Name, AskedAt: x.Now,
				State: RequestOpen,
			}, nil
		},
		Save: func(ctx context.Context, x act.Step[Tx], o core.Organization, r Request) error {
			if err := x.Tx.InsertGrantRequest(ctx, r); err != nil {
				return err
			}
			return x.Tx.SendMail(ctx, s.askedMail(o, r))
		},
		Tell: func(_ core.Organization, r Request) []act.Told { return act.Of(r.ID.String(), nil) },
	})
}

// Again is what an organization had a grant of, as it would ask for it once more: by the
// address that it asked before, or that the grant opens. Permission: grant.ask. Code: not_found.
func (s *Service) Again(ctx context.Context, a access.Actor, id core.GrantID) (AskInput, error) {
	return act.Read(ctx, s.act, a, access.GrantAsk, func(ctx context.Context, r act.Reader[Tx]) (AskInput, error) {
		g, err := r.Tx.Grant(ctx, id)
		if err == nil {
			err = r.May(ctx, access.Target{Organization: g.OrganizationID})
		}
		if err != nil {
			return AskInput{}, err
		}
		in := AskInput{Email: seenBy(a, g, r.Now).TherapistEmail, Terms: Terms{Scopes: g.Scopes, Purpose: g.Purpose, Months: UsualMonths}}
		if !g.RequestID.IsZero() {
			asked, err := r.Tx.GrantRequest(ctx, g.RequestID)
			if err != nil {
				return in, err
			}
			in.Email, in.Months = asked.Email, asked.Months
		}
		return in, nil
	})
}

// StudentAddress is the address of a student, for the school that has the file.
// Permission: grant.ask. Code: not_found.
func (s *Service) StudentAddress(ctx context.Context, a access.Actor, org core.OrganizationID, file core.TherapistID) (string, error) {
	return act.Read(ctx, s.act, a, access.GrantAsk, func(ctx context.Context, r act.Reader[Tx]) (string, error) {
		if err := r.May(ctx, access.Target{Organization: org}); err != nil {
			return "", err
		}
		schools, err := r.Tx.Writers(ctx, file)
		if err == nil && !slices.Contains(schools, org) {
			err = core.NotFound("enrollment")
		}
		if err != nil {
			return "", err
		}
		t, err := r.Tx.Therapist(ctx, file)
		return t.Email, err
	})
}

func (in *AskInput) clean() error {
	var c core.Collect
	email, err := core.NormalizeEmail(in.Email)
	_ = c.Check("email", err)
	note, err := core.CleanText(in.Note, 0, 500)
	_ = c.Check("note", err)
	in.Email, in.Note = email, note
	in.check(&c)
	return c.Err()
}

// lapse closes a request that nobody answered.
func lapse(ctx context.Context, x act.Step[Tx], r Request) error {
	if r.WithdrawnAt.IsZero() {
		return x.Tx.WithdrawGrantRequest(ctx, r.ID, x.Now)
	}
	return nil
}

var withdraws = act.Declare(access.GrantAsk, act.NewEvent("grant.ask_withdraw", "grant_request"))

// Withdraw takes a request back. Permission: grant.ask. Codes: not_found, request_over.
func (s *Service) Withdraw(ctx context.Context, a access.Actor, id core.GrantRequestID) (Request, error) {
	return act.Do(ctx, s.act, a, withdraws, act.Command[Tx, Request, Request]{
		Find: func(ctx context.Context, tx Tx) (act.Found[Request], error) {
			r, err := tx.GrantRequest(ctx, id)
			return act.Found[Request]{Thing: asTold(r), Owner: access.Target{Organization: r.OrganizationID}}, err
		},
		Change: func(_ context.Context, x act.Step[Tx], r Request) (Request, error) {
			if r.State != RequestOpen || !r.WithdrawnAt.IsZero() {
				return r, core.Conflict("request_over")
			}
			r.WithdrawnAt = x.Now
			return r, nil
		},
		Save: func(ctx context.Context, x act.Step[Tx], _, r Request) error {
			return x.Tx.WithdrawGrantRequest(ctx, id, r.WithdrawnAt)
		},
		Tell: func(_, r Request) []act.Told { return act.Of(r.ID.String(), nil) },
	})
}

// asTold is a request as the organization is shown it: a refusal looks as if nobody
// had answered.
func asTold(r Request) Request {
	if r.State == RequestRefused {
		r.State, r.AnsweredAt = RequestOpen, time.Time{}
	}
	return r
}

// Asked lists an organization's requests, newest first. Permission: grant.read. Code:
// bad_cursor.
func (s *Service) Asked(ctx context.Context, a access.Actor, org core.OrganizationID, page core.Page) (core.List[Request], error) {
	return act.List(ctx, s.act, a, page, act.ByID(access.GrantRead, access.Target{Organization: org},
		func(ctx context.Context, tx Tx, after core.GrantRequestID, limit int) ([]Request, error) {
			found, err := tx.GrantRequestsBy(ctx, org, after, limit)
			for i := range found {
				found[i] = asTold(found[i])
			}
			return found, err
		}, requestID))
}

func requestID(r Request) core.GrantRequestID { return r.ID }

// Received lists the requests that wait for the actor's answer, newest first.
// Permission: grant.own. Code: bad_cursor.
func (s *Service) Received(ctx context.Context, a access.Actor, page core.Page) (core.List[Request], error) {
	return act.List(ctx, s.act, a, page, act.ByID(access.GrantOwn, access.Target{},
		func(ctx context.Context, tx Tx, after core.GrantRequestID, limit int) ([]Request, error) {
			return tx.GrantRequestsTo(ctx, a.Email, s.src.Now().Add(-OpenFor), after, limit)
		}, requestID))
}

// ReceivedRequest is a request to the actor. Permission: grant.own. Code: not_found.
func (s *Service) ReceivedRequest(ctx context.Context, a access.Actor, id core.GrantRequestID) (Request, error) {
	return act.Look(ctx, s.act, a, access.GrantOwn, func(ctx context.Context, r act.Reader[Tx]) (Request, error) {
		if err := r.May(ctx, access.Target{}); err != nil {
			return Request{}, err
		}
		return requestTo(ctx, r.Tx, a, id)
	})
}

// requestTo is a request to an actor's address, which was proved when the account got
// it.
func requestTo(ctx context.Context, tx Tx, a access.Actor, id core.GrantRequestID) (Request, error) {
	r, err := tx.GrantRequest(ctx, id)
	if err == nil && (a.Email == "" || r.Email != a.Email) {
		err = core.NotFound("grant request")
	}
	return r, err
}

var refuses = act.Declare(access.GrantRefuse, act.NewEvent("grant.refuse", "grant_request"))

// Refuse answers a request: no. The organization is not told. Permission: grant.refuse,
// by the person who has the address. Codes: not_found, request_over.
func (s *Service) Refuse(ctx context.Context, a access.Actor, id core.GrantRequestID) (Request, error) {
	return act.Do(ctx, s.act, a, refuses, act.Command[Tx, Request, Request]{
		Find: func(ctx context.Context, tx Tx) (act.Found[Request], error) {
			r, err := requestTo(ctx, tx, a, id)
			return act.Found[Request]{Thing: r}, err
		},
		Change: func(_ context.Context, x act.Step[Tx], r Request) (Request, error) {
			if !r.Waits(x.Now) {
				return r, core.Conflict("request_over")
			}
			r.State, r.AnsweredAt = RequestRefused, x.Now
			return r, nil
		},
		Save: func(ctx context.Context, x act.Step[Tx], _, r Request) error { return x.Tx.AnswerGrantRequest(ctx, r) },
		// The organization's audit does not say so: it is told of an answer of yes alone.
		Tell: func(_, r Request) []act.Told {
			return []act.Told{{Owner: access.Target{Therapist: a.TherapistID}, Subject: r.ID.String()}}
		},
	})
}
