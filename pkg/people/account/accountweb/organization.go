package accountweb

import (
	"net/url"
	"strconv"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

// organizations are the pages of an organization itself.
type organizations struct{ *Pages }

type organizationsPage struct {
	Items     []organizationLine
	MayCreate bool
	Form      render.Form
	Kinds     []render.Option
}

type organizationLine struct {
	Name  string
	Kind  core.OrganizationKind
	Href  string
	Roles []core.Role
}

// ofActor are the actor's organizations, each with where their work in it is.
func ofActor(r *page.Request, form render.Form) page.View {
	if form.Values == nil {
		form.Values = url.Values{"zone": {"America/New_York"}, "kind": {string(core.School)}}
	}
	content := organizationsPage{Form: form, Kinds: page.Choices(r, organizationKinds), MayCreate: r.Can(access.OrganizationCreate, core.OrganizationID{})}
	for _, m := range page.Organizations(r.Actor) {
		in := access.Actor{TherapistID: r.Actor.TherapistID}
		for _, other := range r.Actor.Memberships {
			if other.OrganizationID == m.OrganizationID {
				in.Memberships = append(in.Memberships, other)
			}
		}
		content.Items = append(content.Items, organizationLine{m.OrganizationName, m.OrganizationKind, r.Site.Start(in), in.Roles(m.OrganizationID)})
	}
	return page.View{Name: "account/organizations", Title: r.Say("account.organization.your_organizations"), Content: content}
}

func (o organizations) showOrganizations(r *page.Request) error {
	return r.Show(ofActor(r, render.Form{}), nil)
}

func (o organizations) createOrganization(r *page.Request) error {
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			in := account.NewOrganization{
				Kind: core.OrganizationKind(f.Get("kind")), Name: f.Get("name"), Slug: f.Get("slug"), Zone: f.Get("zone"),
				URL: f.Get("url"), AdminEmail: f.Get("admin_email"), AdminName: f.Get("admin_name"),
			}
			return func() (page.Next, error) {
				org, err := o.Account.CreateOrganization(r.Ctx(), r.Actor, in)
				return page.To("/organizations", r.Say("account.organization.is_set_up_and_is", "name", org.Name, "adminEmail", in.AdminEmail)), err
			}
		},
		Again: func(form render.Form) (page.View, error) { return ofActor(r, form), nil },
	})
}

type settingsPage struct {
	Organization core.Organization
	MayChange    bool
	School       bool
	Languages    []render.Option // none where there is no choice
	States       []render.Option
	Tab          page.OrganizationTabs
	Form         render.Form
}

func (o organizations) settings(r *page.Request, org core.OrganizationID, form render.Form) (page.View, error) {
	found, err := o.Account.Organization(r.Ctx(), r.Actor, org)
	if form.Values == nil {
		form.Values = url.Values{"name": {found.Name}, "zone": {found.Zone}, "url": {found.URL}, "language": {found.Language}, "checkpoint_recipient": {found.CheckpointRecipient},
			"jurisdiction": {found.Jurisdiction}}
		if found.LookDays > 0 {
			form.Values.Set("look_days", strconv.Itoa(found.LookDays))
		}
		if found.AcceptsLooks {
			form.Values.Set("accepts_looks", "true")
		}
	}
	content := settingsPage{
		Organization: found, School: found.Kind == core.School, MayChange: r.Can(access.OrganizationUpdate, org), Tab: r.OrganizationTabs(org, "settings"), Form: form,
	}
	if tags := o.Account.Languages(); len(tags) > 1 {
		content.Languages = page.Languages(r, tags, "account.settings.no_language")
	}
	content.States = append([]render.Option{{Label: r.Say("account.settings.no_state")}}, page.States()...)
	return page.View{Name: "account/settings", Title: found.Name, Content: content}, err
}

func (o organizations) showSettings(r *page.Request) error {
	org, err := r.Organization()
	if err != nil {
		return err
	}
	return r.Show(o.settings(r, org, render.Form{}))
}

func (o organizations) changeSettings(r *page.Request) error {
	org, err := r.Organization()
	if err != nil {
		return err
	}
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			in := account.OrganizationChange{
				Name: f.Get("name"), Zone: f.Get("zone"), URL: f.Get("url"), Language: f.Get("language"), CheckpointRecipient: f.Get("checkpoint_recipient"),
				Jurisdiction: f.Get("jurisdiction"), LookDays: lookDays(f), AcceptsLooks: f.Get("accepts_looks") != "",
			}
			return func() (page.Next, error) {
				_, err := o.Account.UpdateOrganization(r.Ctx(), r.Actor, org, 0, in)
				return page.To(page.OrganizationPath(org, "settings"), r.Say("account.organization.settings_saved")), err
			}
		},
		Again: func(form render.Form) (page.View, error) { return o.settings(r, org, form) },
	})
}

// lookDays is the number of days as it was typed, whose rule says which there may be; an
// empty field is 0, which leaves it to the house.
func lookDays(f *page.Reading) int {
	days := f.Whole("look_days")
	if days == 0 && f.Text("look_days") != "" {
		return -1
	}
	return days
}
