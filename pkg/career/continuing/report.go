package continuing

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/standard"
)

// Attach adds the certificate to an activity that is not reported, in the place of
// one that was there; one that was rejected stays as evidence. Permission:
// ce.report. Codes: those of core.NewDocument, already_reported, stale.
func (s *Service) Attach(ctx context.Context, a access.Actor, id core.CEActivityID, version int, name string, body []byte) (CEActivity, error) {
	var file core.Document
	var refused error // told only to those who may attach it
	save := func(tx Tx, ctx context.Context, ce CEActivity) error {
		if err := tx.InsertDocument(ctx, ce.Document); err != nil {
			return err
		}
		return tx.SaveCEActivity(ctx, ce)
	}
	attaching := changing(a, id, version, save, func(_ context.Context, x act.Step[Tx], ce *CEActivity) error {
		if err := open(*ce); err != nil {
			return err
		}
		ce.Document = file
		ce.Document.OrganizationID, ce.Document.CreatedAt, ce.Document.CreatedBy = ce.OrganizationID, x.Now, a.AccountID
		return refused
	})
	attaching.Prepare = func(context.Context) error {
		file, refused = core.NewDocument(name, body)
		digest := sha256.Sum256(body)
		file.ID, file.Digest = core.NewID[core.DocumentID](s.src), hex.EncodeToString(digest[:])
		return nil
	}
	return act.Do(ctx, s.act, a, reports, attaching)
}

// Certificate is an activity's certificate. Permission: ce.read. Code: not_found,
// where there is none.
func (s *Service) Certificate(ctx context.Context, a access.Actor, id core.CEActivityID) (core.Document, error) {
	return act.Read(ctx, s.act, a, access.CERead, func(ctx context.Context, r act.Reader[Tx]) (core.Document, error) {
		ce, err := activityFor(ctx, r, id)
		if err != nil {
			return core.Document{}, err
		}
		return r.Tx.Document(ctx, ce.Document.ID)
	})
}

// Report hands an activity in for a decision. All that a certificate has to show
// is needed then: participant, title, day, type, the provider's name, number and
// contact, its signature, and hours that are exactly those that are approved; and
// what the packs of the therapist's licenses ask for beside that. A provider that
// the registry does not know is reported all the same, and shown as not known. A
// rejected activity can be reported again once it was fixed. Permission:
// ce.report. Codes by field: required, not_approved_hours, certificate_needed;
// already_reported, date_in_future, activity_exists, stale.
func (s *Service) Report(ctx context.Context, a access.Actor, id core.CEActivityID, version int) (CEActivity, error) {
	return act.Do(ctx, s.act, a, reports, changing(a, id, version, Tx.MoveCEActivity, func(ctx context.Context, x act.Step[Tx], ce *CEActivity) error {
		if err := open(*ce); err != nil {
			return err
		}
		if ce.State == CEPlanned {
			return core.Conflict("still_planned")
		}
		licenses, err := x.Tx.LicensesOf(ctx, ce.TherapistID)
		if err != nil {
			return err
		}
		if err := Lacks(*ce, licenses); err != nil {
			return err
		}
		ce.State, ce.ReportedAt = CEReported, x.Now
		ce.Reason, ce.DecidedBy, ce.DecidedByName, ce.DecidedAt = "", core.AccountID{}, "", time.Time{}
		ce.Provider, err = providerOf(ctx, x.Tx, *ce)
		return err
	}))
}

