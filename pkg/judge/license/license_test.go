package license

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/core"
)

func TestJudge(t *testing.T) {
	event := func(axis core.Axis, status, on string) core.LicenseEvent {
		return core.LicenseEvent{Axis: axis, Status: status, EffectiveOn: date(t, on), CheckedOn: date(t, on), Method: core.MethodPrimarySource, Source: "Florida board"}
	}
	active := event(core.Lifecycle, "active", "2025-01-10")
	term := event(core.Term, core.Issued, "2025-01-10")
	term.Until = date(t, "2027-08-31")
	tests := []struct {
		name   string
		events []core.LicenseEvent
		on     string
		may    bool
		says   string
	}{
		{"active", []core.LicenseEvent{active}, "2026-01-01", true, "is active."},
		{"on the day of issue", []core.LicenseEvent{active}, "2025-01-10", true, "is active."},
		{"the day before", []core.LicenseEvent{active}, "2025-01-09", false, "was issued on Jan 10, 2025"},
		{"on the last day", []core.LicenseEvent{active}, "2027-08-31", true, "is active."},
		{"the day after", []core.LicenseEvent{active}, "2027-09-01", false, "expired on Aug 31, 2027"},
		{"no event", nil, "2026-01-01", false, "No status"},
		{"discipline alone", []core.LicenseEvent{event(core.Discipline, "probation", "2025-02-01")}, "2026-01-01", false, "No status"},
		{"pending", []core.LicenseEvent{event(core.Lifecycle, "pending", "2025-01-10")}, "2026-01-01", false, "is pending since Jan 10, 2025"},
		{"inactive since", []core.LicenseEvent{active, event(core.Lifecycle, "inactive", "2026-01-01")}, "2026-01-01", false, "is inactive since Jan 1, 2026"},
		{"inactive tomorrow", []core.LicenseEvent{active, event(core.Lifecycle, "inactive", "2026-01-02")}, "2026-01-01", true, "is active."},
		{"delinquent", []core.LicenseEvent{active, event(core.Lifecycle, "delinquent", "2026-01-01")}, "2026-02-01", false, "delinquent"},
		{"conditions", []core.LicenseEvent{active, event(core.Discipline, "conditions", "2025-05-01")}, "2026-01-01", true, "with discipline: conditions"},
		{"probation", []core.LicenseEvent{active, event(core.Discipline, "probation", "2025-05-01")}, "2026-01-01", true, "with discipline: probation"},
		{"suspended", []core.LicenseEvent{active, event(core.Discipline, "suspended", "2025-05-01")}, "2026-01-01", false, "is suspended since May 1, 2025"},
		{"revoked", []core.LicenseEvent{event(core.Discipline, "revoked", "2025-05-01"), active}, "2026-01-01", false, "is revoked"},
		{"surrendered", []core.LicenseEvent{active, event(core.Discipline, "surrendered", "2025-05-01")}, "2026-01-01", false, "is surrendered"},
		{"suspension lifted", []core.LicenseEvent{active, event(core.Discipline, "none", "2025-06-01"), event(core.Discipline, "suspended", "2025-05-01")}, "2026-01-01", true, "is active."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := core.License{Jurisdiction: "FL", Title: "LMT", Number: "MA 1", IssuedOn: date(t, "2025-01-10"), Events: append(slices.Clone(tt.events), term)}
			p := Judge(l, Asked{On: date(t, tt.on)})
			if p.May != tt.may || !strings.Contains(p.Reason, tt.says) {
				t.Errorf("gives %v, %q; want %v, %q", p.May, p.Reason, tt.may, tt.says)
			}
			if len(tt.events) > 0 && tt.events[0] == active && tt.on >= "2025-01-10" && p.CheckedOn.IsZero() {
				t.Error("the age of the source is not known")
			}
		})
	}
}

