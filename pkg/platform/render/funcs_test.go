package render_test

import (
	"html/template"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/render"
	"github.com/palmar/palmar/pkg/words"
	"github.com/palmar/palmar/templates"
)

func TestWords(t *testing.T) {
	d := func(s string) core.Date { v, _ := core.ParseDate(s); return v }
	at := time.Date(2026, 11, 1, 5, 30, 0, 0, time.UTC) // the clock in New York shows 1:30 twice that night
	today := d("2026-09-01")
	for _, c := range []struct{ got, want string }{
		{shown(t, "{{hours .}}", core.Minutes(35999)), "599 h"},
		{shown(t, "{{hours .}}", core.Hours(1500)), "1,500 h"},
		{shown(t, "{{number .}}", 0), "0"},
		{shown(t, "{{number .}}", -1234567), "-1,234,567"},
		{render.Sentence("it is signed"), "It is signed."},
		{render.Sentence("It is."), "It is."},
		{render.Sentence(""), ""},
		{shown(t, "{{date .}}", today), `<time datetime="2026-09-01">Sep 1, 2026</time>`},
		{shown(t, "{{date .}}", core.Date{}), "–"},
		{shown(t, `{{moment . "America/New_York"}}`, at), `<time datetime="2026-11-01T01:30:00-04:00">Nov 1, 2026, 1:30 AM EDT</time>`},
		{shown(t, `{{moment . "No/Where"}}`, at), `<time datetime="2026-11-01T05:30:00Z">Nov 1, 2026, 5:30 AM UTC</time>`},
		{shown(t, `{{span (index . 0) (index . 1) "America/New_York"}}`, []time.Time{at, at.Add(time.Hour)}), "1:30 AM–1:30 AM"},
		{shown(t, `{{span (index . 0) (index . 1) "America/New_York"}}`, []time.Time{at.Add(22 * time.Hour), at.Add(26 * time.Hour)}), "10:30 PM–2:30 AM next day"},
		{shown(t, `{{span (index . 0) (index . 1) "UTC"}}`, []time.Time{{}, at}), ""},
		{shown(t, "{{relday (index . 0) (index . 1)}}", []core.Date{today, today}), "today"},
		{shown(t, "{{relday (index . 0) (index . 1)}}", []core.Date{d("2026-08-31"), today}), "yesterday"},
		{shown(t, "{{relday (index . 0) (index . 1)}}", []core.Date{d("2026-09-02"), today}), "tomorrow"},
		{shown(t, "{{relday (index . 0) (index . 1)}}", []core.Date{d("2026-08-20"), today}), "12 days ago"},
		{shown(t, "{{relday (index . 0) (index . 1)}}", []core.Date{d("2027-01-01"), today}), "in 4 months"},
		{shown(t, "{{relday (index . 0) (index . 1)}}", []core.Date{d("2023-08-01"), today}), "3 years ago"},
		{shown(t, "{{ago (index . 0) (index . 1)}}", []time.Time{at, at.Add(30 * time.Second)}), "just now"},
		{shown(t, "{{ago (index . 0) (index . 1)}}", []time.Time{at, at.Add(time.Minute)}), "1 minute ago"},
		{shown(t, "{{ago (index . 0) (index . 1)}}", []time.Time{at, at.Add(49 * time.Hour)}), "2 days ago"},
		{shown(t, "{{ago (index . 0) (index . 1)}}", []time.Time{at, at.Add(-2 * time.Hour)}), "in 2 hours"},
		{shown(t, "{{ago (index . 0) (index . 1)}}", []time.Time{{}, at}), "never"},
		{shown(t, "{{chip .}}", core.EntrySubmitted), `<span class="chip chip-wait">Waiting</span>`},
		{shown(t, "{{chip .}}", "could_not_check"), `<span class="chip chip-note">Could not check</span>`},
		{shown(t, "{{chip .}}", "null_and_void"), `<span class="chip chip-bad">Null and void</span>`},
		{shown(t, "{{chip .}}", "<new>_word"), `<span class="chip chip-plain">&lt;new&gt; word</span>`},
		{shown(t, `{{chip . "Signed by A & B"}}`, "signed"), `<span class="chip chip-ok">Signed by A &amp; B</span>`},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

// shown is what a template makes of a value in English.
func shown(t testing.TB, source string, value any) string {
	t.Helper()
	parsed, err := template.New("").Funcs(render.Funcs(templates.FS, words.English())).Parse(source)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := parsed.Execute(&b, value); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestOptions(t *testing.T) {
	got := render.Options(words.English(), core.Deliveries)
	if len(got) != 2 || got[0] != (render.Option{Value: "in-person", Label: "In person"}) {
		t.Errorf("%+v", got)
	}
}
