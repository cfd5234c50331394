package licensure

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
)

// HoldingInput is a qualification as someone wrote it. NextCheck is what the
// kind asks for where it is zero. Amounts are whole dollars.
type HoldingInput struct {
	Kind                                     HoldingKind
	Name, Issuer, Number, Jurisdiction, Note string
	ObtainedOn, ExpiresOn                    core.Date
	Passed                                   bool
	Attempt, EachClaim, Aggregate            int
	Taxonomy                                 string
	Verification
}

// Verification is how something is known, and when it is looked at again.
type Verification struct {
	Method, Source       string
	CheckedOn, NextCheck core.Date
}

// mostDollars is the largest amount that an insurance is believed to pay.
const mostDollars = 100_000_000

var (
	holdingRecorded = act.NewEvent("holding.record", "holding")
	recordsHolding  = act.Declare(access.HoldingRecord, holdingRecorded)
)

// RecordHolding records a qualification. What therapists say of themselves is
// always a self_report, checked today. Permission: holding.record, by the therapist or
// under a grant of the part of which it is. Codes by field: unknown_kind, required, too_long,
// bad_character, bad_date, date_in_future, expires_before_obtained, bad_npi,
// bad_taxonomy, bad_attempt, bad_amount, unknown_jurisdiction, unknown_method,
// next_check_past; npi_taken.
func (s *holdings) RecordHolding(ctx context.Context, a access.Actor, therapist core.TherapistID, in HoldingInput) (Holding, error) {
	return act.Do(ctx, s.act, a, recordsHolding, act.Command[Tx, struct{}, Holding]{
		At: part(therapist, core.OrganizationID{}, scopeOf(in.Kind)),
		Change: func(ctx context.Context, x act.Step[Tx], _ struct{}) (Holding, error) {
			h := Holding{
				ID: core.NewID[core.HoldingID](s.src), TherapistID: therapist, OrganizationID: x.For, CheckedBy: a.AccountID,
				RecordedBy: a.AccountID, RecordedAt: x.Now, Version: 1,
			}
			if err := in.fill(&h, a.Is(therapist), x.Now); err != nil {
				return h, err
			}
			if err := x.Tx.InsertHolding(ctx, h); err != nil {
				return h, err
			}
			return x.Tx.Holding(ctx, h.ID)
		},
		Tell: func(_ struct{}, h Holding) []act.Told {
			return telling(h.ID.String(), aboutHolding("added.holding", Holding{}, h))
		},
	})
}

// scopeOf is the part of the record of which a kind is. One that is not known is told
// so to those whom a grant of anything lets act.
func scopeOf(kind HoldingKind) access.Scope {
	if rule, known := HoldingRuleOf(kind); known {
		return rule.Scope
	}
	return access.AnyScope
}

// HoldingKinds are the kinds of qualifications that the actor may record of a therapist:
// a grant opens some of them. Permission: holding.read.
func (s *holdings) HoldingKinds(ctx context.Context, a access.Actor, therapist core.TherapistID) ([]HoldingRule, error) {
	return act.Read(ctx, s.act, a, access.HoldingRead, func(ctx context.Context, r act.Reader[Tx]) (may []HoldingRule, err error) {
		share, err := r.Share(ctx, therapist, access.AnyScope)
		if err != nil {
			return nil, err
		}
		for _, rule := range HoldingRules {
			if share.Target.Scope = rule.Scope; r.Allows(access.HoldingRecord, share.Target) {
				may = append(may, rule)
			}
		}
		return may, nil
	})
}

// fill validates an input by the rule of its kind, and writes it.
func (in HoldingInput) fill(h *Holding, own bool, now time.Time) error {
	rule, known := HoldingRuleOf(in.Kind)
	if !known {
		return core.InvalidField("kind", "unknown_kind.holding")
	}
	var f form
	least := func(needed bool) int {
		if needed {
			return 1
		}
		return 0
	}
	f.line("name", &in.Name, 1, 120)
	f.line("issuer", &in.Issuer, least(in.Kind != HoldingNPI), 200)
	f.line("number", &in.Number, least(rule.Number), 80)
	f.note("note", &in.Note)
	if rule.Obtained || !in.ObtainedOn.IsZero() {
		f.day("obtained_on", in.ObtainedOn, latestToday(now))
	}
	if rule.Expiry || !in.ExpiresOn.IsZero() {
		f.day("expires_on", in.ExpiresOn, core.Date{})
	}
	if !in.ExpiresOn.IsZero() && in.ExpiresOn.Before(in.ObtainedOn) {
		f.Add("expires_on", "expires_before_obtained", "expiresOn", in.ExpiresOn)
	}
	in.particulars(&f, rule)
	in.check(&f, own, now)
	if in.NextCheck.IsZero() {
		in.NextCheck = rule.NextCheckAfter(in.CheckedOn, in.ExpiresOn)
	}
	h.Kind, h.Name, h.Issuer, h.Number, h.Jurisdiction, h.Note = in.Kind, in.Name, in.Issuer, in.Number, in.Jurisdiction, in.Note
	h.ObtainedOn, h.ExpiresOn, h.Passed, h.Attempt = in.ObtainedOn, in.ExpiresOn, in.Passed, in.Attempt
	h.EachClaim, h.Aggregate, h.Taxonomy = in.EachClaim, in.Aggregate, in.Taxonomy
	h.Method, h.Source, h.CheckedOn, h.NextCheck = in.Method, in.Source, in.CheckedOn, in.NextCheck
	return f.Err()
}

