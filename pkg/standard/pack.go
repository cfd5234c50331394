package standard

import (
	"embed"
	"fmt"
	"reflect"
	"time"

	"github.com/palmar/palmar/pkg/core"
)

// Pack is a standard with the cases that prove it.
type Pack struct {
	Standard Standard                `json:"standard"`
	Fixtures map[string][]CaseCredit `json:"fixtures"`
	Cases    []Case                  `json:"cases"`
}

// Case is a history and the standing that it must give: the credits of the
// named fixtures and its own. Subjects, Missing and Reasons list only what the
// case is about: valid minutes by subject, missing minutes by subject, and how
// many credits each rule keeps from counting in full.
type Case struct {
	Name     string                  `json:"name"`
	With     []string                `json:"with"`
	Credits  []CaseCredit            `json:"credits"`
	Met      bool                    `json:"met"`
	Recorded core.Minutes            `json:"recorded"`
	Valid    core.Minutes            `json:"valid"`
	Short    core.Minutes            `json:"short"`
	Subjects map[string]core.Minutes `json:"subjects"`
	Missing  map[string]core.Minutes `json:"missing"`
	Reasons  map[string]int          `json:"reasons"`
}

// CaseCredit is one credit, or one on each of Days days from Date on. Start is
// a wall time such as "09:00", or empty.
type CaseCredit struct {
	Date         core.Date     `json:"date"`
	Days         int           `json:"days"`
	Start        string        `json:"start"`
	Minutes      core.Minutes  `json:"minutes"`
	Subject      string        `json:"subject"`
	Setting      core.Setting  `json:"setting"`
	Delivery     core.Delivery `json:"delivery"`
	Unsupervised bool          `json:"unsupervised"`
}

//go:embed packs/*.json
var packs embed.FS

// Demo is the standard of the demo school's program, "Medical Massage
// Foundations".
func Demo() Standard { return demo().Standard }

func demo() Pack {
	data, err := packs.ReadFile("packs/medical-massage-foundations.json")
	if err != nil {
		panic("standard: " + err.Error())
	}
	p, err := ParsePack(data)
	if err != nil {
		panic("standard: the embedded pack is broken: " + err.Error())
	}
	return p
}

// ParsePack reads a pack from JSON and validates its standard. Codes are those
// of Parse.
func ParsePack(data []byte) (Pack, error) {
	var p Pack
	if err := decodeStrictly(data, &p); err != nil {
		return Pack{}, err
	}
	if err := p.Standard.Validate(); err != nil {
		return Pack{}, err
	}
	return p, nil
}

// Check runs one case and says how the standing differs from what it must be,
// or nil.
func (p Pack) Check(c Case) error {
	credits, err := p.credits(c)
	if err != nil {
		return err
	}
	s := Evaluate(p.Standard, credits)
	got := Case{Name: c.Name, With: c.With, Credits: c.Credits, Met: s.Met, Recorded: s.Recorded, Valid: s.Valid, Short: s.Missing}
	for _, subject := range s.Subjects {
		if _, asked := c.Subjects[subject.Code]; asked {
			note(&got.Subjects, subject.Code, subject.Valid)
		}
		if subject.Missing > 0 {
			note(&got.Missing, subject.Code, subject.Missing)
		}
	}
	for _, u := range s.Uncounted {
		for _, r := range u.Reasons {
			note(&got.Reasons, r.Rule, got.Reasons[r.Rule]+1)
		}
	}
	if !reflect.DeepEqual(got, c) {
		got.With, got.Credits, c.With, c.Credits = nil, nil, nil, nil
		return fmt.Errorf("case %q gives %+v, must give %+v", c.Name, got, c)
	}
	return nil
}

func note[V any](m *map[string]V, key string, v V) {
	if *m == nil {
		*m = map[string]V{}
	}
	(*m)[key] = v
}

func (p Pack) credits(c Case) ([]core.Credit, error) {
	all := []CaseCredit{}
	for _, name := range c.With {
		fixture, ok := p.Fixtures[name]
		if !ok {
			return nil, fmt.Errorf("case %q: there is no fixture %q", c.Name, name)
		}
		all = append(all, fixture...)
	}
	var credits []core.Credit
	for _, cc := range append(all, c.Credits...) {
		for day := range max(1, cc.Days) {
			credit := core.Credit{
				Kind: core.CreditInstruction, Minutes: cc.Minutes, Subject: cc.Subject, Setting: cc.Setting,
				Delivery: cc.Delivery, Supervised: !cc.Unsupervised, Date: cc.Date.AddDays(day),
			}
			if cc.Start != "" {
				at, err := core.ParseWallTime(cc.Start)
				if err != nil {
					return nil, fmt.Errorf("case %q: %w", c.Name, err)
				}
				credit.Start, _ = credit.Date.Resolve(at, time.UTC)
			}
			n := len(credits) + 1
			credit.ID[14], credit.ID[15] = byte(n>>8), byte(n)
			credits = append(credits, credit)
		}
	}
	return credits, nil
}
