package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/certify"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/web/render"
)

var paperRoutes = []Route{
	{http.MethodGet, "/o/:organization/paper", access.PaperRead, (*request).showPaper},
	{http.MethodPost, "/o/:organization/paper", access.PaperWrite, (*request).tryPaper},
	{http.MethodPost, "/o/:organization/paper/use", access.PaperWrite, (*request).usePaper},
	{http.MethodGet, "/o/:organization/paper/preview.pdf", access.PaperRead, (*request).previewPaper},
	{http.MethodGet, "/credentials/:credential/sessions.pdf", access.CredentialRead, (*request).downloadSessions},
}

// paperPage is how the school's certificates look on paper.
type paperPage struct {
	certify.StyleView
	Tab            orgTabs
	Path, Zone     string
	MayChange      bool
	Form, Use      render.Form
	Layouts, Sizes []render.Option
	Kinds          []render.Option
	Lines          []int
}

func (r *request) paperPage() (paperPage, error) {
	org, err := r.organization()
	if err != nil {
		return paperPage{}, err
	}
	v, err := r.web.Certify.PaperStyle(r.ctx(), r.actor, org)
	if err != nil {
		return paperPage{}, err
	}
	d := v.Draft
	values := url.Values{
		"layout": {d.Layout}, "size": {d.Size}, "accent": {d.Accent}, "preamble": {d.Preamble}, "footer": {d.Footer}, "version": {strconv.Itoa(d.Version)},
	}
	for i, s := range d.Signatories {
		values.Set(fmt.Sprintf("signatory_%d", i+1), s.Name)
		values.Set(fmt.Sprintf("role_%d", i+1), s.Role)
	}
	return paperPage{
		StyleView: v, Tab: r.tabs(org, "paper"), Path: orgPath(org, "paper"), Zone: r.zone(org), MayChange: r.can(access.PaperWrite, org),
		Form: render.Form{Values: values}, Use: render.Form{ID: "use"}, Lines: []int{1, 2, 3},
		Layouts: []render.Option{{Value: "classic", Label: "Classic: centred, with a frame"}, {Value: "modern", Label: "Modern: set to the left, with a bar of colour"}},
		Sizes:   []render.Option{{Value: "letter", Label: "Letter (8.5 × 11 in)"}, {Value: "a4", Label: "A4"}},
		Kinds: []render.Option{
			{Value: "completion", Label: "Certificate of completion"}, {Value: "specialty", Label: "Specialty certificate"},
			{Value: "license", Label: "Licence attestation"}, {Value: "transcript", Label: "Transcript"},
		},
	}, nil
}

func (r *request) showPaper() error {
	page, err := r.paperPage()
	if err != nil {
		return err
	}
	return r.page("organization/paper", "Paper", page)
}

func (r *request) tryPaper() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	_, logo, fileErr := r.file("logo")
	f, err := r.read()
	if err != nil {
		return err
	}
	if err = fileErr; err == nil {
		in := certify.StyleInput{
			Layout: f.Get("layout"), Size: f.Get("size"), Accent: f.Get("accent"), Preamble: f.Get("preamble"), Footer: f.Get("footer"),
			DropLogo: f.Get("drop_logo") != "",
		}
		if len(logo) > 0 {
			in.Logo = logo
		}
		for i := range 3 {
			name, role := f.text(fmt.Sprintf("signatory_%d", i+1)), f.text(fmt.Sprintf("role_%d", i+1))
			if name != "" || role != "" {
				in.Signatories = append(in.Signatories, core.Signatory{Name: name, Role: role})
			}
		}
		_, err = r.web.Certify.TryStyle(r.ctx(), r.actor, org, f.version(), in)
	}
	if err == nil {
		return r.done(orgPath(org, "paper"), "The draft is saved. Look at the previews before you use it.")
	}
	page, readErr := r.paperPage()
	if readErr != nil {
		return readErr
	}
	page.Form = render.NewForm(f.Values, err)
	return r.refill(err, "organization/paper", "Paper", page)
}

func (r *request) usePaper() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	f, err := r.read()
	if err != nil {
		return err
	}
	_, err = r.web.Certify.UseStyle(r.ctx(), r.actor, org, f.version())
	if err == nil {
		return r.done(orgPath(org, "paper"), "Certificates and transcripts are printed like this from now on.")
	}
	page, readErr := r.paperPage()
	if readErr != nil {
		return readErr
	}
	page.Use = render.NewForm(f.Values, err)
	return r.refill(err, "organization/paper", "Paper", page)
}

func (r *request) previewPaper() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	kind := r.QueryParam("kind")
	pdf, err := r.web.Certify.PreviewStyle(r.ctx(), r.actor, org, core.CredentialKind(kind))
	if err != nil {
		return err
	}
	r.Response().Header().Set("Content-Disposition", `inline; filename="sample-`+kind+`.pdf"`)
	return r.Blob(http.StatusOK, "application/pdf", pdf)
}

// downloadPaper prints a certificate for anybody who has its code.
func (r *request) downloadPaper() error {
	pdf, err := r.web.Employer.Paper(r.ctx(), r.Param("code"))
	return r.download(err, ".pdf", "application/pdf", pdf)
}

// downloadSessions prints a certificate with every session behind it.
func (r *request) downloadSessions() error {
	at, err := id[core.CredentialID](r, "credential")
	if err != nil {
		return err
	}
	pdf, err := r.web.Certify.PaperWithSessions(r.ctx(), r.actor, at)
	if err != nil {
		return err
	}
	r.Response().Header().Set("Content-Disposition", `attachment; filename="certificate-with-sessions-`+strings.ToLower(at.String()[:8])+`.pdf"`)
	return r.Blob(http.StatusOK, "application/pdf", pdf)
}
