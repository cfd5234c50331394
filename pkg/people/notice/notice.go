// Package notice tells people by mail what organizations add to their records, and
// the organizations beside whose records it stands. It keeps nothing and decides
// nothing: services say what was added, in what they tell.
package notice

import (
	"context"
	"slices"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/words"
)

// Added is something that an organization added to a person's record: About of what a
// command tells, alone or as []Added. Path is where the person sees it, and RecordPath
// where an organization does. Before are those who had recorded the thing that it is
// added to, if there was one.
type Added struct {
	Therapist        core.TherapistID
	What             words.Sentence
	Path, RecordPath string
	Before           []Recorder
}

// Recorder is who recorded something, and for which organization; for none: the
// therapist did.
type Recorder struct {
	Organization core.OrganizationID
	Account      core.AccountID
}

// Tx is what is read and sent in the command's transaction.
type Tx interface {
	act.Tx
	Organization(ctx context.Context, id core.OrganizationID) (core.Organization, error)
	Therapist(ctx context.Context, id core.TherapistID) (core.Therapist, error)
	TherapistsByID(ctx context.Context, ids []core.TherapistID) (map[core.TherapistID]core.Therapist, error)
	ActorOf(ctx context.Context, account core.AccountID) (access.Actor, error)
	Administrators(ctx context.Context, org core.OrganizationID) ([]core.Account, error)
	SendMail(ctx context.Context, m core.Mail) error
}

// Sender sends the mails, with links to the pages at BaseURL. Without one it is silent.
type Sender struct{ BaseURL string }

// Hear has mails sent of what commands of a subject add, and tell by these events.
func Hear[T Tx](k *act.Kernel[T], s Sender, events ...act.Event) {
	for _, event := range events {
		k.On(event, func(ctx context.Context, tx T, h act.Happened) error {
			var all []Added
			switch about := h.About.(type) {
			case Added:
				all = []Added{about}
			case []Added:
				all = about
			}
			return s.Send(ctx, tx, h.Owner.Organization, h.Actor, all...)
		})
	}
}

// Send tells of what a member of an organization added: one mail to the therapist for
// each, unless they did it themself, and one to each other organization beside whose
// record it stands.
func (s Sender) Send(ctx context.Context, tx Tx, org core.OrganizationID, by access.Actor, all ...Added) error {
	if s.BaseURL == "" || org.IsZero() || len(all) == 0 {
		return nil
	}
	var others []Added
	var ids []core.TherapistID
	for _, added := range all {
		if !by.Is(added.Therapist) {
			others, ids = append(others, added), append(ids, added.Therapist)
		}
	}
	if len(others) == 0 {
		return nil
	}
	o, err := tx.Organization(ctx, org)
	if err != nil {
		return err
	}
	people, err := tx.TherapistsByID(ctx, ids)
	if err != nil {
		return err
	}
	told := telling{Tx: tx, o: o, by: by, readers: map[Recorder][]core.Account{}}
	for _, added := range others {
		if err := s.send(ctx, told, people[added.Therapist], added); err != nil {
			return err
		}
	}
	return nil
}

// telling is what one command's mails have in common. Who of an organization reads what
// one person recorded is found once.
type telling struct {
	Tx
	o       core.Organization
	by      access.Actor
	readers map[Recorder][]core.Account
}

func (t telling) readersOf(ctx context.Context, r Recorder) (found []core.Account, err error) {
	found, known := t.readers[r]
	if !known {
		found, err = Readers(ctx, t.Tx, r)
		t.readers[r] = found
	}
	return found, err
}

func (s Sender) send(ctx context.Context, tx telling, t core.Therapist, added Added) error {
	if t.AccountID.IsZero() { // the school's own file, and nobody's record
		return nil
	}
	o, by := tx.o, tx.by
	l := words.Of(t.Language, o.Language)
	if err := tx.SendMail(ctx, core.Mail{
		To: t.Reach, Subject: l.Say("mail.added.subject", "organization", o.Name),
		Text: l.Say("mail.added.body", "name", t.Name, "by", by.Name, "organization", o.Name, "what", added.What, "link", s.BaseURL+added.Path),
	}); err != nil {
		return err
	}
	sent := []string{t.Reach, by.Email}
	for _, before := range added.Before {
		if before.Organization.IsZero() || before.Organization == o.ID {
			continue
		}
		readers, err := tx.readersOf(ctx, before)
		if err != nil {
			return err
		}
		for _, reader := range readers {
			if slices.Contains(sent, reader.Email) {
				continue
			}
			sent = append(sent, reader.Email)
			l := words.Of(reader.Language, o.Language)
			if err := tx.SendMail(ctx, core.Mail{
				To: reader.Email, Subject: l.Say("mail.added_beside.subject", "organization", o.Name, "name", t.Name),
				Text: l.Say("mail.added_beside.body", "reader", reader.Name, "name", t.Name, "organization", o.Name, "what", added.What, "link", s.BaseURL+added.RecordPath),
			}); err != nil {
				return err
			}
		}
	}
	return nil
}

// Readers are who of an organization is told of something that it recorded: who
// recorded it while they are a member, otherwise its administrators.
func Readers(ctx context.Context, tx Tx, r Recorder) ([]core.Account, error) {
	if r.Account.IsZero() {
		return tx.Administrators(ctx, r.Organization)
	}
	recorder, err := tx.ActorOf(ctx, r.Account)
	if err != nil {
		return nil, err
	}
	if len(recorder.Roles(r.Organization)) > 0 {
		return []core.Account{{ID: recorder.AccountID, Name: recorder.Name, Email: recorder.Email, Language: recorder.Language}}, nil
	}
	return tx.Administrators(ctx, r.Organization)
}
