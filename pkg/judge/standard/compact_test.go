package standard

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/core"
)

// compactCases are named, so that the table of domain.md's rules finds them:
// the item that decides, and its answer.
var compactCases = []struct {
	name, home, title, lifecycle, discipline string
	certified                                core.Minutes
	item, answer, all                        string
}{
	{"home state is a member", "OH", "Massage Therapist", "active", "", 37_500, "member", CompactYes, CompactNo},
	{"home state is no member", "FL", "Massage Therapist", "active", "", 37_500, "member", CompactNo, CompactNo},
	{"five states are not seven", "OH", "Massage Therapist", "active", "", 37_500, "in_force", CompactNo, CompactNo},
	{"active single-state license", "OH", "Massage Therapist", "active", "", 0, "active_license", CompactYes, CompactNo},
	{"inactive license", "OH", "Massage Therapist", "inactive", "", 0, "active_license", CompactNo, CompactNo},
	{"no license at home", "VA", "", "", "", 0, "active_license", CompactUnknown, CompactNo},
	{"restricted license", "OH", "Massage Therapist", "active", "restricted", 0, "full_license", CompactNo, CompactNo},
	{"student license", "OH", "Student Massage Therapist", "active", "", 0, "full_license", CompactNo, CompactNo},
	{"provisional license", "OH", "Provisional Massage Therapist", "active", "", 0, "full_license", CompactNo, CompactNo},
	{"temporary license", "OH", "Temporary Massage Therapist", "active", "", 0, "full_license", CompactNo, CompactNo},
	{"625 h, of which no text was seen", "OH", "Massage Therapist", "active", "", 37_500, "hours", CompactUnknown, CompactNo},
	{"a minute less is not known", "OH", "Massage Therapist", "active", "", 37_499, "hours", CompactUnknown, CompactNo},
	{"background check is not known", "OH", "Massage Therapist", "active", "", 37_500, "background_check", CompactUnknown, CompactNo},
}

var compactDay = core.Date{Year: 2026, Month: 11, Day: 23}

func compactLicense(home, title, lifecycle, discipline string) []core.License {
	if title == "" {
		return nil
	}
	l := core.License{Jurisdiction: home, Title: title, Number: "1", Events: []core.LicenseEvent{
		{Axis: core.Lifecycle, Status: lifecycle, EffectiveOn: core.Date{Year: 2025, Month: 1, Day: 1}, Method: core.MethodPrimarySource, Register: true},
	}}
	look := core.LicenseCheck{Outcome: core.CheckSame, CheckedOn: compactDay, Register: true, Lifecycle: lifecycle, ExpiresOn: compactDay.AddDays(100), Discipline: "none"}
	if discipline != "" {
		l.Events = append(l.Events, core.LicenseEvent{
			Axis: core.Discipline, Status: discipline, EffectiveOn: core.Date{Year: 2025, Month: 1, Day: 1}, Method: core.MethodPrimarySource, Register: true,
		})
		look.Discipline = discipline
	}
	l.Checks = []core.LicenseCheck{look}
	return []core.License{l}
}

func TestCompact(t *testing.T) {
	q := OnDay(compactDay, compactDay.In(time.UTC).Add(20*time.Hour))
	for _, c := range compactCases {
		t.Run(c.name, func(t *testing.T) {
			s := Compact(compactLicense(c.home, c.title, c.lifecycle, c.discipline), c.home, c.certified, q)
			i := slices.IndexFunc(s.Items, func(i CompactItem) bool { return i.ID == c.item })
			if s.Items[i].Answer != c.answer || s.Items[i].Why == "" || s.Answer != c.all {
				t.Errorf("%+v, all %s", s.Items[i], s.Answer)
			}
		})
	}
	// With seven members everything but the background check, and the hours, which nobody saw asked for, is yes.
	seven := compact()
	seven.Members = append(CompactMembers(), "GA", "TX")
	s := seven.judge(compactLicense("TX", "Massage Therapist", "active", ""), "TX", CompactHours, q)
	if s.Answer != CompactUnknown {
		t.Errorf("with seven: %+v", s)
	}
	seven.Items = slices.DeleteFunc(slices.Clone(seven.Items), func(i CompactItem) bool { return i.ID == "background_check" || i.Confidence == Low })
	if s := seven.judge(compactLicense("TX", "Massage Therapist", "active", ""), "TX", CompactHours, q); s.Answer != CompactYes {
		t.Errorf("with everything: %+v", s)
	}
}

// TestDomainRulesA4_Compact and _Adverse hold the rules 30 and 28: what
// domain.md says is in the data, item by item.
func TestDomainRulesA4_Compact(t *testing.T) {
	domain := domainText(t)
	for _, r := range []struct{ says, name string }{
		{"home-state active single-state license", "active single-state license"},
		{"not restricted, student, provisional, temporary or inactive [CMP2]", "restricted license"},
		{"not restricted, student, provisional, temporary or inactive [CMP2]", "student license"},
		{"not restricted, student, provisional, temporary or inactive [CMP2]", "provisional license"},
		{"not restricted, student, provisional, temporary or inactive [CMP2]", "temporary license"},
		{"not restricted, student, provisional, temporary or inactive [CMP2]", "inactive license"},
		{"background check [CMP3] M", "background check is not known"},
		{"Enacted NV, OH, AR, VA, MT", "home state is a member"},
		{"activates at seven [CMP4] H", "five states are not seven"},
	} {
		i := slices.IndexFunc(compactCases, func(c struct {
			name, home, title, lifecycle, discipline string
			certified                                core.Minutes
			item, answer, all                        string
		}) bool {
			return c.name == r.name
		})
		if i < 0 || !strings.Contains(domain, r.says) {
			t.Errorf("%q: no case %q, or domain.md does not say it", r.says, r.name)
			continue
		}
		c := compactCases[i]
		without := compact()
		without.Items = slices.DeleteFunc(slices.Clone(without.Items), func(i CompactItem) bool { return i.ID == c.item })
		s := without.judge(compactLicense(c.home, c.title, c.lifecycle, c.discipline), c.home, c.certified, OnDay(compactDay, compactDay.In(time.UTC).Add(20*time.Hour)))
		if slices.ContainsFunc(s.Items, func(i CompactItem) bool { return i.ID == c.item }) {
			t.Errorf("%s: the case holds without its item", c.name)
		}
	}
}

func TestDomainRulesA4_Adverse(t *testing.T) {
	const says = "Adverse action (compact bill): revocation, suspension, probation, surrender in lieu, monitoring, practice limitation, cease-and-desist, other encumbrance [CMP] H"
	if !strings.Contains(domainText(t), says) {
		t.Fatal("domain.md does not say it")
	}
	_, list, _ := strings.Cut(strings.TrimSuffix(says, " [CMP] H"), ": ")
	var want []core.AdverseKind
	for kind := range strings.SplitSeq(list, ", ") {
		want = append(want, core.AdverseKind(strings.NewReplacer(" ", "_", "-", "_").Replace(kind)))
	}
	var got []core.AdverseKind
	for _, k := range core.AdverseKinds {
		got = append(got, k.Kind)
	}
	if !slices.Equal(got, want) {
		t.Errorf("the kinds are %v, the bill's %v", got, want)
	}
}
