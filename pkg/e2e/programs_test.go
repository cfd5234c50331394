package e2e

import (
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/demo/school"
	"github.com/palmar/palmar/pkg/testkit"
)

// chooser makes programs by their forms alone, and counts what it takes.
type chooser struct {
	*visitor
	taps  int
	since time.Time
}

func (c *chooser) tap(button string) { c.t.Helper(); c.press(button); c.taps++ }
func (c *chooser) leads(link string) { c.t.Helper(); c.follow(link); c.taps++ }
func (c *chooser) fill(label, text string) {
	c.t.Helper()
	c.write(label, text)
	c.taps++
}

func (c *chooser) begin(code, title, with string) {
	c.t.Helper()
	c.since = time.Now()
	c.menu("Programs")
	c.leads("Drafts")
	c.leads(testkit.Says("logbook.drafts.begin_draft"))
	c.fill("Program code", code)
	c.fill("Title", title)
	c.fill(testkit.Says("logbook.start.begin_with"), with)
	c.tap(testkit.Says("logbook.start.begin"))
}

func (c *chooser) about(source string) {
	c.t.Helper()
	c.leads(testkit.Says("logbook.draft.edit_about"))
	c.fill("Source", source)
	c.tap(testkit.Says("logbook.part.save"))
}

func (c *chooser) subject(name, hours string) {
	c.t.Helper()
	c.fill("Name", name)
	if hours != "" {
		c.fill(testkit.Says("logbook.part.least"), hours)
	}
	c.tap(testkit.Says("logbook.draft.add_subject"))
}

// rule adds one; fields are pairs of a label and a text.
func (c *chooser) rule(kind string, fields ...string) {
	c.t.Helper()
	c.fill(testkit.Says("logbook.rule.kind"), testkit.Says("rule_kind."+kind))
	c.tap(testkit.Says("logbook.rule.add"))
	c.given(fields)
}

func (c *chooser) inside(fields ...string) {
	c.t.Helper()
	c.leads(testkit.Says("logbook.draft.add_within"))
	c.fill(testkit.Says("logbook.rule.kind"), testkit.Says("rule_kind."+fields[0]))
	c.tap(testkit.Says("logbook.rule.next"))
	c.given(fields[1:])
}

func (c *chooser) given(fields []string) {
	c.t.Helper()
	for i := 0; i+1 < len(fields); i += 2 {
		c.fill(fields[i], fields[i+1])
	}
	c.tap(testkit.Says("logbook.rule.save"))
}

func (c *chooser) publish(sees ...string) {
	c.t.Helper()
	c.sees(append(sees, "Passed")...)
	c.tap(testkit.Says("logbook.draft.publish_2"))
	c.sees("Version 1")
	c.t.Logf("%d taps and fields, %s", c.taps, time.Since(c.since).Round(100*time.Millisecond))
	c.taps = 0
}

// fivePrograms are five real programs, made by choosing alone; a second person confirms
// one of them.
func fivePrograms(t *testing.T, s *site) {
	c := &chooser{visitor: s.visitor(t)}
	hours, of, place, earned := testkit.Says("logbook.rule.hours"), testkit.Says("logbook.rule.of"), testkit.Says("logbook.rule.setting"), testkit.Says("logbook.rule.earned")
	c.signIn("g.whitlock@brightwater.example", school.Password)

	c.begin("five-hundred", "Massage 500", testkit.Says("logbook.start.blank"))
	c.about("Catalog 2026, page 3")
	c.subject("Massage", "200")
	c.subject("Anatomy", "")
	c.subject("Pathology", "")
	c.leads(testkit.Says("logbook.draft.add_group"))
	c.fill("Name", "Sciences")
	c.tick("Anatomy")
	c.tick("Pathology")
	c.tap(testkit.Says("logbook.part.save"))
	c.rule("total", hours, "500")
	c.rule("any_of")
	c.inside("minimum", hours, "150", of, "Sciences")
	c.inside("minimum", hours, "100", place, "Clinic")
	c.fill("State", "New York (NY)")
	c.tap(testkit.Says("logbook.draft.add_claim"))
	c.fill("State", "Texas (TX)")
	c.tap(testkit.Says("logbook.draft.add_claim"))
	c.press(testkit.Said("logbook.draft.remove_named", "name", "Texas"))
	c.sees("At least 1,000 h are valid. Here: 500 h.")
	c.publish("At least 500 h are valid.", "At least one of these is met: (At least 150 h of Sciences are valid) or (At least 100 h in the clinic are valid).")

	c.sees(testkit.Says("shared.claims.states"), "New York", "Less", "Here: 500 h.")
	c.misses("Texas")

	c.begin("new-york", "New York 1,000", "New York")
	c.subject("Massage", "")
	c.publish("At least 1,000 h")

	c.begin("bridge", "Bridge program", testkit.Says("logbook.start.blank"))
	c.about("Catalog 2026, page 9")
	c.subject("Massage", "")
	c.rule("total", hours, "600")
	c.rule("maximum", testkit.Says("logbook.rule.percent"), "50", earned, "Transfer")
	c.rule("transfer_record")
	c.publish("At most 300 h transferred from other schools count: 50% of the total.")

	c.begin("externship", "With an externship", testkit.Says("logbook.start.blank"))
	c.about("Catalog 2026, page 12")
	c.subject("Massage", "")
	c.rule("total", hours, "600")
	c.rule("gate", place, "Externship", hours, "400")
	c.rule("setting_cap", hours, "100", place, "Externship")
	c.publish("Time at an externship counts only after 400 h in all.")

	c.begin("fifty", "Fifty minutes", testkit.Says("logbook.start.blank"))
	c.about("Catalog 2026, page 2")
	c.subject("Massage", "")
	c.rule("total", hours, "500")
	c.rule("hour", testkit.Says("logbook.rule.per_hour"), "50")
	c.rule("day_cap", hours, "8")
	c.publish("An hour is 50 min of instruction and up to 10 min of break.")

	c.sees(testkit.Says("logbook.program.waits"), testkit.Says("same_person.program"))
	second := s.visitor(t)
	second.signIn("s.adeyemi@brightwater.example", school.Password)
	second.sees(testkit.Said("logbook.unconfirmed.certification_waits", "count", 5))
	second.follow("Fifty minutes, Version 1")
	second.press(testkit.Said("logbook.program.confirm", "number", 1))
	second.sees(testkit.Said("logbook.program.is_confirmed", "number", 1))
	second.menu("Programs")
	second.sees(testkit.Says("logbook.program.waits"))
}
