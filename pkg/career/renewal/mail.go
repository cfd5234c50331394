package renewal

import (
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/words"
)

// paths are where the pages show a due thing.
var paths = map[DueKind]string{DueLicense: "/licenses/%s/renewal", DueCredential: "/record/certificates"}

// link is where the pages show a due thing; one of an unknown kind is on the record.
func (s *Service) link(kind DueKind, subject core.SubjectID) string {
	path, ok := paths[kind]
	if !ok {
		path = "/record"
	}
	return s.o.BaseURL + strings.Replace(path, "%s", subject.String(), 1)
}

// kindOf is a kind as the ids of sentences have it.
func kindOf(kind DueKind) string {
	if _, ok := paths[kind]; ok {
		return string(kind)
	}
	return "other"
}

// mail writes a reminder as text. It tells the days that are left on the day that
// it is sent, which may be fewer than were asked for.
func (s *Service) mail(r DueReminder, p Person, today core.Date) core.Mail {
	l := words.Of(p.Therapist.Language)
	kind := kindOf(r.Kind)
	tense := "expires"
	if r.ExpiresOn.Before(today) {
		tense = "expired"
	}
	when := whenWords(l, daysBetween(today, r.ExpiresOn))
	return core.Mail{
		To:      p.Therapist.Email,
		Subject: l.Say("mail.reminder.subject_"+tense, "title", r.Due.Label, "when", when),
		Text: l.Say("mail.reminder."+kind+"_"+tense, "name", p.Therapist.Name, "title", r.Due.Label, "when", when, "date", r.ExpiresOn,
			"link", s.link(r.Kind, r.Subject), "settings", s.o.BaseURL+"/record/reminders"),
	}
}

func daysBetween(from, to core.Date) int {
	return int(to.In(time.UTC).Sub(from.In(time.UTC)) / (24 * time.Hour))
}

// whenWords says how far away a day is.
func whenWords(l *words.Language, days int) string {
	switch days {
	case 0:
		return l.Say("ago.today")
	case 1:
		return l.Say("ago.tomorrow")
	case -1:
		return l.Say("ago.yesterday")
	}
	if days < 0 {
		return l.Say("ago.days", "count", -days)
	}
	return l.Say("ahead.days", "count", days)
}
