package licensure

import (
	"context"
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
)

// SetAside is that a license is not of whom it was recorded for: by the organization that
// recorded it, or, where there is none, by the operator.
type SetAside struct {
	ID             core.SetAsideID
	LicenseID      core.LicenseID
	OrganizationID core.OrganizationID
	Reason         string
	SetBy          core.AccountID
	SetAt          time.Time
}

// Claim is one of the records of a license that several people's records name. Vouched
// tells that more than the therapist's own word is known of it; Aside is zero where it
// stands.
type Claim struct {
	core.License
	HolderName       string
	OrganizationName string
	Vouched          bool
	Aside            SetAside
}

// Contest is a license that several people's records name. To a school Others tells how
// many records there are beside its own; the operator sees all of them as Claims.
type Contest struct {
	Claims []Claim
	Others int
}

// Contests are the licenses that several people's records name: to a school those that
// it recorded, and nothing of the others; to the operator, without an organization, all.
// Permission: roster.read, or source.read. Code: bad_cursor.
func (s *licenses) Contests(ctx context.Context, a access.Actor, org core.OrganizationID, page core.Page) (core.List[Contest], error) {
	action := access.RosterRead
	if org.IsZero() {
		action = access.SourceRead
	}
	return act.List(ctx, s.act, a, page, act.Listing[Tx, Contest]{
		Action: action, Parts: 1,
		Find: func(ctx context.Context, r act.Reader[Tx], at act.Part) (found []Contest, err error) {
			after, err := act.AfterID[core.LicenseID](at, 0)
			if err == nil {
				err = r.May(ctx, access.Target{Organization: org})
			}
			if err != nil {
				return nil, err
			}
			ids, err := r.Tx.Contested(ctx, org, after, at.Limit)
			if err != nil {
				return nil, err
			}
			claims, err := r.Tx.ClaimsOn(ctx, ids)
			for _, id := range ids {
				found = append(found, contest(claims[id], id, org))
			}
			return found, err
		},
		Key: func(c Contest) []string { return []string{c.Claims[0].ID.String()} },
	})
}

// contest is what a school, or the operator, is shown of the records of a license.
func contest(all []Claim, id core.LicenseID, org core.OrganizationID) Contest {
	if org.IsZero() {
		first := slices.IndexFunc(all, func(c Claim) bool { return c.ID == id })
		if first > 0 { // by which the list goes on
			all[0], all[first] = all[first], all[0]
		}
		return Contest{Claims: all}
	}
	own := slices.DeleteFunc(slices.Clone(all), func(c Claim) bool { return c.ID != id })
	return Contest{Claims: own, Others: len(all) - len(own)}
}

var (
	setsAside  = act.Declare(access.LicenseSettle, act.NewEvent("license.set_aside", "license"))
	liftsAside = act.Declare(access.LicenseSettle, act.NewEvent("license.lift_aside", "license"))
)

// settler is for whom an actor decides: the school that recorded a license, or nobody but
// the operator.
func settler(a access.Actor, org core.OrganizationID) core.OrganizationID {
	if a.Operator {
		return core.OrganizationID{}
	}
	return org
}

// SetLicenseAside decides that a license is not of whom it was recorded for, while another
// person's record names it too. By the operator it says nothing of that person any more;
// by the school that recorded it it stays doubtful, and only contests nothing. Permission:
// license.settle of the school that recorded it, or the operator, and nobody for their own
// record. Codes: required, too_long, bad_character (reason); not_contested,
// set_aside_already, not_found.
func (s *licenses) SetLicenseAside(ctx context.Context, a access.Actor, id core.LicenseID, reason string) (core.License, error) {
	return act.Do(ctx, s.act, a, setsAside, settling(id, func(ctx context.Context, x act.Step[Tx], l core.License, claims []Claim) error {
		var f form
		f.line("reason", &reason, 1, 500)
		if err := f.Err(); err != nil {
			return err
		}
		holders, err := holdersOf(ctx, x.Tx, licensesAmong(claims))
		if err != nil {
			return err
		}
		others := slices.ContainsFunc(claims, func(c Claim) bool {
			return holders[c.TherapistID].TherapistID != holders[l.TherapistID].TherapistID
		})
		if !others {
			return core.Conflict("not_contested")
		}
		err = x.Tx.InsertSetAside(ctx, SetAside{
			ID: core.NewID[core.SetAsideID](s.src), LicenseID: id, OrganizationID: settler(a, l.OrganizationID), Reason: reason, SetBy: a.AccountID, SetAt: x.Now,
		})
		if err != nil {
			return err
		}
		return s.hearing.tell(ctx, id)
	}))
}

func licensesAmong(claims []Claim) []core.License {
	all := make([]core.License, len(claims))
	for i, c := range claims {
		all[i] = c.License
	}
	return all
}

// LiftLicenseAside takes back that a license was set aside. Permission: license.settle of
// the school that said so, or the operator, and nobody for their own record. Codes:
// not_set_aside, not_found.
func (s *licenses) LiftLicenseAside(ctx context.Context, a access.Actor, id core.LicenseID) (core.License, error) {
	return act.Do(ctx, s.act, a, liftsAside, settling(id, func(ctx context.Context, x act.Step[Tx], l core.License, claims []Claim) error {
		own := slices.IndexFunc(claims, func(c Claim) bool { return c.ID == id })
		by := settler(a, l.OrganizationID)
		if own < 0 || claims[own].Aside.ID.IsZero() || !by.IsZero() && claims[own].Aside.OrganizationID != by {
			return core.Conflict("not_set_aside")
		}
		return x.Tx.LiftSetAside(ctx, claims[own].Aside.ID, a.AccountID, x.Now)
	}))
}

// settling is a command on one of the records of a license. What becomes of the answer is
// in the license's next version.
func settling(id core.LicenseID, settle func(context.Context, act.Step[Tx], core.License, []Claim) error) act.Command[Tx, core.License, core.License] {
	return act.Command[Tx, core.License, core.License]{
		Find: func(ctx context.Context, tx Tx) (act.Found[core.License], error) {
			l, err := tx.License(ctx, id)
			return act.Found[core.License]{Thing: l, Owner: access.Target{Organization: l.OrganizationID, Therapist: l.TherapistID}}, err
		},
		Change: func(ctx context.Context, x act.Step[Tx], l core.License) (core.License, error) {
			claims, err := x.Tx.Claims(ctx, l)
			if err == nil {
				err = settle(ctx, x, l, claims)
			}
			if err == nil {
				err = touch(ctx, x.Tx, l)
			}
			if err != nil {
				return l, err
			}
			return x.Tx.License(ctx, id)
		},
		Tell:    func(_, l core.License) []act.Told { return act.Of(l.ID.String(), nil) },
		Explain: hide("license"),
	}
}
