package certifyweb

import (
	"encoding/json"

	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

// showForm is the form that chooses lines of a record.
const showForm = "show"

// recordShown is the record behind a certificate, of which lines can be chosen;
// Disclosure is where the form goes.
type recordShown struct {
	Total              certify.RecordLine
	Subjects, Sessions []certify.RecordLine
	Show               render.Form
	Disclosure         string
}

func (s *recordShown) sort(lines []certify.RecordLine) {
	for _, line := range lines {
		switch line.Kind {
		case certify.LineTotal:
			s.Total = line
		case certify.LineSubject:
			s.Subjects = append(s.Subjects, line)
		default:
			s.Sessions = append(s.Sessions, line)
		}
	}
}

// Chosen tells whether a line of the record was chosen in the form before.
func (s recordShown) Chosen(line certify.RecordLine) bool {
	switch line.Kind {
	case certify.LineTotal:
		return s.Show.Get("total") != ""
	case certify.LineSubject:
		return s.Show.Has("subject", line.Subject)
	}
	return s.Show.Has("session", line.Credit.String())
}

// disclose hands out the certificate with the chosen lines as a file.
func disclose(r *page.Request, show func(certify.ShowInput) (credential.Disclosure, error), again func(render.Form) (page.View, error)) error {
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			in := chosenLines(f)
			return func() (page.Next, error) {
				shown, err := show(in)
				if err != nil {
					return nil, err
				}
				raw, err := json.Marshal(shown)
				return page.File("certificate-with-hours.json", "application/json", raw), err
			}
		},
		Again: func(form render.Form) (page.View, error) {
			form.ID = showForm
			return again(form)
		},
	})
}

func chosenLines(f *page.Reading) certify.ShowInput {
	in := certify.ShowInput{Total: f.Get("total") != "", Subjects: f.Values["subject"]}
	for _, text := range f.Values["session"] {
		if credit, err := core.ParseID[core.CreditID](text); err == nil {
			in.Sessions = append(in.Sessions, credit)
		}
	}
	return in
}
