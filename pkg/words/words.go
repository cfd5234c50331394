// Package words has every sentence that a person reads, by id and language, and
// writes dates, times and numbers as that language does. The files are
// en-US/*.yaml, one a subject: an id, and the sentence or its plural forms. In a
// sentence {{.name}} is an argument; the one that is called count chooses the form.
//
// The id of a fault's sentence is the fault's code, or the code, a dot and what
// tells it from others of that code.
package words

import (
	"embed"
	"fmt"
	"io/fs"
	"math"
	"path"
	"reflect"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/go-playground/locales"
	"github.com/go-playground/locales/en_US"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"go.yaml.in/yaml/v3"
	"golang.org/x/text/language"
)

//go:embed en-US/*.yaml
var files embed.FS

// Language writes sentences, dates and numbers of one language. It may be used by
// several goroutines.
type Language struct {
	tag      language.Tag
	forms    locales.Translator
	messages map[string]*i18n.Message
	marked   func(string) string // what a pseudo-language does to dates; nil: nothing
}

// English is the language that is there when no other is asked for.
var English = sync.OnceValue(func() *Language {
	l, err := load(files, language.AmericanEnglish, en_US.New())
	if err != nil {
		panic(err) // a test reads the files that are built in
	}
	return l
})

func load(fsys fs.FS, tag language.Tag, forms locales.Translator) (*Language, error) {
	bundle := i18n.NewBundle(tag)
	names, err := fs.Glob(fsys, tag.String()+"/*.yaml")
	if err != nil {
		return nil, err
	}
	l := &Language{tag: tag, forms: forms, messages: map[string]*i18n.Message{}}
	for _, name := range names {
		raw, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		found, err := bundle.ParseMessageBytes(tag, raw, yaml.Unmarshal)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path.Base(name), err)
		}
		for _, m := range found {
			if l.messages[m.ID] != nil {
				return nil, fmt.Errorf("%s: the id %s is there twice", path.Base(name), m.ID)
			}
			l.messages[m.ID] = m
		}
	}
	return l, nil
}

// Tag is the language's name by BCP 47, such as "en-US".
func (l *Language) Tag() string { return l.tag.String() }

// Sentence is a sentence that has yet to be written: its id, and its arguments'
// names and values in turn.
type Sentence struct {
	ID   string
	Args []any
}

// Sentence implements Said: a sentence can stand in another.
func (s Sentence) Sentence() Sentence { return s }

// S is the sentence with an id.
func S(id string, args ...any) Sentence { return Sentence{ID: id, Args: args} }

// Said is a value that is a sentence itself.
type Said interface{ Sentence() Sentence }

// Say writes a sentence. An id that has none is given back: tests find it before
// a reader does.
func (l *Language) Say(id string, args ...any) string {
	m := l.messages[id]
	if code, _, more := strings.Cut(id, "."); m == nil && more && l.messages[code] != nil {
		id, m = code, l.messages[code] // what has none of its own, such as not_found.x
	}
	if m == nil {
		return id
	}
	return l.filled(l.form(m, args), args)
}

// form is that of a sentence which goes with its argument count.
func (l *Language) form(m *i18n.Message, args []any) string {
	if m.One == "" && m.Few == "" && m.Many == "" {
		return m.Other
	}
	for i := 0; i+1 < len(args); i += 2 {
		if n := reflect.ValueOf(args[i+1]); args[i] == "count" && n.CanInt() {
			if form, ok := patterns(m)[l.Category(int(n.Int()))]; ok {
				return form
			}
		}
	}
	return m.Other
}

// filled is a sentence with its arguments in their places.
func (l *Language) filled(form string, args []any) string {
	at := strings.Index(form, "{{.")
	if at < 0 {
		return form
	}
	var out strings.Builder
	out.Grow(len(form) + 16*len(args))
	for ; at >= 0; at = strings.Index(form, "{{.") {
		end := strings.Index(form[at:], "}}")
		if end < 0 {
			break
		}
		out.WriteString(form[:at])
		name := form[at+3 : at+end]
		for i := 0; i+1 < len(args); i += 2 {
			if args[i] == name {
				out.WriteString(l.Value(args[i+1]))
				break
			}
		}
		form = form[at+end+2:]
	}
	out.WriteString(form)
	return out.String()
}

// WriteAll writes sentences after each other.
func (l *Language) WriteAll(all []Sentence) string {
	written := make([]string, len(all))
	for i, s := range all {
		written[i] = l.Write(s)
	}
	return strings.Join(written, " ")
}

