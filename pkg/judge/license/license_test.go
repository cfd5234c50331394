package license_test

import (
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/license"
	"github.com/palmar/palmar/pkg/words"
)

var today = core.Date{Year: 2026, Month: 11, Day: 10}

func TestKindOf(t *testing.T) {
	tests := map[string]license.Kind{
		"Massage Therapist": license.Full, "LMT": license.Full, "L.M.T.": license.Full, " l.m.b.t. ": license.Full, "Massage  Practitioner": license.Full,
		"Certified massage therapist": license.Full, "Licensed Massage and Bodywork Therapist": license.Full, "Massage & Bodywork Therapist": license.Full,
		"Massage Therapist License": license.Full, "Massage/Bodywork Therapist": license.Full, "Myotherapist": license.Full,

		"Student Massage Therapist": license.Student, "Massage Therapy Trainee": license.Student, "Massage Intern": license.Student,
		"Massage Apprentice": license.Apprentice, "Massage Therapy Assistant": license.Assistant, "Massage Assistant-in-Training": license.Assistant,
		"Temporary Massage Therapist": license.Temporary, "Massage Therapist (Provisional)": license.Temporary, "Massage Therapy Instructor": license.Instructor,
		"Massage Establishment": license.Establishment, "Massage Business License": license.Establishment, "School of Massage": license.Establishment,

		"Nurse Massage": license.Unlisted, "Massage Therapist, International": license.Unlisted, "Massage Technician": license.Unlisted, "BODYWORKER": license.Unlisted,
		"Massage School Instructor": license.Unlisted, "Massage Student Instructor": license.Unlisted, "Massage Therapy": license.Unlisted,

		"Registered Nurse": license.Other, "Cosmetology Operator": license.Other, "Physical Therapist": license.Other, "MTA": license.Other, "LMTs": license.Other,
		"Apprentice": license.Other, "Registered": license.Other, "": license.Other,
	}
	for title, want := range tests {
		if got := (license.Regime{}).KindOf(title); got != want {
			t.Errorf("%q is %s, want %s", title, got, want)
		}
	}
}

// A jurisdiction's own list comes before that of all.
func TestKindOf_own(t *testing.T) {
	own := license.Regime{Titles: map[string]license.Kind{"massage technician": license.Assistant, "mt": license.Other}}
	for title, want := range map[string]license.Kind{"Certified Massage Technician": license.Assistant, "M.T.": license.Other, "LMT": license.Full} {
		if got := own.KindOf(title); got != want {
			t.Errorf("%q is %s, want %s", title, got, want)
		}
	}
}

// TestCases has cases of practice, each with the answer and the headline that is right.
func TestCases(t *testing.T) {
	names, err := filepath.Glob(filepath.Join("testdata", "cases", "*.json"))
	if err != nil || len(names) == 0 {
		t.Fatal("no cases", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".json"), func(t *testing.T) {
			var c struct {
				Says     string
				History  history
				Answer   answer
				Headline string
			}
			read(t, name, &c)
			got, _ := c.History.judge()
			if !reflect.DeepEqual(got, c.Answer) {
				t.Errorf("%s\ngives %s\nwant  %s", c.Says, write(t, got), write(t, c.Answer))
			}
			if got := headline(c.History); got != c.Headline {
				t.Errorf("the headline is %q, want %q", got, c.Headline)
			}
			if got := startSecond(t).ask(t, c.History); !reflect.DeepEqual(got, c.Answer) {
				t.Errorf("by node: %s", write(t, got))
			}
		})
	}
}

func headline(h history) string {
	name := func(code string) string { return code }
	return words.English().WriteAll(license.Headline(license.Places(h.licenses(), h.asked(), ""), name))
}

// good is a license that the register called active and without discipline today.
func good(code, title string) licenseOf {
	return licenseOf{
		Jurisdiction: code, Title: title, Number: "1", IssuedOn: today.AddDays(-400), Organization: orgA,
		Looks: []lookOf{{
			ID: core.LicenseCheckID{1}, Outcome: core.CheckSame, At: today.In(time.UTC), CheckedOn: today, Register: true,
			Lifecycle: core.Active, ExpiresOn: today.AddDays(300), Discipline: "none",
		}},
	}
}

