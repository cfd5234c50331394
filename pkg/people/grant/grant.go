package grant

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/words"
)

// Options are what the service is told once. BaseURL is that of the pages. Joined is
// called, in the transaction, when a file has become part of a record.
type Options struct {
	BaseURL string
	Joined  func(ctx context.Context, file core.TherapistID) error
}

// Service keeps grants.
type Service struct {
	*links
	act     *act.Kernel[Tx]
	src     core.Source
	baseURL string
	joined  func(ctx context.Context, file core.TherapistID) error
}

// New makes the service.
func New(store act.Store[Tx], src core.Source, o Options) *Service {
	if o.Joined == nil {
		o.Joined = func(context.Context, core.TherapistID) error { return nil }
	}
	kernel := act.New(store, src, nil)
	return &Service{links: &links{kernel, src, o.BaseURL}, act: kernel, src: src, baseURL: o.BaseURL, joined: o.Joined}
}

// Terms are what someone agrees to: scopes, what for, and for how many months from
// now; UsualMonths where it is 0.
type Terms struct {
	Scopes  []access.Scope
	Purpose Purpose
	Months  int
}

// check puts the scopes in order and notes what is wrong.
func (t *Terms) check(c *core.Collect) {
	unknown := slices.ContainsFunc(t.Scopes, func(s access.Scope) bool { return !slices.Contains(access.Scopes, s) })
	switch {
	case unknown:
		c.Add("scopes", "unknown_part")
	case len(t.Scopes) == 0:
		c.Add("scopes", "required.parts")
	}
	t.Scopes = slices.DeleteFunc(slices.Clone(access.Scopes), func(s access.Scope) bool { return !slices.Contains(t.Scopes, s) })
	if !slices.Contains(Purposes, t.Purpose) {
		c.Add("purpose", "unknown_purpose")
	}
	if t.Months == 0 {
		t.Months = UsualMonths
	}
	if t.Months < 1 || t.Months > MostMonths {
		c.Add("months", "bad_months", "most", MostMonths)
	}
}

// until is when terms end that begin now: at the same time of day, and where the month
// has no such day on its last.
func (t Terms) until(now time.Time) time.Time {
	on := core.DateOf(now)
	days := on.AddMonths(t.Months).In(time.UTC).Sub(on.In(time.UTC)) / (24 * time.Hour)
	return now.AddDate(0, 0, int(days))
}

// Give lets an organization, named by its short name, see parts of the actor's record
// that it did not ask for. A grant that the organization has already ends.
// Permission: grant.give, by a person who gave the password within access.FreshFor.
// Codes: required, unknown_part (scopes), unknown_purpose (purpose), bad_months
// (months), unknown_organization (organization), reauthentication_required.
func (s *Service) Give(ctx context.Context, a access.Actor, organization string, in Terms) (Grant, error) {
	return s.give(ctx, a, in, nil, func(ctx context.Context, tx Tx) (act.Found[given], error) {
		o, err := tx.OrganizationBySlug(ctx, organization)
		if core.AsFault(err) != nil {
			err = core.InvalidField("organization", "unknown_organization")
		}
		return act.Found[given]{Thing: given{to: o}}, err
	})
}

// Accept answers a request: yes, with the scopes or fewer. A grant that the
// organization has already ends. Permission: grant.give, by the person who has the
// address that was asked, and gave the password within access.FreshFor. Codes:
// not_found, request_over, not_asked (scopes), and those of Give.
func (s *Service) Accept(ctx context.Context, a access.Actor, id core.GrantRequestID, in Terms) (Grant, error) {
	return s.give(ctx, a, in, func(r Request, in Terms, now time.Time) error {
		if !r.Waits(now) {
			return core.Conflict("request_over")
		}
		if slices.ContainsFunc(in.Scopes, func(s access.Scope) bool { return !slices.Contains(r.Scopes, s) }) {
			return core.InvalidField("scopes", "not_asked")
		}
		return nil
	}, func(ctx context.Context, tx Tx) (act.Found[given], error) {
		r, err := requestTo(ctx, tx, a, id)
		if err != nil {
			return act.Found[given]{}, err
		}
		o, err := tx.Organization(ctx, r.OrganizationID)
		return act.Found[given]{Thing: given{to: o, request: r}}, err
	})
}

// given is to whom something is given, and the request that it answers; a zero one
// where nobody asked.
type given struct {
	to      core.Organization
	request Request
}

var (
	grantGiven = act.NewEvent("grant.give", "grant")
	grantEnded = act.NewEvent("grant.end", "grant")
	gives      = act.Declare(access.GrantGive, grantGiven, grantEnded)
)

