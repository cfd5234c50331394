package specialtyapi

import (
	"context"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/licensure/licensureview"
	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/judge/standard/standardview"
	"github.com/palmar/palmar/pkg/platform/edge"
)

type readiness struct{ service *specialty.Service }

var readinessRoutes = edge.Routes{
	"listSpecialties":       {Action: access.SelfRead},
	"getSpecialtyStandings": {Action: access.AbilityRead},
	"getReadiness":          {Action: access.AbilityRead},
	"listTrained":           {Action: access.ReadinessRead},
	"listStaffReady":        {Action: access.CheckMake},
}

// ListSpecialties lists those that come with the program, which nobody keeps.
func (o readiness) ListSpecialties(c echo.Context) error {
	return edge.Do(c, func(context.Context) ([]standard.Standard, error) { return standard.Specialties() },
		func(all []standard.Standard) edge.Reply {
			return edge.OK(SpecialtyList{Items: edge.Each(all, specialtyOf)})
		})
}

func (o readiness) GetSpecialtyStandings(c echo.Context, therapist common.TherapistID) error {
	return edge.Do(c, func(ctx context.Context) ([]specialty.Judged, error) {
		return o.service.Standings(ctx, edge.Actor(c), therapist)
	}, func(all []specialty.Judged) edge.Reply {
		return edge.OK(SpecialtyStandings{Items: edge.Each(all, func(j specialty.Judged) SpecialtyStanding {
			return SpecialtyStanding{Specialty: specialtyOf(j.Standard), Standing: standardview.Standing(j.Standing), Until: j.Until}
		})})
	})
}

func (o readiness) GetReadiness(c echo.Context, therapist common.TherapistID) error {
	return edge.Do(c, func(ctx context.Context) (specialty.Readiness, error) {
		return o.service.Readiness(ctx, edge.Actor(c), therapist)
	}, okReadiness(c))
}

func (o readiness) ListTrained(c echo.Context, org common.OrganizationID, p ListTrainedParams) error {
	return edge.Do(c, func(ctx context.Context) (core.List[specialty.Ability], error) {
		return o.service.Trained(ctx, edge.Actor(c), org, specialty.Ready{Condition: p.Condition, Means: p.Means, Area: p.Area}, edge.Page(p.Limit, p.Cursor))
	}, func(l core.List[specialty.Ability]) edge.Reply { return edge.List(c, l.Next, abilityList(c, l)) })
}

// ListStaffReady is a command, since each of them is told who asked: no link leads
// to its next part.
func (o readiness) ListStaffReady(c echo.Context, org common.OrganizationID) error {
	return edge.Take(c, func(ctx context.Context, in StaffReadyInput) (core.List[specialty.Ability], error) {
		return o.service.StaffReady(ctx, edge.Actor(c), org,
			specialty.Ready{Condition: in.Condition, Means: in.Means, Area: in.Area}, core.Page{Limit: in.Limit, Cursor: in.Cursor})
	}, func(l core.List[specialty.Ability]) edge.Reply { return edge.OK(abilityList(c, l)) })
}

func specialtyOf(std standard.Standard) Specialty {
	out := Specialty{
		Key: std.Key, Version: std.Version, Title: std.Title, Minutes: std.Required(), Source: std.Source,
		Confidence: string(std.Confidence), Note: std.Note,
		Rules: edge.Each(std.Rules, func(r standard.Rule) SpecialtyRule {
			return SpecialtyRule{Id: r.ID, Kind: string(r.Kind), Text: r.Text, Source: r.Source, Confidence: string(r.Confidence), Note: r.Note}
		}),
	}
	if std.Validity != nil {
		out.Validity = std.Validity.Text
	}
	return out
}

func okReadiness(c echo.Context) func(specialty.Readiness) edge.Reply {
	w := edge.Language(c)
	return func(r specialty.Readiness) edge.Reply {
		return edge.OK(Readiness{
			TherapistId: r.Therapist.ID, Name: r.Therapist.Name, Licensed: r.Licensed, Places: licensureview.Places(w, r.Places), Headline: licensureview.Headline(w, r.Places),
			Treats: edge.Each(r.Treats, func(t specialty.Treats) Treats {
				return Treats{Condition: t.Condition, Title: t.Title, Now: t.Now, By: edge.Each(t.By, abilityOf(c))}
			}),
			Next: edge.Each(r.Next, func(n specialty.Next) NextStep {
				return NextStep{Condition: n.Condition, Title: n.Title, Renew: n.Renew, Missing: edge.Each(n.Missing, courseOf)}
			}),
		})
	}
}

func abilityList(c echo.Context, l core.List[specialty.Ability]) AbilityList {
	return AbilityList{Items: edge.Each(l.Items, abilityOf(c)), NextCursor: l.Next}
}

func abilityOf(c echo.Context) func(specialty.Ability) Ability {
	w := edge.Language(c)
	return func(b specialty.Ability) Ability {
		return Ability{
			TherapistId: b.TherapistID, Name: b.Name, OrganizationId: b.OrganizationID, OrganizationName: b.OrganizationName, Condition: b.Condition,
			Means: b.Means, Area: b.Area, Code: b.Code, Title: b.Title, IssuedAt: b.IssuedAt, ValidUntil: b.ValidUntil,
			DisputedAt: b.DisputedAt, AnswerDueAt: b.AnswerDue(), Bars: w.WriteAll(b.Bars),
		}
	}
}
