package licensure

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
)

// AdverseInput is an action of an authority, how it is known, and the order as a file.
// EndsOn is zero where it has no end; Authority is empty for the board that issued the
// license.
type AdverseInput struct {
	Kind                         core.AdverseKind
	Authority, OrderNumber, Note string
	StartsOn, EndsOn             core.Date
	Method                       string
	CheckedOn                    core.Date
	Filename                     string
	Order                        []byte
}

var (
	adverseRecorded = act.NewEvent("adverse.record", "adverse_action")
	recordsAdverse  = act.Declare(access.AdverseRecord, adverseRecorded)
)

// RecordAdverse records an adverse action with the order itself and the discipline that
// it causes, for the same days: all of it or nothing. Permission: adverse.record under a
// grant of licenses and discipline, and nobody for their own record. Codes by field:
// unknown_kind, required, too_long, bad_character, bad_date, date_in_future,
// ends_before_start, unknown_method; of the document those of core.NewDocument;
// adverse_exists, stale.
func (s *licenses) RecordAdverse(ctx context.Context, a access.Actor, license core.LicenseID, version int, in AdverseInput) (Adverse, error) {
	return act.Do(ctx, s.act, a, recordsAdverse, act.Command[Tx, core.License, Adverse]{
		Version: version,
		Find: func(ctx context.Context, tx Tx) (act.Found[core.License], error) {
			found, err := findLicense(license)(ctx, tx)
			found.Owner.Scope = access.ScopeDiscipline
			found.Others = []access.Target{licensesOf(found.Thing.TherapistID)}
			return found, err
		},
		Change: func(ctx context.Context, x act.Step[Tx], l core.License) (Adverse, error) {
			made := Adverse{
				ID: core.NewID[core.AdverseID](s.src), LicenseID: license, OrganizationID: x.For,
				RecordedBy: a.AccountID, RecordedByName: a.Name, RecordedAt: x.Now,
			}
			discipline, document, err := in.fill(&made, x.Now)
			if err != nil {
				return made, err
			}
			if made.DocumentID, err = keep(ctx, x, s.src, l.TherapistID, document); err != nil || discipline == "" {
				return made, err
			}
			e := newEvent(s.src, a, x.For, license, EventInput{
				Axis: core.Discipline, Status: discipline, EffectiveOn: made.StartsOn, Until: made.EndsOn, Method: in.Method,
				Source:    cmp.Or(made.Authority, core.JurisdictionName(l.Jurisdiction)+" licensing board") + ", order " + made.OrderNumber,
				CheckedOn: in.CheckedOn, Authority: made.Authority,
			}, x.Now)
			made.EventID = e.ID
			return made, s.hearing.keep(ctx, x.Tx, []core.LicenseEvent{e}, nil)
		},
		Save: func(ctx context.Context, x act.Step[Tx], l core.License, made Adverse) error {
			if err := x.Tx.InsertAdverse(ctx, made); err != nil {
				return err
			}
			return touch(ctx, x.Tx, l)
		},
		Tell: func(l core.License, made Adverse) []act.Told {
			return telling(made.ID.String(), aboutLicense("added.adverse", l, l))
		},
	})
}

// fill validates an input, writes it, and gives the discipline that it causes and the
// order as a document.
func (in AdverseInput) fill(v *Adverse, now time.Time) (discipline string, document core.Document, err error) {
	var f form
	i := slices.IndexFunc(core.AdverseKinds, func(k struct {
		Kind       core.AdverseKind
		Discipline string
	}) bool {
		return k.Kind == in.Kind
	})
	if i < 0 {
		f.Add("kind", "unknown_kind.order")
	} else {
		discipline = core.AdverseKinds[i].Discipline
	}
	f.line("authority", &in.Authority, 0, 120)
	f.line("order_number", &in.OrderNumber, 1, 60)
	f.note("note", &in.Note)
	f.day("starts_on", in.StartsOn, core.Date{})
	if !in.EndsOn.IsZero() {
		f.day("ends_on", in.EndsOn, core.Date{})
		if in.EndsOn.Before(in.StartsOn) {
			f.Add("ends_on", "ends_before_start", "endsOn", in.EndsOn)
		}
	}
	if in.Method != core.MethodPrimarySource && in.Method != core.MethodDocument {
		f.Add("method", "unknown_method.order")
	}
	f.day("checked_on", in.CheckedOn, latestToday(now))
	document, err = core.NewDocument(in.Filename, in.Order)
	_ = f.Check("document", err) // it gives faults alone
	v.DocumentName = document.Name
	v.Kind, v.Authority, v.OrderNumber, v.Note, v.StartsOn, v.EndsOn = in.Kind, in.Authority, in.OrderNumber, in.Note, in.StartsOn, in.EndsOn
	return discipline, document, f.Err()
}

