package render

import (
	"fmt"
	"html/template"
	"io/fs"
	"reflect"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/words"
)

// Funcs are the functions that every template has; the package comment lists
// them. fsys is what asset looks into.
func Funcs(fsys fs.FS, l *words.Language) template.FuncMap {
	w := writer{l}
	return template.FuncMap{
		"asset":    assets(fsys),
		"say":      l.Say,
		"write":    l.Write,
		"category": l.Category,
		"minutes":  core.Minutes.String,
		"hours":    w.wholeHours,
		"number":   func(n int) string { return l.Number(int64(n)) },
		"date":     w.date,
		"isodate":  w.isoDate,
		"cite":     w.cite,
		"month":    w.month,
		"lastday":  func(end time.Time) template.HTML { return w.date(core.LastDay(end)) },
		"clock":    w.clock,
		"moment":   w.moment,
		"span":     w.span,
		"relday":   w.relativeDay,
		"ago":      w.ago,
		"chip":     w.chip,
		"tone":     tone,
		"toneIcon": toneIcon,
		"word":     func(v any) string { return word(l, v) },
		"words":    w.allWords,
		"dict":     Dict,
		"list":     func(v ...any) []any { return v },
		"field":    NewField,
		"options":  func(pairs ...string) ([]Option, error) { return pairsOf(pairs) },
		"sure":     w.sure,
		"add":      func(a, b int) int { return a + b },
		"ring":     w.ring,
		"bar":      w.bar,
		"burnup":   w.burnUp,
	}
}

// writer writes what pages show of values in one language.
type writer struct{ *words.Language }

// wholeHours writes "1,412 h"; it never rounds up, so that 599 h 59 min is not
// taken for 600.
func (w writer) wholeHours(m core.Minutes) string { return w.Say("form.hours", "hours", int(m/60)) }

// Sentence begins with a capital and ends with a full stop.
func Sentence(s string) string {
	if s == "" {
		return ""
	}
	s = strings.ToUpper(s[:1]) + s[1:]
	if !strings.HasSuffix(s, ".") {
		s += "."
	}
	return s
}

// Dict makes a map of pairs of a name and a value, to hand several values to a
// partial.
func Dict(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, fmt.Errorf("dict: names and values come in pairs")
	}
	out := make(map[string]any, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		name, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("dict: %v is no name", pairs[i])
		}
		out[name] = pairs[i+1]
	}
	return out, nil
}

func pairsOf(pairs []string) ([]Option, error) {
	if len(pairs)%2 != 0 {
		return nil, fmt.Errorf("options: values and labels come in pairs")
	}
	var out []Option
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, Option{Value: pairs[i], Label: pairs[i+1]})
	}
	return out, nil
}

// tones are how words of the record look: a color and a shape. Their sentences are
// chip.WORD; a word that has none is shown as it is.
var tones = map[string]string{
	"signed": "ok", "certified": "ok", "valid": "ok", "met": "ok", "active": "ok", "none": "ok", "may practice": "ok", "practicing": "ok", "success": "ok",
	"cleared": "ok", "accepted": "ok", "present": "ok", "published": "ok", "passed": "ok", "granted": "ok", "reinstate": "ok",
	"renewed": "ok", "issued": "ok", "same": "ok", "done": "ok", "audited": "ok", "known": "ok",
	"submitted": "wait", "waiting": "wait", "proposed": "wait", "pending": "wait", "open": "wait", "quiet": "wait", "slow": "wait",
	"planned": "wait", "expected": "wait", "due": "wait", "running": "wait", "reported": "wait", "requested": "wait", "late": "wait",
	"long":     "wait",
	"returned": "back", "declined": "back", "delinquent": "back", "conditions": "back", "probation": "back", "restricted": "back",
	"suspend": "back", "missing": "back", "less": "back",
	"not valid": "bad", "expired": "bad", "null and void": "bad", "suspended": "bad", "revoked": "bad", "surrendered": "bad",
	"may not practice": "bad", "refused": "bad", "absent": "bad", "reversed": "bad", "failed": "bad", "overdue": "bad", "revoke": "bad",
	"administrative suspension": "bad", "overlap": "bad",
	"could not check": "note", "ask board": "note", "not known": "note", "changed": "note", "not found": "note",
	"superseded": "off", "withdrawn": "off", "inactive": "off", "retired": "off", "relinquished": "off", "ended": "off", "canceled": "off",
	"replaced": "off",
}

var spaced = strings.NewReplacer("_", " ", "-", " ")

// plain is a word of the record as tones and sentences have it.
func plain(v any) string { return spaced.Replace(strings.ToLower(strings.TrimSpace(fmt.Sprint(v)))) }

// word writes a word of the record, such as core.EntrySigned, "not_valid" or
// "active".
func word(l *words.Language, v any) string {
	key := plain(v)
	if id := "chip." + strings.ReplaceAll(key, " ", "_"); l.Has(id) {
		return l.Say(id)
	}
	if key == "" {
		return ""
	}
	return strings.ToUpper(key[:1]) + key[1:]
}

// allWords lists words of the record: "Read and Write".
func (w writer) allWords(list any) string {
	values := reflect.ValueOf(list)
	said := make([]string, values.Len())
	for i := range said {
		said[i] = word(w.Language, values.Index(i).Interface())
	}
	return w.List(said...)
}

func tone(v any) string {
	if t, ok := tones[plain(v)]; ok {
		return t
	}
	return "plain"
}

func toneIcon(v any) string {
	switch tone(v) {
	case "ok":
		return "check"
	case "bad":
		return "cross"
	case "wait":
		return "clock"
	case "back":
		return "warning"
	}
	return "question"
}

// chip is a small label for a state of the record. Its words are the house's own
// unless others are given.
func (w writer) chip(v any, text ...string) template.HTML {
	said := strings.Join(text, " ")
	if said == "" {
		said = word(w.Language, v)
	}
	return template.HTML(`<span class="chip chip-` + tone(v) + `">` + template.HTMLEscapeString(said) + `</span>`)
}

// sure says what a confidence of H, M or L means.
func (w writer) sure(confidence any) string {
	if id := "confidence." + strings.ToLower(fmt.Sprint(confidence)); w.Has(id) {
		return w.Say(id)
	}
	return w.Say("confidence.unknown")
}
