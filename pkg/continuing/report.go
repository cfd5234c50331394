package continuing

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/standard"
)

// Attach adds the certificate to an activity that is not reported, in the place of
// one that was there. Permission: ce.report. Codes: those of core.NewDocument,
// already_reported, stale.
func (s *Service) Attach(ctx context.Context, a access.Actor, id core.CEActivityID, version int, name string, body []byte) (core.CEActivity, error) {
	return s.change(ctx, a, id, version, access.CEReport, func(ctx context.Context, tx Tx, act *core.CEActivity, now time.Time) error {
		if err := open(*act); err != nil {
			return err
		}
		d, err := core.NewDocument(name, body)
		if err != nil {
			return err
		}
		digest := sha256.Sum256(body)
		d.ID, d.OrganizationID, d.Digest, d.CreatedAt, d.CreatedBy = core.NewID[core.DocumentID](s.src), act.OrganizationID, hex.EncodeToString(digest[:]), now, a.AccountID
		if err := tx.InsertDocument(ctx, d); err != nil {
			return err
		}
		before := act.Document.ID
		act.Document = d
		if err := tx.SaveCEActivity(ctx, *act); err != nil || before.IsZero() || act.State == core.CERejected {
			return err // what was rejected is evidence, and stays
		}
		return tx.DeleteDocument(ctx, before)
	})
}

// Certificate is an activity's certificate. Permission: ce.read. Code: not_found,
// where there is none.
func (s *Service) Certificate(ctx context.Context, a access.Actor, id core.CEActivityID) (core.Document, error) {
	var d core.Document
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) error {
		act, _, err := activityFor(ctx, tx, a, access.CERead, id)
		if err != nil {
			return err
		}
		d, err = tx.Document(ctx, act.Document.ID)
		return err
	})
	return d, err
}

// Report hands an activity in for a decision. All that a certificate has to show
// is needed then: participant, title, day, type, the provider's name, number and
// contact, its signature, and hours that are exactly those that are approved; and
// what the packs of the therapist's licences ask for beside that. A provider that
// the registry does not know is reported all the same, and shown as not known. A
// rejected activity can be reported again once it was mended. Permission:
// ce.report. Codes by field: required, not_approved_hours, certificate_needed;
// already_reported, date_in_future, activity_exists, stale.
func (s *Service) Report(ctx context.Context, a access.Actor, id core.CEActivityID, version int) (core.CEActivity, error) {
	return s.change(ctx, a, id, version, access.CEReport, func(ctx context.Context, tx Tx, act *core.CEActivity, now time.Time) error {
		if err := open(*act); err != nil {
			return err
		}
		if act.State == core.CEPlanned {
			return core.Conflict("still_planned", "This course is planned. Say that it was completed before you report it.")
		}
		licenses, err := tx.LicensesOf(ctx, act.TherapistID)
		if err != nil {
			return err
		}
		if err := Lacks(*act, licenses); err != nil {
			return err
		}
		if act.Provider, err = providerOf(ctx, tx, *act); err != nil {
			return err
		}
		act.State, act.ReportedAt = core.CEReported, now
		act.Reason, act.DecidedBy, act.DecidedAt = "", core.AccountID{}, time.Time{}
		return tx.MoveCEActivity(ctx, *act)
	})
}

