package core_test

import (
	"testing"

	"github.com/palmar/palmar/pkg/core"
)

// What people write is what is shown and signed: nothing in it is invisible,
// reorders the rest or stands for bytes that were no text.
func TestCleanText_Hidden(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"\u200b": "required", " \u200d\u200c ": "required", "\u0301": "required", "": "required",
		"\u202eevil\u202c": "bad_character", "Zoe\u2028X": "bad_character", "Zoe\u200bX": "bad_character", "Zoe\ufffd": "bad_character",
		"Zo\xe9": "bad_character", "\ufeffZoe": "bad_character", "Zoe\u2066X": "bad_character", "Zoe\x07": "bad_character",
		"Zoë Ümit": "", "نی\u200cما": "", "محمد\u200f": "", "क्\u200dष": "", "李": "", "O’Neil-Šmith": "", "👩\u200d🔬": "",
	} {
		if _, err := core.CleanText(text, 1, 200); core.CodeOf(err) != want {
			t.Errorf("%q is %v, want %q", text, err, want)
		}
	}
}

func TestParseDate_Year(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"0001-01-02": "bad_date", "1899-12-31": "bad_date", "2200-01-01": "bad_date", "9999-12-31": "bad_date", "1900-01-01": "", "2199-12-31": "", "2026-02-29": "bad_date",
	} {
		var bound core.Date
		if _, err := core.ParseDate(text); core.CodeOf(err) != want || core.CodeOf(bound.Bind(text)) != want {
			t.Errorf("%s is %v, want %q", text, err, want)
		}
	}
}
