package licensure

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

// HoldingInput is a qualification as somebody wrote it. NextCheck is what the
// kind asks for where it is zero. Amounts are whole dollars.
type HoldingInput struct {
	Kind                                     core.HoldingKind
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

// RecordHolding records a qualification. What therapists say of themselves is
// always a self_report, checked today. Permission: holding.record at any school
// that knows the therapist. Codes by field: unknown_kind, required, too_long,
// bad_character, bad_date, date_in_future, expires_before_obtained, bad_npi,
// bad_taxonomy, bad_attempt, bad_amount, unknown_jurisdiction, unknown_method,
// next_check_past; npi_taken.
func (s *Service) RecordHolding(ctx context.Context, a access.Actor, therapist core.TherapistID, in HoldingInput) (core.Holding, error) {
	now := s.src.Now()
	var recorded core.Holding
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		org, err := allowed(ctx, tx, a, access.HoldingRecord, therapist)
		if err != nil {
			return err
		}
		h := core.Holding{
			ID: core.NewID[core.HoldingID](s.src), TherapistID: therapist, OrganizationID: org, CheckedBy: a.AccountID,
			RecordedBy: a.AccountID, RecordedAt: now, Version: 1,
		}
		if err := in.fill(&h, a.TherapistID == therapist, now); err != nil {
			return err
		}
		if err := tx.InsertHolding(ctx, h); err != nil {
			return err
		}
		if err := s.audit(ctx, tx, a, now, org, string(access.HoldingRecord), "holding", h.ID.String()); err != nil {
			return err
		}
		recorded, err = tx.Holding(ctx, h.ID)
		return err
	})
	return recorded, err
}

