package specialty

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

// Facet is something by which a listed therapist is found.
type Facet struct{ Name, Value string }

// DirectorySearch is what somebody looks for; what is empty is not asked.
type DirectorySearch struct {
	Area, Condition, Language, Insurance string
	Mentor                               bool
}

// DirectoryQuery is DirectorySearch as facets, the most telling first. With
// Condition a certificate that is good at Now has to attest it.
type DirectoryQuery struct {
	Facets    []Facet
	Condition string
	After     core.TherapistID
	Now       time.Time
	Limit     int
}

// Listed is an entry of the directory: the name and what was chosen beside it.
// Conditions have the certificate behind them.
type Listed struct {
	core.DirectoryProfile
	Conditions []core.Ability
}

const mostListed = 10

var areaCode = regexp.MustCompile(`^[A-Z]{2}$`)

// Profile is what the actor wrote for the directory; nothing, and not listed,
// where they never did. Permission: self.read. Code: not_found (no therapist).
func (s *Service) Profile(ctx context.Context, a access.Actor) (core.DirectoryProfile, error) {
	if err := own(a, access.SelfRead); err != nil {
		return core.DirectoryProfile{}, err
	}
	var p core.DirectoryProfile
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		p, err = profileOf(ctx, tx, a)
		return err
	})
	return p, err
}

func profileOf(ctx context.Context, tx Directory, a access.Actor) (core.DirectoryProfile, error) {
	p, err := tx.DirectoryProfile(ctx, a.TherapistID)
	if core.CodeOf(err) == "not_found" {
		return core.DirectoryProfile{TherapistID: a.TherapistID, Name: a.Name, Version: 1}, nil
	}
	return p, err
}

func own(a access.Actor, action access.Action) error {
	if err := access.Can(a, action, access.Target{}); err != nil {
		return err
	}
	if a.TherapistID.IsZero() {
		return core.NotFound("record")
	}
	return nil
}

// SaveProfile writes the actor's entry. Only the fields that Shown names are
// shown, and nothing unless Listed is set; who takes that away is found no more
// from that moment. Permission: self.write. Codes by field: required, too_long,
// bad_character, bad_area, too_many, unknown_field; stale, not_found.
func (s *Service) SaveProfile(ctx context.Context, a access.Actor, version int, p core.DirectoryProfile) (core.DirectoryProfile, error) {
	if err := own(a, access.SelfWrite); err != nil {
		return core.DirectoryProfile{}, err
	}
	now := s.src.Now()
	p.TherapistID, p.UpdatedAt = a.TherapistID, now
	if err := clean(&p); err != nil {
		return core.DirectoryProfile{}, err
	}
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		before, err := profileOf(ctx, tx, a)
		if err != nil {
			return err
		}
		if version != 0 && version != before.Version {
			return core.ErrStale
		}
		p.Version = before.Version + 1
		if err := tx.SaveDirectoryProfile(ctx, p); err != nil {
			return err
		}
		if err := tx.SetDirectoryFacets(ctx, p.TherapistID, facetsOf(p)); err != nil {
			return err
		}
		if err := tx.RefreshAbilities(ctx, p.TherapistID); err != nil { // the area is there too
			return err
		}
		return s.audit(ctx, tx, a, now, core.OrganizationID{}, "directory.write", "therapist", p.TherapistID.String(), map[string]string{"listed": fmt.Sprint(p.Listed)})
	})
	return p, err
}

func clean(p *core.DirectoryProfile) error {
	var c core.Collect
	line(&c, "name", &p.Name, 1, 120)
	line(&c, "place", &p.Place, 0, 80)
	line(&c, "contact", &p.Contact, 0, 200)
	p.Area = strings.ToUpper(strings.TrimSpace(p.Area))
	if p.Area != "" && !areaCode.MatchString(p.Area) {
		c.Add("area", "bad_area", "The area is the two letters of a state, such as FL.")
	}
	p.Languages = cleanList(&c, "languages", p.Languages)
	p.Insurances = cleanList(&c, "insurances", p.Insurances)
	var shown []core.DirectoryField
	for _, field := range core.DirectoryFields {
		if slices.Contains(p.Shown, field) {
			shown = append(shown, field)
		}
	}
	for _, field := range p.Shown {
		if !slices.Contains(core.DirectoryFields, field) {
			c.Add("shown", "unknown_field", "There is no field %q to show.", field)
		}
	}
	p.Shown = shown
	return c.Err()
}