// particulars are what only some kinds have.
func (in *HoldingInput) particulars(f *form, rule HoldingRule) {
	if rule.Result {
		if in.Attempt == 0 {
			in.Attempt = 1
		}
		if in.Attempt < 1 || in.Attempt > 20 {
			f.Add("attempt", "bad_attempt")
		}
	} else {
		in.Passed, in.Attempt = false, 0
	}
	if rule.Amounts {
		if in.EachClaim <= 0 || in.EachClaim > mostDollars {
			f.Add("each_claim", "bad_amount.each_claim")
		}
		if in.Aggregate < in.EachClaim || in.Aggregate > mostDollars {
			f.Add("aggregate", "bad_amount.aggregate")
		}
	} else {
		in.EachClaim, in.Aggregate = 0, 0
	}
	in.Jurisdiction = strings.ToUpper(strings.TrimSpace(in.Jurisdiction))
	if (rule.Jurisdiction || in.Jurisdiction != "") && core.JurisdictionName(in.Jurisdiction) == "" {
		f.Add("jurisdiction", "unknown_jurisdiction.none")
	}
	if rule.Kind != HoldingNPI {
		in.Taxonomy = ""
		return
	}
	if in.Number != "" {
		f.keep("number", &in.Number, ParseNPI)
	}
	if in.Taxonomy = strings.ToUpper(strings.TrimSpace(in.Taxonomy)); in.Taxonomy == "" {
		in.Taxonomy = MassageTaxonomy
	}
	if len(in.Taxonomy) != 10 || in.Taxonomy[9] != 'X' {
		f.Add("taxonomy", "bad_taxonomy", "massageTaxonomy", MassageTaxonomy)
	}
}

// check validates how something is known; what people say of themselves is a
// self-report of today.
func (v *Verification) check(f *form, own bool, now time.Time) {
	if own {
		v.Method, v.CheckedOn, v.NextCheck = core.MethodSelfReport, core.DateOf(now), core.Date{}
		if strings.TrimSpace(v.Source) == "" {
			v.Source = "The therapist's own statement"
		}
	}
	if !slices.Contains(core.Methods, v.Method) {
		f.Add("method", "unknown_method.license", "methods", strings.Join(core.Methods, ", "))
	}
	f.day("checked_on", v.CheckedOn, latestToday(now))
	f.line("source", &v.Source, 1, 200)
	if !v.NextCheck.IsZero() && !v.NextCheck.After(v.CheckedOn) {
		f.Add("next_check", "next_check_past", "checkedOn", v.CheckedOn)
	}
}

var (
	holdingVerified = act.NewEvent("holding.verify", "holding")
	verifiesHolding = act.Declare(access.HoldingVerify, holdingVerified)
)

// Verify records how a qualification is known by now, and when it is looked at
// again; of one that another recorded, what is known better than before alone.
// Permission: holding.verify of who recorded it or has a grant of its part, and nobody
// for their own record. Codes: as of RecordHolding, known_better, stale.
func (s *holdings) Verify(ctx context.Context, a access.Actor, id core.HoldingID, version int, in Verification) (Holding, error) {
	verifying := rewriting(id, version, granted, func(_ context.Context, x act.Step[Tx], h *Holding) error {
		var f form
		in.check(&f, false, x.Now)
		if x.For != h.OrganizationID && slices.Index(core.Methods, in.Method) > slices.Index(core.Methods, h.Method) {
			return core.Conflict("known_better")
		}
		if rule, _ := HoldingRuleOf(h.Kind); in.NextCheck.IsZero() {
			in.NextCheck = rule.NextCheckAfter(in.CheckedOn, h.ExpiresOn)
		}
		h.Method, h.Source, h.CheckedOn, h.NextCheck, h.CheckedBy = in.Method, in.Source, in.CheckedOn, in.NextCheck, a.AccountID
		return f.Err()
	})
	verifying.Tell = func(from, h Holding) []act.Told {
		return telling(h.ID.String(), aboutHolding("added.verification", from, h))
	}
	return act.Do(ctx, s.act, a, verifiesHolding, verifying)
}