// with adds what the register said on a day.
func (l licenseOf) with(axis core.Axis, status string, on core.Date) licenseOf {
	return l.by(core.MethodPrimarySource, true, axis, status, on)
}

func (l licenseOf) by(method string, register bool, axis core.Axis, status string, on core.Date) licenseOf {
	l.Events = append(slices.Clip(l.Events), eventOf{
		ID: core.LicenseEventID{0: 2, 15: byte(len(l.Events))}, Axis: axis, Status: status, EffectiveOn: on, Method: method, Register: register, CheckedOn: on, RecordedAt: on.In(time.UTC),
	})
	return l
}

func (l licenseOf) issued(on core.Date, by core.OrganizationID) licenseOf {
	l.IssuedOn, l.Organization = on, by
	return l
}

// reported is a license of which the therapist alone says something.
func reported(code, title string) licenseOf {
	l := licenseOf{Jurisdiction: code, Title: title, Number: "2", IssuedOn: today.AddDays(-100)}
	l = l.by(core.MethodSelfReport, false, core.Lifecycle, core.Active, today)
	l = l.by(core.MethodSelfReport, false, core.Term, core.Issued, today)
	l.Events[1].Until = today.AddDays(300)
	return l
}

func TestPlaces(t *testing.T) {
	const massage = "Massage Therapist"
	revoked, later := today.AddDays(-90), today.AddDays(-30)
	taken := good("FL", massage).with(core.Discipline, "revoked", revoked)
	taken.Looks[0].Lifecycle, taken.Looks[0].Discipline = core.NullAndVoid, "revoked"
	contested := good("FL", massage).with(core.Discipline, "revoked", revoked) // the register calls it active since
	ended := func(l licenseOf) licenseOf {
		l.Looks[0].ExpiresOn = today.AddDays(-1)
		return l
	}
	tests := []struct {
		name     string
		licenses []licenseOf
		headline string
		holds    bool
	}{
		{"nothing", nil, "No license is recorded.", false},
		{"one", []licenseOf{good("FL", massage)}, "FL: yes.", true},
		{"another profession's", []licenseOf{good("FL", "Registered Nurse")}, "FL: could not check.", false},
		{"another profession's discipline", []licenseOf{good("FL", "Registered Nurse").with(core.Discipline, "revoked", revoked), good("FL", massage)}, "FL: yes.", true},
		{"an establishment's discipline", []licenseOf{good("FL", "Massage Establishment").with(core.Discipline, "suspended", revoked), good("FL", massage)}, "FL: yes.", true},
		{"an apprentice's discipline", []licenseOf{good("FL", "Massage Apprentice").with(core.Discipline, "suspended", revoked), good("FL", massage)}, "FL: no, suspended.", false},
		{"suspended elsewhere", []licenseOf{good("FL", massage).with(core.Discipline, "suspended", later), good("GA", massage)}, "GA: yes. FL: no, suspended.", false},
		{"said to be suspended elsewhere", []licenseOf{good("FL", massage).by(core.MethodDocument, false, core.Discipline, "suspended", later), good("GA", massage)},
			"GA: yes. FL: could not check, reported suspended.", false},
		{"ended elsewhere", []licenseOf{ended(good("FL", massage)), good("GA", massage)}, "GA: yes. FL: no.", true},
		{"probation", []licenseOf{good("FL", massage).with(core.Discipline, "probation", later)}, "FL: yes, discipline on record: probation.", true},
		{"a second one by the therapist alone", []licenseOf{good("FL", massage), reported("FL", massage)}, "FL: yes.", true},
		{"one by the therapist alone", []licenseOf{reported("FL", massage)}, "FL: could not check.", false},
		{"a second one by the therapist alone after a suspension", []licenseOf{good("FL", massage).with(core.Discipline, "suspended", revoked), reported("FL", massage)}, "FL: no, suspended.", false},
		{"one by the therapist alone beside one that ended", []licenseOf{ended(good("FL", massage)), reported("FL", massage)}, "FL: could not check.", false},
		{"a second one before the revocation", []licenseOf{taken, good("FL", massage).issued(revoked, orgA)}, "FL: no, revoked.", false},
		{"a new one after the revocation, that an organization recorded", []licenseOf{taken, good("FL", massage).issued(later, orgA)},
			"FL: yes, discipline on record: revoked.", true},
		{"a new one after the revocation, that the therapist recorded", []licenseOf{taken, good("FL", massage).issued(later, core.OrganizationID{})},
			"FL: could not check, reported revoked.", false},
		{"active after the revocation", []licenseOf{contested}, "FL: could not check, reported revoked.", false},
		{"a new one beside one that is active after the revocation", []licenseOf{contested, good("FL", massage).issued(later, orgA)}, "FL: could not check, reported revoked.", false},
		{"a new one of another state after the revocation", []licenseOf{taken, good("GA", massage).issued(later, orgA)},
			"GA: yes. FL: no, revoked.", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := history{Licenses: tt.licenses, On: today, Today: today}
			if got := headline(h); got != tt.headline {
				t.Errorf("the headline is %q, want %q", got, tt.headline)
			}
			places := license.Places(h.licenses(), h.asked(), "")
			if got, decided := license.Holds(places); got != tt.holds || decided.May() && !got || len(decided.Because) == 0 {
				t.Errorf("holds: %v by %q", got, decided.Reason())
			}
		})
	}
}

