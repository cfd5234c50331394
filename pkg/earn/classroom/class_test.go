package classroom

import (
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/core"
)

func TestClass_Attended(t *testing.T) {
	nine := time.Date(2026, 9, 1, 9, 0, 0, 0, time.UTC)
	at := func(minutes, seconds int) time.Time {
		return nine.Add(time.Duration(minutes)*time.Minute + time.Duration(seconds)*time.Second)
	}
	c := Class{Session: core.Session{Start: nine, End: at(120, 0), Break: 10, Minutes: 110}}
	for name, tt := range map[string]struct {
		in, out     time.Time
		inBy, outBy ClockedBy
		want        core.Minutes
		code        string
	}{
		"neither time":            {want: 110},
		"early and late":          {in: at(-9, 0), out: at(131, 0), inBy: ClockedQR, outBy: ClockedQR, want: 110},
		"a second late":           {in: at(0, 1), out: at(120, 0), inBy: ClockedQR, outBy: ClockedQR, want: 109},
		"a second too early":      {in: at(0, 0), out: at(119, 59), inBy: ClockedSelf, outBy: ClockedSelf, want: 109},
		"no clock-out":            {in: at(0, 0), inBy: ClockedQR, code: "missed_punch"},
		"no clock-in":             {out: at(90, 0), outBy: ClockedSelf, code: "missed_punch"},
		"left, says instructor":   {out: at(90, 0), outBy: ClockedInstructor, want: 80},
		"clocked in, left so":     {in: at(30, 0), inBy: ClockedQR, out: at(90, 0), outBy: ClockedInstructor, want: 50},
		"no longer than the rest": {in: at(50, 0), out: at(60, 0), inBy: ClockedQR, outBy: ClockedQR, code: "empty_session"},
		"after the class":         {in: at(125, 0), out: at(126, 0), inBy: ClockedQR, outBy: ClockedQR, code: "empty_session"},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := c.Attended(Attendance{Name: "Ada", In: tt.in, Out: tt.out, InBy: tt.inBy, OutBy: tt.outBy})
			if core.CodeOf(err) != tt.code || err == nil && s.Minutes != tt.want {
				t.Errorf("%d minutes, %v; want %d, %s", s.Minutes, err, tt.want, tt.code)
			}
		})
	}
}
