package logbookweb

import (
	"bytes"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/earn/logbook/logbookpage"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

// Programs are the pages of a school's programs.
type Programs struct{ Logbook *logbook.Service }

// Routes lists every page and form.
func (p *Programs) Routes() []page.Route {
	return []page.Route{
		page.Get("/o/:organization/programs", access.ProgramRead, page.On("organization", p.showPrograms)),
		page.Get("/o/:organization/programs/publish", access.ProgramPublish, page.On("organization", p.showPublish)),
		page.Post("/o/:organization/programs/publish", access.ProgramPublish, page.On("organization", p.publish)),
		page.Get("/programs/:program", access.ProgramRead, page.On("program", p.showProgram)),
		page.Post("/programs/:program/confirm", access.ProgramConfirm, page.On("program", p.confirm)),
	}
}

// Menu leads those to the programs who publish them.
func (p *Programs) Menu() []page.MenuItem {
	return []page.MenuItem{{Rank: 100, Path: "programs", Label: "menu.programs", Shown: page.Allowed(access.ProgramPublish)}}
}

func programPath(id core.ProgramID) string { return "/programs/" + id.String() }

type programsPage struct {
	Base       string
	Drafts     string
	Items      []logbookpage.Version
	MayPublish bool
	Pager      render.Pager
}

func (p *Programs) showPrograms(r *page.Request, org core.OrganizationID) error {
	list, err := p.Logbook.Programs(r.Ctx(), r.Actor, org, r.Part())
	if err != nil {
		return err
	}
	items, err := logbookpage.Versions(list.Items)
	if err != nil {
		return err
	}
	return r.Page("logbook/programs", r.Say("shared.programs"), programsPage{
		page.OrganizationPath(org, "programs"), page.OrganizationPath(org, "drafts"), items, r.Can(access.ProgramPublish, org), r.Pager(list.Next, r.Say("logbook.programs.pages_of_programs")),
	})
}

type programPage struct {
	Drafts     string
	Base       string
	Versions   []shownVersion // newest first
	MayPublish bool
	Zone       string
}

func (p *Programs) showProgram(r *page.Request, program core.ProgramID) error {
	return r.Show(p.program(r, program, render.Form{}))
}

// program is the page of a program; form is the one that confirms a version.
func (p *Programs) program(r *page.Request, program core.ProgramID, form render.Form) (page.View, error) {
	all, err := p.Logbook.Program(r.Ctx(), r.Actor, program)
	if err != nil {
		return page.View{}, err
	}
	r.Place = all[0].OrganizationID
	versions, err := logbookpage.Versions(all)
	if err != nil {
		return page.View{}, err
	}
	return page.View{Name: "logbook/program", Title: versions[0].Title, Content: programPage{
		page.OrganizationPath(r.Place, "drafts/new"), page.OrganizationPath(r.Place, "programs"), shownVersions(r, versions, form), r.Can(access.ProgramPublish, r.Place), r.Zone(r.Place),
	}}, nil
}

type publishPage struct {
	Base string
	Form render.Form
}

// publishing begins with the newest version of the program that the address
// names in "from", else with an example.
func (p *Programs) publishing(r *page.Request, org core.OrganizationID, form render.Form) (page.View, error) {
	err := access.Can(r.Actor, access.ProgramPublish, access.Target{Organization: org})
	if err == nil && form.Values == nil {
		form.Values, err = p.firstValues(r)
	}
	return page.View{Name: "logbook/publish", Title: r.Say("logbook.programs.publish_a_program"), Content: publishPage{page.OrganizationPath(org, "programs"), form}}, err
}

func (p *Programs) firstValues(r *page.Request) (url.Values, error) {
	from := r.QueryParam("from")
	if from == "" {
		body, err := standard.Sample().Marshal()
		if err != nil {
			return nil, err
		}
		return publishValues("", "", body)
	}
	program, err := core.ParseID[core.ProgramID](from)
	if err != nil {
		return nil, core.NotFound("program")
	}
	versions, err := p.Logbook.Program(r.Ctx(), r.Actor, program)
	if err != nil {
		return nil, err
	}
	return publishValues(versions[0].Code, versions[0].Title, versions[0].StandardBody)
}

func publishValues(code, title string, body []byte) (url.Values, error) {
	var text bytes.Buffer
	if err := json.Indent(&text, body, "", "  "); err != nil {
		return nil, err
	}
	return url.Values{"code": {code}, "title": {title}, "standard": {text.String()}}, nil
}

func (p *Programs) showPublish(r *page.Request, org core.OrganizationID) error {
	return r.Show(p.publishing(r, org, render.Form{}))
}

func (p *Programs) publish(r *page.Request, org core.OrganizationID) error {
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			in := logbook.PublishProgram{Code: f.Get("code"), Title: f.Get("title"), Standard: []byte(f.Get("standard"))}
			return func() (page.Next, error) {
				v, err := p.Logbook.PublishProgram(r.Ctx(), r.Actor, org, in)
				return page.To(programPath(v.ProgramID), r.Say("logbook.programs.published", "title", v.Title)), err
			}
		},
		Again: func(form render.Form) (page.View, error) { return p.publishing(r, org, inStandard(form)) },
	})
}

// inStandard names the standard's text area for what is wrong within it: the
// page has no input for a single rule, and its own title is another.
func inStandard(form render.Form) render.Form {
	std, wrong := standard.Parse([]byte(form.Get("standard")))
	if wrong == nil {
		wrong = std.SampleOf()
	}
	within := core.AsFault(wrong)
	if within == nil {
		return form
	}
	form.Errors = slices.Clone(form.Errors)
	for i, field := range form.Errors {
		if slices.ContainsFunc(within.Fields, func(f core.Field) bool { return f.Name == field.Name && f.Code == field.Code }) {
			form.Errors[i].Name, form.Errors[i].Message = "standard", partText(field)
		}
	}
	return form
}

var partPath = regexp.MustCompile(`(\w+?)s\[(\d+)\](\.?)`)

// partText writes "rules[2].minutes" as people count: "Rule 3, minutes".
func partText(field render.FieldError) string {
	text := field.Message
	if field.Code != "bad_type" && field.Code != "unknown_field" {
		text = field.Name + ": " + text
	}
	text = partPath.ReplaceAllStringFunc(text, func(path string) string {
		m := partPath.FindStringSubmatch(path)
		n, _ := strconv.Atoi(m[2])
		return m[1] + " " + strconv.Itoa(n+1) + strings.Replace(m[3], ".", ", ", 1)
	})
	return render.Sentence(text)
}