func (s *Service) give(ctx context.Context, a access.Actor, in Terms, may func(Request, Terms, time.Time) error, find func(context.Context, Tx) (act.Found[given], error)) (Grant, error) {
	var former []Grant
	return act.Do(ctx, s.act, a, gives, act.Command[Tx, given, Grant]{
		Prepare: func(context.Context) error {
			if may != nil {
				in.Purpose = PurposeEducation // that of the request is known later
			}
			var c core.Collect
			in.check(&c)
			return c.Err()
		},
		Find: find,
		Change: func(ctx context.Context, x act.Step[Tx], n given) (g Grant, err error) {
			if may != nil {
				in.Purpose = n.request.Purpose
			}
			if may != nil {
				if err := may(n.request, in, x.Now); err != nil {
					return g, err
				}
			}
			therapist, err := x.Tx.EnsureTherapist(ctx, core.Therapist{ID: core.NewID[core.TherapistID](s.src), AccountID: a.AccountID, CreatedAt: x.Now})
			if err != nil {
				return g, err
			}
			g = s.grant(words.Of(a.Language), therapist, n, in, x.Now)
			g.TherapistName, g.TherapistEmail = a.Name, a.Email
			former, err = endFormer(ctx, x.Tx, therapist, n.to.ID, x.Now)
			return g, err
		},
		Save: func(ctx context.Context, x act.Step[Tx], n given, g Grant) error {
			if err := x.Tx.InsertGrant(ctx, g); err != nil {
				return err
			}
			if !n.request.ID.IsZero() {
				n.request.State, n.request.AnsweredAt = RequestAccepted, x.Now
				if err := x.Tx.AnswerGrantRequest(ctx, n.request); err != nil {
					return err
				}
			}
			return s.mailBegun(ctx, x, n, g)
		},
		Tell: func(_ given, g Grant) []act.Told {
			told := []act.Told{{Event: grantGiven, Owner: g.owner(), Subject: g.ID.String(), Details: details(g)}}
			for _, f := range former {
				told = append(told, act.Told{Event: grantEnded, Owner: f.owner(), Subject: f.ID.String(), Details: map[string]string{"by": string(SideTherapist)}})
			}
			return told
		},
	})
}

func (s *Service) grant(l *words.Language, therapist core.TherapistID, n given, in Terms, now time.Time) Grant {
	g := Grant{
		ID: core.NewID[core.GrantID](s.src), TherapistID: therapist,
		OrganizationID: n.to.ID, OrganizationName: n.to.Name, RequestID: n.request.ID, Scopes: in.Scopes, Purpose: in.Purpose,
		Wording: Wording, GivenAt: now, Until: in.until(now), Version: 1,
	}
	g.Words = Agreement(l, g.OrganizationName, g.Scopes, g.Purpose, in.Months)
	return g
}

// Agreement is what someone agrees to who gives a grant, in words.
func Agreement(l *words.Language, organization string, scopes []access.Scope, purpose Purpose, months int) string {
	return l.Say("grant.wording.1", "organization", organization, "scopes", Parts(l, scopes), "purpose", words.S("purpose."+string(purpose)), "count", months)
}

// Parts are scopes in words.
func Parts(l *words.Language, scopes []access.Scope) string {
	parts := make([]string, len(scopes))
	for i, s := range scopes {
		parts[i] = l.Say("scope." + string(s))
	}
	return l.List(parts...)
}

// endFormer ends the grant that an organization has, if it has one.
func endFormer(ctx context.Context, tx Tx, therapist core.TherapistID, org core.OrganizationID, now time.Time) ([]Grant, error) {
	former, err := tx.OpenGrants(ctx, therapist, org)
	for i := range former {
		former[i].EndedAt, former[i].EndedBy = now, SideTherapist
		if err := tx.EndGrant(ctx, former[i]); err != nil {
			return nil, err
		}
	}
	return former, err
}

func (g Grant) owner() access.Target {
	return access.Target{Organization: g.OrganizationID, Therapist: g.TherapistID}
}

func details(g Grant) map[string]string {
	scopes := make([]string, len(g.Scopes))
	for i, s := range g.Scopes {
		scopes[i] = string(s)
	}
	return map[string]string{"scopes": strings.Join(scopes, " "), "purpose": string(g.Purpose), "until": g.Until.UTC().Format(time.RFC3339)}
}

var ends = act.Declare(access.GrantEnd, grantEnded)

