package core

import (
	"crypto/rand"
	"strconv"
	"testing"
	"time"
)

func TestAfterID(t *testing.T) {
	id := NewID[EntryID](Source{Clock: time.Now, Rand: rand.Reader})
	for _, c := range []struct {
		cursor string
		want   EntryID
		code   string
	}{
		{"", EntryID{}, ""},
		{EncodeCursor(id.String()), id, ""},
		{EncodeCursor("seven"), EntryID{}, "bad_cursor"},
		{EncodeCursor(id.String(), "more"), EntryID{}, "bad_cursor"},
		{"?", EntryID{}, "bad_cursor"},
	} {
		got, err := AfterID[EntryID](c.cursor)
		if got != c.want || CodeOf(err) != c.code {
			t.Errorf("AfterID(%q) = %v, %v; want %v, %q", c.cursor, got, err, c.want, c.code)
		}
	}
}

func TestListOf(t *testing.T) {
	full := ListOf([]int{1, 2, 3}, 2, strconv.Itoa)
	if len(full.Items) != 2 || full.Next != EncodeCursor("2") {
		t.Errorf("three rows for a page of two: %+v", full)
	}
	last := ListOf([]int{1, 2}, 2, strconv.Itoa)
	if len(last.Items) != 2 || last.Next != "" {
		t.Errorf("two rows for a page of two: %+v", last)
	}
}

func TestMayPractise(t *testing.T) {
	day := Date{2026, 11, 23}
	license := func(number, lifecycle, discipline string) License {
		l := License{Jurisdiction: "FL", Title: "Massage Therapist", Number: number}
		if lifecycle != "" {
			l.Events = append(l.Events, LicenseEvent{Axis: Lifecycle, Status: lifecycle, EffectiveOn: Date{2025, 1, 1}})
		}
		if discipline != "" {
			l.Events = append(l.Events, LicenseEvent{Axis: Discipline, Status: discipline, EffectiveOn: Date{2025, 1, 1}})
		}
		return l
	}
	for _, c := range []struct {
		name       string
		licenses   []License
		may, known bool
		reason     string
	}{
		{"None", nil, false, false, "No licence is recorded."},
		{"NoStatus", []License{license("1", "", "")}, false, false, "No status of FL Massage Therapist 1 is known for that day."},
		{"Active", []License{license("1", "active", "")}, true, true, "FL Massage Therapist 1 is active."},
		{"SecondActive", []License{license("1", "expired", ""), license("2", "active", "")}, true, true, "FL Massage Therapist 2 is active."},
		{"Suspended", []License{license("1", "", ""), license("2", "active", "suspended")}, false, true, "FL Massage Therapist 2 is suspended since 2025-01-01."},
		{"FirstRefusal", []License{license("1", "inactive", ""), license("2", "expired", "")}, false, true, "FL Massage Therapist 1 is inactive since 2025-01-01."},
		{"Probation", []License{license("1", "active", "probation")}, true, true, "FL Massage Therapist 1 is active, with discipline: probation."},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, known := MayPractise(c.licenses, Asked{On: day})
			if p.May != c.may || known != c.known || p.Reason != c.reason {
				t.Errorf("got %v, %v, %q", p.May, known, p.Reason)
			}
		})
	}
}
