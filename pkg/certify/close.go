package certify

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/access"
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
// for thirty years, and its keys are retired. That cannot be taken back. What
// was certified goes on being shown, here and wherever its escrow is imported.
// Permission: school.close; a person gives the password within access.FreshFor.
// Codes: not_found, school_closed, not_a_school, not_confirmed,
// reauthentication_required, required, too_short, too_long, bad_character.
func (s *Service) CloseSchool(ctx context.Context, a access.Actor, id core.OrganizationID, in CloseInput) (core.Organization, error) {
	if err := access.Can(a, access.SchoolClose, access.Target{Organization: id}); err != nil {
		return core.Organization{}, err
	}
	var org core.Organization
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		now := s.src.Now()
		if a.AccountID != access.System.AccountID {
			if err := access.Fresh(a, now); err != nil {
				return err
			}
		}
		cause, err := causeOf(in.Cause)
		if err != nil {
			return err
		}
		if err := tx.LockOrganization(ctx, id); err != nil {
			return err
		}
		if org, err = working(ctx, tx, id); err != nil {
			return err
		}
		if org.Kind != core.School {
			return core.Conflict("not_a_school", "Only a school closes.")
		}
		if strings.TrimSpace(in.Slug) != org.Slug {
			return core.InvalidField("slug", "not_confirmed", "Write the short name of the school, %s, to say that it is this one.", org.Slug)
		}
		org.ClosedAt, org.ClosedCause = now, cause
		return s.close(ctx, tx, a, org)
	})
	if err != nil {
		return core.Organization{}, err
	}
	return org, nil
}

// SchoolOf is an organization by its short name. Permission: school.close of an
// operator. Code: not_found.
func (s *Service) SchoolOf(ctx context.Context, a access.Actor, slug string) (org core.Organization, err error) {
	if err := access.Can(a, access.SchoolClose, access.Target{}); err != nil {
		return org, err
	}
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) error {
		org, err = tx.OrganizationBySlug(ctx, slug)
		return err
	})
	return org, err
}

// closeDetail is what the log commits to of the end of a school.
type closeDetail struct {
	Organization core.OrganizationID `json:"organization"`
	Cause        string              `json:"cause"`
	At           time.Time           `json:"at"`
}

func (s *Service) close(ctx context.Context, tx Tx, a access.Actor, org core.Organization) error {
	if err := s.signForGood(ctx, tx, org); err != nil {
		return err
	}
	for _, algorithm := range []core.KeyAlgorithm{core.Ed25519, core.P256} {
		key, err := tx.SigningKey(ctx, org.ID, algorithm)
		if err == nil {
			err = s.retire(ctx, tx, key, org.ClosedAt)
		}
		if err != nil && !errors.Is(err, core.NotFound("")) {
			return err
		}
	}
	_, err := s.log.Append(ctx, tx, translog.Event{
		Name: translog.EventClose, Subject: org.ID.String(), Detail: closeDetail{org.ID, org.ClosedCause, org.ClosedAt},
	})
	if err != nil {
		return err
	}
	if err := tx.CloseOrganization(ctx, org); err != nil {
		return err
	}
	return s.audit(ctx, tx, a, org.ClosedAt, org.ID, "school.close", "organization", org.ID.String(), nil)
}

// signForGood signs the status lists of a school for the last time.
func (s *Service) signForGood(ctx context.Context, tx Tx, org core.Organization) error {
	return eachList(ctx, tx, org.ID, func(list core.StatusList) error {
		list, err := s.signedList(ctx, tx, list, org.ClosedAt, finalValid)
		if err == nil {
			err = tx.KeepStatusLists(ctx, []core.StatusList{list})
		}
		return err
	})
}

func eachList(ctx context.Context, tx Tx, org core.OrganizationID, do func(core.StatusList) error) error {
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
	if err == nil && !org.ClosedAt.IsZero() {
		err = core.Conflict("school_closed", "%s has closed on %s. It attests, changes and revokes nothing any more.",
			org.Name, org.ClosedAt.In(org.Location()).Format("2 January 2006"))
	}
	return org, err
}
