package grant

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/words"
)

// formerAtOnce is how many are found at once who are still to be told.
const formerAtOnce = 500

// Former keeps who saw a record before there were grants, until both sides are told that
// this has ended.
type Former interface {
	// FormerUntold are people, or organizations, who are still to be told, each once.
	FormerUntold(ctx context.Context, side Side, limit int) ([]string, error)
	// FormerOf are the names of the organizations that saw a therapist's record and of
	// which nobody told them yet, by name.
	FormerOf(ctx context.Context, therapist core.TherapistID) ([]string, error)
	// FormerAt is how many records an organization saw of which it was not told yet.
	FormerAt(ctx context.Context, org core.OrganizationID) (int, error)
	// TellFormer notes that a side was told.
	TellFormer(ctx context.Context, side Side, id string, now time.Time) error
}

// Works are what is done in the background: both sides are told that a sight of before
// there were grants has ended.
func (s *Service) Works() []act.Work {
	return []act.Work{{Name: "former_sights", Every: 24 * time.Hour, Due: s.formerDue, Do: s.tellFormer}}
}

func (s *Service) formerDue(ctx context.Context, add func(...string) error) error {
	for _, side := range []Side{SideTherapist, SideOrganization} {
		untold, err := act.Peek(ctx, s.act, func(ctx context.Context, tx Tx) ([]string, error) {
			return tx.FormerUntold(ctx, side, formerAtOnce)
		})
		if err != nil {
			return err
		}
		items := make([]string, len(untold))
		for i, id := range untold {
			items[i] = string(side) + "/" + id
		}
		if err := add(items...); err != nil {
			return err
		}
	}
	return nil
}

// tellFormer tells one person, or the administrators of one organization, once.
func (s *Service) tellFormer(ctx context.Context, item string) error {
	side, id, _ := strings.Cut(item, "/")
	return act.Maintain(ctx, s.act, func(ctx context.Context, tx Tx) (err error) {
		switch Side(side) {
		case SideTherapist:
			err = s.mailFormerPerson(ctx, tx, id)
		case SideOrganization:
			err = s.mailFormerOrganization(ctx, tx, id)
		default:
			err = fmt.Errorf("grant: no side of %q", item)
		}
		if err != nil {
			return err
		}
		return tx.TellFormer(ctx, Side(side), id, s.src.Now())
	})
}

func (s *Service) mailFormerPerson(ctx context.Context, tx Tx, text string) error {
	id, err := core.ParseID[core.TherapistID](text)
	if err != nil {
		return err
	}
	orgs, err := tx.FormerOf(ctx, id)
	if err != nil || len(orgs) == 0 {
		return err
	}
	t, err := tx.Therapist(ctx, id)
	if err != nil {
		return err
	}
	l := words.Of(t.Language)
	return tx.SendMail(ctx, core.Mail{
		To: t.Reach, Subject: l.Say("mail.former_person.subject"),
		Text: l.Say("mail.former_person.body", "name", t.Name, "organizations", l.List(orgs...), "link", s.baseURL+SharingPath),
	})
}

func (s *Service) mailFormerOrganization(ctx context.Context, tx Tx, text string) error {
	id, err := core.ParseID[core.OrganizationID](text)
	if err != nil {
		return err
	}
	n, err := tx.FormerAt(ctx, id)
	if err != nil || n == 0 {
		return err
	}
	o, err := tx.Organization(ctx, id)
	if err != nil {
		return err
	}
	to, err := tx.Administrators(ctx, id)
	if err != nil {
		return err
	}
	for _, admin := range to {
		l := words.Of(admin.Language, o.Language)
		err := tx.SendMail(ctx, core.Mail{
			To: admin.Email, Subject: l.Say("mail.former_organization.subject", "organization", o.Name),
			Text: l.Say("mail.former_organization.body", "name", admin.Name, "organization", o.Name, "count", n, "link", s.baseURL+"/o/"+o.ID.String()+"/grants"),
		})
		if err != nil {
			return err
		}
	}
	return nil
}