// End ends a grant at once, by either side. Permission: grant.end, by the therapist or
// the organization that has it. Codes: not_found, grant_over, stale.
func (s *Service) End(ctx context.Context, a access.Actor, id core.GrantID, version int) (Grant, error) {
	return act.Do(ctx, s.act, a, ends, act.Command[Tx, Grant, Grant]{
		Version: version,
		Find: func(ctx context.Context, tx Tx) (act.Found[Grant], error) {
			g, err := tx.Grant(ctx, id)
			return act.Found[Grant]{Thing: g, Owner: g.owner(), Version: g.Version}, err
		},
		Change: func(_ context.Context, x act.Step[Tx], g Grant) (Grant, error) {
			if !g.Live(x.Now) {
				return g, core.Conflict("grant_over")
			}
			g.EndedAt, g.EndedBy = x.Now, SideOrganization
			if a.Is(g.TherapistID) {
				g.EndedBy = SideTherapist
			}
			return g, nil
		},
		Save: func(ctx context.Context, x act.Step[Tx], _, g Grant) error {
			if err := x.Tx.EndGrant(ctx, g); err != nil {
				return err
			}
			return s.mailEnded(ctx, x, g)
		},
		Tell: func(_, g Grant) []act.Told {
			return act.Of(g.ID.String(), map[string]string{"by": string(g.EndedBy)})
		},
	})
}

// Grant finds a grant. Permission: grant.read, by the therapist or the organization
// that has it. Code: not_found.
func (s *Service) Grant(ctx context.Context, a access.Actor, id core.GrantID) (Grant, error) {
	return act.Look(ctx, s.act, a, access.GrantRead, func(ctx context.Context, r act.Reader[Tx]) (Grant, error) {
		g, err := r.Tx.Grant(ctx, id)
		if err == nil {
			err = r.May(ctx, g.owner())
		}
		return seenBy(a, g, r.Now), err
	})
}

// seenBy is a grant as a member of the organization or the therapist is shown it: the
// address is of the scope contact, as long as the grant is live.
func seenBy(a access.Actor, g Grant, now time.Time) Grant {
	if !a.Is(g.TherapistID) && !g.Access().Opens(access.ScopeContact, now) {
		g.TherapistEmail = ""
	}
	return g
}

// GivenTo lists the grants that an organization has or had, newest first. Permission:
// grant.read. Code: bad_cursor.
func (s *Service) GivenTo(ctx context.Context, a access.Actor, org core.OrganizationID, page core.Page) (core.List[Grant], error) {
	return act.List(ctx, s.act, a, page, act.ByID(access.GrantRead, access.Target{Organization: org},
		func(ctx context.Context, tx Tx, after core.GrantID, limit int) ([]Grant, error) {
			found, err := tx.GivenTo(ctx, org, after, limit)
			for i := range found {
				found[i] = seenBy(a, found[i], s.src.Now())
			}
			return found, err
		}, func(g Grant) core.GrantID { return g.ID }))
}

// Given lists the actor's own grants, newest first. Permission: grant.read. Code:
// bad_cursor.
func (s *Service) Given(ctx context.Context, a access.Actor, page core.Page) (core.List[Grant], error) {
	return act.List(ctx, s.act, a, page, act.ByID(access.GrantOwn, access.Target{},
		func(ctx context.Context, tx Tx, after core.GrantID, limit int) ([]Grant, error) {
			return tx.GivenBy(ctx, a.TherapistID, after, limit)
		}, func(g Grant) core.GrantID { return g.ID }))
}

// Looks lists what grants let organizations see of the actor's record, newest first.
// Permission: grant.own. Code: bad_cursor.
func (s *Service) Looks(ctx context.Context, a access.Actor, page core.Page) (core.List[Look], error) {
	return act.List(ctx, s.act, a, page, act.ByID(access.GrantOwn, access.Target{},
		func(ctx context.Context, tx Tx, after core.LookID, limit int) ([]Look, error) {
			return tx.LooksAt(ctx, a.TherapistID, after, limit)
		}, func(l Look) core.LookID { return l.ID }))
}

// Relations are the organizations that keep or see something of the actor's record,
// by name. Permission: grant.own.
func (s *Service) Relations(ctx context.Context, a access.Actor) ([]Relation, error) {
	return act.Read(ctx, s.act, a, access.GrantOwn, func(ctx context.Context, r act.Reader[Tx]) ([]Relation, error) {
		if err := r.May(ctx, access.Target{}); err != nil || a.TherapistID.IsZero() {
			return nil, err
		}
		relations, err := r.Tx.RelationsOf(ctx, a.TherapistID, r.Now)
		if err != nil {
			return nil, err
		}
		grants, err := r.Tx.GivenBy(ctx, a.TherapistID, core.GrantID{}, mostRelations)
		for _, g := range grants {
			if at := slices.IndexFunc(relations, func(r Relation) bool { return r.OrganizationID == g.OrganizationID }); at >= 0 && g.Live(r.Now) {
				relations[at].Grants = append(relations[at].Grants, g)
			}
		}
		return relations, err
	})
}

// mostRelations bounds what of one person is read at once.
const mostRelations = 500
