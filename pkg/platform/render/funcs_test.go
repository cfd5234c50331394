package render_test

import (
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/render"
)

func TestWords(t *testing.T) {
	d := func(s string) core.Date { v, _ := core.ParseDate(s); return v }
	at := time.Date(2026, 11, 1, 5, 30, 0, 0, time.UTC) // the clock in New York shows 1:30 twice that night
	today := d("2026-09-01")
	for _, c := range []struct{ got, want string }{
		{render.WholeHours(35999), "599 h"},
		{render.WholeHours(core.Hours(1500)), "1,500 h"},
		{render.Number(0), "0"},
		{render.Number(-1234567), "-1,234,567"},
		{render.Count(1, "entry", "entries"), "1 entry"},
		{render.Count(0, "entry", "entries"), "0 entries"},
		{render.Sentence("it is signed"), "It is signed."},
		{render.Sentence("It is."), "It is."},
		{render.Sentence(""), ""},
		{string(render.DateHTML(today)), `<time datetime="2026-09-01">Sep 1, 2026</time>`},
		{string(render.DateHTML(core.Date{})), "–"},
		{string(render.MomentHTML(at, "America/New_York")), `<time datetime="2026-11-01T01:30:00-04:00">Nov 1, 2026, 1:30 AM EDT</time>`},
		{string(render.MomentHTML(at, "No/Where")), `<time datetime="2026-11-01T05:30:00Z">Nov 1, 2026, 5:30 AM UTC</time>`},
		{render.Span(at, at.Add(time.Hour), "America/New_York"), "1:30 AM–1:30 AM"},
		{render.Span(at.Add(22*time.Hour), at.Add(26*time.Hour), "America/New_York"), "10:30 PM–2:30 AM next day"},
		{render.Span(time.Time{}, at, "UTC"), ""},
		{render.RelativeDay(today, today), "today"},
		{render.RelativeDay(d("2026-08-31"), today), "yesterday"},
		{render.RelativeDay(d("2026-09-02"), today), "tomorrow"},
		{render.RelativeDay(d("2026-08-20"), today), "12 days ago"},
		{render.RelativeDay(d("2027-01-01"), today), "in 4 months"},
		{render.RelativeDay(d("2023-08-01"), today), "3 years ago"},
		{render.Ago(at, at.Add(30*time.Second)), "just now"},
		{render.Ago(at, at.Add(time.Minute)), "1 minute ago"},
		{render.Ago(at, at.Add(49*time.Hour)), "2 days ago"},
		{render.Ago(at, at.Add(-2*time.Hour)), "in 2 hours"},
		{render.Ago(time.Time{}, at), "never"},
		{string(render.Chip(core.EntrySubmitted)), `<span class="chip chip-wait">Waiting</span>`},
		{string(render.Chip("could_not_check")), `<span class="chip chip-note">Could not check</span>`},
		{string(render.Chip("null_and_void")), `<span class="chip chip-bad">Null and void</span>`},
		{string(render.Chip("<new>_word")), `<span class="chip chip-plain">&lt;new&gt; word</span>`},
		{string(render.Chip("signed", "Signed by A & B")), `<span class="chip chip-ok">Signed by A &amp; B</span>`},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestOptions(t *testing.T) {
	got := render.Options(core.Deliveries)
	if len(got) != 2 || got[0] != (render.Option{Value: "in-person", Label: "In person"}) {
		t.Errorf("%+v", got)
	}
}
