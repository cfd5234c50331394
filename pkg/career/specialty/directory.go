package specialty

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/license"
	"github.com/palmar/palmar/pkg/judge/standard"
)

// Facet is something by which a listed therapist is found.
type Facet struct{ Name, Value string }

// DirectorySearch is what someone looks for; what is empty is not asked.
type DirectorySearch struct {
	Area, Condition, Language, Insurance string
	Mentor                               bool
}

// DirectoryQuery is DirectorySearch as facets, the most telling first. With
// Condition a certificate that is good at Now has to attest it. Only is
// one entry.
type DirectoryQuery struct {
	Facets    []Facet
	Condition string
	Only      core.TherapistID
	Now       time.Time
	Limit     int
}

// Listed is an entry of the directory: the name and what was chosen beside it.
// Conditions have the certificate behind them. Vouching are the schools on whose word it
// stands, where that is asked for.
type Listed struct {
	DirectoryProfile
	Conditions []Ability
	Vouching   []core.OrganizationID
	// Practicing tells that a register answers that the person may practice today, and
	// SeenActive when one saw a license active last, in the last year; zero: it did not.
	Practicing bool
	SeenActive core.Date
}

const (
	mostListed = 10
	// mostSeenDays is how old a look at a license may be of which the directory tells.
	mostSeenDays = 365
)

// MostFound is how many entries a search shows, on however many pages.
const MostFound = 100

// knownArea puts the code of a state into its form, and wants that there is one; empty is
// everywhere.
func knownArea(area *string) error {
	if *area = strings.ToUpper(strings.TrimSpace(*area)); *area != "" && core.JurisdictionName(*area) == "" {
		return core.InvalidField("area", "unknown_jurisdiction.area", "area", *area)
	}
	return nil
}

// Profile is what the actor wrote for the directory; nothing, and not listed,
// where they never did. Permission: self.read. Code: not_found (no therapist).
func (s *Service) Profile(ctx context.Context, a access.Actor) (DirectoryProfile, error) {
	return act.Read(ctx, s.act, a, access.SelfRead, func(ctx context.Context, r act.Reader[Tx]) (p DirectoryProfile, err error) {
		if err := mayRead(ctx, r); err != nil {
			return p, err
		}
		if p, err = profileOf(ctx, r.Tx, a); err == nil {
			p.Down, err = r.Tx.DownOf(ctx, a.TherapistID)
		}
		return p, err
	})
}

func profileOf(ctx context.Context, tx Directory, a access.Actor) (DirectoryProfile, error) {
	p, err := tx.DirectoryProfile(ctx, a.TherapistID)
	if core.CodeOf(err) == "not_found" {
		return DirectoryProfile{TherapistID: a.TherapistID, Name: a.Name, Version: 1}, nil
	}
	return p, err
}

// errNoRecord says that someone is no therapist.
var errNoRecord = core.NotFound("record")

// mayRead asks whether the actor may read their own record, and that they have one.
func mayRead(ctx context.Context, r act.Reader[Tx]) error {
	if err := r.May(ctx, access.Target{}); err != nil {
		return err
	}
	if r.Actor.TherapistID.IsZero() {
		return errNoRecord
	}
	return nil
}

var writesDirectory = act.Declare(access.SelfWrite, act.NewEvent("directory.write", "therapist"))

// SaveProfile writes the actor's entry. Its name is that of the record. Only the fields
// that Shown names are shown, and nothing unless Listed is set; who takes that away is
// found no more from that moment. Who is listed has a certificate that is good, or a
// license that is known from more than their own word, and nobody lists an entry that is
// taken down. Permission: self.write. Codes by field: too_long, bad_character, bad_area,
// bad_contact, too_many, unknown_field, nothing_on_record, taken_down (listed); stale,
// not_found.
func (s *Service) SaveProfile(ctx context.Context, a access.Actor, version int, p DirectoryProfile) (DirectoryProfile, error) {
	return act.Do(ctx, s.act, a, writesDirectory, act.Command[Tx, DirectoryProfile, DirectoryProfile]{
		Version: version,
		Find: func(ctx context.Context, tx Tx) (act.Found[DirectoryProfile], error) {
			before, err := profileOf(ctx, tx, a)
			return act.Found[DirectoryProfile]{Thing: before, Owner: access.Target{Therapist: a.TherapistID}, Version: before.Version}, err
		},
		Change: func(ctx context.Context, x act.Step[Tx], before DirectoryProfile) (DirectoryProfile, error) {
			if a.TherapistID.IsZero() {
				return p, errNoRecord
			}
			t, err := x.Tx.Therapist(ctx, a.TherapistID)
			if err != nil {
				return p, err
			}
			p.TherapistID, p.Name, p.UpdatedAt, p.Version = a.TherapistID, t.Name, x.Now, before.Version+1
			if err := clean(&p); err != nil || !p.Listed {
				return p, err
			}
			may, err := x.Tx.MayBeListed(ctx, a.TherapistID, x.Now)
			if err == nil && !may {
				err = core.InvalidField("listed", "nothing_on_record")
			}
			if err != nil {
				return p, err
			}
			if p.Down, err = x.Tx.DownOf(ctx, a.TherapistID); err == nil && len(p.Down) > 0 {
				err = core.InvalidField("listed", "taken_down")
			}
			return p, err
		},
		Save: func(ctx context.Context, x act.Step[Tx], _, p DirectoryProfile) error {
			if err := x.Tx.SaveDirectoryProfile(ctx, p); err != nil {
				return err
			}
			if err := x.Tx.SetDirectoryFacets(ctx, p.TherapistID, facetsOf(p)); err != nil {
				return err
			}
			return x.Tx.RefreshAbilities(ctx, p.TherapistID) // the area is there too
		},
		Tell: func(_, p DirectoryProfile) []act.Told {
			return act.Of(p.TherapistID.String(), map[string]string{"listed": fmt.Sprint(p.Listed)})
		},
	})
}

