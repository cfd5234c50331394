package certify

import (
	"context"
	"fmt"

	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
)

// Decision is what those who subscribe hear of a proposal that was carried out:
// the credential, which is new or has changed, its holder, and what was proposed.
type Decision struct {
	Credential core.Credential
	Holder     core.Therapist
	Proposal   Proposal
}

// mailHolders has holders told of what becomes of their certificates, by mail that
// leaves with the transaction.
func (s *Service) mailHolders() {
	for event, letter := range map[act.Event]func(Decision) core.Mail{
		act.CredentialIssued: s.announcement, act.CredentialReissued: s.announcement, act.CredentialSuperseded: s.announcement,
		act.CredentialRevoked: s.notice, act.CredentialSuspended: s.notice, act.CredentialReinstated: s.notice,
	} {
		s.act.On(event, func(ctx context.Context, tx Tx, h act.Happened) error {
			d, ok := h.About.(Decision)
			if !ok {
				return fmt.Errorf("%s was told about %T, which is no decision", event, h.About)
			}
			return tx.SendMail(ctx, letter(d))
		})
	}
}

// announcement tells the holder of a new certificate.
func (s *Service) announcement(d Decision) core.Mail {
	c := d.Credential
	return core.Mail{
		To:      d.Holder.Email,
		Subject: "Your certificate: " + c.Title,
		Text: fmt.Sprintf("Hello %s,\n\n%s has certified: %s.\n\nAnybody can check the certificate here, and you can download it:\n%s\n\nIts code is %s.\n",
			d.Holder.Name, c.OrganizationName, whatOf(c), s.link(c), c.Code),
	}
}

func whatOf(c core.Credential) string {
	if c.Minutes == 0 {
		return c.Title
	}
	return fmt.Sprintf("%s (%s)", c.Title, c.Minutes)
}

// notice tells the holder that a certificate has changed.
func (s *Service) notice(d Decision) core.Mail {
	c, what := d.Credential, past[d.Proposal.Action]
	return core.Mail{
		To: d.Holder.Email, Subject: "Your certificate was " + what + ": " + c.Title,
		Text: fmt.Sprintf("Hello %s,\n\n%s has %s this certificate: %s.\n\nThe reason given: %s\n\nWhoever checks it is told so:\n%s\n\nIf you think that this is wrong, ask the school.\n",
			d.Holder.Name, c.OrganizationName, what, c.Title, d.Proposal.Cause, s.link(c)),
	}
}
