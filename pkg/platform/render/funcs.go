package render

import (
	"fmt"
	"html/template"
	"io/fs"
	"strconv"
	"strings"

	"github.com/palmar/palmar/pkg/core"
)

// Funcs are the functions that every template has; the package comment lists
// them. fsys is what asset looks into.
func Funcs(fsys fs.FS) template.FuncMap {
	return template.FuncMap{
		"asset":    assets(fsys),
		"minutes":  core.Minutes.String,
		"hours":    WholeHours,
		"count":    Count,
		"number":   Number,
		"plural":   Plural,
		"date":     DateHTML,
		"clock":    Clock,
		"moment":   MomentHTML,
		"span":     Span,
		"relday":   RelativeDay,
		"ago":      Ago,
		"chip":     Chip,
		"tone":     tone,
		"toneIcon": toneIcon,
		"word":     func(v any) string { return word(fmt.Sprint(v)) },
		"dict":     Dict,
		"list":     func(v ...any) []any { return v },
		"field":    NewField,
		"options":  func(pairs ...string) ([]Option, error) { return pairsOf(pairs) },
		"sure":     sure,
		"add":      func(a, b int) int { return a + b },
		"ring":     Ring,
		"bar":      Bar,
	}
}

// WholeHours writes "412 h"; it never rounds up, so that 599 h 59 min is not
// taken for 600.
func WholeHours(m core.Minutes) string { return Number(int(m/60)) + " h" }

// Number writes 8412 as "8,412".
func Number(n int) string {
	s := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}

// Plural is one for 1 and many otherwise.
func Plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// Count writes "1 entry" or "1,204 entries".
func Count(n int, one, many string) string { return Number(n) + " " + Plural(n, one, many) }

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
		out = append(out, Option{pairs[i], pairs[i+1]})
	}
	return out, nil
}

// A state is how a word of the record looks: its tone, which is a color and a
// shape, and the words that are shown.
type state struct{ tone, label string }

var states = map[string]state{
	"draft": {"plain", "Draft"}, "submitted": {"wait", "Waiting"}, "waiting": {"wait", "Waiting"},
	"signed": {"ok", "Signed"}, "returned": {"back", "Returned"}, "superseded": {"off", "Superseded"},
	"withdrawn": {"off", "Withdrawn"}, "proposed": {"wait", "Proposed"}, "certified": {"ok", "Certified"},
	"declined": {"back", "Declined"}, "valid": {"ok", "Valid"}, "not valid": {"bad", "Not valid"},
	"could not check": {"note", "Could not check"}, "met": {"ok", "Met"}, "not met": {"plain", "Not met"},
	"active": {"ok", "Active"}, "pending": {"wait", "Pending"}, "inactive": {"off", "Inactive"},
	"delinquent": {"back", "Delinquent"}, "expired": {"bad", "Expired"}, "retired": {"off", "Retired"},
	"null and void": {"bad", "Null and void"}, "relinquished": {"off", "Relinquished"}, "none": {"ok", "None"},
	"conditions": {"back", "Conditions"}, "probation": {"back", "Probation"}, "restricted": {"back", "Restricted"},
	"suspended": {"bad", "Suspended"}, "revoked": {"bad", "Revoked"}, "surrendered": {"bad", "Surrendered"},
	"may practice": {"ok", "May practice"}, "may not practice": {"bad", "May not practice"},
	"in-person": {"plain", "In person"}, "success": {"ok", "Done"}, "refused": {"bad", "Refused"},
	"admin": {"plain", "Administrator"}, "licenses": {"plain", "Licenses"},
	"open": {"wait", "Open"}, "cleared": {"ok", "Cleared"},
	"absent": {"bad", "Absent"}, "quiet": {"wait", "Quiet"}, "slow": {"wait", "Slow"}, "ended": {"off", "Ended"},
	"accepted": {"ok", "Accepted"}, "reversed": {"bad", "Withdrawn"},
	"planned": {"wait", "Planned"}, "canceled": {"off", "Canceled"}, "expected": {"wait", "Not marked"}, "present": {"ok", "Present"},
	"excused": {"plain", "Excused"}, "by qr": {"plain", "by code"}, "by clock": {"plain", "by clock"}, "by instructor": {"plain", "by the instructor"},
	"by request": {"plain", "granted"},
	"published":  {"ok", "Published"}, "passed": {"ok", "Passed"}, "failed": {"bad", "Failed"},
	"missed punch": {"plain", "Missed punch"}, "dispute": {"plain", "Dispute"}, "granted": {"ok", "Granted"}, "overdue": {"bad", "Overdue"},
	"not known":  {"plain", "Not known"},
	"completion": {"plain", "Certificate of completion"}, "specialty": {"plain", "Specialty certificate"},
	"license": {"plain", "License attestation"}, "transcript": {"plain", "Transcript"}, "replaced": {"off", "Replaced"},
	"certify": {"plain", "Certify"}, "reissue": {"plain", "Reissue"}, "supersede": {"plain", "Replace"},
	"revoke": {"bad", "Revoke"}, "suspend": {"back", "Suspend"}, "reinstate": {"ok", "Reinstate"},
	"due": {"wait", "Due"}, "renewed": {"ok", "Renewed"}, "issued": {"ok", "Issued"}, "running": {"wait", "In progress"}, "same": {"ok", "As recorded"}, "changed": {"note", "New"}, "not found": {"note", "Not listed"},
	"administrative suspension": {"bad", "Administrative suspension"}, "holdings": {"plain", "Qualifications"},
	"done": {"ok", "Done"}, "missing": {"back", "Missing"}, "unknown": {"plain", "Not known"},
	"reported": {"wait", "Reported"}, "audited": {"ok", "Audited"}, "known": {"ok", "Known"}, "requested": {"wait", "Asked for"},
	"late": {"wait", "Late"}, "long": {"wait", "Long"}, "overlap": {"bad", "Overlap"},
}

func stateOf(v any) state {
	key := strings.ToLower(strings.TrimSpace(fmt.Sprint(v)))
	if s, ok := states[key]; ok {
		return s
	}
	spaced := strings.NewReplacer("_", " ", "-", " ").Replace(key)
	if s, ok := states[spaced]; ok {
		return s
	}
	label := spaced
	if label != "" {
		label = strings.ToUpper(label[:1]) + label[1:]
	}
	return state{"plain", label}
}

func word(s string) string { return stateOf(s).label }
func tone(v any) string    { return stateOf(v).tone }

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

// Chip is a small label for a state of the record, such as core.EntrySigned,
// "not_valid" or "active". Its words are the house's own unless others are
// given; an unknown state is shown plainly in its own word.
func Chip(v any, words ...string) template.HTML {
	s := stateOf(v)
	if len(words) > 0 {
		s.label = strings.Join(words, " ")
	}
	return template.HTML(`<span class="chip chip-` + s.tone + `">` + template.HTMLEscapeString(s.label) + `</span>`)
}

// sure says what a confidence of H, M or L means.
func sure(confidence any) string {
	switch fmt.Sprint(confidence) {
	case "H":
		return "High confidence: primary source"
	case "M":
		return "Medium confidence: secondary or older source"
	case "L":
		return "Low confidence: weak or conflicting sources"
	}
	return "Confidence not known"
}
