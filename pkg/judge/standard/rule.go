package standard

import (
	"strings"

	"github.com/palmar/palmar/pkg/core"
)

// Kind tells what a rule asks; each kind uses its own fields of Rule, named in
// the table kinds.
type Kind string

// The kinds of rules. Most may choose the credits that they concern (see Rule);
// "the chosen" means that they have to.
const (
	Total          Kind = "total"           // Minutes: the least that must be valid in all; every standard has one
	Minimum        Kind = "minimum"         // Minutes, or Percent of the total: the least that must be valid, of what it may choose
	SubjectMinimum Kind = "subject_minimum" // Minimum, of Subject
	Extra          Kind = "extra"           // Minutes: the least that must be valid of the chosen, which are outside the total
	Pace           Kind = "pace"            // Days, Weeks or Months: the least from the first counted day to the last, both included
	AnyOf          Kind = "any_of"          // Rules: one of them must be met
	AllOf          Kind = "all_of"          // Rules: all of them must be met
	Holds          Kind = "holds"           // Fact: it is held on the day of asking, with Months for at least that long
	Unjudged       Kind = "unjudged"        // Text: something is asked that no rule can judge: at best ask, never met; of what it may choose, once more than Minutes of it are valid

	Maximum     Kind = "maximum"      // Minutes, or Percent of the total: the most that counts of the chosen
	SettingCap  Kind = "setting_cap"  // Maximum, in Setting
	DeliveryCap Kind = "delivery_cap" // Maximum, by Delivery
	DayCap      Kind = "day_cap"      // Minutes: the most that counts of one local date, of what it may choose, transfers aside
	WeekCap     Kind = "week_cap"     // Minutes: the same of one week from Monday to Sunday
	MonthCap    Kind = "month_cap"    // Minutes: the same of one month of the calendar
	Gate        Kind = "gate"         // After: the chosen count only after that much is valid

	SupervisedOnly Kind = "supervised_only" // nothing unsupervised counts
	Supervision    Kind = "supervision"     // Modes: what is known to be supervised otherwise, or not at all, does not count
	Window         Kind = "window"          // From, To: nothing before or after counts
	Excluded       Kind = "excluded"        // From, To: nothing between counts, both days included
	Within         Kind = "within"          // Days, Weeks or Months: nothing counts that lies later than that after the first counted day
	TransferAge    Kind = "transfer_age"    // Months: a transfer that was older on the day of the basis does not count
	GradeMinimum   Kind = "grade_minimum"   // Percent: what is graded lower does not count; what is not graded does
	TransferRecord Kind = "transfer_record" // a transfer without its complete origin does not count
	InCycle        Kind = "in_cycle"        // nothing outside of the cycle counts, both days included; Bind tells From and To
	Once           Kind = "once"            // a course that counted on one day counts on no other
	Disallowed     Kind = "disallowed"      // nothing of the chosen counts
	Since          Kind = "since"           // Fact: the chosen count from the day on which it was first held
	OneProgram     Kind = "one_program"     // of the chosen only those of one program count: the one that is best
	Hour           Kind = "hour"            // PerHour, Block, Least, RoundTo, Rounding: how sessions make minutes by the clock
	ContactHour    Kind = "contact_hour"    // PerHour, Least, RoundTo, Rounding: PerHour minutes of instruction make an hour, breaks or not
)

// Confidence is how sure we are of a rule.
type Confidence string

// The confidences.
const (
	High   Confidence = "H" // the text of the statute, rule or issuer was seen
	Medium Confidence = "M" // secondary, old or undated
	Low    Confidence = "L" // weak or conflicting
)

// Rounding is what becomes of minutes between two multiples of Rule.RoundTo.
type Rounding string

// The roundings. RoundNearest takes the half upwards.
const (
	RoundDown    Rounding = "down"
	RoundNearest Rounding = "nearest"
	RoundUp      Rounding = "up"
)

