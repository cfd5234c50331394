package web

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"

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
		orgPath(org, "programs"), items, r.can(access.ProgramPublish, org), r.pager(list.Next, "Pages of programs"),
	})
}

type programPage struct {
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
		orgPath(r.place, "programs"), versions, r.can(access.ProgramPublish, r.place), r.zone(r.place),
	})
}

type publishPage struct {
	Base string
	Form render.Form
}

// showPublish begins with the newest version of the program that the address
// names in "from".
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
		program, err := core.ParseID[core.ProgramID](from)
		if err != nil {
			return core.NotFound("program")
		}
		versions, err := r.web.Logbook.Program(r.ctx(), r.actor, program)
		if err != nil {
			return err
		}
		page.Form.Values, err = publishValues(versions[0])
		if err != nil {
			return err
		}
	}
	return r.page("registrar/publish", "Publish a program", page)
}

func publishValues(v core.ProgramVersion) (url.Values, error) {
	var text bytes.Buffer
	if err := json.Indent(&text, v.StandardBody, "", "  "); err != nil {
		return nil, err
	}
	return url.Values{"code": {v.Code}, "title": {v.Title}, "standard": {text.String()}}, nil
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
	return r.refill(err, "registrar/publish", "Publish a program", publishPage{orgPath(org, "programs"), render.NewForm(form, err)})
}