func clean(p *DirectoryProfile) error {
	var c core.Collect
	line(&c, "place", &p.Place, 0, 80)
	line(&c, "contact", &p.Contact, 0, 200)
	if p.Contact != "" && !isContact(p.Contact) {
		c.Add("contact", "bad_contact")
	}
	p.Area = strings.ToUpper(strings.TrimSpace(p.Area))
	if p.Area != "" && core.JurisdictionName(p.Area) == "" {
		c.Add("area", "bad_area")
	}
	p.Languages = cleanList(&c, "languages", p.Languages)
	p.Insurances = cleanList(&c, "insurances", p.Insurances)
	var shown []DirectoryField
	for _, field := range DirectoryFields {
		if slices.Contains(p.Shown, field) {
			shown = append(shown, field)
		}
	}
	for _, field := range p.Shown {
		if !slices.Contains(DirectoryFields, field) {
			c.Add("shown", "unknown_field.shown", "field", field)
		}
	}
	p.Shown = shown
	return c.Err()
}

// phone is a telephone number as people write it.
var phone = regexp.MustCompile(`^\+?[0-9(][0-9 ().-]*$`)

// isContact tells whether a text is an email address, a phone number or an address that
// begins with https.
func isContact(text string) bool {
	if phone.MatchString(text) {
		digits := 0
		for _, r := range text {
			if r >= '0' && r <= '9' {
				digits++
			}
		}
		return digits >= 7 && digits <= 15
	}
	if strings.HasPrefix(text, "https://") {
		u, err := url.Parse(text)
		return err == nil && u.User == nil && strings.Contains(u.Hostname(), ".") && !strings.ContainsAny(text, " \"<>")
	}
	_, err := core.NormalizeEmail(text)
	return err == nil
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
		c.Add(name, "too_many.listed", "mostListed", mostListed)
	}
	return out
}

// facetsOf is by what a profile is found: nothing unless it is listed, and only
// chosen fields.
func facetsOf(p DirectoryProfile) []Facet {
	if !p.Listed {
		return nil
	}
	facets := []Facet{{"listed", ""}}
	for _, field := range p.Shown {
		switch field {
		case ShowArea:
			if p.Area != "" {
				facets = append(facets, Facet{"area", p.Area})
			}
		case ShowLanguages:
			for _, l := range p.Languages {
				facets = append(facets, Facet{"language", strings.ToLower(l)})
			}
		case ShowInsurances:
			for _, i := range p.Insurances {
				facets = append(facets, Facet{"insurance", strings.ToLower(i)})
			}
		case ShowMentor:
			if p.Mentor {
				facets = append(facets, Facet{"mentor", ""})
			}
		case ShowConditions:
			facets = append(facets, Facet{"conditions", ""})
		}
	}
	return facets
}

// directoryList names the public list to its cursors.
const directoryList = "directory"

