package continuing

import (
	"context"
	"errors"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
)

// Evidence is the audited cycle of someone whom an audit drew, with every
// activity. Permission: ce_audit.read under a grant of continuing education.
func (s *Service) Evidence(ctx context.Context, a access.Actor, id core.CEAuditID, license core.LicenseID) (CEAuditPerson, Cycle, error) {
	var p CEAuditPerson
	c, err := act.Read(ctx, s.act, a, access.CEAuditRead, func(ctx context.Context, r act.Reader[Tx]) (Cycle, error) {
		if _, err := auditFor(ctx, r, id); err != nil {
			return Cycle{}, err
		}
		var err error
		if p, err = drawn(ctx, r.Tx, id, license); err == nil {
			err = r.May(ctx, of(p.TherapistID, core.OrganizationID{})) // the audit is the school's, the record is not
		}
		if err != nil {
			return Cycle{}, err
		}
		l, err := r.Tx.License(ctx, license)
		if err != nil {
			return Cycle{}, err
		}
		all, err := record(ctx, r.Tx, p.TherapistID)
		return all.Judge(l, p.CycleTo), err
	})
	if err != nil {
		return CEAuditPerson{}, Cycle{}, err
	}
	return p, c, nil
}

var errNotDrawn = core.NotFound("person")

// drawn is someone whom an audit drew; who was not drawn is not found.
func drawn(ctx context.Context, tx AuditPeople, id core.CEAuditID, license core.LicenseID) (CEAuditPerson, error) {
	p, err := tx.CEAuditPerson(ctx, id, license)
	if err != nil {
		return CEAuditPerson{}, err
	}
	if p.Place == 0 {
		return CEAuditPerson{}, errNotDrawn
	}
	return p, nil
}

var decidesAudit = act.Declare(access.CEAuditDecide, act.NewEvent("ce_audit.decide", "ce_audit"))

// DecideAudit says of someone drawn whether the cycle is proven: accepted, and
// their accepted activities are audited then, or rejected with a reason. It needs
// ce_audit.decide, not on one's own record, and a password given within 15
// minutes. Codes: own_record, unknown_outcome, required, already_decided,
// reauthentication_required.
func (s *Service) DecideAudit(ctx context.Context, a access.Actor, id core.CEAuditID, license core.LicenseID, outcome CEState, reason string) (CEAuditPerson, error) {
	return act.Do(ctx, s.act, a, decidesAudit, act.Command[Tx, held[CEAuditPerson], CEAuditPerson]{
		Find: findDrawn(id, license),
		Change: func(_ context.Context, x act.Step[Tx], h held[CEAuditPerson]) (CEAuditPerson, error) {
			if h.is.Place == 0 {
				return h.is, errNotDrawn
			}
			if h.is.Outcome != "" {
				return h.is, core.Conflict("already_decided.request")
			}
			return decided(h.is, outcome, reason, a, x.Now)
		},
		Save: func(ctx context.Context, x act.Step[Tx], _ held[CEAuditPerson], p CEAuditPerson) error {
			if err := x.Tx.DecideCEAuditPerson(ctx, p); err != nil || outcome != CEAccepted {
				return err
			}
			return x.Tx.AuditCEActivities(ctx, p.TherapistID, p.CycleFrom, p.CycleTo)
		},
		Tell: func(h held[CEAuditPerson], p CEAuditPerson) []act.Told {
			return tell(h.school, p.TherapistID, id.String(), map[string]string{"license": license.String(), "outcome": string(outcome)})
		},
	})
}

// findDrawn finds someone whom an audit drew, or nobody: who may not decide is
// not told who was drawn.
func findDrawn(id core.CEAuditID, license core.LicenseID) func(context.Context, Tx) (act.Found[held[CEAuditPerson]], error) {
	return func(ctx context.Context, tx Tx) (act.Found[held[CEAuditPerson]], error) {
		found := act.Found[held[CEAuditPerson]]{}
		audit, err := tx.CEAudit(ctx, id)
		if err != nil {
			return found, err
		}
		found.Thing.school, found.Owner.Organization = audit.OrganizationID, audit.OrganizationID
		p, err := drawn(ctx, tx, id, license)
		if errors.Is(err, errNotDrawn) {
			return found, nil
		}
		found.Thing.is, found.Others = p, []access.Target{{Organization: audit.OrganizationID, Therapist: p.TherapistID}}
		return found, err
	}
}

func decided(p CEAuditPerson, outcome CEState, reason string, a access.Actor, now time.Time) (CEAuditPerson, error) {
	var f form
	least := 0
	switch outcome {
	case CEAccepted:
	case CERejected:
		least = 1
	default:
		f.Add("outcome", "unknown_outcome")
	}
	f.note("reason", &reason, least)
	p.Outcome, p.Reason, p.DecidedBy, p.DecidedByName, p.DecidedAt = outcome, reason, a.AccountID, a.Name, now
	return p, f.Err()
}
