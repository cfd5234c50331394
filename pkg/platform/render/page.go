package render

import (
	"net/url"
	"slices"
	"strings"
	"unicode"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/words"
)

// Page is what the layout shows around a page, and the page's own Content.
type Page struct {
	Language   *words.Language // of the page; nil is English
	Name       string          // of the page itself, as Renderer.Page was told
	Title      string          // the document's title, unless the page defines "title"
	Account    *Account        // who is signed in; nil for nobody
	SignInHref string          // shown to nobody in particular
	Nav        []NavItem       // the main menu, as the roles of the account allow
	Flash      []Flash
	RequestID  string
	Today      core.Date // for relday
	Content    any
}

// Account is who is signed in, and on whose behalf. An empty address leaves
// its link or button out; SignOutHref is posted to.
type Account struct {
	Name         string
	Organization string
	Href         string
	SwitchHref   string
	SignOutHref  string
}

// NavItem is one line of a menu. Count, if above 0, is shown beside the label:
// what waits there.
type NavItem struct {
	Href    string
	Label   string
	Current bool
	Count   int
}

// Flash is a message about what just happened. Kind is success, info, warning
// or error; empty means info.
type Flash struct {
	Kind string
	Text string
}

// Pager holds the addresses of the parts of a list; an empty one is left out.
// Label names the list for a screen reader.
type Pager struct {
	First string
	Next  string
	Label string
}

// Problem is the Content of the page "error". Status is the HTTP status. Again is a form
// that was not read, with what was typed into it, to be sent to Path later.
type Problem struct {
	Status  int
	Title   string
	Message string
	Path    string
	Again   []Typed
}

// Typed is a value that someone typed. Long is one to be shown.
type Typed struct {
	Name, Value string
	Long        bool
}

// Option is one choice of a select or of radio buttons.
type Option struct {
	Value string
	Label string
	Lang  string // of the label, by tag, where it is not the page's
}

// Options makes choices of words of the record, such as core.Settings; the labels
// are the words as chips write them.
func Options[T ~string](l *words.Language, values []T) []Option {
	out := make([]Option, 0, len(values))
	for _, v := range values {
		out = append(out, Option{Value: string(v), Label: word(l, string(v))})
	}
	return out
}

// Form is the state of one form: what was filled in, and what is wrong with
// it. The zero Form is empty and right. ID, if set, is put before the ids of
// the fields, so that several forms fit on one page. Stale is set when someone
// else changed the record first.
type Form struct {
	ID      string
	Values  url.Values
	Message string
	Errors  []FieldError
	Stale   bool
	labels  *labels
}

// labels are those of the fields of a form that has to be fixed. They are known once the
// fields were drawn, and the summary stands above them.
type labels struct {
	language *words.Language
	known    map[string]string
	missed   bool
}

// FieldError is what is wrong with a field, as the page says it.
type FieldError struct{ Name, Code, Message string }

// NewForm is the form after err was met with these values. A fault with fields
// is shown beside the fields and in the summary, one without in the summary
// alone. An error that is no fault is not shown: answer it with the page
// "error".
func NewForm(l *words.Language, values url.Values, err error) Form {
	form := Form{Values: values}
	f := core.AsFault(err)
	if f == nil {
		return form
	}
	form.labels = &labels{language: l, known: map[string]string{}}
	form.Stale = f.Kind == core.KindStale
	for _, field := range f.Fields {
		form.Errors = append(form.Errors, FieldError{Name: field.Name, Code: field.Code, Message: l.Write(field.Sentence())})
	}
	if len(f.Fields) == 0 {
		form.Message = l.Write(f.Sentence())
	}
	return form
}

// Renamed gives faults of fields the names that the page has for them; from and
// to take turns.
func (f Form) Renamed(names ...string) Form {
	f.Errors = slices.Clone(f.Errors)
	for i, e := range f.Errors {
		for n := 0; n+1 < len(names); n += 2 {
			if e.Name == names[n] {
				f.Errors[i].Name = names[n+1]
			}
		}
	}
	return f
}

// At is the form where id is its ID, else an empty one with that ID: of several
// forms on a page one has to be fixed.
func (f Form) At(id string) Form {
	if f.ID == id {
		return f
	}
	return Form{ID: id}
}

// Get is the first value of a field, or "".
func (f Form) Get(name string) string { return f.Values.Get(name) }

// Has tells whether value is among the values of a field.
func (f Form) Has(name, value string) bool { return slices.Contains(f.Values[name], value) }

// Wrong tells whether there is anything to fix.
func (f Form) Wrong() bool { return f.Message != "" || len(f.Errors) > 0 }

// Met tells whether a fault of a field has a code, so that the page asks what it did
// not need to ask before.
func (f Form) Met(code string) bool {
	return slices.ContainsFunc(f.Errors, func(e FieldError) bool { return e.Code == code })
}

// ErrorOf is what is wrong with a field, or "".
func (f Form) ErrorOf(name string) string {
	for _, e := range f.Errors {
		if e.Name == name {
			return e.Message
		}
	}
	return ""
}

// Calls is how the summary calls a field, before what is wrong with it: by its label, or
// where none was drawn by the words of its name.
func (f Form) Calls(name string) string {
	if f.labels == nil {
		return ""
	}
	label, ok := f.labels.known[name]
	if !ok {
		f.labels.missed = true
		parts := strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) })
		label = word(f.labels.language, strings.TrimSuffix(strings.Join(parts, " "), " id"))
	}
	if strings.HasSuffix(label, "?") {
		return label
	}
	return label + ":"
}

// Missed tells whether the summary asked for the label of a field that was drawn later:
// drawn again, it finds it.
func (f Form) Missed() bool { return f.labels != nil && f.labels.missed }

// FieldID is the id of a field's input.
func (f Form) FieldID(name string) string {
	if f.ID != "" {
		return f.ID + "-" + name
	}
	return "f-" + name
}
