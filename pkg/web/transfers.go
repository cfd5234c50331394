package web

import (
	"errors"
	"io"
	"net/http"
	"strconv"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/logbook"
	"github.com/palmar/palmar/pkg/standard"
	"github.com/palmar/palmar/pkg/web/render"
)

var transferRoutes = []Route{
	{http.MethodGet, "/o/:organization/transfers", access.TransferRead, (*request).showTransfers},
	{http.MethodGet, "/enrollments/:enrollment/transfers", access.TransferRead, (*request).showTransfersOf},
	{http.MethodPost, "/enrollments/:enrollment/transfers", access.TransferPropose, (*request).proposeTransfer},
	{http.MethodGet, "/transfers/:transfer", access.TransferRead, (*request).showTransfer},
	{http.MethodGet, "/transfers/:transfer/document", access.TransferRead, (*request).downloadDocument},
	{http.MethodPost, "/transfers/:transfer/document", access.TransferPropose, (*request).attachDocument},
	{http.MethodPost, "/transfers/:transfer/accept", access.TransferDecide, (*request).acceptTransfer},
	{http.MethodPost, "/transfers/:transfer/decline", access.TransferDecide, (*request).declineTransfer},
	{http.MethodPost, "/transfers/:transfer/reverse", access.TransferDecide, (*request).reverseTransfer},
}

func transferPath(id core.TransferID) string { return "/transfers/" + id.String() }

type transfersPage struct {
	Base  string
	Items []core.TransferRequest
	Pager render.Pager
}

func (r *request) showTransfers() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	list, err := r.web.Logbook.Transfers(r.ctx(), r.actor, org, r.part())
	if err != nil {
		return err
	}
	return r.page("registrar/transfers", "Transfers", transfersPage{"/o/" + org.String(), list.Items, r.pager(list.Next, "More transfers")})
}

type transfersOfPage struct {
	Path       string
	Own        bool
	Enrollment core.Enrollment
	Items      []core.TransferRequest
	Pager      render.Pager
	MayPropose bool
	Subjects   []standard.SubjectStanding
	Settings   []render.Option
	Form       render.Form
}

func (r *request) transfersOfPage(form render.Form) (transfersOfPage, error) {
	p, err := r.enrollment()
	if err != nil {
		return transfersOfPage{}, err
	}
	e := p.Enrollment
	list, err := r.web.Logbook.TransfersOf(r.ctx(), r.actor, e.ID, r.part())
	may := access.Can(r.actor, access.TransferPropose, access.Target{Organization: e.OrganizationID, Therapist: e.TherapistID}) == nil
	return transfersOfPage{
		Path: enrollmentPath(e.ID), Own: r.owns(e.TherapistID), Enrollment: e, Items: list.Items, Pager: r.pager(list.Next, "More transfers"),
		MayPropose: may && e.State == core.EnrollmentActive, Subjects: p.Standing.Subjects, Settings: render.Options(core.Settings), Form: form,
	}, err
}

func (r *request) showTransfersOf() error {
	page, err := r.transfersOfPage(render.Form{})
	if err != nil {
		return err
	}
	return r.page("registrar/enrollment-transfers", "Hours of other schools", page)
}

// transfer reads the form: a line for each subject that has hours.
func (f *reading) transfer(subjects []standard.SubjectStanding) logbook.TransferInput {
	in := logbook.TransferInput{
		School: f.Get("school"), License: f.Get("school_license"), Transcript: f.Get("transcript"), CompletedOn: f.date("completed_on"),
	}
	for _, s := range subjects {
		line := core.TransferLine{Subject: s.Code, Setting: core.Setting(f.text("setting-" + s.Code)), Minutes: f.minutes("minutes-" + s.Code)}
		if grade := f.text("grade-" + s.Code); grade != "" {
			var err error
			if line.Grade, err = strconv.Atoi(grade); err != nil || line.Grade < 1 || line.Grade > 100 {
				f.Add("grade-"+s.Code, "bad_grade", "A grade of %s is a percentage from 1 to 100.", s.Title)
			}
		}
		if line.Minutes > 0 {
			in.Lines = append(in.Lines, line)
		}
	}
	return in
}

func (r *request) proposeTransfer() error {
	p, err := r.enrollment()
	if err != nil {
		return err
	}
	form, err := r.read()
	if err != nil {
		return err
	}
	in := form.transfer(p.Standing.Subjects)
	if err = form.Err(); err == nil {
		var t core.TransferRequest
		if t, err = r.web.Logbook.ProposeTransfer(r.ctx(), r.actor, p.Enrollment.ID, in); err == nil {
			return r.done(transferPath(t.ID), "It is proposed. Attach the transcript now.")
		}
	}
	page, readErr := r.transfersOfPage(render.NewForm(form.Values, err))
	if readErr != nil {
		return readErr
	}
	return r.refill(err, "registrar/enrollment-transfers", "Hours of other schools", page)
}

type transferPage struct {
	core.TransferRequest
	Path       string
	Back       string
	Zone       string
	Titles     titles
	Waits      bool
	Own        bool
	MayAttach  bool
	MayDecide  bool
	MayReverse bool
	Stale      bool
	Attach     render.Form
	Accept     render.Form
	Decline    render.Form
	Reverse    render.Form
}

