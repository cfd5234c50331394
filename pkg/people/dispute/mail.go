package dispute

import (
	"context"

	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/notice"
	"github.com/palmar/palmar/pkg/words"
)

// OwnPath is the page of one's own disputes.
const OwnPath = "/record/disputes"

// ItemName is a sentence that names what is disputed.
func ItemName(kind core.ItemKind, name string) words.Sentence {
	return words.S("dispute_item."+string(kind), "name", name)
}

// mailRecorder tells who recorded the thing, or the administrators, that it is disputed
// or no longer.
func (s *Service) mailRecorder(ctx context.Context, x act.Step[Tx], d Dispute, subject, body string) error {
	o, err := x.Tx.Organization(ctx, d.Item.Organization)
	if err != nil {
		return err
	}
	readers, err := notice.Readers(ctx, x.Tx, notice.Recorder{Organization: o.ID, Account: d.Item.Account})
	if err != nil {
		return err
	}
	for _, reader := range readers {
		l := words.Of(reader.Language, o.Language)
		if err := x.Tx.SendMail(ctx, core.Mail{
			To: reader.Email, Subject: l.Say(subject, "name", x.Actor.Name),
			Text: l.Say(body, "reader", reader.Name, "name", x.Actor.Name, "item", ItemName(d.Item.Kind, d.Item.Name), "reason", d.Reason,
				"due", l.Day(d.Due().In(o.Location())), "link", s.baseURL+"/o/"+o.ID.String()+"/disputes"),
		}); err != nil {
			return err
		}
	}
	return nil
}

// mailTherapist tells the therapist the answer.
func (s *Service) mailTherapist(ctx context.Context, x act.Step[Tx], d Dispute) error {
	t, err := x.Tx.Therapist(ctx, d.Item.Therapist)
	if err != nil {
		return err
	}
	o, err := x.Tx.Organization(ctx, d.Item.Organization)
	if err != nil {
		return err
	}
	l := words.Of(t.Language, o.Language)
	return x.Tx.SendMail(ctx, core.Mail{
		To: t.Reach, Subject: l.Say("mail.dispute_answered.subject", "organization", o.Name),
		Text: l.Say("mail.dispute_answered.body", "name", t.Name, "organization", o.Name, "item", ItemName(d.Item.Kind, d.Item.Name),
			"answer", words.S("dispute_answer."+string(d.State)), "reason", d.Answer, "link", s.baseURL+OwnPath),
	})
}
