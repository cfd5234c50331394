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
	Back  page.Link
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
	licensure.DoubtOtherName:   "doubt.other_name",
	licensure.DoubtNoBirthYear: "doubt.no_birth_year",
	licensure.DoubtSeveral:     "doubt.several",
	licensure.DoubtOtherNumber: "doubt.other_number",
	licensure.DoubtEarlierEnd:  "doubt.earlier_end",
	licensure.DoubtOwnRecord:   "doubt.own_record",
}

func (p *Lists) matches(r *page.Request, org core.OrganizationID, form render.Form) (page.View, error) {
	list, err := p.Licensure.Matches(r.Ctx(), r.Actor, org, licensure.MatchOpen, r.Part())
	if err != nil {
		return page.View{}, err
	}
	content := matchesPage{Back: page.Link{Path: rostersPath(org), Label: r.Say("shared.boards_lists")}, Pager: r.Pager(list.Next, r.Say("licensure.matches.more_lines")), Form: form}
	for _, m := range list.Items {
		line, err := lineOf(r, m, "/roster-matches", access.RosterDecide)
		if err != nil {
			return page.View{}, err
		}
		content.Items = append(content.Items, line)
	}
	return page.View{Name: "licensure/matches", Title: r.Say("licensure.matches.unmatched_rows"), Content: content}, nil
}

func lineOf(r *page.Request, m licensure.RosterMatch, base string, decides access.Action) (matchLine, error) {
	line := matchLine{RosterMatch: m, Why: r.Say(doubtWords[m.Doubt]), Path: base + "/" + m.ID.String(), MayDecide: r.Can(decides, m.OrganizationID)}
	for _, c := range m.Candidates {
		label := c.Name
		if c.BirthYear > 0 {
			label = r.Say("licensure.matches.born_in", "name", c.Name, "birthYear", strconv.Itoa(c.BirthYear))
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
	return p.decideMatch(r, r.Say("licensure.holdings.recorded"), func(f *page.Reading) (licensure.RosterMatch, error) {
		return p.Licensure.Link(r.Ctx(), r.Actor, id, f.Version(), page.Chosen[core.TherapistID](f, "therapist_id"))
	})
}

func (p *Lists) dismissMatch(r *page.Request, id core.RosterMatchID) error {
	return p.decideMatch(r, r.Say("licensure.matches.dismissed_you_wont_be_asked"), func(f *page.Reading) (licensure.RosterMatch, error) {
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
