package web

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/logbook"
	"github.com/palmar/palmar/pkg/standard"
	"github.com/palmar/palmar/pkg/web/render"
)

var programRoutes = []Route{
	{http.MethodGet, "/o/:organization/programs", access.ProgramRead, (*request).showPrograms},
	{http.MethodGet, "/o/:organization/programs/publish", access.ProgramPublish, (*request).showPublish},
	{http.MethodPost, "/o/:organization/programs/publish", access.ProgramPublish, (*request).publish},
	{http.MethodGet, "/programs/:program", access.ProgramRead, (*request).showProgram},
}

// programVersion is a published version with its standard as rules.
type programVersion struct {
	core.ProgramVersion
	Standard standard.Standard
}

func versionsOf(all []core.ProgramVersion) ([]programVersion, error) {
	versions := make([]programVersion, len(all))
	for i, v := range all {
		std, err := standard.Parse(v.StandardBody)
		if err != nil {
			return nil, err
		}
		versions[i] = programVersion{v, std}
	}
	return versions, nil
}

type programsPage struct {
	Base       string
	Drafts     string
	Items      []programVersion
	MayPublish bool
	Pager      render.Pager
}

func (r *request) showPrograms() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	list, err := r.web.Logbook.Programs(r.ctx(), r.actor, org, r.part())
	if err != nil {
		return err
	}
	items, err := versionsOf(list.Items)
	if err != nil {
		return err
	}
	return r.page("registrar/programs", "Programs", programsPage{
		orgPath(org, "programs"), orgPath(org, "drafts"), items, r.can(access.ProgramPublish, org), r.pager(list.Next, "Pages of programs"),
	})
}

type programPage struct {
	Drafts     string
	Base       string
	Versions   []programVersion // newest first
	MayPublish bool
	Zone       string
}

func (r *request) showProgram() error {
	program, err := id[core.ProgramID](r, "program")
	if err != nil {
		return err
	}
	all, err := r.web.Logbook.Program(r.ctx(), r.actor, program)
	if err != nil {
		return err
	}
	r.place = all[0].OrganizationID
	versions, err := versionsOf(all)
	if err != nil {
		return err
	}
	return r.page("registrar/program", versions[0].Title, programPage{
		orgPath(r.place, "drafts/new"), orgPath(r.place, "programs"), versions, r.can(access.ProgramPublish, r.place), r.zone(r.place),
	})
}

type publishPage struct {
	Base string
	Form render.Form
}

// showPublish begins with the newest version of the program that the address
// names in "from", else with an example.
func (r *request) showPublish() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	if err := access.Can(r.actor, access.ProgramPublish, access.Target{Organization: org}); err != nil {
		return err
	}
	page := publishPage{Base: orgPath(org, "programs")}
	if from := r.QueryParam("from"); from != "" {
		page.Form.Values, err = r.nextVersion(from)
	} else {
		page.Form.Values, err = exampleValues()
	}
	if err != nil {
		return err
	}
	return r.page("registrar/publish", "Publish a program", page)
}

func (r *request) nextVersion(of string) (url.Values, error) {
	program, err := core.ParseID[core.ProgramID](of)
	if err != nil {
		return nil, core.NotFound("program")
	}
	versions, err := r.web.Logbook.Program(r.ctx(), r.actor, program)
	if err != nil {
		return nil, err
	}
	return publishValues(versions[0].Code, versions[0].Title, versions[0].StandardBody)
}

func exampleValues() (url.Values, error) {
	body, err := standard.Demo().Marshal()
	if err != nil {
		return nil, err
	}
	return publishValues("", "", body)
}

func publishValues(code, title string, body []byte) (url.Values, error) {
	var text bytes.Buffer
	if err := json.Indent(&text, body, "", "  "); err != nil {
		return nil, err
	}
	return url.Values{"code": {code}, "title": {title}, "standard": {text.String()}}, nil
}

func (r *request) publish() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	form, err := r.form()
	if err != nil {
		return err
	}
	v, err := r.web.Logbook.PublishProgram(r.ctx(), r.actor, org, logbook.PublishProgram{
		Code: form.Get("code"), Title: form.Get("title"), Standard: []byte(form.Get("standard")),
	})
	if err == nil {
		return r.done("/programs/"+v.ProgramID.String(), v.Title+" is published. New enrollments are judged by it; earlier ones keep their own version.")
	}
	return r.refill(err, "registrar/publish", "Publish a program", publishPage{orgPath(org, "programs"), render.NewForm(form, inStandard(err, form.Get("standard")))})
}

// inStandard names the standard's text area for what is wrong within it: the
// page has no input for a single rule, and its own title is another.
func inStandard(err error, text string) error {
	_, wrong := standard.Parse([]byte(text))
	f, within := core.AsFault(err), core.AsFault(wrong)
	if f == nil || within == nil {
		return err
	}
	named := *f
	named.Fields = slices.Clone(f.Fields)
	for i, field := range named.Fields {
		if slices.Contains(within.Fields, field) {
			named.Fields[i].Name, named.Fields[i].Message = "standard", partText(field)
		}
	}
	return &named
}

var partPath = regexp.MustCompile(`(\w+?)s\[(\d+)\](\.?)`)

// partText writes "rules[2].minutes" as people count: "Rule 3, minutes".
func partText(field core.Field) string {
	text := field.Message
	if field.Code != "bad_type" && field.Code != "unknown_field" {
		text = field.Name + ": " + text
	}
	text = partPath.ReplaceAllStringFunc(text, func(path string) string {
		m := partPath.FindStringSubmatch(path)
		n, _ := strconv.Atoi(m[2])
		return m[1] + " " + strconv.Itoa(n+1) + strings.Replace(m[3], ".", ", ", 1)
	})
	return sentence(text)
}