// EndHolding takes a qualification back, such as one that was typed wrongly, with
// its evidence. Only who recorded it does so. Permission: holding.record. Codes:
// not_found, not_own_word, stale.
func (s *holdings) EndHolding(ctx context.Context, a access.Actor, id core.HoldingID, version int) (Holding, error) {
	return act.Do(ctx, s.act, a, recordsHolding, rewriting(id, version, Holding.Owner, func(_ context.Context, x act.Step[Tx], h *Holding) error {
		if a.Is(h.TherapistID) && !h.OrganizationID.IsZero() {
			return core.Forbidden("not_own_word.license")
		}
		h.EndedAt, h.DocumentID = x.Now, core.DocumentID{} // nobody is shown its evidence any more
		return nil
	}))
}

// AttachHoldingDocument adds the evidence of a qualification, in the place of one that
// was there. Permission: holding.record of who recorded it. Codes: those of core.NewDocument,
// not_found, no_school, stale.
func (s *holdings) AttachHoldingDocument(ctx context.Context, a access.Actor, id core.HoldingID, version int, name string, body []byte) (Holding, error) {
	return act.Do(ctx, s.act, a, recordsHolding, rewriting(id, version, Holding.Owner, func(ctx context.Context, x act.Step[Tx], h *Holding) (err error) {
		h.DocumentID, err = keepDocument(ctx, x, s.src, h.TherapistID, name, body)
		return err
	}))
}

// keepDocument keeps a file for the organization for which someone acts; a therapist's
// own with a school that keeps a file of them.
func keepDocument(ctx context.Context, x act.Step[Tx], src core.Source, therapist core.TherapistID, name string, body []byte) (core.DocumentID, error) {
	d, err := core.NewDocument(name, body)
	if err != nil {
		return core.DocumentID{}, err
	}
	return keep(ctx, x, src, therapist, d)
}

// keep keeps a document for whom the actor acts, else for a school of the therapist.
func keep(ctx context.Context, x act.Step[Tx], src core.Source, therapist core.TherapistID, d core.Document) (core.DocumentID, error) {
	d.ID, d.OrganizationID, d.CreatedAt, d.CreatedBy = core.NewID[core.DocumentID](src), x.For, x.Now, x.Actor.AccountID
	if x.For.IsZero() {
		orgs, err := x.Tx.TherapistOrganizations(ctx, therapist)
		if err != nil {
			return core.DocumentID{}, err
		}
		if len(orgs) == 0 {
			return core.DocumentID{}, core.Conflict("no_school")
		}
		d.OrganizationID = orgs[0]
	}
	sum := sha256.Sum256(d.Body)
	d.Digest = hex.EncodeToString(sum[:])
	return d.ID, x.Tx.InsertDocument(ctx, d)
}

// HoldingDocument is the evidence of a qualification. Permission: holding.read.
// Code: not_found.
func (s *holdings) HoldingDocument(ctx context.Context, a access.Actor, id core.HoldingID) (core.Document, error) {
	return act.Read(ctx, s.act, a, access.HoldingRead, func(ctx context.Context, r act.Reader[Tx]) (core.Document, error) {
		h, err := readHolding(ctx, r, id)
		if err != nil {
			return core.Document{}, err
		}
		if h.DocumentID.IsZero() {
			return core.Document{}, core.NotFound("document")
		}
		return r.Tx.Document(ctx, h.DocumentID)
	})
}

// readHolding finds a qualification that the actor may read and that was not taken
// back.
func readHolding(ctx context.Context, r act.Reader[Tx], id core.HoldingID) (Holding, error) {
	h, err := r.Tx.Holding(ctx, id)
	if err == nil {
		err = r.May(ctx, granted(h))
	}
	if err == nil && !h.EndedAt.IsZero() {
		err = errEnded
	}
	if err != nil {
		return Holding{}, err
	}
	return h, nil
}

// errEnded says that a qualification was taken back, which is as if it never was.
var errEnded = core.NotFound("qualification")

// granted is a qualification to those who see it, or add how it is known.
func granted(h Holding) access.Target { return part(h.TherapistID, h.OrganizationID, h.Scope()) }

