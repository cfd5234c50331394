package licensureweb

import (
	"strconv"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/career/roster"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

type matchesPage struct {
	Base  string
	Items []matchLine
	Pager render.Pager
	Form  render.Form
}

type matchLine struct {
	licensure.RosterMatch
	Says      roster.Line
	Why       string
	Path      string
	People    []render.Option
	MayDecide bool
}

var doubtWords = map[licensure.RosterDoubt]string{
	licensure.DoubtOtherName:   "The number is recorded for a person with another name.",
	licensure.DoubtNoBirthYear: "The name matches, but one of the two has no year of birth.",
	licensure.DoubtSeveral:     "Several people have this name and year of birth.",
	licensure.DoubtOtherNumber: "This person has a license of this kind with another number.",
	licensure.DoubtEarlierEnd:  "The list has an earlier expiration date than the record. If it is right, the later one is withdrawn.",
	licensure.DoubtOwnRecord:   "The person who imported the list is on it. Another person must decide.",
}

func (p *Lists) matches(r *page.Request, org core.OrganizationID, form render.Form) (page.View, error) {
	list, err := p.Licensure.Matches(r.Ctx(), r.Actor, org, licensure.MatchOpen, r.Part())
	if err != nil {
		return page.View{}, err
	}
	content := matchesPage{Base: "/o/" + org.String(), Pager: r.Pager(list.Next, "More lines"), Form: form}
	for _, m := range list.Items {
		line, err := lineOf(r, m)
		if err != nil {
			return page.View{}, err
		}
		content.Items = append(content.Items, line)
	}
	return page.View{Name: "licensure/matches", Title: "Unmatched rows", Content: content}, nil
}

func lineOf(r *page.Request, m licensure.RosterMatch) (matchLine, error) {
	line := matchLine{RosterMatch: m, Why: doubtWords[m.Doubt], Path: "/roster-matches/" + m.ID.String(), MayDecide: r.Can(access.RosterDecide, m.OrganizationID)}
	for _, c := range m.Candidates {
		label := c.Name
		if c.BirthYear > 0 {
			label += ", born in " + strconv.Itoa(c.BirthYear)
		}
		line.People = append(line.People, render.Option{Value: c.TherapistID.String(), Label: label})
		line.MayDecide = line.MayDecide && !r.Owns(c.TherapistID)
	}
	return line, core.FromJSON(m.Line, &line.Says, "roster_matches.line", m.ID.String())
}

func (p *Lists) showMatches(r *page.Request, org core.OrganizationID) error {
	return r.Show(p.matches(r, org, render.Form{}))
}

func (p *Lists) linkMatch(r *page.Request, id core.RosterMatchID) error {
	return p.decideMatch(r, "Recorded.", func(f *page.Reading) (licensure.RosterMatch, error) {
		return p.Licensure.Link(r.Ctx(), r.Actor, id, f.Version(), page.Chosen[core.TherapistID](f, "therapist_id"))
	})
}

func (p *Lists) dismissMatch(r *page.Request, id core.RosterMatchID) error {
	return p.decideMatch(r, "Dismissed. You won’t be asked again.", func(f *page.Reading) (licensure.RosterMatch, error) {
		return p.Licensure.Dismiss(r.Ctx(), r.Actor, id, f.Version())
	})
}

// decideMatch decides about a line; the form names its organization for the page
// that is shown again.
func (p *Lists) decideMatch(r *page.Request, done string, decide func(*page.Reading) (licensure.RosterMatch, error)) error {
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			return func() (page.Next, error) {
				m, err := decide(f)
				return page.To(page.OrganizationPath(m.OrganizationID, "roster-matches"), done), err
			}
		},
		Again: func(form render.Form) (page.View, error) {
			return p.matches(r, page.Chosen[core.OrganizationID](&page.Reading{Values: form.Values}, "organization"), form)
		},
	})
}
