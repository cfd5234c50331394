package renewal

import (
	"fmt"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/core"
)

// kindWords are what a mail says of a kind of due thing: its name, and where the
// pages show it.
var kindWords = map[DueKind]struct{ name, path, ask string }{
	DueLicense:    {"license", "/licenses/%s/renewal", "See the renewal steps and mark them as done:"},
	DueCredential: {"certificate", "/record/certificates", "See the certificate and who issued it:"},
}

// words are those of a kind; one that is not known has plain ones.
func words(kind DueKind) (name, path, ask string) {
	w, ok := kindWords[kind]
	if !ok {
		return "record", "/record", "Your record:"
	}
	return w.name, w.path, w.ask
}

// link is where the pages show a due thing.
func (s *Service) link(kind DueKind, subject core.SubjectID) string {
	_, path, _ := words(kind)
	return s.o.BaseURL + strings.Replace(path, "%s", subject.String(), 1)
}

// mail writes a reminder as text. It tells the days that are left on the day that
// it is sent, which may be fewer than were asked for.
func (s *Service) mail(r DueReminder, p Person, today core.Date) core.Mail {
	name, _, ask := words(r.Kind)
	when := whenWords(daysBetween(today, r.ExpiresOn))
	day := r.ExpiresOn.Words()
	verb := "expires"
	if r.ExpiresOn.Before(today) {
		verb = "expired"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "Hello %s,\n\nYour %s %s %s %s, on %s.\n\n", p.Therapist.Name, name, r.Due.Label, verb, when, day)
	if verb == "expired" && r.Kind == DueLicense {
		b.WriteString("Unless your state says otherwise, you may not practice under this license now. If you have renewed it, enter the new date and these emails stop.\n\n")
	}
	fmt.Fprintf(&b, "%s\n\n%s\n\n", ask, s.link(r.Kind, r.Subject))
	fmt.Fprintf(&b, "Change or turn off reminders:\n\n%s/record/reminders\n", s.o.BaseURL)
	return core.Mail{To: p.Therapist.Email, Subject: fmt.Sprintf("%s %s %s", r.Due.Label, verb, when), Text: b.String()}
}

func daysBetween(from, to core.Date) int {
	return int(to.In(time.UTC).Sub(from.In(time.UTC)) / (24 * time.Hour))
}

func whenWords(days int) string {
	switch {
	case days == 0:
		return "today"
	case days == 1:
		return "tomorrow"
	case days == -1:
		return "yesterday"
	case days < 0:
		return fmt.Sprintf("%d days ago", -days)
	}
	return fmt.Sprintf("in %d days", days)
}
