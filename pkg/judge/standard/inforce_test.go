package standard

import (
	"slices"
	"testing"

	"github.com/palmar/palmar/pkg/core"
)

func day(s string) core.Date {
	d, err := core.ParseDate(s)
	if err != nil && s != "" {
		panic(err)
	}
	return d
}

func TestInForce(t *testing.T) {
	versions := []Standard{
		{Version: "1", EffectiveTo: day("2024-12-31")},
		{Version: "2", EffectiveFrom: day("2025-01-01"), EffectiveTo: day("2027-01-01")},
		{Version: "emergency", EffectiveFrom: day("2025-02-01"), EffectiveTo: day("2025-02-27")},
		{Version: "emergency-a", EffectiveFrom: day("2025-02-01"), EffectiveTo: day("2025-02-26")},
	}
	tests := []struct {
		name              string
		basis             Basis
		enrolled, applied string
		want              string
	}{
		{"enrolled on the last day of the old version", AtEnrollment, "2024-12-31", "2026-05-01", "1"},
		{"enrolled on the first day of the new one", AtEnrollment, "2025-01-01", "2026-05-01", "2"},
		{"enrolled under the old, applied under the new", AtApplication, "2024-12-31", "2026-05-01", "2"},
		{"the emergency rule is the newest", AtApplication, "2024-12-31", "2025-02-27", "emergency"},
		{"of two that began on one day the greater version", AtApplication, "", "2025-02-26", "emergency-a"},
		{"the emergency rule ended", AtApplication, "2024-12-31", "2025-02-28", "2"},
		{"before the emergency", AtEnrollment, "2025-01-31", "", "2"},
		{"the sunset's day", AtEnrollment, "2027-01-01", "", "2"},
		{"after the sunset", AtEnrollment, "2027-01-02", "2025-05-01", ""},
		{"not applied yet", AtApplication, "2024-12-31", "", ""},
		{"not enrolled", AtEnrollment, "", "2025-05-01", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for range 2 {
				slices.Reverse(versions)
				got, ok := InForce(versions, tt.basis, day(tt.enrolled), day(tt.applied))
				if got.Version != tt.want || ok != (tt.want != "") {
					t.Errorf("gives %q, %v, want %q", got.Version, ok, tt.want)
				}
			}
		})
	}
}

func TestStandard_On(t *testing.T) {
	std := Standard{EffectiveFrom: day("2020-01-01"), Rules: []Rule{
		{ID: "always"},
		{ID: "temporary", EffectiveFrom: day("2025-02-01"), EffectiveTo: day("2025-02-27")},
		{ID: "paths", Kind: AnyOf, Rules: []Rule{{ID: "old", EffectiveTo: day("2025-02-01")}, {ID: "older", EffectiveTo: day("2025-01-31")}}},
	}}
	for on, want := range map[string][]string{
		"2025-01-31": {"always", "paths", "old", "older"},
		"2025-02-01": {"always", "temporary", "paths", "old"},
		"2025-02-27": {"always", "temporary"},
		"2025-02-28": {"always"},
	} {
		in, _ := InForce([]Standard{std}, AtEnrollment, day(on), core.Date{})
		for _, got := range []Standard{std.On(day(on)), in} {
			if ids := idsOf(got.Rules); !slices.Equal(ids, want) {
				t.Errorf("on %s %v are in force, want %v", on, ids, want)
			}
		}
	}
	if ids := idsOf(std.Rules); len(ids) != 5 {
		t.Errorf("On changed the standard: %v", ids)
	}
}

func idsOf(rules []Rule) (ids []string) {
	for _, r := range rules {
		ids = append(append(ids, r.ID), idsOf(r.Rules)...)
	}
	return ids
}
