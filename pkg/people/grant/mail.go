package grant

import (
	"context"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/words"
)

// SharingPath is the page on which people see and end what they let others see.
const SharingPath = "/record/sharing"

// askedMail goes to an address, whether or not anybody has it.
func (s *Service) askedMail(o core.Organization, r Request) core.Mail {
	l := words.Of(o.Language)
	return core.Mail{
		To: r.Email, Subject: l.Say("mail.grant_asked.subject", "organization", o.Name),
		Text: l.Say("mail.grant_asked.body", "organization", o.Name, "name", r.AskedByName, "scopes", Parts(l, r.Scopes), "purpose", words.S("purpose."+string(r.Purpose)),
			"link", s.baseURL+SharingPath, "until", l.Day(r.AskedAt.Add(OpenFor).In(o.Location()))),
	}
}

// mailBegun tells the therapist that a grant begins, and who asked for it.
func (s *Service) mailBegun(ctx context.Context, x act.Step[Tx], n given, g Grant) error {
	l := words.Of(x.Actor.Language, n.to.Language)
	err := x.Tx.SendMail(ctx, core.Mail{
		To: x.Actor.Email, Subject: l.Say("mail.grant_given.subject", "organization", n.to.Name),
		Text: l.Say("mail.grant_given.body", "name", g.TherapistName, "organization", n.to.Name, "words", g.Words, "link", s.baseURL+SharingPath),
	})
	if err != nil || n.request.ID.IsZero() {
		return err
	}
	return s.mailAsker(ctx, x, n.request, func(l *words.Language, asker access.Actor, link string) (subject, text string) {
		return l.Say("mail.grant_accepted.subject", "name", g.TherapistName),
			l.Say("mail.grant_accepted.body", "asker", asker.Name, "name", g.TherapistName, "organization", g.OrganizationName, "link", link)
	})
}

// mailEnded tells the other side that a grant has ended.
func (s *Service) mailEnded(ctx context.Context, x act.Step[Tx], g Grant) error {
	if g.EndedBy == SideOrganization {
		t, err := x.Tx.Therapist(ctx, g.TherapistID)
		if err != nil {
			return err
		}
		l := words.Of(t.Language)
		return x.Tx.SendMail(ctx, core.Mail{
			To: t.Reach, Subject: l.Say("mail.grant_ended.subject", "organization", g.OrganizationName),
			Text: l.Say("mail.grant_ended.body", "name", t.Name, "organization", g.OrganizationName, "link", s.baseURL+SharingPath),
		})
	}
	if g.RequestID.IsZero() {
		return nil
	}
	r, err := x.Tx.GrantRequest(ctx, g.RequestID)
	if err != nil {
		return err
	}
	return s.mailAsker(ctx, x, r, func(l *words.Language, asker access.Actor, link string) (subject, text string) {
		return l.Say("mail.grant_over.subject", "name", g.TherapistName),
			l.Say("mail.grant_over.body", "asker", asker.Name, "name", g.TherapistName, "organization", g.OrganizationName, "link", link)
	})
}

// mailAsker tells the member who asked for a grant what became of it, unless they have
// left.
func (s *Service) mailAsker(ctx context.Context, x act.Step[Tx], r Request, write func(l *words.Language, asker access.Actor, link string) (subject, text string)) error {
	asker, err := x.Tx.ActorOf(ctx, r.AskedBy)
	if err != nil || len(asker.Roles(r.OrganizationID)) == 0 {
		return err
	}
	subject, text := write(words.Of(asker.Language), asker, s.baseURL+"/o/"+r.OrganizationID.String()+"/grants")
	return x.Tx.SendMail(ctx, core.Mail{To: asker.Email, Subject: subject, Text: text})
}

// mailLeft tells a school's administrators that a student has left.
func (s *Service) mailLeft(ctx context.Context, x act.Step[Tx], o core.Organization) error {
	to, err := x.Tx.Administrators(ctx, o.ID)
	if err != nil {
		return err
	}
	for _, admin := range to {
		l := words.Of(admin.Language, o.Language)
		err := x.Tx.SendMail(ctx, core.Mail{
			To: admin.Email, Subject: l.Say("mail.school_left.subject", "name", x.Actor.Name, "organization", o.Name),
			Text: l.Say("mail.school_left.body", "admin", admin.Name, "name", x.Actor.Name, "organization", o.Name),
		})
		if err != nil {
			return err
		}
	}
	return nil
}
