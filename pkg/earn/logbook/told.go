package logbook

import (
	"context"

	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/words"
)

// Telling has the service tell students by mail that hours of another school are proposed
// and accepted for them, with links to the pages at an address, and returns the service.
func (s *Service) Telling(baseURL string) *Service {
	for _, event := range []act.Event{transferProposed, transferAccepted} {
		s.act.On(event, func(ctx context.Context, tx Tx, h act.Happened) error {
			t, ok := h.About.(TransferRequest)
			if !ok || h.Actor.Is(t.TherapistID) {
				return nil
			}
			return mailTransfer(ctx, tx, baseURL, t)
		})
	}
	return s
}

func mailTransfer(ctx context.Context, tx Tx, baseURL string, t TransferRequest) error {
	student, err := tx.Therapist(ctx, t.TherapistID)
	if err != nil || student.AccountID.IsZero() { // the school's own file, and nobody's record
		return err
	}
	school, err := tx.Organization(ctx, t.OrganizationID)
	if err != nil {
		return err
	}
	l := words.Of(student.Language, school.Language)
	m := core.Mail{To: student.Reach, Subject: l.Say("mail.transfer_proposed.subject", "organization", school.Name, "school", t.Origin.School)}
	link := baseURL + "/transfers/" + t.ID.String()
	if t.State == TransferAccepted {
		m.Subject = l.Say("mail.transfer_accepted.subject", "organization", school.Name, "school", t.Origin.School)
		m.Text = l.Say("mail.transfer_accepted.body", "name", student.Name, "organization", school.Name, "school", t.Origin.School, "hours", t.Minutes(), "link", link)
		return tx.SendMail(ctx, m)
	}
	m.Text = l.Say("mail.transfer_proposed.body", "name", student.Name, "by", t.ProposedByName, "organization", school.Name, "school", t.Origin.School, "hours", t.Minutes(), "link", link)
	return tx.SendMail(ctx, m)
}

// tellTransfer tells of a transfer.
func tellTransfer(t TransferRequest, details map[string]string) []act.Told {
	told := act.Of(t.ID.String(), details)
	told[0].About = t
	return told
}