// Search finds listed therapists; anybody may. Each shows the name and exactly
// the fields that they chose, with when a register saw their license last. A search shows
// MostFound at the most: more tells, at the end of the list, that there may be others, which
// a narrower search finds. Codes: unknown_jurisdiction (area), bad_cursor.
func (s *Service) Search(ctx context.Context, in DirectorySearch, page core.Page) (list core.List[Listed], more bool, err error) {
	after, err := core.AfterID[core.TherapistID](directoryList, page.Cursor)
	if err != nil {
		return list, false, err
	}
	if err := knownArea(&in.Area); err != nil {
		return list, false, err
	}
	q := in.query()
	q.Now, q.Limit = s.src.Now(), MostFound+1
	list, err = act.Inspect(ctx, s.act, func(ctx context.Context, tx Tx) (list core.List[Listed], err error) {
		rows, all, err := searchListed(ctx, tx, q)
		if err != nil {
			return list, err
		}
		more = all == q.Limit // those who are not shown are counted too
		rows = rows[:min(len(rows), MostFound)]
		rows = slices.DeleteFunc(rows, func(p found) bool { return bytes.Compare(p.TherapistID[:], after[:]) <= 0 })
		part := core.ListOf(directoryList, rows, page.Size(), func(p found) string { return p.TherapistID.String() })
		list.Next = part.Next
		list.Items, err = withConditions(ctx, tx, part.Items, q.Now)
		return list, err
	})
	return list, more && list.Next == "", err
}

// found is an entry that was found, and what registers say of the person's licenses.
type found struct {
	DirectoryProfile
	practicing bool
	seenActive core.Date
}

// searchListed finds entries, without those of people whom a discipline bars from
// practice, by a register. all is how many there were with them.
func searchListed(ctx context.Context, tx Directory, q DirectoryQuery) (shown []found, all int, err error) {
	rows, err := tx.SearchDirectory(ctx, q)
	if err != nil || len(rows) == 0 {
		return nil, 0, err
	}
	people := make([]core.TherapistID, len(rows))
	for i, p := range rows {
		people[i] = p.TherapistID
	}
	licenses, err := tx.LicensesOfPeople(ctx, people)
	asked := standard.AsOf(q.Now)
	for _, p := range rows {
		places := license.Places(licenses[p.TherapistID], asked, "")
		if license.Barred(places) {
			continue
		}
		may, _ := license.Holds(places)
		shown = append(shown, found{p, may, license.SeenActive(places, asked, mostSeenDays)})
	}
	return shown, len(rows), err
}

// Entry is what strangers are shown of one therapist; anybody may see it. Code:
// not_found.
func (s *Service) Entry(ctx context.Context, therapist core.TherapistID) (Listed, error) {
	return act.Inspect(ctx, s.act, func(ctx context.Context, tx Tx) (Listed, error) {
		now := s.src.Now()
		p, err := shownEntry(ctx, tx, therapist, now)
		if err != nil {
			return Listed{}, err
		}
		all, err := withConditions(ctx, tx, []found{p}, now)
		if err != nil {
			return Listed{}, err
		}
		all[0].Vouching, err = tx.Vouching(ctx, therapist, now)
		return all[0], err
	})
}

// withConditions are entries with what their therapists chose to show.
func withConditions(ctx context.Context, tx Directory, all []found, now time.Time) (list []Listed, err error) {
	var attested []core.TherapistID
	for _, p := range all {
		if slices.Contains(p.Shown, ShowConditions) {
			attested = append(attested, p.TherapistID)
		}
		list = append(list, Listed{DirectoryProfile: chosen(p.DirectoryProfile), Practicing: p.practicing, SeenActive: p.seenActive})
	}
	abilities, err := tx.ConditionsOf(ctx, attested, now)
	for i := range list {
		for _, b := range abilities {
			if b.TherapistID == list[i].TherapistID {
				list[i].Conditions = append(list[i].Conditions, b)
			}
		}
	}
	return list, err
}

func (in DirectorySearch) query() (q DirectoryQuery) {
	add := func(name, value string, asked bool) {
		if asked {
			q.Facets = append(q.Facets, Facet{name, value})
		}
	}
	language, insurance := strings.ToLower(strings.TrimSpace(in.Language)), strings.ToLower(strings.TrimSpace(in.Insurance))
	add("language", language, language != "")
	add("insurance", insurance, insurance != "")
	add("area", in.Area, in.Area != "")
	add("mentor", "", in.Mentor)
	add("conditions", "", in.Condition != "")
	add("listed", "", len(q.Facets) == 0)
	q.Condition = in.Condition
	return q
}

// chosen leaves of a profile what is to be shown.
func chosen(p DirectoryProfile) DirectoryProfile {
	out := DirectoryProfile{TherapistID: p.TherapistID, Listed: true, Name: p.Name, Shown: p.Shown}
	for _, field := range p.Shown {
		switch field {
		case ShowArea:
			out.Area = p.Area
		case ShowPlace:
			out.Place = p.Place
		case ShowContact:
			out.Contact = p.Contact
		case ShowLanguages:
			out.Languages = p.Languages
		case ShowInsurances:
			out.Insurances = p.Insurances
		case ShowMentor:
			out.Mentor = p.Mentor
		}
	}
	return out
}
