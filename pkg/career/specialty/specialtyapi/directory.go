package specialtyapi

import (
	"context"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/edge"
)

type directory struct{ service *specialty.Service }

var directoryRoutes = edge.Routes{
	"searchDirectory":      {Action: edge.Public, Budget: specialty.LookBudget},
	"getDirectoryEntry":    {Action: edge.Public, Budget: specialty.LookBudget, Guessable: true},
	"getDirectoryProfile":  {Action: access.SelfRead},
	"saveDirectoryProfile": {Action: access.SelfWrite},
}

func (o directory) SearchDirectory(c echo.Context, p SearchDirectoryParams) error {
	more := false
	return edge.Do(c, func(ctx context.Context) (list core.List[specialty.Listed], err error) {
		list, more, err = o.service.Search(ctx, specialty.DirectorySearch{
			Area: p.Area, Condition: p.Condition, Language: p.Language, Insurance: p.Insurance, Mentor: p.Mentor,
		}, edge.Page(p.Limit, p.Cursor))
		edge.Cost(c, len(list.Items))
		return list, err
	}, func(l core.List[specialty.Listed]) edge.Reply {
		return edge.List(c, l.Next, DirectoryList{Items: edge.Each(l.Items, listedOf), NextCursor: l.Next, Narrow: more})
	})
}

func (o directory) GetDirectoryEntry(c echo.Context, therapist common.TherapistID) error {
	return edge.Do(c, func(ctx context.Context) (specialty.Listed, error) {
		return o.service.Entry(ctx, therapist)
	}, func(l specialty.Listed) edge.Reply { return edge.OK(listedOf(l)) })
}

func (o directory) GetDirectoryProfile(c echo.Context) error {
	return edge.Do(c, func(ctx context.Context) (specialty.DirectoryProfile, error) {
		return o.service.Profile(ctx, edge.Actor(c))
	}, okProfile)
}

func (o directory) SaveDirectoryProfile(c echo.Context, _ SaveDirectoryProfileParams) error {
	return edge.Take(c, func(ctx context.Context, in DirectoryProfileInput) (specialty.DirectoryProfile, error) {
		return o.service.SaveProfile(ctx, edge.Actor(c), edge.Version(c), specialty.DirectoryProfile{
			Listed: in.Listed, Area: in.Area, Place: in.Place, Contact: in.Contact, Languages: in.Languages,
			Insurances: in.Insurances, Mentor: in.Mentor, Shown: in.Shown,
		})
	}, okProfile)
}

// listedOf is who it is, by which an entry is reported, and what they show.
func listedOf(l specialty.Listed) DirectoryEntry {
	out := DirectoryEntry{
		Id: l.TherapistID, Name: l.Name, Area: l.Area, Place: l.Place, Contact: l.Contact, Languages: l.Languages, Insurances: l.Insurances, Mentor: l.Mentor,
		LicenseSeenActiveOn: l.SeenActive, Practicing: l.Practicing,
	}
	for _, b := range l.Conditions {
		out.Conditions = append(out.Conditions, DirectoryCondition{
			Condition: b.Condition, Title: specialty.TitleOf(specialty.TopicCondition, b.Condition), Code: b.Code,
			OrganizationName: b.OrganizationName, ValidUntil: b.ValidUntil,
		})
	}
	return out
}

func okProfile(p specialty.DirectoryProfile) edge.Reply {
	return edge.OK(DirectoryProfile{
		Listed: p.Listed, Name: p.Name, Area: p.Area, Place: p.Place, Contact: p.Contact, Languages: append([]string{}, p.Languages...),
		Insurances: append([]string{}, p.Insurances...), Mentor: p.Mentor, Shown: append([]specialty.DirectoryField{}, p.Shown...), TakenDown: edge.Each(p.Down, takeDownOf), Version: p.Version,
	}).Version(p.Version)
}
