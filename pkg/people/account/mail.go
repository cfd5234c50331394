package account

import (
	"fmt"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/words"
)

func (s *Tenants) invitationMail(o core.Organization, i Invitation, secret string) core.Mail {
	greeting := "Hello,"
	if i.Name != "" {
		greeting = "Hello " + i.Name + ","
	}
	return core.Mail{
		To:      i.Email,
		Subject: o.Name + " invites you to Palmar",
		Text: fmt.Sprintf(`%s

%s keeps its record of training in Palmar and invites you to take part, in the role: %s.

Open this link to accept:

%s

It works once, until %s. If you did not expect this mail, do nothing.
`, greeting, o.Name, i.Role, s.InvitationURL(secret), words.English().Moment(i.ExpiresAt.In(o.Location()))),
	}
}
