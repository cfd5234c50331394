package httpapi

import (
	"context"

	"github.com/palmar/palmar/api"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/specialty"
)

func (h *handlers) SearchDirectory(ctx context.Context, r api.SearchDirectoryRequestObject) (api.SearchDirectoryResponseObject, error) {
	p := r.Params
	list, err := h.Specialty.Search(ctx, specialty.DirectorySearch{
		Area: p.Area, Condition: p.Condition, Language: p.Language, Insurance: p.Insurance, Mentor: p.Mentor,
	}, pageOf(p.Limit, p.Cursor))
	if err != nil {
		return nil, err
	}
	return api.SearchDirectory200JSONResponse{
		Body:    api.DirectoryList{Items: each(list.Items, entryOfDirectory), NextCursor: list.Next},
		Headers: api.SearchDirectory200ResponseHeaders{Link: link(ctx, list.Next)},
	}, nil
}

// entryOfDirectory leaves out who it is but for what they show.
func entryOfDirectory(l specialty.Listed) api.DirectoryEntry {
	out := api.DirectoryEntry{
		Name: l.Name, Area: l.Area, Place: l.Place, Contact: l.Contact, Languages: l.Languages, Insurances: l.Insurances, Mentor: l.Mentor,
	}
	for _, b := range l.Conditions {
		out.Conditions = append(out.Conditions, api.DirectoryCondition{
			Condition: b.Condition, Title: specialty.TitleOf(core.TopicCondition, b.Condition), Code: b.Code, OrganizationName: b.OrganizationName, ValidUntil: b.ValidUntil,
		})
	}
	return out
}

func (h *handlers) GetDirectoryProfile(ctx context.Context, _ api.GetDirectoryProfileRequestObject) (api.GetDirectoryProfileResponseObject, error) {
	p, err := h.Specialty.Profile(ctx, callOf(ctx).actor)
	if err != nil {
		return nil, err
	}
	return api.GetDirectoryProfile200JSONResponse{Body: profileOf(p), Headers: api.GetDirectoryProfile200ResponseHeaders{ETag: etag(p.Version)}}, nil
}

func (h *handlers) SaveDirectoryProfile(ctx context.Context, r api.SaveDirectoryProfileRequestObject) (api.SaveDirectoryProfileResponseObject, error) {
	one, in := callOf(ctx), r.Body
	p, err := h.Specialty.SaveProfile(ctx, one.actor, one.version, core.DirectoryProfile{
		Listed: in.Listed, Name: in.Name, Area: in.Area, Place: in.Place, Contact: in.Contact, Languages: in.Languages,
		Insurances: in.Insurances, Mentor: in.Mentor, Shown: in.Shown,
	})
	if err != nil {
		return nil, err
	}
	return api.SaveDirectoryProfile200JSONResponse{Body: profileOf(p), Headers: api.SaveDirectoryProfile200ResponseHeaders{ETag: etag(p.Version)}}, nil
}

func profileOf(p core.DirectoryProfile) api.DirectoryProfile {
	return api.DirectoryProfile{
		Listed: p.Listed, Name: p.Name, Area: p.Area, Place: p.Place, Contact: p.Contact, Languages: append([]string{}, p.Languages...),
		Insurances: append([]string{}, p.Insurances...), Mentor: p.Mentor, Shown: append([]core.DirectoryField{}, p.Shown...), Version: p.Version,
	}
}
