package account

import (
	"strings"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/words"
)

func (s *Tenants) invitationMail(o core.Organization, i Invitation, secret string) core.Mail {
	l := words.English()
	return core.Mail{
		To: i.Email, Subject: l.Say("mail.invitation.subject", "organization", o.Name),
		Text: strings.Replace(l.Say("mail.invitation.body", "name", i.Name, "organization", o.Name, "role", i.Role,
			"link", s.InvitationURL(secret), "until", l.Moment(i.ExpiresAt.In(o.Location()))), "Hello ,", "Hello,", 1),
	}
}