// fill validates an input by the rule of its kind, and writes it.
func (in HoldingInput) fill(h *core.Holding, own bool, now time.Time) error {
	rule, known := core.HoldingRuleOf(in.Kind)
	if !known {
		return core.InvalidField("kind", "unknown_kind", "Choose what it is.")
	}
	var f form
	least := func(needed bool) int {
		if needed {
			return 1
		}
		return 0
	}
	f.line("name", &in.Name, 1, 120)
	f.line("issuer", &in.Issuer, least(in.Kind != core.HoldingNPI), 200)
	f.line("number", &in.Number, least(rule.Number), 80)
	f.note("note", &in.Note)
	if rule.Obtained || !in.ObtainedOn.IsZero() {
		f.day("obtained_on", in.ObtainedOn, latestToday(now))
	}
	if rule.Expiry || !in.ExpiresOn.IsZero() {
		f.day("expires_on", in.ExpiresOn, core.Date{})
	}
	if !in.ExpiresOn.IsZero() && in.ExpiresOn.Before(in.ObtainedOn) {
		f.Add("expires_on", "expires_before_obtained", "%s is before the day on which it was obtained.", in.ExpiresOn)
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
func (in *HoldingInput) particulars(f *form, rule core.HoldingRule) {
	if rule.Result {
		if in.Attempt == 0 {
			in.Attempt = 1
		}
		if in.Attempt < 1 || in.Attempt > 20 {
			f.Add("attempt", "bad_attempt", "Say which attempt it was, from 1 on.")
		}
	} else {
		in.Passed, in.Attempt = false, 0
	}
	if rule.Amounts {
		if in.EachClaim <= 0 || in.EachClaim > mostDollars {
			f.Add("each_claim", "bad_amount", "Say in whole dollars how much each claim is insured for.")
		}
		if in.Aggregate < in.EachClaim || in.Aggregate > mostDollars {
			f.Add("aggregate", "bad_amount", "The sum of a year is at least that of one claim.")
		}
	} else {
		in.EachClaim, in.Aggregate = 0, 0
	}
	in.Jurisdiction = strings.ToUpper(strings.TrimSpace(in.Jurisdiction))
	if (rule.Jurisdiction || in.Jurisdiction != "") && JurisdictionName(in.Jurisdiction) == "" {
		f.Add("jurisdiction", "unknown_jurisdiction", "Choose the state.")
	}
	if rule.Kind != core.HoldingNPI {
		in.Taxonomy = ""
		return
	}
	if in.Number != "" {
		f.keep("number", &in.Number, core.ParseNPI)
	}
	if in.Taxonomy = strings.ToUpper(strings.TrimSpace(in.Taxonomy)); in.Taxonomy == "" {
		in.Taxonomy = core.MassageTaxonomy
	}
	if len(in.Taxonomy) != 10 || in.Taxonomy[9] != 'X' {
		f.Add("taxonomy", "bad_taxonomy", "A taxonomy has ten characters and ends in X; that of massage therapists is %s.", core.MassageTaxonomy)
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
		f.Add("method", "unknown_method", "The methods are: %s.", strings.Join(core.Methods, ", "))
	}
	f.day("checked_on", v.CheckedOn, latestToday(now))
	f.line("source", &v.Source, 1, 200)
	if !v.NextCheck.IsZero() && !v.NextCheck.After(v.CheckedOn) {
		f.Add("next_check", "next_check_past", "Look at it again later than %s.", v.CheckedOn)
	}
}

// Verify records how a qualification is known by now, and when it is looked at
// again. Permission: holding.verify, and nobody for their own record. Codes: as
// of RecordHolding, stale.
func (s *Service) Verify(ctx context.Context, a access.Actor, id core.HoldingID, version int, in Verification) (core.Holding, error) {
	return s.changeHolding(ctx, a, id, version, access.HoldingVerify, func(_ context.Context, _ Tx, h *core.Holding, now time.Time) error {
		var f form
		in.check(&f, false, now)
		if rule, _ := core.HoldingRuleOf(h.Kind); in.NextCheck.IsZero() {
			in.NextCheck = rule.NextCheckAfter(in.CheckedOn, h.ExpiresOn)
		}
		h.Method, h.Source, h.CheckedOn, h.NextCheck, h.CheckedBy = in.Method, in.Source, in.CheckedOn, in.NextCheck, a.AccountID
		return f.Err()
	})
}

// EndHolding takes a qualification back, such as one that was typed wrongly.
// Permission: holding.record. Codes: not_found, stale.
func (s *Service) EndHolding(ctx context.Context, a access.Actor, id core.HoldingID, version int) (core.Holding, error) {
	return s.changeHolding(ctx, a, id, version, access.HoldingRecord, func(_ context.Context, _ Tx, h *core.Holding, now time.Time) error {
		if a.TherapistID == h.TherapistID && h.Method != core.MethodSelfReport {
			return core.Forbidden("not_own_word", "Only a school that looked at the source takes back what was found there.")
		}
		h.EndedAt = now
		return nil
	})
}

// AttachHoldingDocument adds the evidence of a qualification, in the place of one that
// was there. Permission: holding.record. Codes: those of core.NewDocument,
// not_found, no_school, stale.
func (s *Service) AttachHoldingDocument(ctx context.Context, a access.Actor, id core.HoldingID, version int, name string, body []byte) (core.Holding, error) {
	return s.changeHolding(ctx, a, id, version, access.HoldingRecord, func(ctx context.Context, tx Tx, h *core.Holding, now time.Time) (err error) {
		h.DocumentID, err = s.keepDocument(ctx, tx, a, h.TherapistID, name, body, now)
		return err
	})
}

// keepDocument keeps a file with a school that knows the therapist.
func (s *Service) keepDocument(ctx context.Context, tx Tx, a access.Actor, therapist core.TherapistID, name string, body []byte, now time.Time) (core.DocumentID, error) {
	d, err := core.NewDocument(name, body)
	if err != nil {
		return core.DocumentID{}, err
	}
	orgs, err := tx.TherapistOrganizations(ctx, therapist)
	if err != nil {
		return core.DocumentID{}, err
	}
	if len(orgs) == 0 {
		return core.DocumentID{}, core.Conflict("no_school", "No school knows this record yet, so that nobody keeps its files.")
	}
	d.ID, d.OrganizationID, d.CreatedAt, d.CreatedBy = core.NewID[core.DocumentID](s.src), orgs[0], now, a.AccountID
	for _, org := range orgs {
		if len(a.Roles(org)) > 0 {
			d.OrganizationID = org
		}
	}
	sum := sha256.Sum256(body)
	d.Digest = hex.EncodeToString(sum[:])
	return d.ID, tx.InsertDocument(ctx, d)
}

// HoldingDocument is the evidence of a qualification. Permission: holding.read.
// Code: not_found.
func (s *Service) HoldingDocument(ctx context.Context, a access.Actor, id core.HoldingID) (core.Document, error) {
	var d core.Document
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) error {
		h, err := s.holding(ctx, tx, a, access.HoldingRead, id)
		if err != nil {
			return err
		}
		if h.DocumentID.IsZero() {
			return core.NotFound("document")
		}
		d, err = tx.Document(ctx, h.DocumentID)
		return err
	})
	return d, err
}

