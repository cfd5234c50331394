package renewal

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/core"
)

// Remind sends the reminders whose time has come and tells how many. A reminder
// and the note that it was sent are written in one transaction, so that it leaves
// once, wherever the program is stopped. Where it is night for the person, the
// reminder waits until the morning. It is silenced where the thing has another
// last day by now, was given up, or a later reminder of it is due as well. It is
// the program's own job and asks no permission.
func (s *Service) Remind(ctx context.Context) (int, error) {
	sent := 0
	_, err := untilFew(ctx, func(ctx context.Context) (int, error) {
		found, mailed, err := s.remindBatch(ctx)
		sent += mailed
		return found, err
	})
	return sent, err
}

// Work plans and sends what there is; it is what the program does every few
// minutes.
func (s *Service) Work(ctx context.Context) (int, error) {
	if _, err := s.Plan(ctx); err != nil {
		return 0, err
	}
	return s.Remind(ctx)
}

// verdict is what becomes of the reminders of a batch.
type verdict struct {
	send, silence []core.ReminderID
	later         map[time.Time][]core.ReminderID
	mails         []core.Mail
}

func (s *Service) remindBatch(ctx context.Context) (found, sent int, err error) {
	now := s.src.Now()
	err = s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		found, sent = 0, 0
		due, err := tx.DueReminders(ctx, now, atOnce)
		if err != nil || len(due) == 0 {
			return err
		}
		people, err := peopleOf(ctx, tx, each(due, func(r DueReminder) core.TherapistID { return r.TherapistID }))
		if err != nil {
			return err
		}
		gone, err := ended(ctx, tx, each(due, func(r DueReminder) core.Due { return r.Due }), core.DateOf(now))
		if err != nil {
			return err
		}
		v := s.judge(due, people, gone, now)
		found, sent = len(due), len(v.send)
		return v.write(ctx, tx, now)
	})
	return found, sent, err
}

// judge decides what becomes of reminders that are due.
func (s *Service) judge(due []DueReminder, people map[core.TherapistID]Person, gone map[core.SubjectID]bool, now time.Time) verdict {
	v := verdict{later: map[time.Time][]core.ReminderID{}}
	for _, r := range due {
		p := people[r.TherapistID]
		loc := zoneOf(p, r.Due.Jurisdiction)
		at := p.Settings.Quiet.Over(now, loc)
		switch {
		case r.Overtaken || p.Settings.Off || gone[r.Subject] || r.Due.ExpiresOn != r.ExpiresOn:
			v.silence = append(v.silence, r.ID)
		case at.After(now):
			v.later[at.UTC()] = append(v.later[at.UTC()], r.ID)
		default:
			v.send = append(v.send, r.ID)
			v.mails = append(v.mails, s.mail(r, p, core.DateOf(now.In(loc))))
		}
	}
	return v
}

func (v verdict) write(ctx context.Context, tx Tx, now time.Time) error {
	if err := tx.SettleReminders(ctx, v.silence, core.ReminderSilenced, now); err != nil {
		return err
	}
	// There are as many ends of quiet hours as zones and settings, which are few.
	for at, ids := range v.later {
		if err := tx.PostponeReminders(ctx, ids, at); err != nil {
			return err
		}
	}
	if err := tx.SettleReminders(ctx, v.send, core.ReminderSent, now); err != nil {
		return err
	}
	return tx.SendMails(ctx, v.mails)
}

// endings tells, by kind of due thing, which subjects ended for another reason
// than their date. A kind that is not in it never does.
var endings = map[core.DueKind]func(context.Context, Tx, []core.SubjectID, core.Date) ([]core.SubjectID, error){
	core.DueLicense:    endedLicenses,
	core.DueCredential: endedCredentials,
}

// ended are the due things that nobody renews any more.
func ended(ctx context.Context, tx Tx, due []core.Due, today core.Date) (map[core.SubjectID]bool, error) {
	by := map[core.DueKind][]core.SubjectID{}
	for _, d := range due {
		by[d.Kind] = append(by[d.Kind], d.Subject)
	}
	gone := map[core.SubjectID]bool{}
	for kind, subjects := range by {
		if endings[kind] == nil {
			continue
		}
		ids, err := endings[kind](ctx, tx, subjects, today)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			gone[id] = true
		}
	}
	return gone, nil
}

// givenUp are the statuses after which a licence is not renewed.
var givenUp = map[string]bool{"retired": true, "relinquished": true, "null_and_void": true, "revoked": true, "surrendered": true}

func endedLicenses(ctx context.Context, tx Tx, subjects []core.SubjectID, today core.Date) ([]core.SubjectID, error) {
	licenses, err := tx.LicensesIn(ctx, each(subjects, func(id core.SubjectID) core.LicenseID { return core.LicenseID(id) }))
	var out []core.SubjectID
	for _, l := range licenses {
		for _, axis := range []core.Axis{core.Lifecycle, core.Discipline} {
			if e := l.StatusAt(axis, core.Asked{On: today}); e != nil && givenUp[e.Status] {
				out = append(out, core.SubjectID(l.ID))
			}
		}
	}
	return out, err
}

func endedCredentials(ctx context.Context, tx Tx, subjects []core.SubjectID, _ core.Date) ([]core.SubjectID, error) {
	found, err := tx.EndedCredentials(ctx, each(subjects, func(id core.SubjectID) core.CredentialID { return core.CredentialID(id) }))
	return each(found, func(id core.CredentialID) core.SubjectID { return core.SubjectID(id) }), err
}
