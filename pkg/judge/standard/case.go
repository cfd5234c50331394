package standard

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/core"
)

// Case is a history and the standing that it must give: the credits of the
// named fixtures and its own. Met and Ask are the answer, which is short where
// neither is told. Missing, Unmet and Reasons are complete: missing
// minutes by subject, the unmet rules besides the total and the subjects'
// minima, and how many credits each rule keeps from counting in full. Subjects
// and Rules list only what the case is about, valid minutes by subject and by
// rule. On is the day of asking, Facts what is held. Of a pack with a cycle
// Holder is needed; From and To are compared where they are told, Carried
// always. Proposed is a case of a boundary that a person has not changed; see
// Boundaries. All numbers are minutes, 0 where they are left out.
type Case struct {
	Name       string                  `yaml:"name"`
	Proposed   bool                    `yaml:"proposed"`
	Holder     *CaseHolder             `yaml:"holder"`
	With       []string                `yaml:"with"`
	On         core.Date               `yaml:"on"`
	Enrolled   core.Date               `yaml:"enrolled"`
	Facts      []Fact                  `yaml:"facts"`
	Credits    []CaseCredit            `yaml:"credits"`
	NotInForce bool                    `yaml:"not_in_force"`
	Met        bool                    `yaml:"met"`
	Ask        bool                    `yaml:"ask"`
	From       core.Date               `yaml:"from"`
	To         core.Date               `yaml:"to"`
	Carried    core.Minutes            `yaml:"carried"`
	Recorded   core.Minutes            `yaml:"recorded"`
	Valid      core.Minutes            `yaml:"valid"`
	Extra      core.Minutes            `yaml:"extra"`
	Short      core.Minutes            `yaml:"short"`
	Subjects   map[string]core.Minutes `yaml:"subjects"`
	Rules      map[string]core.Minutes `yaml:"rules"`
	Missing    map[string]core.Minutes `yaml:"missing"`
	Unmet      []string                `yaml:"unmet"`
	Reasons    map[string]int          `yaml:"reasons"`
}

// CaseCredit is one supervised credit of instruction in person, or Days of them
// from Date on, each Every days after the one before. Start is a wall time such
// as "09:00", or empty; Earned, Delivery and Setting (classroom) need not be
// told.
type CaseCredit struct {
	Date         core.Date            `yaml:"date"`
	Days         int                  `yaml:"days"`
	Every        int                  `yaml:"every"`
	Start        string               `yaml:"start"`
	Minutes      core.Minutes         `yaml:"minutes"`
	Elapsed      core.Minutes         `yaml:"elapsed"`
	Break        core.Minutes         `yaml:"break"`
	Subject      string               `yaml:"subject"`
	Setting      core.Setting         `yaml:"setting"`
	Delivery     core.Delivery        `yaml:"delivery"`
	Earned       core.CreditKind      `yaml:"earned"`
	Mode         core.SupervisionMode `yaml:"mode"`
	Unsupervised bool                 `yaml:"unsupervised"`
	MakeUp       bool                 `yaml:"make_up"`
	Course       string               `yaml:"course"`
	HandsOn      int                  `yaml:"hands_on"`
	Certified    core.Minutes         `yaml:"certified"`
	Grade        *int                 `yaml:"grade"`
	Program      string               `yaml:"program"`
	School       string               `yaml:"school"`
	License      string               `yaml:"license"`
	Transcript   string               `yaml:"transcript"`
	AcceptedBy   string               `yaml:"accepted_by"`
}

// Failure is a case whose standing is not what it must be, and how it differs.
// Line is where the case begins in the pack's file.
type Failure struct {
	Pack string
	Case string
	Line int
	What string
}

func (f Failure) String() string { return f.Pack + ": " + f.Case + ": " + f.What }

// Check runs all cases of a pack; none fails in a sound one.
func Check(p Pack) []Failure {
	var failures []Failure
	for i, c := range p.Cases {
		if err := p.check(c); err != nil {
			failures = append(failures, Failure{Pack: p.Key, Case: c.Name, Line: p.caseLine(i), What: err.Error()})
		}
	}
	return failures
}

// days are the days of a case.
func (c Case) days(std Standard) Days {
	some := cmp.Or(std.EffectiveFrom, std.EffectiveTo)
	return Days{Enrolled: cmp.Or(c.Enrolled, some), Asked: cmp.Or(c.On, some)}
}

func (p Pack) caseLine(i int) int {
	if i < len(p.caseLines) {
		return p.caseLines[i]
	}
	return 0
}

