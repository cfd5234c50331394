package renewal

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/classroom"
	"github.com/palmar/palmar/pkg/words"
)

// feedPrefix tells a calendar's secret from other secrets, also for scanners of
// leaks.
const feedPrefix = "plc_"

const (
	// mostEvents bounds a calendar.
	mostEvents = 500
	// keptDays is how long a date that is over stays in a calendar.
	keptDays = 400
)

// Event is a day in someone's calendar, or a part of it where Start is set. Alarms are how long before the
// beginning of the day, by the local clock, they go off; a negative one is after
// it. Revision grows with every change, ChangedAt is when the last one was.
type Event struct {
	UID       string
	Day       core.Date
	Start     time.Time
	End       time.Time
	Title     string
	Text      string
	Link      string
	Alarms    []time.Duration
	Revision  int
	ChangedAt time.Time
}

// Dates are further events of a therapist from a moment on, such as the end of a
// cycle; the context carries the transaction.
type Dates func(ctx context.Context, therapist core.TherapistID, from time.Time) ([]Event, error)

// Showing adds further events to every calendar.
func (s *Service) Showing(dates Dates) *Service {
	s.dates = append(s.dates, dates)
	return s
}

// Agenda is what a calendar shows. ChangedAt is when anything in it changed last.
type Agenda struct {
	Name      string
	Events    []Event
	ChangedAt time.Time
}

var makesCalendar = act.Declare(access.CalendarShare, act.NewEvent("calendar.make", "therapist"))

// MakeCalendar gives a therapist's calendar a new secret, which is told this once;
// one that was made before stops working. It has 256 random bits and only its hash
// is kept. Permission: calendar.share, which is for their own record alone. Code:
// not_found.
func (s *Service) MakeCalendar(ctx context.Context, a access.Actor, therapist core.TherapistID) (secret string, err error) {
	return act.Do(ctx, s.act, a, makesCalendar, act.Command[Tx, struct{}, string]{
		At: of(therapist),
		Change: func(context.Context, act.Step[Tx], struct{}) (string, error) {
			raw := make([]byte, 32)
			_, err := io.ReadFull(s.src.Rand, raw)
			return feedPrefix + base64.RawURLEncoding.EncodeToString(raw), err
		},
		Save: func(ctx context.Context, x act.Step[Tx], _ struct{}, secret string) error {
			return x.Tx.SaveCalendarFeed(ctx, CalendarFeed{TherapistID: therapist, SecretHash: hashOf(secret), CreatedAt: x.Now})
		},
		Tell: tellOf[struct{}, string](therapist),
	})
}

var revokesCalendar = act.Declare(access.CalendarShare, act.NewEvent("calendar.revoke", "therapist"))

// RevokeCalendar ends the address of a therapist's calendar at once; doing it
// twice is no fault. Permission: calendar.share, which is for their own record
// alone. Code: not_found.
func (s *Service) RevokeCalendar(ctx context.Context, a access.Actor, therapist core.TherapistID) error {
	_, err := act.Do(ctx, s.act, a, revokesCalendar, act.Command[Tx, struct{}, struct{}]{
		At:     of(therapist),
		Change: func(context.Context, act.Step[Tx], struct{}) (gone struct{}, err error) { return gone, nil },
		Save: func(ctx context.Context, x act.Step[Tx], _, _ struct{}) error {
			return x.Tx.DropCalendarFeed(ctx, therapist)
		},
		Tell: tellOf[struct{}, struct{}](therapist),
	})
	return err
}

// hashOf is what is kept of a secret. It is random, so that one fast hash is
// enough.
func hashOf(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

// Agenda is the calendar behind a secret. Anyone who has the secret may read it. A
// wrong one, a revoked one and one of the wrong form are alike: not_found.
func (s *Service) Agenda(ctx context.Context, secret string) (Agenda, error) {
	if !strings.HasPrefix(secret, feedPrefix) || len(secret) != len(feedPrefix)+43 {
		return Agenda{}, core.NotFound("calendar")
	}
	now := s.src.Now()
	return act.Inspect(ctx, s.act, func(ctx context.Context, tx Tx) (Agenda, error) {
		feed, err := tx.CalendarFeedBySecret(ctx, hashOf(secret))
		if err != nil {
			return Agenda{}, err
		}
		people, err := peopleOf(ctx, tx, []core.TherapistID{feed.TherapistID})
		if err != nil {
			return Agenda{}, err
		}
		due, err := tx.DueOf(ctx, feed.TherapistID, core.DateOf(now).AddDays(-keptDays), DueKey{}, mostEvents)
		if err != nil {
			return Agenda{}, err
		}
		gone, err := ended(ctx, tx, due, core.DateOf(now))
		if err != nil {
			return Agenda{}, err
		}
		due = slices.DeleteFunc(due, func(d Due) bool { return gone[d.Subject] })
		events := s.dueEvents(people[feed.TherapistID], due, feed.CreatedAt)
		further, err := s.further(ctx, tx, feed.TherapistID, now)
		return agendaOf(people[feed.TherapistID], append(events, further...), feed.CreatedAt), err
	})
}

// further are a therapist's classes that are planned, and what others know.
func (s *Service) further(ctx context.Context, tx Tx, therapist core.TherapistID, now time.Time) ([]Event, error) {
	classes, err := tx.ComingClasses(ctx, therapist, now, mostEvents)
	if err != nil {
		return nil, err
	}
	l := words.English()
	events := each(classes, func(c classroom.Class) Event {
		return Event{
			UID: "class-" + c.ID.String(), Day: c.Session.Date, Start: c.Session.Start, End: c.Session.End, Title: l.Say("calendar.class", "program", c.ProgramTitle),
			Text: l.Say("calendar.class_text", "instructor", c.InstructorName), Link: s.o.BaseURL + "/record/classes", Revision: c.Version - 1, ChangedAt: c.CreatedAt,
		}
	})
	for _, dates := range s.dates {
		more, err := dates(ctx, therapist, now)
		if err != nil {
			return nil, err
		}
		events = append(events, more...)
	}
	return events, nil
}

// dueEvents makes an event of every due thing, with the person's reminders as
// alarms in the morning.
func (s *Service) dueEvents(p Person, due []Due, made time.Time) []Event {
	l := words.English()
	return each(due, func(d Due) Event {
		kind := kindOf(d.Kind)
		e := Event{
			UID: string(d.Kind) + "-" + d.Subject.String(), Day: d.ExpiresOn, Title: l.Say("calendar.due", "title", d.Label),
			Text: l.Say("calendar.due_"+kind, "title", d.Label), Link: s.link(d.Kind, d.Subject),
			Revision: d.Revision - 1, ChangedAt: d.PlannedAt,
		}
		if e.ChangedAt.IsZero() {
			e.ChangedAt = made
		}
		if !p.Settings.Off {
			e.Alarms = each(p.Settings.Days, func(days int) time.Duration {
				return time.Duration(days)*24*time.Hour - time.Duration(morning)*time.Minute
			})
		}
		return e
	})
}

func agendaOf(p Person, events []Event, made time.Time) Agenda {
	slices.SortStableFunc(events, func(a, b Event) int {
		return cmp.Or(a.Day.Compare(b.Day), a.Start.Compare(b.Start), cmp.Compare(a.UID, b.UID))
	})
	a := Agenda{Name: "Palmar: " + p.Therapist.Name, Events: events, ChangedAt: made}
	for _, e := range events {
		if e.ChangedAt.After(a.ChangedAt) {
			a.ChangedAt = e.ChangedAt
		}
	}
	return a
}
