package renewal

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/license"
)

// Works are what renewal does in the background. An item is a therapist whose
// reminders are to be made or sent.
func (s *Service) Works() []act.Work {
	return []act.Work{{Name: "reminders", Every: 5 * time.Minute, Due: s.remindersDue, Do: s.remind}}
}

// foundAtOnce is how many things are found at once that want work.
const foundAtOnce = 1_000

// remindersDue finds whose due things changed since their reminders were made, and
// whose reminders' time has come.
func (s *Service) remindersDue(ctx context.Context, add func(...string) error) error {
	err := eachPage(ctx, s, func(ctx context.Context, tx Tx, after Due) ([]Due, error) {
		return tx.UnplannedFrom(ctx, after.Subject, foundAtOnce)
	}, func(d Due) core.TherapistID { return d.TherapistID }, add)
	if err != nil {
		return err
	}
	now := s.src.Now()
	return eachPage(ctx, s, func(ctx context.Context, tx Tx, after Reminder) ([]Reminder, error) {
		return tx.DueFrom(ctx, now, after, foundAtOnce)
	}, func(r Reminder) core.TherapistID { return r.TherapistID }, add)
}

// eachPage gives add the therapists of all pages of a list, each of which begins
// after the last of the one before.
func eachPage[R any](ctx context.Context, s *Service, page func(ctx context.Context, tx Tx, after R) ([]R, error), whose func(R) core.TherapistID, add func(...string) error) error {
	for after := *new(R); ; {
		rows, err := act.Peek(ctx, s.act, func(ctx context.Context, tx Tx) ([]R, error) { return page(ctx, tx, after) })
		if err != nil || len(rows) == 0 {
			return err
		}
		if err := add(each(rows, func(r R) string { return whose(r).String() })...); err != nil {
			return err
		}
		after = rows[len(rows)-1]
	}
}

// remind makes a therapist's reminders and sends those whose time has come, in one
// transaction, so that a reminder leaves once wherever the program is stopped.
func (s *Service) remind(ctx context.Context, id string) error {
	therapist, err := core.ParseID[core.TherapistID](id)
	if err != nil {
		return err
	}
	now := s.src.Now()
	return act.Maintain(ctx, s.act, func(ctx context.Context, tx Tx) error {
		if err := s.makeReminders(ctx, tx, therapist, now); err != nil {
			return err
		}
		return untilFew(func() (int, error) { return s.remindBatch(ctx, tx, therapist, now) })
	})
}

// remindBatch sends a therapist's reminders whose time has come. Where it is night
// for the person, a reminder waits until the morning. It is silenced where the
// thing has another last day by now, was given up, or a later reminder of it is
// due as well.
func (s *Service) remindBatch(ctx context.Context, tx Tx, therapist core.TherapistID, now time.Time) (int, error) {
	due, err := tx.DueReminders(ctx, therapist, now, atOnce)
	if err != nil || len(due) == 0 {
		return 0, err
	}
	people, err := peopleOf(ctx, tx, each(due, func(r DueReminder) core.TherapistID { return r.TherapistID }))
	if err != nil {
		return 0, err
	}
	gone, err := ended(ctx, tx, each(due, func(r DueReminder) Due { return r.Due }), core.DateOf(now))
	if err != nil {
		return 0, err
	}
	return len(due), s.judge(due, people, gone, now).write(ctx, tx, now)
}

// verdict is what becomes of the reminders of a batch.
type verdict struct {
	send, silence []core.ReminderID
	later         map[time.Time][]core.ReminderID
	mails         []core.Mail
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
	if err := tx.SettleReminders(ctx, v.silence, ReminderSilenced, now); err != nil {
		return err
	}
	// There are as many ends of quiet hours as zones and settings, which are few.
	for at, ids := range v.later {
		if err := tx.PostponeReminders(ctx, ids, at); err != nil {
			return err
		}
	}
	if err := tx.SettleReminders(ctx, v.send, ReminderSent, now); err != nil {
		return err
	}
	return tx.SendMails(ctx, v.mails)
}

// endings tells, by kind of due thing, which subjects ended for another reason
// than their date. A kind that is not in it never does.
var endings = map[DueKind]func(context.Context, Tx, []core.SubjectID, core.Date) ([]core.SubjectID, error){
	DueLicense:    endedLicenses,
	DueCredential: endedCredentials,
}

// ended are the due things that nobody renews any more.
func ended(ctx context.Context, tx Tx, due []Due, today core.Date) (map[core.SubjectID]bool, error) {
	by := map[DueKind][]core.SubjectID{}
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

// givenUp are the statuses after which a license is not renewed.
var givenUp = map[string]bool{"retired": true, "relinquished": true, "null_and_void": true, "revoked": true, "surrendered": true}

func endedLicenses(ctx context.Context, tx Tx, subjects []core.SubjectID, today core.Date) ([]core.SubjectID, error) {
	licenses, err := tx.LicensesIn(ctx, each(subjects, func(id core.SubjectID) core.LicenseID { return core.LicenseID(id) }))
	var out []core.SubjectID
	for _, l := range licenses {
		for _, axis := range []core.Axis{core.Lifecycle, core.Discipline} {
			if e := license.StatusAt(l, axis, license.Asked{On: today, Now: today.In(time.UTC), Own: true}); e != nil && givenUp[e.Status] {
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
