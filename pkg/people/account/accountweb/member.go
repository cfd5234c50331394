package accountweb

import (
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

type membersPage struct {
	Tab         page.OrganizationTabs
	Base        string
	Role        core.Role
	Roles       []roleTab
	Items       []core.Member
	Invitations []account.Invitation
	MayInvite   bool
	MayEnd      bool
	Own         core.AccountID
	InviteRoles []render.Option
	Form        render.Form
	Pager       render.Pager
	Now         time.Time
}

type roleTab struct {
	Label, Href string
	Current     bool
}

func (o organizations) members(r *page.Request, org core.OrganizationID, form render.Form) (page.View, error) {
	base := page.OrganizationPath(org, "members")
	content := membersPage{
		Tab: r.OrganizationTabs(org, "members"), Base: base, Role: core.Role(r.QueryParam("role")), Own: r.Actor.AccountID, Now: r.Now(),
		MayInvite: r.Can(access.MemberInvite, org), MayEnd: r.Can(access.MemberEnd, org), Form: form,
	}
	list, err := o.Account.Members(r.Ctx(), r.Actor, org, content.Role, r.Part())
	if err != nil {
		return page.View{}, err
	}
	content.Items, content.Pager = list.Items, r.Pager(list.Next, r.Say("account.member.pages_of_members"))
	kind := r.CurrentOrganization().OrganizationKind
	content.InviteRoles = page.OptionsOf(r, core.RolesWhere(func(of core.RoleInfo) bool { return of.Role.In(kind) && !of.Enrolled }))
	content.Roles = append(content.Roles, roleTab{r.Say("account.member.all"), base, content.Role == ""})
	for _, of := range core.RolesOf(kind) {
		content.Roles = append(content.Roles, roleTab{r.Say(of.Many), base + "?role=" + string(of.Role), of.Role == content.Role})
	}
	if content.MayInvite && r.QueryParam("cursor") == "" {
		content.Invitations, err = o.waiting(r, org)
	}
	return page.View{Name: "account/members", Title: r.Say("account.member.members"), Content: content}, err
}

// waiting are the invitations that may still be accepted.
func (o organizations) waiting(r *page.Request, org core.OrganizationID) ([]account.Invitation, error) {
	list, err := o.Account.Invitations(r.Ctx(), r.Actor, org, core.Page{Limit: 100})
	var all []account.Invitation
	for _, i := range list.Items {
		if i.AcceptedAt.IsZero() && r.Now().Before(i.ExpiresAt) {
			all = append(all, i)
		}
	}
	return all, err
}

func (o organizations) showMembers(r *page.Request) error {
	org, err := r.Organization()
	if err != nil {
		return err
	}
	return r.Show(o.members(r, org, render.Form{}))
}

func (o organizations) invite(r *page.Request) error {
	org, err := r.Organization()
	if err != nil {
		return err
	}
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			in := account.Invite{Email: f.Get("email"), Name: f.Get("name"), Role: core.Role(f.Get("role"))}
			return func() (page.Next, error) {
				invited, err := o.Account.Invite(r.Ctx(), r.Actor, org, in)
				return page.To(page.OrganizationPath(org, "members"), r.Say("account.member.an_invitation_is_on_its", "email", invited.Email)), err
			}
		},
		Again: func(form render.Form) (page.View, error) { return o.members(r, org, form) },
	})
}

func (o organizations) endMember(r *page.Request) error {
	org, err := r.Organization()
	if err != nil {
		return err
	}
	member, err := page.ID[core.MemberID](r, "member")
	if err != nil {
		return err
	}
	if _, err := o.Account.EndMember(r.Ctx(), r.Actor, member); err != nil {
		return err
	}
	return r.Done(page.OrganizationPath(org, "members"), r.Say("account.member.membership_ended_what_this_person"))
}