// Rule is one condition. Its sentence says it to people (see Standard.Sentence), Text
// is what its author says of it and may be left out, Source cites where it comes
// from, Note adds what is open about it. Which of the other fields are set
// depends on Kind.
//
// Subject, Group, Setting, Delivery, Earned, Mode, MakeUp and HandsOn choose the
// credits that a rule concerns: those for which all that are set hold. HandsOn is
// the least share of a course, in percent, that makes it a hands-on one.
//
// Figures are what other sources give instead of Minutes, where sources of a total
// conflict: nothing below the highest of all is met, and below the lowest
// something is missing by each source.
//
// EffectiveFrom and EffectiveTo, both included, bound a temporary rule; see
// RulesFor.
type Rule struct {
	ID            string                 `json:"id" yaml:"id"`
	Kind          Kind                   `json:"kind" yaml:"kind"`
	Minutes       core.Minutes           `json:"minutes,omitempty" yaml:"minutes"`
	Figures       []Figure               `json:"figures,omitempty" yaml:"figures"`
	Percent       int                    `json:"percent,omitempty" yaml:"percent"`
	Subject       string                 `json:"subject,omitempty" yaml:"subject"`
	Group         string                 `json:"group,omitempty" yaml:"group"`
	Fact          string                 `json:"fact,omitempty" yaml:"fact"`
	Setting       core.Setting           `json:"setting,omitempty" yaml:"setting"`
	Delivery      core.Delivery          `json:"delivery,omitempty" yaml:"delivery"`
	Earned        core.CreditKind        `json:"earned,omitempty" yaml:"earned"`
	Mode          core.SupervisionMode   `json:"mode,omitempty" yaml:"mode"`
	MakeUp        bool                   `json:"make_up,omitempty" yaml:"make_up"`
	HandsOn       int                    `json:"hands_on,omitempty" yaml:"hands_on"`
	Modes         []core.SupervisionMode `json:"modes,omitempty" yaml:"modes"`
	Days          int                    `json:"days,omitempty" yaml:"days"`
	Weeks         int                    `json:"weeks,omitempty" yaml:"weeks"`
	Months        int                    `json:"months,omitempty" yaml:"months"`
	After         []Need                 `json:"after,omitempty" yaml:"after"`
	PerHour       core.Minutes           `json:"per_hour,omitempty" yaml:"per_hour"`
	Block         core.Minutes           `json:"block,omitempty" yaml:"block"`
	Least         core.Minutes           `json:"least,omitempty" yaml:"least"`
	RoundTo       core.Minutes           `json:"round_to,omitempty" yaml:"round_to"`
	Rounding      Rounding               `json:"rounding,omitempty" yaml:"rounding"`
	From          core.Date              `json:"from,omitzero" yaml:"from"`
	To            core.Date              `json:"to,omitzero" yaml:"to"`
	Rules         []Rule                 `json:"rules,omitempty" yaml:"rules"`
	Text          string                 `json:"text" yaml:"text"`
	Source        string                 `json:"source" yaml:"source"`
	Confidence    Confidence             `json:"confidence,omitempty" yaml:"confidence"`
	EffectiveFrom core.Date              `json:"effective_from,omitzero" yaml:"effective_from"`
	EffectiveTo   core.Date              `json:"effective_to,omitzero" yaml:"effective_to"`
	Note          string                 `json:"note,omitempty" yaml:"note"`

	sentence string // see Standard.Worded
}

// Need is what a gate asks for: Minutes valid before, in a subject or a group, in a
// setting, or in all.
type Need struct {
	Minutes core.Minutes `json:"minutes" yaml:"minutes"`
	Subject string       `json:"subject,omitempty" yaml:"subject"`
	Group   string       `json:"group,omitempty" yaml:"group"`
	Setting core.Setting `json:"setting,omitempty" yaml:"setting"`
}

// role is when a rule is applied; the package comment tells the order.
type role int

const (
	permits role = iota + 1 // takes all of a credit, or leaves it
	outside                 // takes a credit out of the total
	opens                   // takes all of a credit that comes too early
	limits                  // takes what has no room
	demands                 // takes nothing; must be met in the end
	measure                 // turns a session into minutes by the clock
)