func (r *request) transferPage() (transferPage, error) {
	at, err := id[core.TransferID](r, "transfer")
	if err != nil {
		return transferPage{}, err
	}
	t, err := r.web.Logbook.Transfer(r.ctx(), r.actor, at)
	if err != nil {
		return transferPage{}, err
	}
	r.place = t.OrganizationID
	p, err := r.web.Logbook.Progress(r.ctx(), r.actor, t.EnrollmentID)
	can := func(action access.Action) bool {
		return access.Can(r.actor, action, access.Target{Organization: t.OrganizationID, Therapist: t.TherapistID}) == nil
	}
	waits := t.State == core.TransferProposed
	return transferPage{
		TransferRequest: t, Path: transferPath(at), Back: enrollmentPath(t.EnrollmentID) + "/transfers", Zone: r.zone(t.OrganizationID),
		Titles: titlesOf(p.Standing), Waits: waits, Own: t.ProposedBy == r.actor.AccountID, Stale: !r.fresh(),
		MayAttach: waits && can(access.TransferPropose), MayDecide: waits && can(access.TransferDecide),
		MayReverse: t.State == core.TransferAccepted && can(access.TransferDecide),
		Attach:     render.Form{ID: "attach"}, Accept: render.Form{ID: "accept"}, Decline: render.Form{ID: "decline"}, Reverse: render.Form{ID: "reverse"},
	}, err
}

// SubjectTitle is a line's subject as people read it.
func (p transferPage) SubjectTitle(code string) string { return p.Titles.of(code) }

func (r *request) showTransfer() error {
	page, err := r.transferPage()
	if err != nil {
		return err
	}
	return r.page("registrar/transfer", "Hours of "+page.Origin.School, page)
}

func (r *request) downloadDocument() error {
	at, err := id[core.TransferID](r, "transfer")
	if err != nil {
		return err
	}
	d, err := r.web.Logbook.TransferDocument(r.ctx(), r.actor, at)
	if err != nil {
		return err
	}
	return r.handOut(d)
}

func (r *request) attachDocument() error {
	at, err := id[core.TransferID](r, "transfer")
	if err != nil {
		return err
	}
	name, body, fileErr := r.file("document")
	f, err := r.read()
	if err != nil {
		return err
	}
	if err = fileErr; err == nil {
		_, err = r.web.Logbook.AttachDocument(r.ctx(), r.actor, at, f.version(), name, body)
	}
	if err == nil {
		return r.done(transferPath(at), "The transcript is attached.")
	}
	return r.untransferred(err, func(p *transferPage) *render.Form { return &p.Attach }, f)
}

// file reads an uploaded file, of which no more is kept than a document may
// have and one byte.
func (r *request) file(name string) (string, []byte, error) {
	header, err := r.FormFile(name)
	if f := core.AsFault(err); f != nil {
		return "", nil, f
	}
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) {
		return "", nil, nil // core.NewDocument says that nothing was chosen
	}
	if err != nil {
		return "", nil, core.Invalid("bad_form", "The form could not be read. Go back, reload the page and send it again.")
	}
	file, err := header.Open()
	if err != nil {
		return "", nil, err
	}
	body, err := io.ReadAll(io.LimitReader(file, core.MostDocument+1))
	return header.Filename, body, errors.Join(err, file.Close())
}

func (r *request) acceptTransfer() error {
	return r.decideTransfer("It is accepted. The hours are in the student’s record now.", func(p *transferPage) *render.Form { return &p.Accept },
		func(at core.TransferID, f *reading) (core.TransferRequest, error) {
			return r.web.Logbook.AcceptTransfer(r.ctx(), r.actor, at, f.version())
		})
}

func (r *request) declineTransfer() error {
	return r.decideTransfer("It is declined. None of its hours count.", func(p *transferPage) *render.Form { return &p.Decline },
		func(at core.TransferID, f *reading) (core.TransferRequest, error) {
			return r.web.Logbook.DeclineTransfer(r.ctx(), r.actor, at, f.version(), f.Get("reason"))
		})
}

func (r *request) reverseTransfer() error {
	return r.decideTransfer("It is taken back. Its hours are reversed in the ledger.", func(p *transferPage) *render.Form { return &p.Reverse },
		func(at core.TransferID, f *reading) (core.TransferRequest, error) {
			return r.web.Logbook.ReverseTransfer(r.ctx(), r.actor, at, f.version(), f.Get("reason"))
		})
}

func (r *request) decideTransfer(said string, which func(*transferPage) *render.Form, command func(core.TransferID, *reading) (core.TransferRequest, error)) error {
	at, err := id[core.TransferID](r, "transfer")
	if err != nil {
		return err
	}
	f, err := r.read()
	if err != nil {
		return err
	}
	if err = r.confirm(f.Values); err == nil {
		_, err = command(at, f)
	}
	if err == nil {
		return r.done(transferPath(at), said)
	}
	return r.untransferred(err, which, f)
}

func (r *request) untransferred(fault error, which func(*transferPage) *render.Form, f *reading) error {
	p, err := r.transferPage()
	if err != nil {
		return err
	}
	form := which(&p)
	name := form.ID
	*form = render.NewForm(f.Values, fault)
	form.ID = name
	return r.refill(fault, "registrar/transfer", "Hours of "+p.Origin.School, p)
}