func (p Pack) check(c Case) error {
	credits, err := p.credits(c)
	if err != nil {
		return err
	}
	c.Unmet = slices.Sorted(slices.Values(c.Unmet))
	judged := Judgment{}
	if p.Cycle == nil {
		rules, err := RulesFor(c.days(p.Standard), p.Standard)
		switch refused := core.CodeOf(err) == "standard_not_in_force"; {
		case c.NotInForce && refused:
			return nil
		case c.NotInForce && err == nil:
			return core.Conflict("standard_in_force")
		case err != nil:
			return err
		}
		judged.Standing = EvaluateWith(rules, credits, Facts{On: c.On, Held: c.Facts})
	} else if judged, err = p.judgeCase(c, credits); err != nil {
		return err
	}
	got, want := c.outcome(judged.Standing), reflect.ValueOf(c)
	got.span(c, judged)
	var differ []string
	for i, field := range reflect.VisibleFields(want.Type()) {
		is, must := reflect.ValueOf(got).Field(i), want.Field(i)
		if must.Kind() == reflect.Map && is.Len() == 0 && must.Len() == 0 {
			continue
		}
		if !reflect.DeepEqual(is.Interface(), must.Interface()) {
			differ = append(differ, fmt.Sprintf("%s is %v, must be %v", field.Tag.Get("yaml"), is.Interface(), must.Interface()))
		}
	}
	if differ != nil {
		return fmt.Errorf("%s", strings.Join(differ, "; "))
	}
	return nil
}

// outcome is the case with what a standing says instead of what it must say.
func (c Case) outcome(s Standing) Case {
	got := Case{
		Name: c.Name, Proposed: c.Proposed, Holder: c.Holder, With: c.With, On: c.On, Enrolled: c.Enrolled, Facts: c.Facts, Credits: c.Credits, Met: s.Answer.Met(), Ask: s.Answer.Asks(), Recorded: s.Recorded, Valid: s.Valid, Extra: s.Extra, Short: s.Missing,
		Subjects: maps.Clone(c.Subjects), Rules: maps.Clone(c.Rules), Missing: map[string]core.Minutes{}, Reasons: map[string]int{},
	}
	for _, asked := range []map[string]core.Minutes{got.Subjects, got.Rules} {
		for name := range asked {
			asked[name] = -1 // stays where there is no such subject or rule
		}
	}
	for _, subject := range s.Subjects {
		if _, asked := got.Subjects[subject.Code]; asked {
			got.Subjects[subject.Code] = subject.Valid
		}
		if subject.Missing > 0 {
			got.Missing[subject.Code] = subject.Missing
		}
	}
	got.rules(s.Rules)
	slices.Sort(got.Unmet)
	for _, u := range s.Uncounted {
		for _, r := range u.Reasons {
			got.Reasons[r.Rule]++
		}
	}
	return got
}

func (c *Case) rules(rules []RuleStanding) {
	for _, r := range rules {
		if _, asked := c.Rules[r.ID]; asked {
			c.Rules[r.ID] = r.Valid
		}
		if r.Answer == Short && r.Kind != Total && r.Kind != SubjectMinimum {
			c.Unmet = append(c.Unmet, r.ID)
		}
		inner := Case{Rules: c.Rules}
		inner.rules(r.Rules)
		if r.Kind != AnyOf || r.Answer == Short { // a choice that was made asks for nothing else
			c.Unmet = append(c.Unmet, inner.Unmet...)
		}
	}
}

func (p Pack) credits(c Case) ([]core.Credit, error) {
	all := []CaseCredit{}
	for _, name := range c.With {
		all = append(all, p.Fixtures[name]...)
	}
	var credits []core.Credit
	for _, cc := range append(all, c.Credits...) {
		for n := range max(1, cc.Days) {
			credit, err := cc.credit(n, len(credits)+1)
			if err != nil {
				return nil, err
			}
			credits = append(credits, credit)
		}
	}
	return credits, nil
}

func (cc CaseCredit) credit(n, id int) (core.Credit, error) {
	c := core.Credit{
		Kind: core.CreditInstruction, Minutes: cc.Minutes, Elapsed: cc.Elapsed, Break: cc.Break, Subject: cc.Subject,
		Setting: core.Classroom, Delivery: core.InPerson, Supervised: !cc.Unsupervised, Mode: cc.Mode, MakeUp: cc.MakeUp, Course: cc.Course, HandsOn: cc.HandsOn, Certified: cc.Certified, Program: cc.Program,
		Date:     cc.Date.AddDays(n * max(1, cc.Every)),
		Transfer: core.Transfer{School: cc.School, License: cc.License, Transcript: cc.Transcript, AcceptedBy: cc.AcceptedBy},
	}
	c.ID[14], c.ID[15] = byte(id>>8), byte(id)
	if cc.Earned != "" {
		c.Kind = cc.Earned
	}
	if cc.Setting != "" {
		c.Setting = cc.Setting
	}
	if cc.Delivery != "" {
		c.Delivery = cc.Delivery
	}
	if cc.Grade != nil {
		c.Graded, c.Grade = true, *cc.Grade
	}
	if cc.Start == "" {
		return c, nil
	}
	at, err := core.ParseWallTime(cc.Start)
	if err == nil {
		c.Start, _ = c.Date.Resolve(at, time.UTC)
	}
	return c, err
}
