// Package grantweb are the pages on which people see and end what they let others see
// of their records, and organizations ask for it.
package grantweb

import (
	"net/url"
	"strconv"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/people/grant"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

// Pages are the pages of grants.
type Pages struct{ Grants *grant.Service }

// Routes lists every page and form.
func (p *Pages) Routes() []page.Route {
	return []page.Route{
		page.Get("/record/sharing", access.GrantOwn, p.showSharing),
		page.Post("/record/sharing", access.GrantGive, p.give),
		page.Post("/record/sharing/:grant/end", access.GrantEnd, p.endOwn),
		page.Post("/record/sharing/links", access.GrantGive, p.makeLink),
		page.Post("/record/sharing/links/:link/end", access.GrantEnd, p.endLink),
		page.Get("/record/sharing/requests/:request", access.GrantOwn, p.showRequest),
		page.Post("/record/sharing/requests/:request", access.GrantGive, p.accept),
		page.Post("/record/sharing/requests/:request/refuse", access.GrantRefuse, p.refuse),
		page.Get("/record/sharing/files/:file", access.GrantOwn, p.showFile),
		page.Post("/record/sharing/files/:file", access.FileAccept, p.acceptFile),
		page.Post("/record/sharing/files/:file/decline", access.FileDecline, p.declineFile),
		page.Post("/record/sharing/schools/:organization/leave", access.SchoolLeave, p.leave),

		page.Get("/o/:organization/grants", access.GrantRead, p.showGrants),
		page.Post("/o/:organization/grants", access.GrantAsk, p.ask),
		page.Post("/o/:organization/grants/:grant/end", access.GrantEnd, p.endTheirs),
		page.Post("/o/:organization/requests-to-share/:request/withdraw", access.GrantAsk, p.withdraw),
	}
}

// Menu is what an organization was allowed to see.
func (p *Pages) Menu() []page.MenuItem {
	return []page.MenuItem{{Rank: 115, Path: "grants", Label: "menu.grants", Shown: page.Allowed(access.GrantAsk)}}
}

// scope is a box of a form.
type scope struct{ Name, Label string }

// boxes are the boxes of scopes.
func boxes(r *page.Request, scopes []access.Scope) []scope {
	all := make([]scope, len(scopes))
	for i, s := range scopes {
		all[i] = scope{"scope_" + string(s), r.Say("scope." + string(s))}
	}
	return all
}

// chosen is a form in which scopes are chosen, for so many months.
func chosen(scopes []access.Scope, months int) render.Form {
	values := url.Values{"months": {strconv.Itoa(months)}}
	for _, s := range scopes {
		values.Set("scope_"+string(s), "true")
	}
	return render.Form{Values: values}
}

// terms reads what someone agrees to, or asks for.
func terms(f *page.Reading) grant.Terms {
	in := grant.Terms{Purpose: grant.Purpose(f.Get("purpose"))}
	for _, s := range access.Scopes {
		if f.Get("scope_"+string(s)) != "" {
			in.Scopes = append(in.Scopes, s)
		}
	}
	in.Months = chosenNumber(f, "months")
	return in
}

func purposes(r *page.Request) (options []render.Option) {
	for _, p := range grant.Purposes {
		options = append(options, render.Option{Value: string(p), Label: r.Say("purpose." + string(p))})
	}
	return options
}