// Lacks tells all that a certificate does not show yet, as a fault with a field
// for each.
func Lacks(ce CEActivity, licenses []core.License) error {
	var c core.Collect
	need := func(name, value, id string) {
		if value == "" {
			c.Add(name, id)
		}
	}
	need("participant", ce.Participant, "required.certificate_participant")
	need("provider_name", ce.ProviderName, "required.certificate_provider_name")
	need("provider_body", ce.ProviderBody, "required.certificate_provider_body")
	need("provider_number", ce.ProviderNumber, "required.certificate_provider_number")
	need("provider_contact", ce.ProviderContact, "required.certificate_provider_contact")
	if !ce.Signed {
		c.Add("signed", "required.signed")
	}
	switch {
	case ce.Approved == 0:
		c.Add("approved", "required.approved")
	case ce.Approved != ce.Amount.Minutes:
		c.Add("approved", "not_approved_hours", "minutes", ce.Amount.Minutes, "approved", ce.Approved)
	}
	if ce.Document.ID.IsZero() {
		c.Add("document", "certificate_needed")
	}
	asked := asked(licenses)
	if slices.Contains(asked, "license_number") {
		need("license_number", ce.LicenseNumber, "required.certificate_license_number")
	}
	if slices.Contains(asked, "program_number") {
		need("program_number", ce.ProgramNumber, "required.certificate_program_number")
	}
	return c.Err()
}

// asked is what the packs of licenses want a certificate to show beside the usual.
func asked(licenses []core.License) (fields []string) {
	for _, l := range licenses {
		if p, ok := standard.CE(l.Jurisdiction); ok {
			fields = append(fields, p.Cycle.Certificate...)
		}
	}
	return fields
}

// providerOf finds an activity's provider by its number, or none.
func providerOf(ctx context.Context, tx Tx, ce CEActivity) (CEProvider, error) {
	if ce.ProviderBody == "" || ce.ProviderNumber == "" {
		return CEProvider{}, nil
	}
	p, err := tx.CEProviderByNumber(ctx, ce.OrganizationID, ce.ProviderBody, ce.ProviderNumber)
	if errors.Is(err, core.NotFound("provider")) || err == nil && !p.Approved(ce.ProviderBody, ce.On) {
		return CEProvider{}, nil
	}
	return p, err
}

// Duty is until when a provider has to report a course to an authority.
type Duty struct {
	Jurisdiction string
	Due          core.Date
}

// Duties are the days by which an activity's provider has to report it, of the
// licenses whose packs ask for that and that were issued by then.
func Duties(ce CEActivity, licenses []core.License) (due []Duty) {
	for _, l := range licenses {
		p, ok := standard.CE(l.Jurisdiction)
		if ok && p.Cycle.ReportDays > 0 && ce.State != CEPlanned && !ce.On.Before(l.IssuedOn) {
			due = append(due, Duty{l.Jurisdiction, ce.On.AddDays(p.Cycle.ReportDays)})
		}
	}
	return due
}

var decides = act.Declare(access.CEDecide, act.NewEvent("ce.decide", "ce_activity"))

// Accept takes a reported activity as proven. It needs ce.decide of the school to
// which it was handed in, or under a grant, not on one's own record, and a password
// given within 15 minutes. Codes: own_record, not_reported, reauthentication_required, stale.
func (s *Service) Accept(ctx context.Context, a access.Actor, id core.CEActivityID, version int) (CEActivity, error) {
	return act.Do(ctx, s.act, a, decides, deciding(a, id, version, CEAccepted, ""))
}

// Reject refuses a reported activity with a reason; fixed, it can be reported
// again. It needs what Accept needs. Codes: those of Accept, required, too_long.
func (s *Service) Reject(ctx context.Context, a access.Actor, id core.CEActivityID, version int, reason string) (CEActivity, error) {
	return act.Do(ctx, s.act, a, decides, deciding(a, id, version, CERejected, reason))
}

func deciding(a access.Actor, id core.CEActivityID, version int, state CEState, reason string) act.Command[Tx, held[CEActivity], CEActivity] {
	return changing(a, id, version, Tx.MoveCEActivity, func(_ context.Context, x act.Step[Tx], ce *CEActivity) error {
		if ce.State != CEReported {
			return core.Conflict("not_reported", "state", ce.State)
		}
		var f form
		if state == CERejected {
			f.note("reason", &reason, 1)
		}
		ce.State, ce.Reason, ce.DecidedBy, ce.DecidedByName, ce.DecidedAt = state, reason, a.AccountID, a.Name, x.Now
		return f.Err()
	})
}
