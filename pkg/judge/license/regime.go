package license

import (
	"slices"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/core"
)

// RegimeKind is what a rule of a jurisdiction is about.
type RegimeKind string

// The kinds. Statuses are those that a rule speaks of.
const (
	// RegimePractices: only these statuses of the lifecycle let one practice.
	RegimePractices RegimeKind = "practices"
	// RegimeFinal: nothing lifts these statuses of the same license.
	RegimeFinal RegimeKind = "final"
	// RegimeNotDiscipline: the jurisdiction does not call these discipline.
	RegimeNotDiscipline RegimeKind = "not_discipline"
	// RegimeDisciplined: whether one may Practice under these disciplines.
	RegimeDisciplined RegimeKind = "disciplined"
	// RegimeUnrenewed: Becomes is what a license is after its last day.
	RegimeUnrenewed RegimeKind = "unrenewed"
	// RegimeLate: for Days after its last day a license can still be renewed;
	// Practice tells whether one may practice meanwhile.
	RegimeLate RegimeKind = "late_renewal"
	// RegimeVoid: Months after its last day a license that is one of Statuses
	// Becomes something else.
	RegimeVoid RegimeKind = "void_after"
	// RegimeTitle: Practice tells whether the title may be used.
	RegimeTitle RegimeKind = "title"
	// RegimeReactivation: Text says what the way back is. It speaks of a status
	// that has lasted for Months and Days; of Each so many months one period is
	// counted.
	RegimeReactivation RegimeKind = "reactivation"
	// RegimeNumber: whether the number is odd or even sets the cycle.
	RegimeNumber RegimeKind = "cycle_by_number"
)

// RegimeRule is one rule of a jurisdiction, where it is written and how sure
// that is (H, M or L).
type RegimeRule struct {
	ID         string
	Kind       RegimeKind
	Statuses   []string
	Becomes    string
	Days       int
	Months     int
	Each       int
	Practice   bool
	Text       string
	Source     string
	Confidence string
}

// Regime is what a jurisdiction makes of the states of a license. Zones are the
// IANA zones of its clocks, that of its capital first: a day of a license begins
// and ends there. Where no rule says otherwise, an active license within a term
// lets one practice, and suspension, revocation and surrender take that away.
// The zero Regime knows no zone and counts days in UTC.
type Regime struct {
	Jurisdiction string
	Name         string
	Zones        []string
	Rules        []RegimeRule
	Titles       map[string]Kind // its own, by the folded title
}

// Location is the zone whose midnight begins a day of the jurisdiction.
func (r Regime) Location() *time.Location {
	if len(r.Zones) == 0 {
		return time.UTC
	}
	return core.Organization{Zone: r.Zones[0]}.Location()
}

// Day is the jurisdiction's date at an instant.
func (r Regime) Day(at time.Time) core.Date { return core.DateOf(at.In(r.Location())) }

// Rule is the first rule of a kind that speaks of a status, or nil. One without
// statuses speaks of all.
func (r Regime) Rule(kind RegimeKind, status string) *RegimeRule {
	for i := range r.Rules {
		if rule := &r.Rules[i]; rule.Kind == kind && (len(rule.Statuses) == 0 || slices.Contains(rule.Statuses, status)) {
			return rule
		}
	}
	return nil
}

// refuses tells whether a status takes the right to practice away, and by which
// rule; nil is the house's own reading.
func (r Regime) refuses(axis core.Axis, status string) (bool, *RegimeRule) {
	if axis == core.Discipline {
		if rule := r.Rule(RegimeDisciplined, status); rule != nil {
			return !rule.Practice, rule
		}
		return slices.Contains([]string{"suspended", "revoked", "surrendered"}, status), nil
	}
	if status == core.Reinstated {
		status = core.Active
	}
	if rule := r.practices(); rule != nil {
		return !slices.Contains(rule.Statuses, status), rule
	}
	return status != core.Active, nil
}

func (r Regime) practices() *RegimeRule {
	i := slices.IndexFunc(r.Rules, func(rule RegimeRule) bool { return rule.Kind == RegimePractices })
	if i < 0 {
		return nil
	}
	return &r.Rules[i]
}

// CycleOf is "odd" or "even" where the last digit of a number sets the cycle,
// else "".
func (r Regime) CycleOf(number string) string {
	last := strings.LastIndexAny(number, "0123456789")
	if last < 0 || r.Rule(RegimeNumber, "") == nil {
		return ""
	}
	if (number[last]-'0')%2 == 1 {
		return "odd"
	}
	return "even"
}

// back is what the rules say of the way back from a status that began on a day.
func (r Regime) back(status string, since, on core.Date) string {
	var parts []string
	for _, rule := range r.Rules {
		if rule.Kind != RegimeReactivation || !slices.Contains(rule.Statuses, status) || on.Before(since.AddMonths(rule.Months).AddDays(rule.Days)) {
			continue
		}
		text := rule.Text
		if rule.Each > 0 {
			n := 1
			for !on.Before(since.AddMonths(n * rule.Each)) {
				n++
			}
			text += " " + say("license.so_far", "count", n)
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, " ")
}