func TestPlaces_order(t *testing.T) {
	h := history{On: today, Today: today, Licenses: []licenseOf{
		reported("TX", "LMT"), good("NY", "LMT").with(core.Discipline, "revoked", today), good("GA", "LMT"), good("AL", "LMT"),
	}}
	places := license.Places(h.licenses(), h.asked(), "TX")
	var codes []string
	for _, p := range places {
		codes = append(codes, p.Jurisdiction)
	}
	if got := strings.Join(codes, " "); got != "TX AL GA NY" {
		t.Errorf("the order is %s", got)
	}
}

// TestJudge_future asks about days to come, of which only what lasts is certain.
func TestJudge_future(t *testing.T) {
	tests := []struct {
		name            string
		l               licenseOf
		answer          license.Answer
		barred, doubted bool
	}{
		{"good", good("FL", "LMT"), license.CouldNotCheck, false, false},
		{"suspended", good("FL", "LMT").with(core.Discipline, "suspended", today), license.CouldNotCheck, false, true},
		{"revoked", good("FL", "LMT").with(core.Discipline, "revoked", today), license.No, true, false},
		{"inactive", good("FL", "LMT").with(core.Lifecycle, "inactive", today.AddDays(1)), license.CouldNotCheck, false, false},
		{"null and void", good("FL", "LMT").with(core.Lifecycle, core.NullAndVoid, today.AddDays(1)), license.No, false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := license.Judge(tt.l.license(), history{On: today.AddDays(2), Today: today}.asked())
			if p.Answer != tt.answer || p.Barred != tt.barred || p.Doubted != tt.doubted {
				t.Errorf("%s, barred %v, doubted %v: %s", p.Answer, p.Barred, p.Doubted, p.Reason())
			}
		})
	}
	l := good("FL", "LMT").with(core.Discipline, "suspended", today)
	p := license.Judge(l.license(), history{On: today.AddDays(301), Today: today}.asked())
	if p.Answer != license.No || p.Barred || !p.Doubted {
		t.Errorf("suspended, and the term ends before: %s, barred %v, doubted %v", p.Answer, p.Barred, p.Doubted)
	}
}

// TestKnown_since has a source that says no more of since when than what it said itself.
func TestKnown_since(t *testing.T) {
	before := today.AddDays(-2_000)
	l := good("FL", "LMT").by(core.MethodSelfReport, false, core.Lifecycle, core.Active, before)
	ask := func() license.Source {
		s, _ := license.Known(l.license(), core.Lifecycle, history{On: today, Today: today}.asked())
		return s
	}
	if s := ask(); s.Strength != license.Register || s.Since != l.Looks[0].CheckedOn {
		t.Errorf("beside the therapist’s own word the register says since %s", s.Since)
	}
	l = good("FL", "LMT").by(core.MethodPrimarySource, true, core.Lifecycle, core.Active, before)
	if s := ask(); s.Since != before {
		t.Errorf("the register, which said since %s before, says since %s", before, s.Since)
	}
}

