package certifyweb

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/attest/paper"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

// Paper is how a school's certificates look on paper.
type Paper struct{ Certify *certify.Service }

// Routes lists every page and form.
func (p *Paper) Routes() []page.Route {
	return []page.Route{
		page.Get("/o/:organization/paper", access.PaperRead, page.On("organization", p.showPaper)),
		page.Post("/o/:organization/paper", access.PaperWrite, page.On("organization", p.try)),
		page.Post("/o/:organization/paper/use", access.PaperWrite, page.On("organization", p.use)),
		page.Get("/o/:organization/paper/preview.pdf", access.PaperRead, page.On("organization", p.preview)),
	}
}

// Menu is empty: the pages of the organization lead to these.
func (p *Paper) Menu() []page.MenuItem { return nil }

func paperPath(org core.OrganizationID) string { return page.OrganizationPath(org, "paper") }

// useForm is the form that takes the draft into use.
const useForm = "use"

type paperPage struct {
	certify.StyleView
	Tab            page.OrganizationTabs
	Path, Zone     string
	MayChange      bool
	Form, Use      render.Form
	Layouts, Sizes []render.Option
	Kinds          []render.Option
	Lines          []int
}

var (
	layouts = []render.Option{{Value: "classic", Label: "choice.layout_classic"}, {Value: "modern", Label: "choice.layout_modern"}}
	sizes   = []render.Option{{Value: "letter", Label: "choice.size_letter"}, {Value: "a4", Label: "choice.size_a4"}}
	kinds   = []render.Option{
		{Value: "completion", Label: "choice.kind_completion"}, {Value: "specialty", Label: "choice.kind_specialty"},
		{Value: "license", Label: "choice.kind_license"}, {Value: "transcript", Label: "choice.kind_transcript"},
	}
	signatoryLines = []int{1, 2, 3}
)

// paper is the page of a school's styles; form is the one of its forms that has to
// be fixed, by its ID.
func (p *Paper) paper(r *page.Request, org core.OrganizationID, form render.Form) (page.View, error) {
	v, err := p.Certify.PaperStyle(r.Ctx(), r.Actor, org)
	draft := form.At("")
	if draft.Values == nil {
		draft.Values = valuesOf(v.Draft)
	}
	return page.View{Name: "certify/paper", Title: r.Say("certify.paper.certificate_design"), Content: paperPage{
		StyleView: v, Tab: r.OrganizationTabs(org, "paper"), Path: paperPath(org), Zone: r.Zone(org), MayChange: r.Can(access.PaperWrite, org),
		Form: draft, Use: form.At(useForm), Lines: signatoryLines, Layouts: page.Choices(r, layouts), Sizes: page.Choices(r, sizes), Kinds: page.Choices(r, kinds),
	}}, err
}

func signatory(i int) (name, role string) {
	return fmt.Sprintf("signatory_%d", i), fmt.Sprintf("role_%d", i)
}

func valuesOf(s paper.Style) url.Values {
	values := url.Values{
		"layout": {s.Layout}, "size": {s.Size}, "accent": {s.Accent}, "preamble": {s.Preamble}, "footer": {s.Footer}, "version": {strconv.Itoa(s.Version)},
	}
	for i, who := range s.Signatories {
		name, role := signatory(i + 1)
		values.Set(name, who.Name)
		values.Set(role, who.Role)
	}
	return values
}

func styleIn(f *page.Reading, logo []byte) certify.StyleInput {
	in := certify.StyleInput{
		Layout: f.Get("layout"), Size: f.Get("size"), Accent: f.Get("accent"), Preamble: f.Get("preamble"), Footer: f.Get("footer"),
		DropLogo: f.Get("drop_logo") != "",
	}
	if len(logo) > 0 {
		in.Logo = logo
	}
	for _, i := range signatoryLines {
		name, role := signatory(i)
		if who := (paper.Signatory{Name: f.Text(name), Role: f.Text(role)}); who != (paper.Signatory{}) {
			in.Signatories = append(in.Signatories, who)
		}
	}
	return in
}

func (p *Paper) showPaper(r *page.Request, org core.OrganizationID) error {
	return r.Show(p.paper(r, org, render.Form{}))
}

func (p *Paper) try(r *page.Request, org core.OrganizationID) error {
	_, logo, fileErr := page.Upload(r, "logo")
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			return func() (page.Next, error) {
				if fileErr != nil {
					return nil, fileErr
				}
				_, err := p.Certify.TryStyle(r.Ctx(), r.Actor, org, f.Version(), styleIn(f, logo))
				return page.To(paperPath(org), r.Say("certify.paper.draft_saved_check_the_previews")), err
			}
		},
		Again: func(form render.Form) (page.View, error) { return p.paper(r, org, form) },
	})
}

func (p *Paper) use(r *page.Request, org core.OrganizationID) error {
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			return func() (page.Next, error) {
				_, err := p.Certify.UseStyle(r.Ctx(), r.Actor, org, f.Version())
				return page.To(paperPath(org), r.Say("certify.paper.certificates_and_transcripts_now_print")), err
			}
		},
		Again: func(form render.Form) (page.View, error) {
			form.ID = useForm
			return p.paper(r, org, form)
		},
	})
}

func (p *Paper) preview(r *page.Request, org core.OrganizationID) error {
	kind := r.QueryParam("kind")
	pdf, err := p.Certify.PreviewStyle(r.Ctx(), r.Actor, org, core.CredentialKind(kind))
	if err != nil {
		return err
	}
	r.Response().Header().Set("Content-Disposition", `inline; filename="sample-`+kind+`.pdf"`)
	return r.Blob(http.StatusOK, "application/pdf", pdf)
}