// TestJudge_weakerWord has a license that was found active in March; what is
// recorded afterward is written as method:status, an event each month.
func TestJudge_weakerWord(t *testing.T) {
	const primary, document, self = core.MethodPrimarySource, core.MethodDocument, core.MethodSelfReport
	type said struct{ method, status string }
	tests := []struct {
		name   string
		axis   core.Axis
		events []said
		may    bool
		says   string
	}{
		{"self-report after a look-up", core.Lifecycle, []said{{primary, "inactive"}, {self, "active"}}, false,
			"is inactive since Apr 1, 2026. A later self-report says active; being weaker than the primary source, it does not lift that."},
		{"document after a look-up", core.Discipline, []said{{primary, "suspended"}, {document, "none"}}, false,
			"is suspended since Apr 1, 2026. A later document says none; being weaker than the primary source, it"},
		{"document to probation", core.Discipline, []said{{primary, "suspended"}, {document, "probation"}}, false, "is suspended"},
		{"self-report after a document", core.Lifecycle, []said{{document, "null_and_void"}, {self, "active"}}, false, "is null and void since Apr 1, 2026. A later self-report says active; being weaker than the document"},
		{"a look-up lifts a look-up", core.Discipline, []said{{primary, "suspended"}, {primary, "none"}}, true, "is active."},
		{"a look-up lifts a document", core.Discipline, []said{{document, "suspended"}, {primary, "none"}}, true, "is active."},
		{"a look-up after the weaker word", core.Lifecycle, []said{{primary, "inactive"}, {self, "active"}, {primary, "active"}}, true, "is active."},
		{"a weaker word worsens", core.Lifecycle, []said{{self, "retired"}}, false, "is retired since Apr 1, 2026."},
		{"and takes back what it said", core.Lifecycle, []said{{self, "retired"}, {self, "active"}}, true, "is active."},
		{"worsens what is refused", core.Discipline, []said{{primary, "suspended"}, {document, "revoked"}}, false, "is revoked since May 1, 2026."},
		{"not lifted in two steps", core.Discipline, []said{{primary, "suspended"}, {document, "revoked"}, {document, "none"}}, false, "is suspended since Apr 1, 2026. A later document says none"},
		{"nor by growing words", core.Lifecycle, []said{{primary, "inactive"}, {document, "active"}, {self, "active"}}, false, "is inactive since Apr 1, 2026."},
		{"lifted long ago", core.Lifecycle, []said{{document, "inactive"}, {primary, "active"}, {self, "active"}}, true, "is active."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := core.License{Jurisdiction: "FL", Title: "LMT", Number: "MA 1", Events: []core.LicenseEvent{
				{Axis: core.Lifecycle, Status: "active", EffectiveOn: date(t, "2026-03-01"), Method: primary},
			}}
			for i, e := range tt.events {
				l.Events = append(l.Events, core.LicenseEvent{
					Axis: tt.axis, Status: e.status, EffectiveOn: core.Date{Year: 2026, Month: time.Month(4 + i), Day: 1}, Method: e.method,
				})
			}
			p := Judge(l, Asked{On: date(t, "2026-12-01")})
			if p.May != tt.may || !strings.Contains(p.Reason, tt.says) {
				t.Errorf("gives %v, %q; want %v, %q", p.May, p.Reason, tt.may, tt.says)
			}
		})
	}
}

func TestStatusAt(t *testing.T) {
	first := core.LicenseEvent{Axis: core.Lifecycle, Status: "active", EffectiveOn: date(t, "2026-01-01"), RecordedAt: time.Unix(1, 0)}
	second := core.LicenseEvent{Axis: core.Lifecycle, Status: "inactive", EffectiveOn: date(t, "2026-01-01"), RecordedAt: time.Unix(2, 0)}
	l := core.License{Events: []core.LicenseEvent{second, first}}
	if got := StatusAt(l, core.Lifecycle, Asked{On: date(t, "2026-01-01")}); got == nil || got.Status != "inactive" {
		t.Errorf("of two on one day %+v counts", got)
	}
	if l.Events[0].Status != "inactive" {
		t.Error("the events were moved")
	}
	if got := StatusAt(l, core.Discipline, Asked{On: date(t, "2026-01-01")}); got != nil {
		t.Errorf("a discipline of nowhere: %+v", got)
	}
}