// TestJudge_withdrawnOrder has an order that was withdrawn, and the look that saw it.
func TestJudge_withdrawnOrder(t *testing.T) {
	l := good("FL", "LMT").with(core.Discipline, "suspended", today)
	l.Looks[0].Discipline = "suspended"
	withdraws := l.Events[0]
	withdraws.ID, withdraws.Status, withdraws.Withdraws = core.LicenseEventID{9}, core.Withdrawn, withdraws.ID
	l.Events = append(l.Events, withdraws)
	h := history{Licenses: []licenseOf{l}, On: today.AddDays(1), Today: today.AddDays(1)}
	p := license.Judge(l.license(), h.asked())
	if p.Answer != license.CouldNotCheck || !p.Doubted || p.Standing != "suspended" || !strings.HasSuffix(p.Reason(), "The record of this was withdrawn. Check the license again.") {
		t.Errorf("%s, %s: %s", p.Answer, p.Standing, p.Reason())
	}
	if got := headline(h); got != "FL: could not check, reported suspended." {
		t.Error(got)
	}
	if e := license.StatusAt(l.license(), core.Discipline, h.asked()); e != nil {
		t.Errorf("another look that sees it wouldn’t be news beside %+v", e)
	}
	silent := l.Looks[0]
	silent.ID, silent.CheckedOn, silent.Discipline, silent.At = core.LicenseCheckID{7}, h.On, "", h.On.In(time.UTC)
	l.Looks = append(l.Looks, silent)
	if p := license.Judge(l.license(), h.asked()); p.Answer != license.CouldNotCheck || p.Standing != "suspended" {
		t.Errorf("after a look that saw nothing of discipline: %s, %s", p.Answer, p.Standing)
	}
	next := l.Looks[0]
	next.ID, next.CheckedOn, next.Discipline = core.LicenseCheckID{8}, h.On, "none"
	next.At = h.On.In(time.UTC)
	l.Looks = append(l.Looks, next)
	if p := license.Judge(l.license(), h.asked()); !p.May() {
		t.Errorf("after another look that saw none: %s", p.Reason())
	}
}

func BenchmarkJudge(b *testing.B) {
	l := good("FL", "Massage Therapist")
	for i := range 6 {
		on := today.AddDays(10*i - 100)
		l = l.with(core.Lifecycle, core.Active, on).with(core.Discipline, []string{"probation", "none"}[i%2], on)
	}
	for i := range 11 {
		look := l.Looks[0]
		look.ID[1], look.CheckedOn = byte(i+1), today.AddDays(-9*i)
		look.At = look.CheckedOn.In(time.UTC)
		l.Looks = append(l.Looks, look)
	}
	judged, asked := l.license(), history{On: today, Today: today}.asked()
	if p := license.Judge(judged, asked); !p.May() || len(judged.Events) != 12 || len(judged.Checks) != 12 {
		b.Fatalf("%s by %d events and %d looks", p.Reason(), len(judged.Events), len(judged.Checks))
	}
	b.ReportAllocs()
	for b.Loop() {
		license.Judge(judged, asked)
	}
}

// TestJudge_announced has a refusal that was told ten days before it began, and between
// the two a look that found everything in order.
func TestJudge_announced(t *testing.T) {
	for _, refusal := range []struct {
		axis   core.Axis
		status string
	}{{core.Lifecycle, "retired"}, {core.Lifecycle, "administrative_suspension"}, {core.Discipline, "suspended"}, {core.Discipline, "revoked"}} {
		for _, since := range []string{"none", core.Reinstated} {
			l := good("DE", "LMT").with(refusal.axis, refusal.status, today)
			l.Events[0].CheckedOn, l.Events[0].RecordedAt = today.AddDays(-10), today.AddDays(-10).In(time.UTC)
			l.Looks[0].CheckedOn, l.Looks[0].At = today.AddDays(-5), today.AddDays(-5).In(time.UTC)
			l = l.with(core.Discipline, since, today.AddDays(-5))
			if p := license.Judge(l.license(), history{On: today, Today: today}.asked()); p.Answer != license.No {
				t.Errorf("%s, and %s before it began: %s, %s", refusal.status, since, p.Answer, p.Reason())
			}
			if p := license.Judge(l.license(), history{On: today.AddDays(-1), Today: today}.asked()); p.Answer == license.No {
				t.Errorf("%s, the day before it begins: %s", refusal.status, p.Reason())
			}
		}
	}
}
