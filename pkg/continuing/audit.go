package continuing

import (
	"context"
	"encoding/hex"
	"errors"
	"io"
	"strconv"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/standard"
)

// leastPercent is drawn where a pack asks for no more.
const leastPercent = 10

// AuditInput is an audit of the cycles of a jurisdiction that end on the days from
// EndsFrom to EndsTo. Percent 0 is the pack's own, at least 10.
type AuditInput struct {
	Jurisdiction     string
	EndsFrom, EndsTo core.Date
	Percent          int
}

// BeginAudit notes who can be drawn, and makes a secret seed of which the digest
// is told at once. It needs ce_audit.run and a password given within 15 minutes.
// Codes by field: unknown_jurisdiction, required, bad_range, bad_percent;
// nobody_to_draw, duplicate, reauthentication_required.
func (s *Service) BeginAudit(ctx context.Context, a access.Actor, org core.OrganizationID, in AuditInput) (core.CEAudit, error) {
	if err := access.Can(a, access.CEAuditRun, access.Target{Organization: org}); err != nil {
		return core.CEAudit{}, err
	}
	now := s.src.Now()
	if err := access.Fresh(a, now); err != nil {
		return core.CEAudit{}, err
	}
	pack, err := in.check()
	if err != nil {
		return core.CEAudit{}, err
	}
	var raw [32]byte
	if _, err := io.ReadFull(s.src.Rand, raw[:]); err != nil {
		return core.CEAudit{}, err
	}
	made := core.CEAudit{
		ID: core.NewID[core.CEAuditID](s.src), OrganizationID: org, Jurisdiction: in.Jurisdiction, EndsFrom: in.EndsFrom, EndsTo: in.EndsTo,
		Percent: in.Percent, Seed: hex.EncodeToString(raw[:]), CreatedAt: now, CreatedBy: a.AccountID, CreatedByName: a.Name, Version: 1,
	}
	made.Commitment = core.CommitCE(made.Seed)
	err = s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		licenses, born, err := tx.LicensesAudited(ctx, org, in.Jurisdiction)
		if err != nil {
			return err
		}
		people, ids := eligible(made, pack, licenses, born)
		if len(people) == 0 {
			return core.Conflict("nobody_to_draw", "No cycle of a therapist whom this school knows ends in these days.")
		}
		made.Population, made.PopulationDigest = len(people), core.DigestCE(ids)
		if err := tx.InsertCEAudit(ctx, made, people); err != nil {
			return err
		}
		return s.audit(ctx, tx, a, now, org, access.CEAuditRun, "ce_audit", made.ID.String(), map[string]string{"commitment": made.Commitment})
	})
	if errors.Is(err, core.ErrDuplicate) {
		err = core.Conflict("duplicate", "These cycles are audited already; a sample is not drawn twice.")
	}
	return sealed(made), err
}

func (in *AuditInput) check() (standard.Pack, error) {
	var f form
	pack, known := standard.CE(in.Jurisdiction)
	least := leastPercent
	if !known {
		f.Add("jurisdiction", "unknown_jurisdiction", "Of this jurisdiction no cycle is known.")
	} else {
		least = max(least, pack.Cycle.AuditPercent)
	}
	f.day("ends_from", in.EndsFrom)
	f.day("ends_to", in.EndsTo)
	if in.EndsTo.Before(in.EndsFrom) {
		f.Add("ends_to", "bad_range", "It ends on %s, before it begins.", in.EndsTo)
	}
	if in.Percent == 0 {
		in.Percent = least
	}
	if in.Percent < least || in.Percent > 100 {
		f.Add("percent", "bad_percent", "Between %d and 100 percent are drawn.", least)
	}
	return pack, f.Err()
}

// eligible are the licences with a cycle that ends in the days of an audit.
func eligible(a core.CEAudit, pack standard.Pack, licenses []core.License, born map[core.TherapistID]core.Date) (people []core.CEAuditPerson, ids []core.LicenseID) {
	for _, l := range licenses {
		h := standard.Holder{Number: l.Number, Issued: l.IssuedOn, Expires: l.ExpiresOn, Born: born[l.TherapistID]}
		span, err := pack.Cycle.Span(h, a.EndsTo)
		if err == nil && span.To.After(a.EndsTo) { // the one that ends before
			span, err = pack.Cycle.Span(h, span.From.AddDays(-1))
		}
		if err != nil || span.To.Before(a.EndsFrom) || span.To.After(a.EndsTo) {
			continue
		}
		people = append(people, core.CEAuditPerson{AuditID: a.ID, LicenseID: l.ID, TherapistID: l.TherapistID, CycleFrom: span.From, CycleTo: span.To})
		ids = append(ids, l.ID)
	}
	return people, ids
}

