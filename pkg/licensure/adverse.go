package licensure

import (
	"context"
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

// AdverseInput is an action of an authority, and how it is known. EndsOn is zero
// where it has no end.
type AdverseInput struct {
	Kind                         core.AdverseKind
	Authority, OrderNumber, Note string
	StartsOn, EndsOn             core.Date
	Method                       string
	CheckedOn                    core.Date
}

// RecordAdverse records an adverse action with the discipline that it causes,
// for the same days. Permission: adverse.record at any school that knows the
// therapist, and nobody for their own record. Codes by field: unknown_kind,
// required, too_long, bad_character, bad_date, date_in_future, ends_before_start,
// unknown_method; adverse_exists, stale.
func (s *Service) RecordAdverse(ctx context.Context, a access.Actor, license core.LicenseID, version int, in AdverseInput) (core.Adverse, error) {
	var made core.Adverse
	_, err := s.changeLicenseAs(ctx, a, access.AdverseRecord, license, version, string(access.AdverseRecord), func(ctx context.Context, tx Tx, l core.License, org core.OrganizationID, now time.Time) error {
		made = core.Adverse{
			ID: core.NewID[core.AdverseID](s.src), LicenseID: l.ID, OrganizationID: org, RecordedBy: a.AccountID, RecordedByName: a.Name, RecordedAt: now,
		}
		discipline, err := in.fill(&made, now)
		if err != nil {
			return err
		}
		if discipline != "" {
			e := s.event(a, l.ID, EventInput{
				Axis: core.Discipline, Status: discipline, EffectiveOn: in.StartsOn, Until: in.EndsOn, Method: in.Method,
				Source: made.Authority + ", order " + made.OrderNumber, CheckedOn: in.CheckedOn,
			}, now)
			made.EventID = e.ID
			if err := tx.InsertLicenseEvent(ctx, e); err != nil {
				return err
			}
		}
		return tx.InsertAdverse(ctx, made)
	})
	return made, err
}

// fill validates an input, writes it, and gives the discipline that it causes.
func (in AdverseInput) fill(v *core.Adverse, now time.Time) (discipline string, err error) {
	var f form
	i := slices.IndexFunc(core.AdverseKinds, func(k struct {
		Kind       core.AdverseKind
		Discipline string
	}) bool {
		return k.Kind == in.Kind
	})
	if i < 0 {
		f.Add("kind", "unknown_kind", "Choose what the authority did.")
	} else {
		discipline = core.AdverseKinds[i].Discipline
	}
	f.line("authority", &in.Authority, 1, 120)
	f.line("order_number", &in.OrderNumber, 1, 60)
	f.note("note", &in.Note)
	f.day("starts_on", in.StartsOn, core.Date{})
	if !in.EndsOn.IsZero() {
		f.day("ends_on", in.EndsOn, core.Date{})
		if in.EndsOn.Before(in.StartsOn) {
			f.Add("ends_on", "ends_before_start", "%s is before the day on which it begins.", in.EndsOn)
		}
	}
	if in.Method != core.MethodPrimarySource && in.Method != core.MethodDocument {
		f.Add("method", "unknown_method", "An action is known from the authority or by a document.")
	}
	f.day("checked_on", in.CheckedOn, latestToday(now))
	v.Kind, v.Authority, v.OrderNumber, v.Note, v.StartsOn, v.EndsOn = in.Kind, in.Authority, in.OrderNumber, in.Note, in.StartsOn, in.EndsOn
	return discipline, f.Err()
}

// AdverseActions lists the actions against a therapist's licences, newest record
// first. Permission: license.read at any school that knows the therapist. Codes:
// not_found, bad_cursor.
func (s *Service) AdverseActions(ctx context.Context, a access.Actor, therapist core.TherapistID, page core.Page) (core.List[core.Adverse], error) {
	after, err := core.AfterID[core.AdverseID](page.Cursor)
	if err != nil {
		return core.List[core.Adverse]{}, err
	}
	var rows []core.Adverse
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		if _, err := allowed(ctx, tx, a, access.LicenseRead, therapist); err != nil {
			return err
		}
		rows, err = tx.AdverseOf(ctx, therapist, after, page.Size()+1)
		return err
	})
	return core.ListOf(rows, page.Size(), func(v core.Adverse) string { return v.ID.String() }), err
}

// AttachOrder adds the document of an action that has none. Permission:
// adverse.record. Codes: those of core.NewDocument, not_found, own_record,
// document_there.
func (s *Service) AttachOrder(ctx context.Context, a access.Actor, id core.AdverseID, name string, body []byte) (core.Adverse, error) {
	now := s.src.Now()
	var v core.Adverse
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		found, l, err := s.adverse(ctx, tx, a, access.AdverseRecord, id)
		if err != nil {
			return err
		}
		document, err := s.keepDocument(ctx, tx, a, l.TherapistID, name, body, now)
		if err != nil {
			return err
		}
		if err := tx.AttachAdverse(ctx, id, document); err != nil {
			if core.CodeOf(err) == core.ErrStale.Code {
				return core.Conflict("document_there", "The order is attached already, and is not replaced.")
			}
			return err
		}
		if err := s.audit(ctx, tx, a, now, found.OrganizationID, string(access.AdverseRecord), "adverse_action", id.String()); err != nil {
			return err
		}
		v, err = tx.Adverse(ctx, id)
		return err
	})
	return v, err
}

// OrderDocument is the document of an action. Permission: license.read. Code:
// not_found.
func (s *Service) OrderDocument(ctx context.Context, a access.Actor, id core.AdverseID) (core.Document, error) {
	var d core.Document
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) error {
		v, _, err := s.adverse(ctx, tx, a, access.LicenseRead, id)
		if err != nil {
			return err
		}
		if v.DocumentID.IsZero() {
			return core.NotFound("document")
		}
		d, err = tx.Document(ctx, v.DocumentID)
		return err
	})
	return d, err
}

func (s *Service) adverse(ctx context.Context, tx Tx, a access.Actor, action access.Action, id core.AdverseID) (core.Adverse, core.License, error) {
	v, err := tx.Adverse(ctx, id)
	if err != nil {
		return core.Adverse{}, core.License{}, err
	}
	l, err := tx.License(ctx, v.LicenseID)
	if err != nil {
		return core.Adverse{}, core.License{}, err
	}
	if _, err := allowed(ctx, tx, a, action, l.TherapistID); err != nil {
		return core.Adverse{}, core.License{}, hidden(err, "adverse action")
	}
	return v, l, nil
}
