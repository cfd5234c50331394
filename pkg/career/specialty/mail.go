package specialty

import (
	"context"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/words"
)

// DirectoryPath is the page on which one writes one's own entry.
const DirectoryPath = "/record/directory"

// By is who took an entry down, in words.
func (d TakeDown) By(l *words.Language) string {
	if d.OrganizationID.IsZero() {
		return l.Say("directory_operator_alone")
	}
	return d.OrganizationName
}

// mailTherapist tells whose entry it is what was done to it.
func (s *moderation) mailTherapist(ctx context.Context, tx Tx, d TakeDown, subject, body string) error {
	if s.baseURL == "" {
		return nil
	}
	t, err := tx.Therapist(ctx, d.TherapistID)
	if err != nil {
		return err
	}
	l := words.Of(t.Language)
	return tx.SendMail(ctx, core.Mail{
		To: t.Reach, Subject: l.Say(subject, "by", d.By(l)),
		Text: l.Say(body, "name", t.Name, "by", d.By(l), "reason", d.Reason, "link", s.baseURL+DirectoryPath),
	})
}
