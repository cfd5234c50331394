package license

import (
	"cmp"
	"slices"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/words"
)

// Place is the answer for one jurisdiction: what decided, and the licenses there in the
// order in which they were recorded, each with what it says. Discipline is the most
// restrictive one in force there by anyone's word, empty where there is none.
type Place struct {
	Jurisdiction string
	Answer       Answer
	Decided      Practice
	Licenses     []Judged
	Discipline   string
}

// Judged is a license and what it says.
type Judged struct {
	License  core.License
	Practice Practice
}

// Places answers for each jurisdiction of which a license is recorded: first the one
// that leads, the state of the organization that asks, then a yes, a no, and what could
// not be checked, each by the code. There is no answer for a person.
func Places(licenses []core.License, q Asked, leads string) []Place {
	var places []Place
	for _, l := range licenses {
		i := slices.IndexFunc(places, func(p Place) bool { return p.Jurisdiction == l.Jurisdiction })
		if i < 0 {
			i = len(places)
			places = append(places, Place{Jurisdiction: l.Jurisdiction})
		}
		places[i].Licenses = append(places[i].Licenses, Judged{l, Judge(l, q)})
	}
	for i := range places {
		places[i].decide()
	}
	rank := map[Answer]int{Yes: 1, No: 2, CouldNotCheck: 3}
	order := func(p Place) int {
		if p.Jurisdiction == leads {
			return 0
		}
		return rank[p.Answer]
	}
	slices.SortStableFunc(places, func(a, b Place) int {
		return cmp.Or(order(a)-order(b), cmp.Compare(a.Jurisdiction, b.Jurisdiction))
	})
	return places
}

// decide answers for a jurisdiction by its licenses. A discipline that takes the right
// to practice away holds for all of them, but for one that was issued after it. Else one
// that says yes is enough, and a no needs that all full licenses say so.
func (p *Place) decide() {
	for _, j := range p.Licenses {
		if d := j.discipline(); slices.Index(core.DisciplineStatuses, d) > slices.Index(core.DisciplineStatuses, p.Discipline) {
			p.Discipline = d
		}
	}
	yes, bar, doubted := p.full(Yes), p.bar(func(o Practice) bool { return o.Barred }), p.bar(func(o Practice) bool { return o.Doubted })
	if yes != nil && bar != nil && yes.License.IssuedOn.After(bar.Practice.BarredSince) {
		if yes.License.OrganizationID.IsZero() { // the day of issue is the holder's own word
			doubted = bar
		}
		bar = nil
	}
	switch {
	case bar != nil:
		p.Answer, p.Decided = No, bar.Practice
	case yes != nil && doubted != nil && doubted != yes:
		p.Answer, p.Decided = CouldNotCheck, doubted.Practice
	case yes != nil:
		p.Answer, p.Decided = Yes, yes.Practice
	case doubted != nil && p.full(CouldNotCheck) != nil:
		p.Answer, p.Decided = CouldNotCheck, doubted.Practice
	default:
		j := cmp.Or(p.full(CouldNotCheck), p.full(No), &p.Licenses[0])
		p.Answer, p.Decided = j.Practice.Answer, j.Practice
	}
}

// full is the first license with a full title that says so.
func (p *Place) full(a Answer) *Judged {
	for i := range p.Licenses {
		if j := &p.Licenses[i]; j.Practice.Answer == a && j.Practice.Kind == Full {
			return j
		}
	}
	return nil
}

// bar is the license with the discipline that began last, among those of which it is so.
func (p *Place) bar(is func(Practice) bool) (last *Judged) {
	for i := range p.Licenses {
		if j := &p.Licenses[i]; is(j.Practice) && (last == nil || j.Practice.BarredSince.After(last.Practice.BarredSince)) {
			last = j
		}
	}
	return last
}

// discipline is what is in force of a person's license, by anyone's word; empty where
// nothing is.
func (j Judged) discipline() string {
	if s := j.Practice.Standing; j.Practice.Kind.Massage() && s != "unknown" && s != clear {
		return s
	}
	return ""
}

// Holds tells whether a person may practice somewhere, and is barred by a discipline
// nowhere: what a course, a specialty or a directory asks. decided is the answer that
// says so, or says most against it.
func Holds(places []Place) (yes bool, decided Practice) {
	decided = Practice{Answer: CouldNotCheck, Lifecycle: "unknown", Standing: "unknown", Title: TitleUnknown, Because: because("license.none")}
	var allows *Practice
	for i := range places {
		p := &places[i]
		for _, j := range p.Licenses {
			if (j.Practice.Barred || j.Practice.Doubted) && p.Answer != Yes {
				return false, p.Decided
			}
		}
		if p.Answer == Yes && allows == nil {
			allows = &p.Decided
		}
	}
	switch {
	case allows != nil:
		return true, *allows
	case len(places) > 0:
		return false, places[0].Decided
	}
	return false, decided
}

// Barred tells whether a discipline that counts takes the right to practice away
// somewhere.
func Barred(places []Place) bool {
	return slices.ContainsFunc(places, func(p Place) bool {
		return p.Answer != Yes && slices.ContainsFunc(p.Licenses, func(j Judged) bool { return j.Practice.Barred })
	})
}

// Bars says of each place where a discipline that counts takes the right to practice away
// that it does, and since when.
func Bars(places []Place, name func(code string) string) (all []words.Sentence) {
	for _, p := range places {
		if d := p.Decided; p.Answer == No && d.Barred {
			all = append(all, words.S("license_bar", "state", name(p.Jurisdiction), "status", statusWord(d.Standing), "since", d.BarredSince))
		}
	}
	return all
}

// SeenActive is the last day, at most days before the one that is asked about, on which a
// look that counts saw a license active that nothing speaks against; zero where there is
// none. What it says is older than an answer may be: it is told with its day, and is none.
func SeenActive(places []Place, q Asked, days int) (last core.Date) {
	q.Days = days
	for _, p := range places {
		for _, j := range p.Licenses {
			if p.Answer == No || j.Practice.Answer == No || j.Practice.Barred || j.Practice.Doubted || j.License.Partial || j.License.Holder != "" || j.Practice.Kind != Full {
				continue
			}
			h := q.held(j.License)
			if life, term := h.weigh(core.Lifecycle), h.weigh(core.Term); life.yes != nil && life.no == nil && life.doubt == nil && term.no == nil && term.doubt == nil && life.yes.looked.After(last) {
				last = life.yes.looked
			}
		}
	}
	return last
}

// Headline names the answer of each place, and any discipline in force there, such as
// "GA: yes. FL: no, suspended.": a bare yes stands nowhere beside a discipline.
func Headline(places []Place, name func(code string) string) []words.Sentence {
	var all []words.Sentence
	for _, p := range places {
		id := "license_place." + string(p.Answer)
		if p.Discipline == "" {
			all = append(all, words.S(id, "state", name(p.Jurisdiction)))
			continue
		}
		all = append(all, words.S(id+".disciplined", "state", name(p.Jurisdiction), "discipline", statusWord(p.Discipline)))
	}
	if len(all) == 0 {
		all = because("license.none")
	}
	return all
}
