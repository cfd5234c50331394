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
		"Jo\u200dse": "bad_character", "Jose\u200e": "bad_character", "\u200fJose": "bad_character", "\u061cJose": "bad_character", "Jo\u00adse": "bad_character", "Ana \u200c Ruiz": "bad_character", "محمد\u00ad": "bad_character",
		"مريم\u200e (Mary)": "", "می\u200cخواهم": "", "❤\ufe0f\u200d🔥": "",
		"Zoë Ümit": "", "نی\u200cما": "", "محمد\u200f": "", "क्\u200dष": "", "李": "", "O’Neil-Šmith": "", "👩\u200d🔬": "",
	} {
		if _, err := core.CleanText(text, 1, 200); core.CodeOf(err) != want {
			t.Errorf("%q is %v, want %q", text, err, want)
		}
	}
}

// What is typed as a letter and its accent is kept as one character, so that the same
// name is the same text.
func TestCleanText_NFC(t *testing.T) {
	t.Parallel()
	if got, err := core.CleanText(" Jose\u0301 ", 1, 4); err != nil || got != "Jos\u00e9" {
		t.Errorf("%q, %v", got, err)
	}
	if got, err := core.CleanNote("Jose\u0301\r\nZoe\u0308", 1, 20); err != nil || got != "Jos\u00e9\nZo\u00eb" {
		t.Errorf("%q, %v", got, err)
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