// AdverseActions lists the actions against a therapist's licenses, newest record
// first: to an organization without a grant of discipline those that it recorded.
// Permission: license.read. Codes: not_found, bad_cursor.
func (s *licenses) AdverseActions(ctx context.Context, a access.Actor, therapist core.TherapistID, page core.Page) (core.List[Adverse], error) {
	return act.List(ctx, s.act, a, page, act.Listing[Tx, Adverse]{
		Action: access.LicenseRead, Parts: 1,
		Find: func(ctx context.Context, r act.Reader[Tx], at act.Part) ([]Adverse, error) {
			after, err := act.AfterID[core.AdverseID](at, 0)
			if err != nil {
				return nil, err
			}
			share, err := r.Share(ctx, therapist, access.ScopeDiscipline)
			if err != nil {
				return nil, err
			}
			by := share.First()
			if share.Whole {
				by = core.OrganizationID{}
			}
			all, err := r.Tx.AdverseOf(ctx, therapist, by, after, at.Limit)
			for i := range all {
				all[i] = all[i].Unnamed(a, therapist)
			}
			return all, err
		},
		Key: func(v Adverse) []string { return []string{v.ID.String()} },
	})
}

// order is an action, and whose license it is about.
type order struct {
	action    Adverse
	therapist core.TherapistID
}

// AttachOrder adds the document of an action that was recorded without one, as those of
// former versions. Permission: adverse.record of who recorded the action. Codes: those of core.NewDocument, not_found, own_record,
// document_there.
func (s *licenses) AttachOrder(ctx context.Context, a access.Actor, id core.AdverseID, name string, body []byte) (Adverse, error) {
	return act.Do(ctx, s.act, a, recordsAdverse, act.Command[Tx, order, Adverse]{
		Find: func(ctx context.Context, tx Tx) (act.Found[order], error) {
			v, therapist, err := adverse(ctx, tx, id)
			return act.Found[order]{Thing: order{v, therapist}, Owner: access.Target{Organization: v.OrganizationID, Therapist: therapist}}, err
		},
		Change: func(ctx context.Context, x act.Step[Tx], o order) (Adverse, error) {
			document, err := keepDocument(ctx, x, s.src, o.therapist, name, body)
			if err != nil {
				return o.action, err
			}
			if err := x.Tx.AttachAdverse(ctx, id, document); err != nil {
				if core.CodeOf(err) == core.ErrStale.Code {
					err = core.Conflict("document_there")
				}
				return o.action, err
			}
			return x.Tx.Adverse(ctx, id)
		},
		Tell:    func(o order, v Adverse) []act.Told { return tell(v.OrganizationID, o.therapist, id.String()) },
		Explain: hide("adverse action"),
	})
}

// OrderDocument is the document of an action. Permission: license.read. Code:
// not_found.
func (s *licenses) OrderDocument(ctx context.Context, a access.Actor, id core.AdverseID) (core.Document, error) {
	return act.Read(ctx, s.act, a, access.LicenseRead, func(ctx context.Context, r act.Reader[Tx]) (core.Document, error) {
		v, therapist, err := adverse(ctx, r.Tx, id)
		if err == nil {
			err = hidden(r.May(ctx, part(therapist, v.OrganizationID, access.ScopeDiscipline)), "adverse action")
		}
		if err != nil {
			return core.Document{}, err
		}
		if v.DocumentID.IsZero() {
			return core.Document{}, core.NotFound("document")
		}
		return r.Tx.Document(ctx, v.DocumentID)
	})
}

// adverse finds an action, and whose license it is about.
func adverse(ctx context.Context, tx Tx, id core.AdverseID) (Adverse, core.TherapistID, error) {
	v, err := tx.Adverse(ctx, id)
	if err != nil {
		return Adverse{}, core.TherapistID{}, err
	}
	l, err := tx.License(ctx, v.LicenseID)
	return v, l.TherapistID, err
}