func date(t testing.TB, s string) core.Date {
	t.Helper()
	d, err := core.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestJudgeAny(t *testing.T) {
	day := core.Date{Year: 2026, Month: 11, Day: 23}
	license := func(number, lifecycle, discipline string) core.License {
		l := core.License{Jurisdiction: "FL", Title: "Massage Therapist", Number: number}
		if lifecycle != "" {
			l.Events = append(l.Events, core.LicenseEvent{Axis: core.Lifecycle, Status: lifecycle, EffectiveOn: core.Date{Year: 2025, Month: 1, Day: 1}})
		}
		if discipline != "" {
			l.Events = append(l.Events, core.LicenseEvent{Axis: core.Discipline, Status: discipline, EffectiveOn: core.Date{Year: 2025, Month: 1, Day: 1}})
		}
		return l
	}
	for _, c := range []struct {
		name       string
		licenses   []core.License
		may, known bool
		reason     string
	}{
		{"None", nil, false, false, "No license is recorded."},
		{"NoStatus", []core.License{license("1", "", "")}, false, false, "No status of FL Massage Therapist 1 is known for that day."},
		{"Active", []core.License{license("1", "active", "")}, true, true, "FL Massage Therapist 1 is active."},
		{"SecondActive", []core.License{license("1", "expired", ""), license("2", "active", "")}, true, true, "FL Massage Therapist 2 is active."},
		{"Suspended", []core.License{license("1", "", ""), license("2", "active", "suspended")}, false, true, "FL Massage Therapist 2 is suspended since Jan 1, 2025."},
		{"FirstRefusal", []core.License{license("1", "inactive", ""), license("2", "expired", "")}, false, true, "FL Massage Therapist 1 is inactive since Jan 1, 2025."},
		{"BarredElsewhere", []core.License{license("1", "active", ""), license("2", "active", "suspended")}, false, false,
			"FL Massage Therapist 1 is active. But FL Massage Therapist 2 is suspended since Jan 1, 2025."},
		{"BarredFirst", []core.License{license("1", "active", "revoked"), license("2", "active", "")}, false, false,
			"FL Massage Therapist 2 is active. But FL Massage Therapist 1 is revoked since Jan 1, 2025."},
		{"OtherTitle", []core.License{titled(license("1", "active", ""), "Cosmetology Operator")}, false, false,
			"FL Cosmetology Operator 1 is not known to be a license to practice massage, so it does not count here."},
		{"OtherTitleBesides", []core.License{titled(license("1", "active", ""), "Registered Nurse"), license("2", "expired", "")}, false, true,
			"FL Massage Therapist 2 is expired since Jan 1, 2025."},
		{"OtherTitleBarred", []core.License{titled(license("1", "active", "revoked"), "Registered Nurse"), license("2", "active", "")}, true, true, "FL Massage Therapist 2 is active."},
		{"Probation", []core.License{license("1", "active", "probation")}, true, true, "FL Massage Therapist 1 is active, with discipline: probation."},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, known := JudgeAny(c.licenses, Asked{On: day})
			if p.May != c.may || known != c.known || p.Reason != c.reason {
				t.Errorf("got %v, %v, %q", p.May, known, p.Reason)
			}
		})
	}
}

func titled(l core.License, title string) core.License {
	l.Title = title
	return l
}

func TestPractices(t *testing.T) {
	for title, want := range map[string]bool{
		"Massage Therapist": true, "LMT": true, "L.M.T.": true, "Licensed Massage and Bodywork Therapist": true, "Massage  Practitioner": true, "Certified massage therapist": true,
		"Cosmetology Operator": false, "Registered Nurse": false, "Massage Establishment": false, "Massage Therapy Instructor": false, "Student Massage Therapist": false,
		"Massage Apprentice": false, "Temporary Massage Therapist": false, "": false, "Physical Therapist": false,
	} {
		if Practices(title) != want {
			t.Errorf("%q: %v", title, !want)
		}
	}
}
