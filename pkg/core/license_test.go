package core

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestLicense_MayPractise(t *testing.T) {
	event := func(axis Axis, status, on string) LicenseEvent {
		return LicenseEvent{Axis: axis, Status: status, EffectiveOn: date(t, on), CheckedOn: date(t, on), Method: MethodPrimarySource, Source: "Florida board"}
	}
	active := event(Lifecycle, "active", "2025-01-10")
	term := event(Term, Issued, "2025-01-10")
	term.Until = date(t, "2027-08-31")
	tests := []struct {
		name   string
		events []LicenseEvent
		on     string
		may    bool
		says   string
	}{
		{"active", []LicenseEvent{active}, "2026-01-01", true, "is active."},
		{"on the day of issue", []LicenseEvent{active}, "2025-01-10", true, "is active."},
		{"the day before", []LicenseEvent{active}, "2025-01-09", false, "was issued on 2025-01-10"},
		{"on the last day", []LicenseEvent{active}, "2027-08-31", true, "is active."},
		{"the day after", []LicenseEvent{active}, "2027-09-01", false, "expired on 2027-08-31"},
		{"no event", nil, "2026-01-01", false, "No status"},
		{"discipline alone", []LicenseEvent{event(Discipline, "probation", "2025-02-01")}, "2026-01-01", false, "No status"},
		{"pending", []LicenseEvent{event(Lifecycle, "pending", "2025-01-10")}, "2026-01-01", false, "is pending since 2025-01-10"},
		{"inactive since", []LicenseEvent{active, event(Lifecycle, "inactive", "2026-01-01")}, "2026-01-01", false, "is inactive since 2026-01-01"},
		{"inactive tomorrow", []LicenseEvent{active, event(Lifecycle, "inactive", "2026-01-02")}, "2026-01-01", true, "is active."},
		{"delinquent", []LicenseEvent{active, event(Lifecycle, "delinquent", "2026-01-01")}, "2026-02-01", false, "delinquent"},
		{"conditions", []LicenseEvent{active, event(Discipline, "conditions", "2025-05-01")}, "2026-01-01", true, "with discipline: conditions"},
		{"probation", []LicenseEvent{active, event(Discipline, "probation", "2025-05-01")}, "2026-01-01", true, "with discipline: probation"},
		{"suspended", []LicenseEvent{active, event(Discipline, "suspended", "2025-05-01")}, "2026-01-01", false, "is suspended since 2025-05-01"},
		{"revoked", []LicenseEvent{event(Discipline, "revoked", "2025-05-01"), active}, "2026-01-01", false, "is revoked"},
		{"surrendered", []LicenseEvent{active, event(Discipline, "surrendered", "2025-05-01")}, "2026-01-01", false, "is surrendered"},
		{"suspension lifted", []LicenseEvent{active, event(Discipline, "none", "2025-06-01"), event(Discipline, "suspended", "2025-05-01")}, "2026-01-01", true, "is active."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := License{Jurisdiction: "FL", Title: "LMT", Number: "MA 1", IssuedOn: date(t, "2025-01-10"), Events: append(slices.Clone(tt.events), term)}
			p := l.MayPractise(Asked{On: date(t, tt.on)})
			if p.May != tt.may || !strings.Contains(p.Reason, tt.says) {
				t.Errorf("gives %v, %q; want %v, %q", p.May, p.Reason, tt.may, tt.says)
			}
			if len(tt.events) > 0 && tt.events[0] == active && tt.on >= "2025-01-10" && p.CheckedOn.IsZero() {
				t.Error("the age of the source is not known")
			}
		})
	}
}

// TestLicense_weakerWord has a licence that was found active in March; what is
// recorded afterwards is written as method:status, an event each month.
func TestLicense_weakerWord(t *testing.T) {
	const primary, document, self = MethodPrimarySource, MethodDocument, MethodSelfReport
	type said struct{ method, status string }
	tests := []struct {
		name   string
		axis   Axis
		events []said
		may    bool
		says   string
	}{
		{"self-report after a look-up", Lifecycle, []said{{primary, "inactive"}, {self, "active"}}, false,
			"is inactive since 2026-04-01. A later self-report says active; being weaker than the primary source, it does not lift that."},
		{"document after a look-up", Discipline, []said{{primary, "suspended"}, {document, "none"}}, false,
			"is suspended since 2026-04-01. A later document says none; being weaker than the primary source, it"},
		{"document to probation", Discipline, []said{{primary, "suspended"}, {document, "probation"}}, false, "is suspended"},
		{"self-report after a document", Lifecycle, []said{{document, "null_and_void"}, {self, "active"}}, false, "is null and void since 2026-04-01. A later self-report says active; being weaker than the document"},
		{"a look-up lifts a look-up", Discipline, []said{{primary, "suspended"}, {primary, "none"}}, true, "is active."},
		{"a look-up lifts a document", Discipline, []said{{document, "suspended"}, {primary, "none"}}, true, "is active."},
		{"a look-up after the weaker word", Lifecycle, []said{{primary, "inactive"}, {self, "active"}, {primary, "active"}}, true, "is active."},
		{"a weaker word worsens", Lifecycle, []said{{self, "retired"}}, false, "is retired since 2026-04-01."},
		{"and takes back what it said", Lifecycle, []said{{self, "retired"}, {self, "active"}}, true, "is active."},
		{"worsens what is refused", Discipline, []said{{primary, "suspended"}, {document, "revoked"}}, false, "is revoked since 2026-05-01."},
		{"not lifted in two steps", Discipline, []said{{primary, "suspended"}, {document, "revoked"}, {document, "none"}}, false, "is suspended since 2026-04-01. A later document says none"},
		{"nor by growing words", Lifecycle, []said{{primary, "inactive"}, {document, "active"}, {self, "active"}}, false, "is inactive since 2026-04-01."},
		{"lifted long ago", Lifecycle, []said{{document, "inactive"}, {primary, "active"}, {self, "active"}}, true, "is active."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := License{Jurisdiction: "FL", Title: "LMT", Number: "MA 1", Events: []LicenseEvent{
				{Axis: Lifecycle, Status: "active", EffectiveOn: date(t, "2026-03-01"), Method: primary},
			}}
			for i, e := range tt.events {
				l.Events = append(l.Events, LicenseEvent{
					Axis: tt.axis, Status: e.status, EffectiveOn: Date{2026, time.Month(4 + i), 1}, Method: e.method,
				})
			}
			p := l.MayPractise(Asked{On: date(t, "2026-12-01")})
			if p.May != tt.may || !strings.Contains(p.Reason, tt.says) {
				t.Errorf("gives %v, %q; want %v, %q", p.May, p.Reason, tt.may, tt.says)
			}
		})
	}
}

func TestLicense_StatusAt(t *testing.T) {
	first := LicenseEvent{Axis: Lifecycle, Status: "active", EffectiveOn: date(t, "2026-01-01"), RecordedAt: time.Unix(1, 0)}
	second := LicenseEvent{Axis: Lifecycle, Status: "inactive", EffectiveOn: date(t, "2026-01-01"), RecordedAt: time.Unix(2, 0)}
	l := License{Events: []LicenseEvent{second, first}}
	if got := l.StatusAt(Lifecycle, Asked{On: date(t, "2026-01-01")}); got == nil || got.Status != "inactive" {
		t.Errorf("of two on one day %+v counts", got)
	}
	if l.Events[0].Status != "inactive" {
		t.Error("the events were moved")
	}
	if got := l.StatusAt(Discipline, Asked{On: date(t, "2026-01-01")}); got != nil {
		t.Errorf("a discipline of nowhere: %+v", got)
	}
}
