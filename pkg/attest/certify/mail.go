package certify

import (
	"context"
	"fmt"

	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/words"
)

// Decision is what those who subscribe hear of a proposal that was carried out:
// the credential, which is new or has changed, its holder, and what was proposed.
type Decision struct {
	Credential core.Credential
	Holder     core.Therapist
	Proposal   Proposal
	Closing    bool // the school closes, and this is the last that the holder gets
}

// mailHolders has holders told of what becomes of their certificates, by mail that
// leaves with the transaction.
func (s *Service) mailHolders() {
	for event, letter := range map[act.Event]func(Decision) core.Mail{
		credentialIssued: s.announcement, credentialReissued: s.announcement, credentialSuperseded: s.announcement,
		credentialRevoked: s.notice, credentialSuspended: s.notice, credentialReinstated: s.notice,
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
	c, l := d.Credential, words.Of(d.Holder.Language, d.Credential.Language)
	if d.Closing {
		return core.Mail{
			To: d.Holder.Reach, Subject: l.Say("mail.closing.subject", "school", c.OrganizationName),
			Text: l.Say("mail.closing.body", "name", d.Holder.Name, "school", c.OrganizationName, "what", whatOf(c), "link", s.link(c), "code", c.Code),
		}
	}
	return core.Mail{
		To: d.Holder.Reach, Subject: l.Say("mail.certified.subject", "title", c.Title),
		Text: l.Say("mail.certified.body", "name", d.Holder.Name, "school", c.OrganizationName, "what", whatOf(c), "link", s.link(c), "code", c.Code),
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
	c, change, l := d.Credential, past(d.Proposal.Action), words.Of(d.Holder.Language, d.Credential.Language)
	return core.Mail{
		To: d.Holder.Reach, Subject: l.Say("mail.certificate_changed.subject", "change", change, "title", c.Title),
		Text: l.Say("mail.certificate_changed.body", "name", d.Holder.Name, "school", c.OrganizationName, "change", change, "title", c.Title,
			"reason", d.Proposal.Cause, "link", s.link(c)),
	}
}
