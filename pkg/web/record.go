package web

import (
	"encoding/json"
	"net/http"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/certify"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/credential"
	"github.com/palmar/palmar/pkg/web/render"
)

var heldRoutes = []Route{
	{http.MethodGet, "/c/:code/hours", access.SelfRead, (*request).showHeld},
	{http.MethodPost, "/c/:code/hours", access.SelfRead, (*request).discloseHeld},
}

// recordShown is the record behind a certificate, of which lines can be chosen;
// Disclosure is where the form goes.
type recordShown struct {
	Total              certify.RecordLine
	Subjects, Sessions []certify.RecordLine
	Show               render.Form
	Disclosure         string
}

func (p *recordShown) sort(lines []certify.RecordLine) {
	for _, line := range lines {
		switch line.Kind {
		case certify.LineTotal:
			p.Total = line
		case certify.LineSubject:
			p.Subjects = append(p.Subjects, line)
		default:
			p.Sessions = append(p.Sessions, line)
		}
	}
}

// Chosen tells whether a line of the record was chosen in the form before.
func (p recordShown) Chosen(line certify.RecordLine) bool {
	switch line.Kind {
	case certify.LineTotal:
		return p.Show.Get("total") != ""
	case certify.LineSubject:
		return p.Show.Has("subject", line.Subject)
	}
	return p.Show.Has("session", line.Credit.String())
}

// chosenIn are the lines that a form chooses.
func chosenIn(f *reading) certify.ShowInput {
	in := certify.ShowInput{Total: f.Get("total") != "", Subjects: f.Values["subject"]}
	for _, text := range f.Values["session"] {
		if credit, err := core.ParseID[core.CreditID](text); err == nil {
			in.Sessions = append(in.Sessions, credit)
		}
	}
	return in
}

func (r *request) handLines(shown credential.Disclosure) error {
	raw, err := json.Marshal(shown)
	if err != nil {
		return err
	}
	r.Response().Header().Set("Content-Disposition", `attachment; filename="certificate-with-hours.json"`)
	return r.Blob(http.StatusOK, "application/json", raw)
}

// heldPage is the record behind one's own certificate of a school that has closed
// elsewhere.
type heldPage struct {
	Held   certify.Bundle
	Title  string
	Public string
	None   bool // the certificate commits to no single hours
	recordShown
}

func (r *request) heldPage() (heldPage, error) {
	held, err := r.web.Certify.HeldBundle(r.ctx(), r.actor, r.Param("code"))
	if err != nil {
		return heldPage{}, err
	}
	public := certificatePath(held.Code)
	page := heldPage{Held: held, Title: held.Title, Public: public, recordShown: recordShown{Show: render.Form{ID: "show"}, Disclosure: public + "/hours"}}
	lines, err := held.Lines()
	if core.CodeOf(err) == "no_record" {
		page.None, err = true, nil
	}
	page.sort(lines)
	return page, err
}

func (r *request) showHeld() error {
	page, err := r.heldPage()
	if err != nil {
		return err
	}
	return r.page("attest/held", "The hours behind "+page.Title, page)
}

func (r *request) discloseHeld() error {
	page, err := r.heldPage()
	if err != nil {
		return err
	}
	f, err := r.read()
	if err != nil {
		return err
	}
	shown, err := page.Held.Show(chosenIn(f))
	if err != nil {
		page.Show = render.NewForm(f.Values, err)
		page.Show.ID = "show"
		return r.refill(err, "attest/held", "The hours behind "+page.Title, page)
	}
	return r.handLines(shown)
}