// rewriting is a command on a qualification that was not taken back.
func rewriting(id core.HoldingID, version int, owner func(Holding) access.Target, change func(ctx context.Context, x act.Step[Tx], h *Holding) error) act.Command[Tx, Holding, Holding] {
	return act.Command[Tx, Holding, Holding]{
		Version: version,
		Find: func(ctx context.Context, tx Tx) (act.Found[Holding], error) {
			h, err := tx.Holding(ctx, id)
			if err == nil && !h.EndedAt.IsZero() {
				err = errEnded
			}
			return act.Found[Holding]{Thing: h, Owner: owner(h), Version: h.Version}, err
		},
		Change: func(ctx context.Context, x act.Step[Tx], h Holding) (Holding, error) {
			if err := change(ctx, x, &h); err != nil {
				return h, err
			}
			if err := x.Tx.UpdateHolding(ctx, h); err != nil {
				return h, err
			}
			h, err := x.Tx.Holding(ctx, id)
			return h.Unnamed(x.Actor), err
		},
		Tell: func(_, h Holding) []act.Told { return act.Of(h.ID.String(), nil) },
	}
}

// Holding finds a qualification. Permission: holding.read of who recorded it or has a
// grant of its part. Code: not_found.
func (s *holdings) Holding(ctx context.Context, a access.Actor, id core.HoldingID) (Holding, error) {
	return act.Read(ctx, s.act, a, access.HoldingRead, func(ctx context.Context, r act.Reader[Tx]) (Holding, error) {
		h, err := readHolding(ctx, r, id)
		return h.Unnamed(a), err
	})
}

// Holdings lists what a therapist holds beside licenses, newest record first: to an
// organization what it recorded and the parts that a grant opens, without failed
// attempts at examinations. Permission: holding.read. Codes: not_found, bad_cursor.
func (s *holdings) Holdings(ctx context.Context, a access.Actor, therapist core.TherapistID, page core.Page) (core.List[Holding], error) {
	return act.List(ctx, s.act, a, page, act.Listing[Tx, Holding]{
		Action: access.HoldingRead, Parts: 1,
		Find: func(ctx context.Context, r act.Reader[Tx], at act.Part) ([]Holding, error) {
			after, err := act.AfterID[core.HoldingID](at, 0)
			if err != nil {
				return nil, err
			}
			share, err := r.Share(ctx, therapist, access.AnyScope)
			if err != nil {
				return nil, err
			}
			if a.Is(therapist) {
				return r.Tx.HoldingsOf(ctx, therapist, after, at.Limit)
			}
			var kinds []HoldingKind
			for _, rule := range HoldingRules {
				if share.Target.Scope = rule.Scope; r.Can(share.Target) {
					kinds = append(kinds, rule.Kind)
				}
			}
			all, err := r.Tx.HoldingsShown(ctx, therapist, kinds, share.First(), after, at.Limit)
			return unnamed(a, all), err
		},
		Key: func(h Holding) []string { return []string{h.ID.String()} },
	})
}

// LongestHeld is, of what a therapist holds of a kind since a day, what ends
// last; it is for other parts of Palmar and asks for no permission.
func (s *holdings) LongestHeld(ctx context.Context, therapist core.TherapistID, kind HoldingKind, on core.Date) (h Holding, found bool, err error) {
	rows, err := act.Peek(ctx, s.act, func(ctx context.Context, tx Tx) ([]Holding, error) {
		return tx.LongestHeld(ctx, therapist, kind, on)
	})
	if err != nil || len(rows) == 0 {
		return Holding{}, false, err
	}
	return rows[0], true, nil
}

// HoldingsDue lists what an organization recorded or may see of what people hold, and
// has to be looked at again by a day (today at the school, where it is zero). Permission:
// holding.read. Code: bad_cursor.
func (s *holdings) HoldingsDue(ctx context.Context, a access.Actor, org core.OrganizationID, by core.Date, page core.Page) (core.List[Holding], error) {
	return act.List(ctx, s.act, a, page, act.Listing[Tx, Holding]{
		Action: access.HoldingRead, Parts: 1,
		Find: func(ctx context.Context, r act.Reader[Tx], at act.Part) ([]Holding, error) {
			after, err := act.AfterID[core.HoldingID](at, 0)
			if err == nil {
				err = r.May(ctx, access.Target{Organization: org})
			}
			if err != nil {
				return nil, err
			}
			on := by
			if on.IsZero() {
				school, err := r.Tx.Organization(ctx, org)
				if err != nil {
					return nil, err
				}
				on = school.Today(r.Now)
			}
			due, err := r.Tx.HoldingsDue(ctx, org, on, r.Now, after, at.Limit)
			for _, h := range due {
				if h.OrganizationID != org {
					r.Saw(org, h.TherapistID, h.Scope())
				}
			}
			return unnamed(a, due), err
		},
		Key: func(h Holding) []string { return []string{h.ID.String()} },
	})
}