func cleanList(c *core.Collect, name string, in []string) []string {
	out := []string{}
	for i, text := range in {
		line(c, fmt.Sprintf("%s[%d]", name, i), &text, 0, 60)
		if text != "" && !slices.ContainsFunc(out, func(o string) bool { return strings.EqualFold(o, text) }) {
			out = append(out, text)
		}
	}
	if len(out) > mostListed {
		c.Add(name, "too_many", "At most %d can be named.", mostListed)
	}
	return out
}

// facetsOf is by what a profile is found: nothing unless it is listed, and only
// chosen fields.
func facetsOf(p core.DirectoryProfile) []Facet {
	if !p.Listed {
		return nil
	}
	facets := []Facet{{"listed", ""}}
	for _, field := range p.Shown {
		switch field {
		case core.ShowArea:
			if p.Area != "" {
				facets = append(facets, Facet{"area", p.Area})
			}
		case core.ShowLanguages:
			for _, l := range p.Languages {
				facets = append(facets, Facet{"language", strings.ToLower(l)})
			}
		case core.ShowInsurances:
			for _, i := range p.Insurances {
				facets = append(facets, Facet{"insurance", strings.ToLower(i)})
			}
		case core.ShowMentor:
			if p.Mentor {
				facets = append(facets, Facet{"mentor", ""})
			}
		case core.ShowConditions:
			facets = append(facets, Facet{"conditions", ""})
		}
	}
	return facets
}

// Search finds listed therapists; anybody may. Each shows the name and exactly
// the fields that they chose. Code: bad_cursor.
func (s *Service) Search(ctx context.Context, in DirectorySearch, page core.Page) (core.List[Listed], error) {
	now := s.src.Now()
	after, err := core.AfterID[core.TherapistID](page.Cursor)
	if err != nil {
		return core.List[Listed]{}, err
	}
	q := in.query()
	q.After, q.Now, q.Limit = after, now, page.Size()+1
	var list core.List[Listed]
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) error {
		rows, err := tx.SearchDirectory(ctx, q)
		if err != nil {
			return err
		}
		found := core.ListOf(rows, page.Size(), func(p core.DirectoryProfile) string { return p.TherapistID.String() })
		list.Next = found.Next
		var attested []core.TherapistID
		for _, p := range found.Items {
			if slices.Contains(p.Shown, core.ShowConditions) {
				attested = append(attested, p.TherapistID)
			}
			list.Items = append(list.Items, Listed{DirectoryProfile: chosen(p)})
		}
		abilities, err := tx.ConditionsOf(ctx, attested, now)
		for i := range list.Items {
			for _, b := range abilities {
				if b.TherapistID == list.Items[i].TherapistID {
					list.Items[i].Conditions = append(list.Items[i].Conditions, b)
				}
			}
		}
		return err
	})
	return list, err
}

func (in DirectorySearch) query() (q DirectoryQuery) {
	add := func(name, value string, asked bool) {
		if asked {
			q.Facets = append(q.Facets, Facet{name, value})
		}
	}
	language, insurance := strings.ToLower(strings.TrimSpace(in.Language)), strings.ToLower(strings.TrimSpace(in.Insurance))
	area := strings.ToUpper(strings.TrimSpace(in.Area))
	add("language", language, language != "")
	add("insurance", insurance, insurance != "")
	add("area", area, area != "")
	add("mentor", "", in.Mentor)
	add("conditions", "", in.Condition != "")
	add("listed", "", len(q.Facets) == 0)
	q.Condition = in.Condition
	return q
}

// chosen leaves of a profile what is to be shown.
func chosen(p core.DirectoryProfile) core.DirectoryProfile {
	out := core.DirectoryProfile{TherapistID: p.TherapistID, Listed: true, Name: p.Name, Shown: p.Shown}
	for _, field := range p.Shown {
		switch field {
		case core.ShowArea:
			out.Area = p.Area
		case core.ShowPlace:
			out.Place = p.Place
		case core.ShowContact:
			out.Contact = p.Contact
		case core.ShowLanguages:
			out.Languages = p.Languages
		case core.ShowInsurances:
			out.Insurances = p.Insurances
		case core.ShowMentor:
			out.Mentor = p.Mentor
		}
	}
	return out
}
