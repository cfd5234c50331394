package words

import (
	"testing"
	"time"
)

func TestEnglish(t *testing.T) {
	l := English()
	for _, test := range []struct{ got, want string }{
		{l.Number(1400), "1,400"},
		{l.Day(time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC)), "Nov 28, 2026"},
		{l.Clock(time.Date(2026, 11, 28, 15, 10, 0, 0, time.UTC)), "3:10 PM"},
		{l.List(), ""},
		{l.List("Ethics"), "Ethics"},
		{l.List("Ethics", "Anatomy"), "Ethics and Anatomy"},
		{l.List("Ethics", "Anatomy", "Clinic"), "Ethics, Anatomy, and Clinic"},
		{l.Value([]int{1, 1200}), "1 and 1,200"},
		{l.Value(S("duplicate")), l.Say("duplicate")},
		{l.Say("not_found.nobody_wrote_this"), l.Say("not_found")},
		{l.Say("nobody_wrote_this", "count", 1), "nobody_wrote_this"},
	} {
		if test.got != test.want {
			t.Errorf("%q, want %q", test.got, test.want)
		}
	}
}

func BenchmarkSay(b *testing.B) {
	l := English()
	b.ReportAllocs()
	for b.Loop() {
		l.Say("not_found.certificate")
		l.Say("too_many.items", "limit", 30)
	}
}
