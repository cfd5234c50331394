package grant_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/grant"
)

func (w town) link(uses int, scopes ...access.Scope) grant.MadeLink {
	w.t.Helper()
	made, err := w.s.MakeLink(w.t.Context(), w.fresh(w.Student), grant.LinkTerms{Terms: employment(scopes...), Label: "Bay Street Clinic", Uses: uses})
	w.ok(err)
	return made
}

// A person makes a link, sees each use, and is told of the first.
func TestService_Link(t *testing.T) {
	each(t, func(w town) {
		ctx := w.t.Context()
		before := len(w.Mails())
		made := w.link(0, access.ScopeLicenses, access.ScopeContact)
		if made.Most != grant.UsualUses || made.Until != made.GivenAt.AddDate(0, grant.UsualMonths, 0) || made.Wording != grant.LinkWording ||
			!strings.Contains(made.Words, "Bay Street Clinic") || !grant.IsLinkSecret(made.Secret) || len(w.Mails()) != before {
			w.t.Errorf("made %+v", made)
		}
		for range 3 { // what looks at an address uses nothing
			offered, err := w.s.OfferedLink(ctx, made.Secret)
			w.ok(err)
			if offered.TherapistName != w.Student.Name || offered.Used != 0 || !slices.Equal(offered.Scopes, made.Scopes) {
				w.t.Errorf("offers %+v", offered)
			}
		}
		opened, err := w.s.OpenLink(ctx, made.Secret)
		w.ok(err)
		if !opened.Actor.AccountID.IsZero() || opened.Actor.Link.Therapist != w.Student.TherapistID || !slices.Equal(opened.Actor.Link.Scopes, made.Scopes) {
			w.t.Errorf("opened as %+v", opened.Actor)
		}
		_, err = w.s.OpenLink(ctx, made.Secret)
		w.ok(err)
		if mails := w.Mails()[before:]; len(mails) != 1 || mails[0].To != w.Student.Email || !strings.Contains(mails[0].Text, "Bay Street Clinic") || strings.Contains(mails[0].Text, made.Secret) {
			w.t.Errorf("mailed %+v", mails)
		}
		list, err := w.s.Links(ctx, w.Student, core.Page{})
		w.ok(err)
		if len(list.Items) != 1 || list.Items[0].Used != 2 || list.Items[0].Left() != 8 || list.Items[0].UsedAt.IsZero() || !list.Items[0].Live(w.Src.Now()) {
			w.t.Errorf("lists %+v", list.Items)
		}
		if others, err := w.s.Links(ctx, w.Registrar, core.Page{}); err != nil || len(others.Items) != 0 {
			w.t.Errorf("another lists %+v, %v", others.Items, err)
		}

		look := func(page core.Page) core.List[grant.Look] {
			list, err := w.s.Looks(ctx, w.Student, page)
			w.ok(err)
			return list
		}
		looks := look(core.Page{Limit: 1})
		if len(looks.Items) != 1 || looks.Next == "" || looks.Items[0].Label != "Bay Street Clinic" || !looks.Items[0].OrganizationID.IsZero() || !slices.Equal(looks.Items[0].Parts(), made.Scopes) {
			w.t.Errorf("looks are %+v", looks)
		}
		if rest := look(core.Page{Cursor: looks.Next}); len(rest.Items) != 1 || rest.Items[0].ID == looks.Items[0].ID {
			w.t.Errorf("and %+v", rest)
		}
	})
}