func (s *Service) holding(ctx context.Context, tx Tx, a access.Actor, action access.Action, id core.HoldingID) (core.Holding, error) {
	h, err := tx.Holding(ctx, id)
	if err != nil {
		return core.Holding{}, err
	}
	if _, err := allowed(ctx, tx, a, action, h.TherapistID); err != nil {
		return core.Holding{}, err
	}
	if !h.EndedAt.IsZero() {
		return core.Holding{}, core.NotFound("qualification")
	}
	return h, nil
}

func (s *Service) changeHolding(ctx context.Context, a access.Actor, id core.HoldingID, version int, action access.Action, change func(context.Context, Tx, *core.Holding, time.Time) error) (core.Holding, error) {
	now := s.src.Now()
	var changed core.Holding
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		h, err := s.holding(ctx, tx, a, action, id)
		if err != nil {
			return err
		}
		if version != 0 && version != h.Version {
			return core.ErrStale
		}
		if err := change(ctx, tx, &h, now); err != nil {
			return err
		}
		if err := tx.UpdateHolding(ctx, h); err != nil {
			return err
		}
		if err := s.audit(ctx, tx, a, now, h.OrganizationID, string(action), "holding", id.String()); err != nil {
			return err
		}
		changed, err = tx.Holding(ctx, id)
		return err
	})
	return changed, err
}

// Holding finds a qualification. Permission: holding.read at any school that
// knows the therapist. Code: not_found.
func (s *Service) Holding(ctx context.Context, a access.Actor, id core.HoldingID) (core.Holding, error) {
	var h core.Holding
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		h, err = s.holding(ctx, tx, a, access.HoldingRead, id)
		return err
	})
	return h, err
}

// Holdings lists what a therapist holds beside licences, newest record first.
// Permission: holding.read at any school that knows the therapist. Codes:
// not_found, bad_cursor.
func (s *Service) Holdings(ctx context.Context, a access.Actor, therapist core.TherapistID, page core.Page) (core.List[core.Holding], error) {
	after, err := core.AfterID[core.HoldingID](page.Cursor)
	if err != nil {
		return core.List[core.Holding]{}, err
	}
	var rows []core.Holding
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		if _, err := allowed(ctx, tx, a, access.HoldingRead, therapist); err != nil {
			return err
		}
		rows, err = tx.HoldingsOf(ctx, therapist, after, page.Size()+1)
		return err
	})
	return core.ListOf(rows, page.Size(), func(h core.Holding) string { return h.ID.String() }), err
}

// LongestHeld is, of what a therapist holds of a kind since a day, what ends
// last; it is for other parts of Palmar and asks for no permission.
func (s *Service) LongestHeld(ctx context.Context, therapist core.TherapistID, kind core.HoldingKind, on core.Date) (h core.Holding, found bool, err error) {
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) error {
		rows, err := tx.LongestHeld(ctx, therapist, kind, on)
		if len(rows) > 0 {
			h, found = rows[0], true
		}
		return err
	})
	return h, found, err
}

// HoldingsDue lists what therapists whom a school knows hold and has to be
// looked at again by a day (today at the school, where it is zero). Permission:
// holding.read. Code: bad_cursor.
func (s *Service) HoldingsDue(ctx context.Context, a access.Actor, org core.OrganizationID, by core.Date, page core.Page) (core.List[core.Holding], error) {
	if err := access.Can(a, access.HoldingRead, access.Target{Organization: org}); err != nil {
		return core.List[core.Holding]{}, err
	}
	after, err := core.AfterID[core.HoldingID](page.Cursor)
	if err != nil {
		return core.List[core.Holding]{}, err
	}
	var rows []core.Holding
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) error {
		school, err := tx.Organization(ctx, org)
		if err != nil {
			return err
		}
		if by.IsZero() {
			by = school.Today(s.src.Now())
		}
		rows, err = tx.HoldingsDue(ctx, org, by, after, page.Size()+1)
		return err
	})
	return core.ListOf(rows, page.Size(), func(h core.Holding) string { return h.ID.String() }), err
}