// sealed hides the seed until the sample is drawn.
func sealed(a core.CEAudit) core.CEAudit {
	if a.DrawnAt.IsZero() {
		a.Seed = ""
	}
	return a
}

// DrawAudit draws the sample with a public word that nobody knew when the audit
// began, such as the numbers of a lottery since, and tells the seed. It needs
// ce_audit.run and a password given within 15 minutes. Codes by field: required,
// too_short; already_drawn, reauthentication_required, stale.
func (s *Service) DrawAudit(ctx context.Context, a access.Actor, id core.CEAuditID, version int, word string) (core.CEAudit, error) {
	now := s.src.Now()
	var drawn core.CEAudit
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) (err error) {
		if drawn, err = auditFor(ctx, tx, a, access.CEAuditRun, id); err != nil {
			return err
		}
		if err := access.Fresh(a, now); err != nil {
			return err
		}
		if err := stale(version, drawn.Version); err != nil {
			return err
		}
		if !drawn.DrawnAt.IsZero() {
			return core.Conflict("already_drawn", "This sample is drawn already.")
		}
		var f form
		f.line("word", &word, 8, 200)
		if err := f.Err(); err != nil {
			return err
		}
		all, _, err := tx.CEAuditLicenses(ctx, id)
		if err != nil {
			return err
		}
		drawn.Word, drawn.DrawnAt = word, now
		if err := tx.DrawCEAudit(ctx, drawn, core.DrawCE(drawn.Seed, word, all, drawn.Percent)); err != nil {
			return err
		}
		drawn.Version++
		return s.audit(ctx, tx, a, now, drawn.OrganizationID, access.CEAuditRun, "ce_audit", id.String(), map[string]string{"word": word})
	})
	return drawn, err
}

func auditFor(ctx context.Context, tx Audits, a access.Actor, action access.Action, id core.CEAuditID) (core.CEAudit, error) {
	found, err := tx.CEAudit(ctx, id)
	if err != nil {
		return found, err
	}
	if err := access.Can(a, action, access.Target{Organization: found.OrganizationID}); err != nil {
		return core.CEAudit{}, err
	}
	return found, nil
}

// Audit is one audit; its seed is empty until the sample is drawn. Permission:
// ce_audit.read.
func (s *Service) Audit(ctx context.Context, a access.Actor, id core.CEAuditID) (core.CEAudit, error) {
	var found core.CEAudit
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		found, err = auditFor(ctx, tx, a, access.CEAuditRead, id)
		return err
	})
	return sealed(found), err
}

// Audits lists a school's audits, newest first. Permission: ce_audit.read. Code:
// bad_cursor.
func (s *Service) Audits(ctx context.Context, a access.Actor, org core.OrganizationID, page core.Page) (core.List[core.CEAudit], error) {
	if err := access.Can(a, access.CEAuditRead, access.Target{Organization: org}); err != nil {
		return core.List[core.CEAudit]{}, err
	}
	after, err := core.AfterID[core.CEAuditID](page.Cursor)
	if err != nil {
		return core.List[core.CEAudit]{}, err
	}
	var rows []core.CEAudit
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		rows, err = tx.CEAudits(ctx, org, after, page.Size()+1)
		return err
	})
	for i := range rows {
		rows[i] = sealed(rows[i])
	}
	return core.ListOf(rows, page.Size(), func(a core.CEAudit) string { return a.ID.String() }), err
}

// Sample lists whom an audit drew, in the order of the draw. Permission:
// ce_audit.read. Code: bad_cursor.
func (s *Service) Sample(ctx context.Context, a access.Actor, id core.CEAuditID, page core.Page) (core.List[core.CEAuditPerson], error) {
	after := 0
	parts, err := core.DecodeCursor(page.Cursor, 1)
	if err == nil && parts != nil {
		if after, err = strconv.Atoi(parts[0]); err != nil {
			err = core.ErrBadCursor
		}
	}
	if err != nil {
		return core.List[core.CEAuditPerson]{}, err
	}
	var rows []core.CEAuditPerson
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) error {
		if _, err := auditFor(ctx, tx, a, access.CEAuditRead, id); err != nil {
			return err
		}
		rows, err = tx.CEAuditSample(ctx, id, after, page.Size()+1)
		return err
	})
	return core.ListOf(rows, page.Size(), func(p core.CEAuditPerson) string { return strconv.Itoa(p.Place) }), err
}