// Write is Say for a sentence.
func (l *Language) Write(s Sentence) string { return l.Say(s.ID, s.Args...) }

// calendar is a day of the calendar.
type calendar interface {
	fmt.Stringer
	In(loc *time.Location) time.Time
}

// Moment is an instant as an argument, which is written with its time, in UTC.
type Moment time.Time

// Value writes an argument: a number with its separators, a day as people write it,
// another sentence as such, a list by its commas, anything else as it says itself.
func (l *Language) Value(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case Said:
		return l.Write(v.Sentence())
	case calendar:
		if v.String() == "" {
			return ""
		}
		return l.Day(v.In(time.UTC))
	case Moment:
		return l.Moment(time.Time(v).UTC())
	case fmt.Stringer:
		return v.String()
	case error:
		return v.Error()
	case rune:
		return string(v)
	}
	switch n := reflect.ValueOf(v); {
	case n.CanInt():
		return l.Number(n.Int())
	case n.Kind() == reflect.Slice:
		items := make([]string, n.Len())
		for i := range items {
			items[i] = l.Value(n.Index(i).Interface())
		}
		return l.List(items...)
	}
	return fmt.Sprint(v)
}

// Number writes 1400 as "1,400".
func (l *Language) Number(n int64) string { return l.forms.FmtNumber(float64(n), 0) }

// Day writes the day that a moment has in its own location: "Nov 28, 2026".
func (l *Language) Day(t time.Time) string {
	if l.marked != nil {
		return l.marked(l.forms.FmtDateMedium(t))
	}
	return l.forms.FmtDateMedium(t)
}

// Month writes the month of a moment: "November 2026".
func (l *Language) Month(t time.Time) string {
	text := l.Say("form.month", "month", l.forms.MonthWide(t.Month()), "year", t.Format("2006"))
	if l.marked != nil {
		return l.marked(text)
	}
	return text
}

// Clock writes the time that a moment has in its own location: "3:10 PM".
func (l *Language) Clock(t time.Time) string { return t.Format(l.Say("form.clock")) }

// Moment writes day, time and zone that a moment has in its own location:
// "Nov 28, 2026, 3:10 PM EST".
func (l *Language) Moment(t time.Time) string {
	return l.Day(t) + ", " + l.Clock(t) + " " + t.Format("MST")
}

// List joins as a sentence does: "a", "a and b", "a, b, and c". The patterns are
// those of CLDR's listPattern-type-standard, which none of the libraries has.
func (l *Language) List(items ...string) string {
	switch len(items) {
	case 0:
		return ""
	case 1:
		return items[0]
	case 2:
		return items[0] + l.Say("form.list_two") + items[1]
	}
	last := len(items) - 1
	return strings.Join(items[:last], l.Say("form.list_middle")) + l.Say("form.list_end") + items[last]
}

// Part is the longest piece of a sentence between its arguments and tags, for
// tests that look for the sentence wherever it is shown.
func (l *Language) Part(id string) string {
	m := l.messages[id]
	if m == nil {
		return id
	}
	longest := ""
	for _, piece := range arguments.Split(m.Other, -1) {
		if len(piece) > len(longest) {
			longest = piece
		}
	}
	return strings.TrimSpace(longest)
}

var arguments = regexp.MustCompile(`\{\{\.\w+\}\}|<[^>]*>`)

// Patterns are a sentence's forms by their plural categories, with its arguments'
// names in their places; most sentences have "other" alone. An id that has no
// sentence has none.
func (l *Language) Patterns(id string) map[string]string {
	m := l.messages[id]
	if m == nil {
		return nil
	}
	return patterns(m)
}

func patterns(m *i18n.Message) map[string]string {
	forms := map[string]string{"other": m.Other}
	for category, form := range map[string]string{"zero": m.Zero, "one": m.One, "two": m.Two, "few": m.Few, "many": m.Many} {
		if form != "" {
			forms[category] = form
		}
	}
	return forms
}

// Has tells whether there is a sentence of an id.
func (l *Language) Has(id string) bool { return l.messages[id] != nil }

// Category is which form of a sentence goes with a number: "one", "other" and, as
// the language has them, "zero", "two", "few" and "many".
func (l *Language) Category(n int) string {
	return strings.ToLower(l.forms.CardinalPluralRule(math.Abs(float64(n)), 0).String())
}