// Lacks tells all that a certificate does not show yet, as a fault with a field
// for each.
func Lacks(act core.CEActivity, licenses []core.License) error {
	var c core.Collect
	need := func(name, value, what string) {
		if value == "" {
			c.Add(name, "required", "%s is needed, as the certificate shows it.", what)
		}
	}
	need("participant", act.Participant, "The participant's name")
	need("provider_name", act.ProviderName, "The provider's name")
	need("provider_body", act.ProviderBody, "Who approved the provider, such as NCBTMB or FL,")
	need("provider_number", act.ProviderNumber, "The provider's number")
	need("provider_contact", act.ProviderContact, "The provider's contact")
	if !act.Signed {
		c.Add("signed", "required", "The certificate has to be signed by the provider.")
	}
	switch {
	case act.Approved == 0:
		c.Add("approved", "required", "Say for how many hours the course is approved.")
	case act.Approved != act.Amount.Minutes:
		c.Add("approved", "not_approved_hours", "The certificate says %s, but %s are approved. A certificate shows exactly the approved hours.", act.Amount.Minutes, act.Approved)
	}
	if act.Document.ID.IsZero() {
		c.Add("document", "certificate_needed", "Attach the certificate.")
	}
	asked := asked(licenses)
	if slices.Contains(asked, "license_number") {
		need("license_number", act.LicenseNumber, "The licence number")
	}
	if slices.Contains(asked, "program_number") {
		need("program_number", act.ProgramNumber, "The program number")
	}
	return c.Err()
}

// asked is what the packs of licences want a certificate to show beside the usual.
func asked(licenses []core.License) (fields []string) {
	for _, l := range licenses {
		if p, ok := standard.CE(l.Jurisdiction); ok {
			fields = append(fields, p.Cycle.Certificate...)
		}
	}
	return fields
}

// providerOf finds an activity's provider by its number, or none.
func providerOf(ctx context.Context, tx Tx, act core.CEActivity) (core.CEProvider, error) {
	if act.ProviderBody == "" || act.ProviderNumber == "" {
		return core.CEProvider{}, nil
	}
	p, err := tx.CEProviderByNumber(ctx, act.OrganizationID, act.ProviderBody, act.ProviderNumber)
	if errors.Is(err, core.NotFound("provider")) || err == nil && !p.Approved(act.ProviderBody, act.On) {
		return core.CEProvider{}, nil
	}
	return p, err
}

// Duty is until when a provider has to report a course to an authority.
type Duty struct {
	Jurisdiction string
	Due          core.Date
}

// Duties are the days by which an activity's provider has to report it, of the
// licences whose packs ask for that and that were issued by then.
func Duties(act core.CEActivity, licenses []core.License) (due []Duty) {
	for _, l := range licenses {
		p, ok := standard.CE(l.Jurisdiction)
		if ok && p.Cycle.ReportDays > 0 && act.State != core.CEPlanned && !act.On.Before(l.IssuedOn) {
			due = append(due, Duty{l.Jurisdiction, act.On.AddDays(p.Cycle.ReportDays)})
		}
	}
	return due
}

// Accept takes a reported activity as proven. It needs ce.decide for a school that
// knows the therapist, not on one's own record, and a password given within 15
// minutes. Codes: own_record, not_reported, reauthentication_required, stale.
func (s *Service) Accept(ctx context.Context, a access.Actor, id core.CEActivityID, version int) (core.CEActivity, error) {
	return s.decide(ctx, a, id, version, core.CEAccepted, "")
}

// Reject refuses a reported activity with a reason; mended, it can be reported
// again. It needs what Accept needs. Codes: those of Accept, required, too_long.
func (s *Service) Reject(ctx context.Context, a access.Actor, id core.CEActivityID, version int, reason string) (core.CEActivity, error) {
	return s.decide(ctx, a, id, version, core.CERejected, reason)
}

func (s *Service) decide(ctx context.Context, a access.Actor, id core.CEActivityID, version int, state core.CEState, reason string) (core.CEActivity, error) {
	return s.change(ctx, a, id, version, access.CEDecide, func(ctx context.Context, tx Tx, act *core.CEActivity, now time.Time) error {
		if err := access.Fresh(a, now); err != nil {
			return err
		}
		if act.State != core.CEReported {
			return core.Conflict("not_reported", "This activity is %s; only a reported one is decided.", act.State)
		}
		if state == core.CERejected {
			var f form
			f.note("reason", &reason, 1)
			if err := f.Err(); err != nil {
				return err
			}
		}
		act.State, act.Reason, act.DecidedBy, act.DecidedAt = state, reason, a.AccountID, now
		return tx.MoveCEActivity(ctx, *act)
	})
}
