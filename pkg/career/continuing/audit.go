package continuing

import (
	"context"
	"encoding/hex"
	"errors"
	"io"
	"strconv"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/standard"
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

var runsAudit = act.Declare(access.CEAuditRun, act.NewEvent("ce_audit.run", "ce_audit"))

// BeginAudit notes who can be drawn, and makes a secret seed of which the digest
// is told at once. It needs ce_audit.run and a password given within 15 minutes.
// Codes by field: unknown_jurisdiction, required, bad_range, bad_percent;
// nobody_to_draw, duplicate, reauthentication_required.
func (s *Service) BeginAudit(ctx context.Context, a access.Actor, org core.OrganizationID, in AuditInput) (CEAudit, error) {
	var pack standard.Pack
	var seed string // which nobody is told, so that no result has it
	var people []CEAuditPerson
	return act.Do(ctx, s.act, a, runsAudit, act.Command[Tx, struct{}, CEAudit]{
		At: access.Target{Organization: org},
		Prepare: func(context.Context) (err error) {
			if pack, err = in.check(); err != nil {
				return err
			}
			var raw [32]byte
			_, err = io.ReadFull(s.src.Rand, raw[:])
			seed = hex.EncodeToString(raw[:])
			return err
		},
		Change: func(ctx context.Context, x act.Step[Tx], _ struct{}) (CEAudit, error) {
			made := CEAudit{
				ID: core.NewID[core.CEAuditID](s.src), OrganizationID: org, Jurisdiction: in.Jurisdiction, EndsFrom: in.EndsFrom, EndsTo: in.EndsTo,
				Percent: in.Percent, Commitment: CommitCE(seed), CreatedAt: x.Now, CreatedBy: a.AccountID, CreatedByName: a.Name, Version: 1,
			}
			licenses, born, err := x.Tx.LicensesAudited(ctx, org, in.Jurisdiction, x.Now)
			if err != nil {
				return made, err
			}
			var ids []core.LicenseID
			if people, ids = eligible(made, pack, licenses, born); len(people) == 0 {
				return made, core.Conflict("nobody_to_draw")
			}
			made.Population, made.PopulationDigest = len(people), DigestCE(ids)
			return made, nil
		},
		Save: func(ctx context.Context, x act.Step[Tx], _ struct{}, made CEAudit) error {
			made.Seed = seed
			err := x.Tx.InsertCEAudit(ctx, made, people)
			if errors.Is(err, core.ErrDuplicate) {
				err = core.Conflict("duplicate.audit")
			}
			return err
		},
		Tell: func(_ struct{}, made CEAudit) []act.Told {
			return act.Of(made.ID.String(), map[string]string{"commitment": made.Commitment})
		},
	})
}

func (in *AuditInput) check() (standard.Pack, error) {
	var f form
	pack, known := standard.CE(in.Jurisdiction)
	least := leastPercent
	if !known {
		f.Add("jurisdiction", "unknown_jurisdiction.continuing")
	} else {
		least = max(least, pack.Cycle.AuditPercent)
	}
	f.day("ends_from", in.EndsFrom)
	f.day("ends_to", in.EndsTo)
	if in.EndsTo.Before(in.EndsFrom) {
		f.Add("ends_to", "bad_range.ends_to", "endsTo", in.EndsTo)
	}
	if in.Percent == 0 {
		in.Percent = least
	}
	if in.Percent < least || in.Percent > 100 {
		f.Add("percent", "bad_percent.sample", "least", least)
	}
	return pack, f.Err()
}

// eligible are the licenses with a cycle that ends in the days of an audit.
func eligible(a CEAudit, pack standard.Pack, licenses []core.License, born map[core.TherapistID]core.Date) (people []CEAuditPerson, ids []core.LicenseID) {
	for _, l := range licenses {
		h := standard.Holder{Number: l.Number, Issued: l.IssuedOn, Expires: l.ExpiresOn, Born: born[l.TherapistID]}
		span, err := pack.Cycle.Span(h, a.EndsTo)
		if err == nil && span.To.After(a.EndsTo) { // the one that ends before
			span, err = pack.Cycle.Span(h, span.From.AddDays(-1))
		}
		if err != nil || span.To.Before(a.EndsFrom) || span.To.After(a.EndsTo) {
			continue
		}
		people = append(people, CEAuditPerson{AuditID: a.ID, LicenseID: l.ID, TherapistID: l.TherapistID, CycleFrom: span.From, CycleTo: span.To})
		ids = append(ids, l.ID)
	}
	return people, ids
}

// sealed hides the seed until the sample is drawn.
func sealed(a CEAudit) CEAudit {
	if a.DrawnAt.IsZero() {
		a.Seed = ""
	}
	return a
}

// DrawAudit draws the sample with a public word that nobody knew when the audit
// began, such as the numbers of a lottery since, and tells the seed. It needs
// ce_audit.run and a password given within 15 minutes. Codes by field: required,
// too_short; already_drawn, reauthentication_required, stale.
func (s *Service) DrawAudit(ctx context.Context, a access.Actor, id core.CEAuditID, version int, word string) (CEAudit, error) {
	var sample []core.LicenseID
	return act.Do(ctx, s.act, a, runsAudit, act.Command[Tx, CEAudit, CEAudit]{
		Version: version,
		Find: func(ctx context.Context, tx Tx) (act.Found[CEAudit], error) {
			found, err := tx.CEAudit(ctx, id)
			return act.Found[CEAudit]{Thing: found, Owner: access.Target{Organization: found.OrganizationID}, Version: found.Version}, err
		},
		Change: func(ctx context.Context, x act.Step[Tx], drawn CEAudit) (CEAudit, error) {
			if !drawn.DrawnAt.IsZero() {
				return CEAudit{}, core.Conflict("already_drawn")
			}
			var f form
			f.line("word", &word, 8, 200)
			if err := f.Err(); err != nil {
				return CEAudit{}, err
			}
			all, _, err := x.Tx.CEAuditLicenses(ctx, id)
			sample = DrawCE(drawn.Seed, word, all, drawn.Percent)
			drawn.Word, drawn.DrawnAt = word, x.Now
			drawn.Version++
			return drawn, err
		},
		Save: func(ctx context.Context, x act.Step[Tx], from, drawn CEAudit) error {
			drawn.Version = from.Version
			return x.Tx.DrawCEAudit(ctx, drawn, sample)
		},
		Tell: func(_, drawn CEAudit) []act.Told {
			return act.Of(id.String(), map[string]string{"word": drawn.Word})
		},
	})
}

// auditFor is an audit that the reader may read.
func auditFor(ctx context.Context, r act.Reader[Tx], id core.CEAuditID) (CEAudit, error) {
	found, err := r.Tx.CEAudit(ctx, id)
	if err != nil {
		return CEAudit{}, err
	}
	return sealed(found), r.May(ctx, access.Target{Organization: found.OrganizationID})
}

// Audit is one audit; its seed is empty until the sample is drawn. Permission:
// ce_audit.read.
func (s *Service) Audit(ctx context.Context, a access.Actor, id core.CEAuditID) (CEAudit, error) {
	return act.Look(ctx, s.act, a, access.CEAuditRead, func(ctx context.Context, r act.Reader[Tx]) (CEAudit, error) {
		return auditFor(ctx, r, id)
	})
}

// Audits lists a school's audits, newest first. Permission: ce_audit.read. Code:
// bad_cursor.
func (s *Service) Audits(ctx context.Context, a access.Actor, org core.OrganizationID, page core.Page) (core.List[CEAudit], error) {
	return act.List(ctx, s.act, a, page, act.ByID(access.CEAuditRead, access.Target{Organization: org},
		func(ctx context.Context, tx Tx, after core.CEAuditID, limit int) ([]CEAudit, error) {
			rows, err := tx.CEAudits(ctx, org, after, limit)
			for i := range rows {
				rows[i] = sealed(rows[i])
			}
			return rows, err
		},
		func(found CEAudit) core.CEAuditID { return found.ID }))
}

// Sample lists whom an audit drew, in the order of the draw. Permission:
// ce_audit.read. Code: bad_cursor.
func (s *Service) Sample(ctx context.Context, a access.Actor, id core.CEAuditID, page core.Page) (core.List[CEAuditPerson], error) {
	return act.List(ctx, s.act, a, page, act.Listing[Tx, CEAuditPerson]{
		Action: access.CEAuditRead, Parts: 1,
		Find: func(ctx context.Context, r act.Reader[Tx], part act.Part) ([]CEAuditPerson, error) {
			after, err := afterPlace(part)
			if err == nil {
				_, err = auditFor(ctx, r, id)
			}
			if err != nil {
				return nil, err
			}
			return r.Tx.CEAuditSample(ctx, id, after, part.Limit)
		},
		Key: func(p CEAuditPerson) []string { return []string{strconv.Itoa(p.Place)} },
	})
}

func afterPlace(part act.Part) (int, error) {
	if len(part.After) == 0 {
		return 0, nil
	}
	place, err := strconv.Atoi(part.After[0])
	if err != nil {
		return 0, core.ErrBadCursor
	}
	return place, nil
}

// Draw is all that is needed to draw an audit's sample again. Permission:
// ce_audit.read. Code: not_drawn.
func (s *Service) Draw(ctx context.Context, a access.Actor, id core.CEAuditID) (CEDraw, error) {
	return act.Read(ctx, s.act, a, access.CEAuditRead, func(ctx context.Context, r act.Reader[Tx]) (CEDraw, error) {
		found, err := auditFor(ctx, r, id)
		if err != nil {
			return CEDraw{}, err
		}
		if found.DrawnAt.IsZero() {
			return CEDraw{}, core.Conflict("not_drawn")
		}
		d := CEDraw{
			Audit: id, Percent: found.Percent, Commitment: found.Commitment, Seed: found.Seed, Word: found.Word, PopulationDigest: found.PopulationDigest,
		}
		d.Licenses, d.Sample, err = r.Tx.CEAuditLicenses(ctx, id)
		return d, err
	})
}
