package certify

import (
	"context"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/translog"
)

// finalValid is how long the last status lists of a closed school are good: its
// certificates are checked for a working life.
const finalValid = 30 * 365 * 24 * time.Hour

// CloseInput is how a school is closed: Slug is its own short name, said once more
// since this cannot be taken back; Cause is told to everybody, 3 to 500
// characters.
type CloseInput struct {
	Slug  string
	Cause string
}

// CloseSchool says that a school has closed. From then on it attests nothing: it proposes,
// certifies, changes, revokes and credits nothing, and has no new key, all of
// which the database refuses too. Its status lists are signed for the last time,
// for thirty years, and its keys are retired: at once, or where certificates of a
// lost key wait to be signed again, when that is done. That cannot be taken back.
// What was certified goes on being shown, here and wherever its escrow is imported.
// Permission: school.close; a person gives the password within access.FreshFor.
// Codes: not_found, school_closed, not_a_school, not_confirmed,
// reauthentication_required, required, too_short, too_long, bad_character.
func (s *escrows) CloseSchool(ctx context.Context, a access.Actor, id core.OrganizationID, in CloseInput) (core.Organization, error) {
	var b *batch
	return act.Do(ctx, s.act, a, closesSchool, act.Command[Tx, core.Organization, core.Organization]{
		Find: foundSchool(func(ctx context.Context, tx Tx) (core.Organization, error) {
			if err := tx.LockOrganization(ctx, id); err != nil {
				return core.Organization{}, err
			}
			return tx.Organization(ctx, id)
		}),
		Change: func(_ context.Context, x act.Step[Tx], org core.Organization) (_ core.Organization, err error) {
			if org.ClosedCause, err = reasonOf("cause", in.Cause); err != nil {
				return org, err
			}
			if err := mayClose(org, in); err != nil {
				return org, err
			}
			org.ClosedAt = x.Now
			return org, nil
		},
		Save: func(ctx context.Context, x act.Step[Tx], _, org core.Organization) error {
			b = &batch{org: org, now: org.ClosedAt}
			return s.close(ctx, x.Tx, b)
		},
		Tell: func(_, org core.Organization) []act.Told {
			return []act.Told{{Subject: org.ID.String(), Leaves: b.events}}
		},
	})
}

func mayClose(org core.Organization, in CloseInput) error {
	if err := notClosed(org); err != nil {
		return err
	}
	if org.Kind != core.School {
		return core.Conflict("not_a_school")
	}
	if strings.TrimSpace(in.Slug) != org.Slug {
		return core.InvalidField("slug", "not_confirmed", "slug", org.Slug)
	}
	return nil
}

// SchoolOf is an organization by its short name. Permission: school.close of an
// operator. Code: not_found.
func (s *escrows) SchoolOf(ctx context.Context, a access.Actor, slug string) (core.Organization, error) {
	return act.Look(ctx, s.act, a, access.SchoolClose, func(ctx context.Context, r act.Reader[Tx]) (core.Organization, error) {
		if err := r.May(ctx, access.Target{}); err != nil {
			return core.Organization{}, err
		}
		return r.Tx.OrganizationBySlug(ctx, slug)
	})
}

// closeDetail is what the log commits to of the end of a school.
type closeDetail struct {
	Organization core.OrganizationID `json:"organization"`
	Cause        string              `json:"cause"`
	At           time.Time           `json:"at"`
}

func (s *escrows) close(ctx context.Context, tx Tx, b *batch) error {
	if err := s.signForGood(ctx, tx, b.org); err != nil {
		return err
	}
	if err := s.losses.retireLast(ctx, tx, b); err != nil {
		return err
	}
	b.events = append(b.events, act.Leaf{
		Name: translog.EventClose, Subject: b.org.ID.String(), Detail: closeDetail{b.org.ID, b.org.ClosedCause, b.org.ClosedAt},
	})
	return tx.CloseOrganization(ctx, b.org)
}

// signForGood signs the status lists of a school for the last time.
func (s *escrows) signForGood(ctx context.Context, tx Tx, org core.Organization) error {
	return eachList(ctx, tx, org.ID, func(list StatusList) error {
		signed, err := s.lists.signedLists(ctx, tx, []StatusList{list}, org.ClosedAt, finalValid)
		if err == nil {
			err = tx.KeepStatusLists(ctx, signed)
		}
		return err
	})
}

func eachList(ctx context.Context, tx Tx, org core.OrganizationID, do func(StatusList) error) error {
	for after := (core.StatusListID{}); ; {
		page, err := tx.StatusListsOf(ctx, org, after, examined)
		if err != nil || len(page) == 0 {
			return err
		}
		after = page[len(page)-1].ID
		for _, list := range page {
			if err := do(list); err != nil {
				return err
			}
		}
	}
}

// working is an organization that has not closed. Everything by which a school
// attests begins here.
func working(ctx context.Context, tx Tx, id core.OrganizationID) (core.Organization, error) {
	org, err := tx.Organization(ctx, id)
	if err == nil {
		err = notClosed(org)
	}
	return org, err
}

func notClosed(org core.Organization) error {
	if org.ClosedAt.IsZero() {
		return nil
	}
	return core.Conflict("school_closed.certify", "name", org.Name, "day", core.DateOf(org.ClosedAt.In(org.Location())))
}
