package core

import (
	"testing"
	"time"
)

var school = Organization{Zone: "America/New_York"}

func TestNewSession(t *testing.T) {
	now := time.Date(2026, 11, 23, 20, 0, 0, 0, time.UTC) // 15:00 in New York
	tests := []struct {
		name        string
		change      func(*SessionInput)
		minutes     Minutes
		field, code string
	}{
		{"morning", func(*SessionInput) {}, 165, "", ""},
		{"AM and PM", func(in *SessionInput) { in.Start, in.End = "11:00 AM", "1:00 PM" }, 105, "", ""},
		{"over midnight", func(in *SessionInput) { in.Start, in.End = "22:00", "01:00" }, 165, "", ""},
		{"twelve hours", func(in *SessionInput) { in.Start, in.End = "08:00", "20:00" }, 705, "", ""},
		{"clock set forward", func(in *SessionInput) { in.Date, in.Start, in.End = date(t, "2026-03-08"), "01:30", "03:30" }, 45, "", ""},
		{"clock set back", func(in *SessionInput) { in.Date, in.Start, in.End = date(t, "2026-11-01"), "01:30", "03:30" }, 165, "", ""},
		{"minutes alone", func(in *SessionInput) { in.Start, in.End, in.Minutes = "", "", 90 }, 90, "", ""},
		{"today, over", func(in *SessionInput) { in.Date, in.Start, in.End = date(t, "2026-11-23"), "12:00", "15:00" }, 165, "", ""},
		{"today, not over", func(in *SessionInput) { in.Date, in.Start, in.End = date(t, "2026-11-23"), "12:00", "15:01" }, 0, "end", "future"},
		{"tomorrow", func(in *SessionInput) { in.Date = date(t, "2026-11-24") }, 0, "date", "future"},
		{"no date", func(in *SessionInput) { in.Date = Date{} }, 0, "date", "required"},
		{"no subject", func(in *SessionInput) { in.Subject = "" }, 0, "subject", "required"},
		{"unknown setting", func(in *SessionInput) { in.Setting = "spa" }, 0, "setting", "unknown_setting"},
		{"unknown delivery", func(in *SessionInput) { in.Delivery = "post" }, 0, "delivery", "unknown_delivery"},
		{"no end", func(in *SessionInput) { in.End = "" }, 0, "end", "required"},
		{"no start", func(in *SessionInput) { in.Start = "" }, 0, "start", "required"},
		{"no such start", func(in *SessionInput) { in.Start = "25:00" }, 0, "start", "bad_time"},
		{"no such end", func(in *SessionInput) { in.End = "13:00 PM" }, 0, "end", "bad_time"},
		{"empty", func(in *SessionInput) { in.End = in.Start }, 0, "end", "empty_session"},
		{"start that never was", func(in *SessionInput) { in.Date, in.Start, in.End = date(t, "2026-03-08"), "02:30", "04:00" }, 0, "start", "nonexistent_time"},
		{"end that never was", func(in *SessionInput) { in.Date, in.Start, in.End = date(t, "2026-03-07"), "23:00", "02:30" }, 0, "end", "nonexistent_time"},
		{"a minute above twelve hours", func(in *SessionInput) { in.Start, in.End = "08:00", "20:01" }, 0, "end", "too_long"},
		{"negative break", func(in *SessionInput) { in.Break = -1 }, 0, "break_minutes", "bad_break"},
		{"break as long as the session", func(in *SessionInput) { in.Break = 180 }, 0, "break_minutes", "bad_break"},
		{"break a minute shorter", func(in *SessionInput) { in.Break = 179 }, 1, "", ""},
		{"no minutes", func(in *SessionInput) { in.Start, in.End = "", "" }, 0, "minutes", "bad_minutes"},
		{"721 minutes", func(in *SessionInput) { in.Start, in.End, in.Minutes = "", "", 721 }, 0, "minutes", "bad_minutes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := SessionInput{Date: date(t, "2026-11-20"), Start: "09:00", End: "12:00", Break: 15, Subject: "pathology", Setting: Lab, Delivery: InPerson}
			tt.change(&in)
			s, err := NewSession(in, school, now)
			if tt.code == "" {
				if err != nil || s.Minutes != tt.minutes || s.Date != in.Date || s.Zone != school.Zone {
					t.Fatalf("gives %+v, %v; want %d minutes", s, err, tt.minutes)
				}
				if s.Timed() && s.Minutes != Minutes(s.End.Sub(s.Start)/time.Minute)-s.Break {
					t.Errorf("%d minutes from %s to %s", s.Minutes, s.Start, s.End)
				}
				return
			}
			f := AsFault(err)
			if f == nil || f.Kind != KindInvalid || len(f.Fields) != 1 || f.Fields[0].Name != tt.field || f.Fields[0].Code != tt.code || f.Code != tt.code {
				t.Errorf("gives %+v, want %s at %s", f, tt.code, tt.field)
			}
		})
	}
}

func TestNewSession_AllFaultsAtOnce(t *testing.T) {
	_, err := NewSession(SessionInput{Start: "x", End: "y"}, school, time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC))
	if f := AsFault(err); f == nil || f.Code != "invalid" || len(f.Fields) != 6 {
		t.Errorf("gives %+v", f)
	}
}

func TestSession_Overlaps(t *testing.T) {
	at := func(from, to int) Session {
		day := time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
		return Session{Start: day.Add(time.Duration(from) * time.Hour), End: day.Add(time.Duration(to) * time.Hour)}
	}
	base := at(9, 12)
	for _, tt := range []struct {
		other Session
		want  bool
	}{{at(9, 12), true}, {at(10, 11), true}, {at(8, 13), true}, {at(8, 10), true}, {at(11, 13), true}, {at(12, 13), false}, {at(8, 9), false}, {Session{}, false}} {
		if base.Overlaps(tt.other) != tt.want || tt.other.Overlaps(base) != tt.want {
			t.Errorf("%v overlaps %v: want %v", base, tt.other, tt.want)
		}
	}
}

func TestCredit_Reversal(t *testing.T) {
	now := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	s := source(now)
	e := Entry{ID: NewID[EntryID](s), Session: Session{Minutes: 90, Subject: "pathology", Setting: Lab, Delivery: InPerson}}
	c := CreditOf(e, NewID[CreditID](s), AccountID{}, now)
	r := c.Reversal(NewID[CreditID](s), AccountID{}, now)
	if !c.Supervised || c.Minutes != 90 || c.EntryID != e.ID || r.Minutes+c.Minutes != 0 || r.Reverses != c.ID || r.ID == c.ID || r.Subject != c.Subject {
		t.Errorf("%+v is reversed by %+v", c, r)
	}
}