// Draw is all that is needed to draw an audit's sample again. Permission:
// ce_audit.read. Code: not_drawn.
func (s *Service) Draw(ctx context.Context, a access.Actor, id core.CEAuditID) (core.CEDraw, error) {
	var d core.CEDraw
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) error {
		found, err := auditFor(ctx, tx, a, access.CEAuditRead, id)
		if err != nil {
			return err
		}
		if found.DrawnAt.IsZero() {
			return core.Conflict("not_drawn", "Nobody is drawn yet, and the seed is not told before.")
		}
		d = core.CEDraw{
			Audit: id, Percent: found.Percent, Commitment: found.Commitment, Seed: found.Seed, Word: found.Word, PopulationDigest: found.PopulationDigest,
		}
		d.Licenses, d.Sample, err = tx.CEAuditLicenses(ctx, id)
		return err
	})
	return d, err
}

// Evidence is the audited cycle of somebody whom an audit drew, with every
// activity. Permission: ce_audit.read.
func (s *Service) Evidence(ctx context.Context, a access.Actor, id core.CEAuditID, license core.LicenseID) (core.CEAuditPerson, Cycle, error) {
	var p core.CEAuditPerson
	var c Cycle
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		if p, err = drawnFor(ctx, tx, a, access.CEAuditRead, id, license); err != nil {
			return err
		}
		l, err := tx.License(ctx, license)
		if err != nil {
			return err
		}
		r, err := record(ctx, tx, p.TherapistID)
		if err != nil {
			return err
		}
		c = r.Judge(l, p.CycleTo)
		return nil
	})
	return p, c, err
}

// drawnFor is somebody whom an audit drew; who was not drawn is not found.
func drawnFor(ctx context.Context, tx Tx, a access.Actor, action access.Action, id core.CEAuditID, license core.LicenseID) (core.CEAuditPerson, error) {
	found, err := auditFor(ctx, tx, a, access.CEAuditRead, id)
	if err != nil {
		return core.CEAuditPerson{}, err
	}
	p, err := tx.CEAuditPerson(ctx, id, license)
	if err != nil {
		return p, err
	}
	if p.Place == 0 {
		return core.CEAuditPerson{}, core.NotFound("person")
	}
	return p, access.Can(a, action, access.Target{Organization: found.OrganizationID, Therapist: p.TherapistID})
}

// DecideAudit says of somebody drawn whether the cycle is proven: accepted, and
// their accepted activities are audited then, or rejected with a reason. It needs
// ce_audit.decide, not on one's own record, and a password given within 15
// minutes. Codes: own_record, unknown_outcome, required, already_decided,
// reauthentication_required.
func (s *Service) DecideAudit(ctx context.Context, a access.Actor, id core.CEAuditID, license core.LicenseID, outcome core.CEState, reason string) (core.CEAuditPerson, error) {
	now := s.src.Now()
	var p core.CEAuditPerson
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) (err error) {
		if p, err = drawnFor(ctx, tx, a, access.CEAuditDecide, id, license); err != nil {
			return err
		}
		if err := access.Fresh(a, now); err != nil {
			return err
		}
		if p.Outcome != "" {
			return core.Conflict("already_decided", "This was decided already.")
		}
		if p, err = decided(p, outcome, reason, a, now); err != nil {
			return err
		}
		if err := tx.DecideCEAuditPerson(ctx, p); err != nil {
			return err
		}
		if outcome == core.CEAccepted {
			if err := tx.AuditCEActivities(ctx, p.TherapistID, p.CycleFrom, p.CycleTo); err != nil {
				return err
			}
		}
		found, err := tx.CEAudit(ctx, id)
		if err != nil {
			return err
		}
		return s.audit(ctx, tx, a, now, found.OrganizationID, access.CEAuditDecide, "ce_audit", id.String(), map[string]string{"license": license.String(), "outcome": string(outcome)})
	})
	return p, err
}

func decided(p core.CEAuditPerson, outcome core.CEState, reason string, a access.Actor, now time.Time) (core.CEAuditPerson, error) {
	var f form
	least := 0
	switch outcome {
	case core.CEAccepted:
	case core.CERejected:
		least = 1
	default:
		f.Add("outcome", "unknown_outcome", "The outcome is accepted or rejected.")
	}
	f.note("reason", &reason, least)
	p.Outcome, p.Reason, p.DecidedBy, p.DecidedByName, p.DecidedAt = outcome, reason, a.AccountID, a.Name, now
	return p, f.Err()
}
