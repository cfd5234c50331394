package logbookweb

import (
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook/logbookpage"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

// shownVersion is a version on the page of its program, with what the one who looks
// can do about its confirmation. WhyNot is why they are not the second person.
type shownVersion struct {
	logbookpage.Version
	Path       string
	Zone       string
	MayConfirm bool
	WhyNot     string
	Stale      bool
	Form       render.Form
}

func shownVersions(r *page.Request, versions []logbookpage.Version, form render.Form) []shownVersion {
	shown := make([]shownVersion, len(versions))
	for i, v := range versions {
		one := shownVersion{Version: v, Path: programPath(v.ProgramID), Zone: r.Zone(v.OrganizationID), Stale: !r.Fresh(), Form: form.At(v.ID.String())}
		if !v.Confirmed && r.Can(access.ProgramConfirm, v.OrganizationID) {
			if refused := core.AsFault(v.Second(r.Actor)); refused != nil {
				one.WhyNot = r.Language().Write(refused.Sentence())
			}
			one.MayConfirm = one.WhyNot == ""
		}
		shown[i] = one
	}
	return shown
}

// confirm is the second person's word on one of a program's versions.
func (p *Programs) confirm(r *page.Request, program core.ProgramID) error {
	var chosen core.ProgramVersionID
	return r.Submit(page.Form{
		Confirm: true,
		Read: func(f *page.Reading) page.Command {
			chosen = page.Chosen[core.ProgramVersionID](f, "program_version")
			return func() (page.Next, error) {
				v, err := p.Logbook.ConfirmProgram(r.Ctx(), r.Actor, chosen)
				return page.To(programPath(v.ProgramID), r.Say("logbook.program.is_confirmed", "number", v.Number)), err
			}
		},
		Again: func(form render.Form) (page.View, error) {
			form.ID = chosen.String()
			return p.program(r, program, form)
		},
	})
}
