package app

import (
	"context"
	"fmt"
	"io"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/platform/config"
	"github.com/palmar/palmar/pkg/platform/store"
)

// CohortCertification is whose open proposals are certified by whom. Anyone who may
// read the database acts for the person named by As. Program is a code; empty: of
// any.
type CohortCertification struct {
	Organization string
	Program      string
	As           string
}

// progressAt is after how many proposals progress is told.
const progressAt = 50

// CertifyCohort certifies every open proposal of a school on which a person may
// decide, one after the other, and tells on out how far it is and what was
// refused and why. It proposes nothing, and does nothing that the person could
// not do on the pages: what they proposed themselves, what is about them, and
// what has a flag that nobody has cleared is left. refused tells how many were.
func CertifyCohort(ctx context.Context, c config.Config, in CohortCertification, out io.Writer) (refused int, err error) {
	err = within(ctx, c, func(a *App) error {
		ctx := core.WithOrigin(ctx, core.Origin{Via: "command"})
		org, program, actor, err := a.decider(ctx, in)
		if err != nil {
			return err
		}
		certified := 0
		for after := (core.ProposalID{}); ; {
			actor.AuthenticatedAt = a.Source.Now()
			waiting, err := a.Certify.Decidable(ctx, actor, org, program, after)
			if err != nil {
				return err
			}
			if len(waiting) == 0 {
				break
			}
			after = waiting[len(waiting)-1].ID
			done, err := a.certifyPart(ctx, actor, org, waiting, certified+refused, out)
			certified, refused = certified+done, refused+len(waiting)-done
			if err != nil {
				return err
			}
		}
		Tell(ctx, out, "cli.certify.done", "certified", certified, "refused", refused)
		return nil
	})
	return refused, err
}

// certifyPart certifies some proposals, of which so many came before.
func (a *App) certifyPart(ctx context.Context, actor access.Actor, org core.OrganizationID, waiting []certify.Proposal, before int, out io.Writer) (certified int, err error) {
	outcomes, err := a.Certify.CertifyMany(ctx, actor, org, certify.ChosenOf(waiting), func(done, _ int) {
		if (before+done)%progressAt == 0 {
			Tell(ctx, out, "cli.certify.progress", "looked", before+done)
		}
	})
	for i, o := range outcomes {
		f := core.AsFault(o.Err)
		if f == nil {
			certified++
			continue
		}
		Tell(ctx, out, "cli.certify.refused", "name", waiting[i].Name, "title", waiting[i].Title, "fault", f, "code", f.Code)
		for _, field := range f.Fields {
			Tell(ctx, out, "cli.certify.refused_field", "text", field)
		}
	}
	return certified, err
}

// decider looks up what the command line names.
func (a *App) decider(ctx context.Context, in CohortCertification) (org core.OrganizationID, program core.ProgramID, actor access.Actor, err error) {
	err = a.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		o, err := kept.On(tx).OrganizationBySlug(ctx, in.Organization)
		if err != nil {
			return fmt.Errorf("--organization %s: %w", in.Organization, err)
		}
		org = o.ID
		if in.Program != "" {
			p, err := kept.On(tx).ProgramByCode(ctx, o.ID, in.Program)
			if err != nil {
				return fmt.Errorf("--program %s: %w", in.Program, err)
			}
			program = p.ID
		}
		actor, err = actorBy(ctx, tx, in.As)
		return err
	})
	return org, program, actor, err
}

// actorBy finds the person whom a command acts for.
func actorBy(ctx context.Context, tx *store.Tx, as string) (access.Actor, error) {
	email, err := core.NormalizeEmail(as)
	if err != nil {
		return access.Actor{}, fmt.Errorf("--as: %w", err)
	}
	account, err := kept.On(tx).AccountByEmail(ctx, email)
	if err != nil {
		return access.Actor{}, fmt.Errorf("--as %s: %w", as, err)
	}
	return kept.On(tx).ActorOf(ctx, account.ID)
}
