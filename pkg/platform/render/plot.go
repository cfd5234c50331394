package render

import (
	"html/template"
	"strconv"

	"github.com/palmar/palmar/pkg/core"
)

// Progress is what the partial "progress" draws: a ring and its figures.
// Valid is what is signed and counts, Recorded what is signed at all; what lies
// between them is said in words. ValidLabel replaces the word "Signed".
type Progress struct {
	Valid, Waiting, Required, Recorded core.Minutes
	ValidLabel                         string
}

// Missing is what does not count yet, waiting minutes included.
func (p Progress) Missing() core.Minutes { return max(0, p.Required-p.Valid) }

// Uncounted is what is signed and does not count.
func (p Progress) Uncounted() core.Minutes { return max(0, p.Recorded-p.Valid) }

// SubjectBars is what the partial "subject-bars" draws: a table with a bar in
// each row.
type SubjectBars struct {
	Caption string
	Rows    []SubjectBar
}

// SubjectBar is one subject of a program. Required is its minimum; 0 means
// that nothing is required.
type SubjectBar struct {
	Name                               string
	Valid, Waiting, Required, Recorded core.Minutes
}

// Missing is what does not count yet, waiting minutes included.
func (s SubjectBar) Missing() core.Minutes { return max(0, s.Required-s.Valid) }

// Uncounted is what is signed and does not count.
func (s SubjectBar) Uncounted() core.Minutes { return max(0, s.Recorded-s.Valid) }

// Met tells whether nothing is missing.
func (s SubjectBar) Met() bool { return s.Missing() == 0 }

// thousandths splits a whole of 1,000 into a valid and a waiting part. What is
// above nothing is seen, and nothing looks complete that is not.
func thousandths(valid, waiting, required core.Minutes) (v, w int) {
	if required <= 0 {
		return 1000, 0
	}
	v = part(valid, required)
	w = min(part(waiting, required), 1000-v)
	if valid+waiting < required && v+w == 1000 {
		w--
	}
	return v, max(w, 0)
}

func part(m, required core.Minutes) int {
	switch {
	case m <= 0:
		return 0
	case m >= required:
		return 1000
	}
	return min(max(int(m*1000/required), 6), 994)
}

// ring draws signed and waiting minutes toward the required as a ring, with
// the signed ones in its middle. What it shows is also its title and
// description; it has no ids and no inline style.
func (w writer) ring(signed, waiting, required core.Minutes) template.HTML {
	done, wait := thousandths(signed, waiting, required)
	b := make([]byte, 0, 1200)
	b = append(b, `<svg class="ring" viewBox="0 0 200 200" width="200" height="200" role="img"><title>`...)
	b = append(b, template.HTMLEscapeString(w.Say("plot.signed", "signed", signed, "required", required))...)
	b = append(b, `</title><desc>`...)
	b = append(b, template.HTMLEscapeString(w.describe(signed, waiting, required))...)
	b = append(b, `</desc><g fill="none" stroke-width="18" transform="rotate(-90 100 100)"><circle class="ring-track" cx="100" cy="100" r="86"/>`...)
	b = arc(b, "ring-valid", 0, done)
	b = arc(b, "ring-waiting", done, wait)
	b = append(b, `</g><g text-anchor="middle" aria-hidden="true">`...)
	if rest := signed % 60; rest == 0 {
		b = append(b, `<text class="ring-figure" x="100" y="107">`+template.HTMLEscapeString(w.wholeHours(signed))+`</text><text class="ring-small" x="100" y="132">`...)
	} else {
		b = append(b, `<text class="ring-figure" x="100" y="98">`+template.HTMLEscapeString(w.wholeHours(signed))+`</text><text class="ring-rest" x="100" y="121">`+strconv.Itoa(int(rest))+` min</text><text class="ring-small" x="100" y="143">`...)
	}
	b = append(b, template.HTMLEscapeString(w.Say("plot.of", "required", required))...)
	b = append(b, `</text></g></svg>`...)
	return template.HTML(b)
}

func (w writer) describe(valid, waiting, required core.Minutes) string {
	s := w.Say("plot.nothing_missing")
	if missing := required - valid; missing > 0 {
		s = w.Say("plot.missing", "missing", missing)
	}
	if waiting > 0 {
		s += " " + w.Say("plot.waiting", "waiting", waiting)
	}
	return s
}

func arc(b []byte, class string, from, length int) []byte {
	if length == 0 {
		return b
	}
	b = append(b, `<circle class="`+class+`" cx="100" cy="100" r="86" pathLength="1000" stroke-dasharray="`...)
	shown := length
	if length < 1000 {
		shown = max(length-5, 1)
	}
	b = strconv.AppendInt(b, int64(shown), 10)
	b = append(b, ` 1000" stroke-dashoffset="-`...)
	b = strconv.AppendInt(b, int64(from), 10)
	return append(b, `"/>`...)
}

// bar draws valid and waiting minutes toward the required as a lying bar. It
// is hidden from screen readers: the figures belong beside it.
func (writer) bar(valid, waiting, required core.Minutes) template.HTML {
	v, w := thousandths(valid, waiting, required)
	b := make([]byte, 0, 512)
	b = append(b, `<svg class="bar-plot" viewBox="0 0 1000 10" width="100%" height="10" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect class="bar-track" width="1000" height="10"/>`...)
	b = rect(b, "bar-valid", 0, v)
	b = rect(b, "bar-waiting", v, w)
	return template.HTML(append(b, `</svg>`...))
}

func rect(b []byte, class string, from, length int) []byte {
	if length == 0 {
		return b
	}
	b = append(b, `<rect class="`+class+`" x="`...)
	b = strconv.AppendInt(b, int64(from), 10)
	b = append(b, `" width="`...)
	b = strconv.AppendInt(b, int64(length), 10)
	return append(b, `" height="10"/>`...)
}