// Of a link nothing is wrong that was made.
func TestService_Link_Terms(t *testing.T) {
	each(t, func(w town) {
		ctx, student := w.t.Context(), w.fresh(w.Student)
		good := func(change func(*grant.LinkTerms)) grant.LinkTerms {
			in := grant.LinkTerms{Terms: employment(access.ScopeLicenses), Label: "A clinic", Uses: 50}
			change(&in)
			return in
		}
		for field, c := range map[string]struct {
			in   grant.LinkTerms
			code string
		}{
			"label":   {good(func(in *grant.LinkTerms) { in.Label = " " }), "required"},
			"label ":  {good(func(in *grant.LinkTerms) { in.Label = strings.Repeat("x", 81) }), "too_long"},
			"uses":    {good(func(in *grant.LinkTerms) { in.Uses = 51 }), "bad_uses"},
			"uses ":   {good(func(in *grant.LinkTerms) { in.Uses = -1 }), "bad_uses"},
			"months":  {good(func(in *grant.LinkTerms) { in.Months = 25 }), "bad_months"},
			"scopes":  {good(func(in *grant.LinkTerms) { in.Scopes = nil }), "required"},
			"scopes ": {good(func(in *grant.LinkTerms) { in.Scopes = []access.Scope{"everything"} }), "unknown_part"},
			"purpose": {good(func(in *grant.LinkTerms) { in.Purpose = "fun" }), "unknown_purpose"},
		} {
			_, err := w.s.MakeLink(ctx, student, c.in)
			w.refused(err, c.code)
			if f := core.AsFault(err); f == nil || len(f.Fields) != 1 || f.Fields[0].Name != strings.TrimSpace(field) {
				w.t.Errorf("%s: %+v", field, f)
			}
		}
		stale := student
		stale.AuthenticatedAt = time.Time{}
		_, err := w.s.MakeLink(ctx, stale, good(func(*grant.LinkTerms) {}))
		w.refused(err, "reauthentication_required")
		token := student
		token.Token = true
		_, err = w.s.MakeLink(ctx, token, good(func(*grant.LinkTerms) {}))
		w.refused(err, "person_required")
	})
}

// Ended, over, used up and unknown links are alike, and opened by nobody.
func TestService_Link_Gone(t *testing.T) {
	each(t, func(w town) {
		ctx := w.t.Context()
		used, ended, over := w.link(1, access.ScopeCPR), w.link(5, access.ScopeCPR), w.link(5, access.ScopeCPR)
		_, err := w.s.OpenLink(ctx, used.Secret)
		w.ok(err)
		_, err = w.s.EndLink(ctx, w.Registrar, ended.ID)
		w.refused(err, "not_found")
		_, err = w.s.EndLink(ctx, w.Student, ended.ID)
		w.ok(err)
		_, err = w.s.EndLink(ctx, w.Student, ended.ID)
		w.refused(err, "grant_over")
		gone := func(secrets ...string) {
			w.t.Helper()
			for _, secret := range secrets {
				_, err := w.s.OfferedLink(ctx, secret)
				_, tried := w.s.OpenLink(ctx, secret)
				for _, err := range []error{err, tried} {
					if f := core.AsFault(err); f == nil || f.Code != "link_gone" || f.Kind != core.KindNotFound || f.Error() != core.AsFault(tried).Error() {
						w.t.Errorf("gives %v", err)
					}
				}
			}
		}
		gone(used.Secret, ended.Secret, "pll_"+strings.Repeat("x", 43), "", "%00")
		_, err = w.s.OfferedLink(ctx, over.Secret)
		w.ok(err)
		w.Pass(366 * 24 * time.Hour)
		gone(over.Secret)
		if list, err := w.s.Looks(ctx, w.Student, core.Page{}); err != nil || len(list.Items) != 1 {
			w.t.Errorf("looks are %+v, %v", list.Items, err)
		}
	})
}

// At once a link is not opened more often than it may be.
func TestService_Link_AtOnce(t *testing.T) {
	each(t, func(w town) {
		made := w.link(3, access.ScopeCPR)
		errs := make([]error, 8)
		var wg sync.WaitGroup
		for i := range errs {
			wg.Go(func() { _, errs[i] = w.s.OpenLink(w.t.Context(), made.Secret) })
		}
		wg.Wait()
		opened := 0
		for _, err := range errs {
			if err == nil {
				opened++
			} else if core.CodeOf(err) != "link_gone" {
				w.t.Errorf("gives %v", err)
			}
		}
		if opened != 3 {
			w.t.Errorf("opened %d times: %v", opened, errors.Join(errs...))
		}
		if list, err := w.s.Looks(w.t.Context(), w.Student, core.Page{}); err != nil || len(list.Items) != 3 {
			w.t.Errorf("looks are %+v, %v", list.Items, err)
		}
	})
}

// Terms end on the same day of the month, and where there is none on its last.
func TestTerms_LastOfMonth(t *testing.T) {
	each(t, func(w town) {
		w.Pass(7 * 24 * time.Hour) // to Nov 30
		g, err := w.s.Give(t.Context(), w.fresh(w.Student), w.Employer.Slug, grant.Terms{Scopes: []access.Scope{access.ScopeCPR}, Purpose: grant.PurposeEmployment, Months: 3})
		w.ok(err)
		if got := g.Until.UTC().Format("2006-01-02"); got != "2027-02-28" {
			t.Errorf("it ends on %s", got)
		}
	})
}
