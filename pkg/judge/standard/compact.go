package standard

import (
	"slices"
	"strings"
	"sync"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/license"
	"github.com/palmar/palmar/pkg/words"
)

// CompactHours are the minutes of instruction that the compact asks for, as far
// as that is known.
const CompactHours = core.Minutes(625 * 60)

// Answers of a compact's item, and of all of them.
const (
	CompactYes     = "yes"
	CompactNo      = "no"
	CompactUnknown = "unknown"
)

// CompactItem is one condition of a multistate license, what is known of it for
// someone, and where the condition is written.
type CompactItem struct {
	ID         string     `yaml:"id"`
	Text       string     `yaml:"text"`
	Source     string     `yaml:"source"`
	Confidence Confidence `yaml:"confidence"`
	Answer     string     `yaml:"-"`
	Why        string     `yaml:"-"`
}

// Recalled tells that nobody saw a source of the condition: whether it is met, and that
// it is asked at all, could not be checked.
func (i CompactItem) Recalled() bool { return i.Confidence == Low }

// CompactStanding says whether someone could have a multistate license of a
// home state. It is yes only when every item is.
type CompactStanding struct {
	Home   string
	Answer string
	Items  []CompactItem
}

type compactFile struct {
	Members           []string      `yaml:"members"`
	MembersSource     string        `yaml:"members_source"`
	MembersConfidence Confidence    `yaml:"members_confidence"`
	ActivatesAt       int           `yaml:"activates_at"`
	Items             []CompactItem `yaml:"items"`
}

var compact = sync.OnceValue(func() compactFile {
	var f compactFile
	if err := readStrictly("regimes/compact.yaml", &f); err != nil {
		panic("standard: " + err.Error())
	}
	return f
})

// CompactMembers are the states that have enacted the compact, as far as is
// known.
func CompactMembers() []string { return slices.Clone(compact().Members) }

// Compact judges whether someone with these licenses could have a multistate
// license of a home state. Certified are the minutes that certificates prove;
// fewer than needed say nothing, since others may be proved elsewhere.
func Compact(licenses []core.License, home string, certified core.Minutes, q license.Asked) CompactStanding {
	return compact().judge(licenses, home, certified, q)
}

func (f compactFile) judge(licenses []core.License, home string, certified core.Minutes, q license.Asked) CompactStanding {
	s := CompactStanding{Home: home, Answer: CompactYes}
	for _, item := range f.Items {
		item.Answer, item.Why = f.answer(item.ID, licenses, home, certified, q)
		if item.Recalled() {
			item.Answer = CompactUnknown
		}
		switch {
		case item.Answer == CompactNo:
			s.Answer = CompactNo
		case item.Answer == CompactUnknown && s.Answer == CompactYes:
			s.Answer = CompactUnknown
		}
		s.Items = append(s.Items, item)
	}
	return s
}

// say writes a part of an answer in English: it is kept with what was decided by it.
func say(id string, args ...any) string { return words.English().Say(id, args...) }

func (f compactFile) answer(id string, licenses []core.License, home string, certified core.Minutes, q license.Asked) (answer, why string) {
	switch id {
	case "member":
		if slices.Contains(f.Members, home) {
			return CompactYes, say("compact.enacted", "state", home)
		}
		return CompactNo, say("compact.not_enacted", "state", home, "members", strings.Join(f.Members, ", "))
	case "in_force":
		if len(f.Members) >= f.ActivatesAt {
			return CompactYes, say("compact.states", "count", len(f.Members))
		}
		return CompactNo, say("compact.too_few_states", "count", len(f.Members), "needed", f.ActivatesAt)
	case "active_license":
		return activeAt(licenses, home, q)
	case "full_license":
		return fullAt(licenses, home, q)
	case "hours":
		if certified >= CompactHours {
			return CompactYes, say("compact.certified", "minutes", certified.String())
		}
		return CompactUnknown, say("compact.certified_here", "minutes", certified.String())
	}
	return CompactUnknown, say("compact.nothing_recorded")
}

func activeAt(licenses []core.License, home string, q license.Asked) (answer, why string) {
	answer, why = CompactUnknown, say("compact.no_license", "state", home)
	for _, l := range licenses {
		if l.Jurisdiction != home {
			continue
		}
		p := license.Judge(l, q)
		switch p.Answer {
		case license.Yes:
			return CompactYes, p.Reason()
		case license.No:
			answer, why = CompactNo, p.Reason()
		default:
			answer, why = CompactUnknown, p.Reason()
		}
	}
	return answer, why
}

// lesser are the words of titles that are no full licenses.
var lesser = []string{"student", "provisional", "temporary", "intern", "apprentice", "inactive"}

func fullAt(licenses []core.License, home string, q license.Asked) (answer, why string) {
	answer, why = CompactUnknown, say("compact.no_license", "state", home)
	for _, l := range licenses {
		if l.Jurisdiction != home {
			continue
		}
		title, p := strings.ToLower(l.Title), license.Judge(l, q)
		switch {
		case slices.ContainsFunc(lesser, func(word string) bool { return strings.Contains(title, word) }):
			answer, why = CompactNo, say("compact.not_full", "title", l.Title)
		case p.Answer == license.CouldNotCheck: // a word that nobody confirmed is no answer
			answer, why = CompactUnknown, p.Reason()
		case p.Standing != "none":
			answer, why = CompactNo, say("compact.discipline", "standing", strings.ReplaceAll(p.Standing, "_", " "))
		default:
			return CompactYes, say("compact.full", "title", l.Title)
		}
	}
	return answer, why
}
