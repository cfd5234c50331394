package account

import (
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/words"
)

func (s *Tenants) invitationMail(o core.Organization, i Invitation, secret string) core.Mail {
	l, hello := words.Of(o.Language), words.S("mail.hello")
	if i.Name != "" {
		hello = words.S("mail.hello_name", "name", i.Name)
	}
	return core.Mail{
		To: i.Email, Subject: l.Say("mail.invitation.subject", "organization", o.Name),
		Text: l.Say("mail.invitation.body", "hello", hello, "organization", o.Name, "role", words.S("chip."+string(i.Role)),
			"link", s.InvitationURL(secret), "until", l.Moment(i.ExpiresAt.In(o.Location()))),
	}
}