// form is the shape of a kind: its role and its fields by their JSON names.
// "a|b" needs exactly one of them, "a+b" one or both.
type form struct {
	role  role
	needs []string
	may   []string
	// nests tells whether the kind may stand within any_of and all_of.
	nests bool
}

var (
	choice  = []string{"subject", "group", "setting", "delivery", "earned", "mode", "make_up", "hands_on"}
	amounts = []string{"fact", "minutes", "figures", "percent", "modes", "days", "weeks", "months", "after", "per_hour", "block", "least", "round_to", "rounding", "from", "to", "rules"}
)

// chosen asks for at least one field of choice.
var chosen = strings.Join(choice, "+")

var kinds = map[Kind]form{
	Total:          {role: demands, needs: []string{"minutes"}, may: []string{"figures"}, nests: true},
	Minimum:        {role: demands, needs: []string{"minutes|percent"}, may: choice, nests: true},
	SubjectMinimum: {role: demands, needs: []string{"minutes", "subject"}, nests: true},
	Extra:          {role: outside, needs: []string{"minutes", chosen}, nests: true},
	Pace:           {role: demands, needs: []string{"days|weeks|months"}, nests: true},
	AnyOf:          {role: demands, needs: []string{"rules"}, nests: true},
	AllOf:          {role: demands, needs: []string{"rules"}, nests: true},
	Holds:          {role: demands, needs: []string{"fact"}, may: []string{"months"}, nests: true},
	Unjudged:       {role: demands, may: append([]string{"minutes"}, choice...), nests: true},
	Maximum:        {role: limits, needs: []string{"minutes|percent", chosen}},
	SettingCap:     {role: limits, needs: []string{"minutes", "setting"}},
	DeliveryCap:    {role: limits, needs: []string{"minutes", "delivery"}},
	DayCap:         {role: limits, needs: []string{"minutes"}, may: choice},
	WeekCap:        {role: limits, needs: []string{"minutes"}, may: choice},
	MonthCap:       {role: limits, needs: []string{"minutes"}, may: choice},
	Gate:           {role: opens, needs: []string{"after", chosen}},
	SupervisedOnly: {role: permits, may: choice},
	Supervision:    {role: permits, needs: []string{"modes"}, may: choice},
	Window:         {role: permits, needs: []string{"from+to"}, may: choice},
	Excluded:       {role: permits, needs: []string{"from", "to"}, may: choice},
	Within:         {role: permits, needs: []string{"days|weeks|months"}},
	TransferAge:    {role: permits, needs: []string{"months"}, may: choice},
	GradeMinimum:   {role: permits, needs: []string{"percent"}, may: choice},
	TransferRecord: {role: permits},
	InCycle:        {role: permits, may: choice},
	Once:           {role: permits, may: choice},
	Disallowed:     {role: permits, needs: []string{chosen}},
	Since:          {role: permits, needs: []string{"fact", chosen}},
	OneProgram:     {role: permits, may: choice},
	Hour:           {role: measure, needs: []string{"per_hour"}, may: []string{"block", "least", "round_to", "rounding"}},
	ContactHour:    {role: measure, needs: []string{"per_hour"}, may: []string{"least", "round_to", "rounding"}},
}

// fields tells which fields of choice and amounts are set.
func (r *Rule) fields() map[string]bool {
	return map[string]bool{
		"subject": r.Subject != "", "group": r.Group != "", "setting": r.Setting != "", "delivery": r.Delivery != "",
		"earned": r.Earned != "", "mode": r.Mode != "", "make_up": r.MakeUp, "hands_on": r.HandsOn != 0,
		"fact": r.Fact != "", "minutes": r.Minutes != 0, "figures": r.Figures != nil, "percent": r.Percent != 0, "modes": r.Modes != nil,
		"days": r.Days != 0, "weeks": r.Weeks != 0, "months": r.Months != 0, "after": r.After != nil,
		"per_hour": r.PerHour != 0, "block": r.Block != 0, "least": r.Least != 0, "round_to": r.RoundTo != 0, "rounding": r.Rounding != "",
		"from": !r.From.IsZero(), "to": !r.To.IsZero(), "rules": r.Rules != nil,
	}
}
