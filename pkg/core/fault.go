package core

import (
	"errors"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/words"
)

// Kind is the family of a fault; an adapter turns it into its own language
// (an HTTP status, a message on a page, an exit code).
type Kind int

// The kinds of faults.
const (
	KindInvalid         Kind = iota + 1 // the input cannot be accepted as it is
	KindUnauthenticated                 // nobody is signed in, or not freshly enough
	KindForbidden                       // signed in, known here, but not allowed
	KindNotFound                        // absent, or another tenant's
	KindConflict                        // the record's present state forbids it
	KindStale                           // someone else changed it first
	KindTooMany                         // too many attempts; wait
	KindTooLarge                        // more than is taken at once
	KindUnavailable                     // a source could not be reached
)

// Fault is an error that a person can act upon. Code is stable and part of the
// contract; the sentence (ID, or Code where that is empty, and Args, names and
// values in turn) says what is wrong and what to do, and lives in package words;
// Fields names the inputs concerned. Whatever is not a Fault is our own failure and
// is shown to nobody. Wait is how long to wait before another attempt, where that
// is known.
type Fault struct {
	Kind   Kind
	Code   string
	ID     string
	Args   []any
	Fields []Field
	Wait   time.Duration
}

// Field is what is wrong with one input; ID and Args are as in Fault.
type Field struct {
	Name string
	Code string
	ID   string
	Args []any
}

// Sentence says what is wrong.
func (f *Fault) Sentence() words.Sentence { return sentence(f.Code, f.ID, f.Args) }

// Sentence says what is wrong with the input.
func (f Field) Sentence() words.Sentence { return sentence(f.Code, f.ID, f.Args) }

func sentence(code, id string, args []any) words.Sentence {
	if id == "" {
		id = code
	}
	return words.Sentence{ID: id, Args: args}
}

// Message is the sentence in English, for what is kept and for logs.
func (f *Fault) Message() string { return words.English().Write(f.Sentence()) }

// Message is the sentence in English.
func (f Field) Message() string { return words.English().Write(f.Sentence()) }

func (f *Fault) Error() string { return f.Code + ": " + f.Message() }

// Is makes errors.Is compare faults by their code.
func (f *Fault) Is(target error) bool {
	var other *Fault
	return errors.As(target, &other) && other.Code == f.Code
}

// AsFault finds the fault in err, or nil.
func AsFault(err error) *Fault {
	var f *Fault
	if errors.As(err, &f) {
		return f
	}
	return nil
}

// CodeOf is the code of the fault in err, or "".
func CodeOf(err error) string {
	if f := AsFault(err); f != nil {
		return f.Code
	}
	return ""
}

// fault takes the sentence's id, which begins with the code: "required.title" is a
// sentence of the code "required".
func fault(kind Kind, id string, args []any) *Fault {
	f := &Fault{Kind: kind, Args: args}
	f.Code, f.ID = codeOf(id)
	return f
}

func codeOf(id string) (code, sentence string) {
	code, _, more := strings.Cut(id, ".")
	if more {
		return code, id
	}
	return code, ""
}

// Invalid is a fault of the input as a whole. Of this and the following, id is that
// of the sentence, which is the code or begins with it and a dot; args are the
// sentence's arguments, names and values in turn.
func Invalid(id string, args ...any) *Fault { return fault(KindInvalid, id, args) }

// InvalidField is a fault of one named input.
func InvalidField(name, id string, args ...any) *Fault {
	f := fault(KindInvalid, id, args)
	f.Fields = []Field{{Name: name, Code: f.Code, ID: f.ID, Args: args}}
	return f
}

// Conflict is a fault of the record's present state.
func Conflict(id string, args ...any) *Fault { return fault(KindConflict, id, args) }

// Forbidden says that the actor may not do this.
func Forbidden(id string, args ...any) *Fault { return fault(KindForbidden, id, args) }

// NotFound says that there is no such thing, or none that the actor may know of.
// What is part of the sentence's id: "session" has not_found.session.
func NotFound(what string) *Fault {
	return fault(KindNotFound, "not_found."+strings.ReplaceAll(what, " ", "_"), nil)
}

// Faults that several packages give or test for.
var (
	ErrUnauthenticated = &Fault{Kind: KindUnauthenticated, Code: "unauthenticated"}
	ErrReauthenticate  = &Fault{Kind: KindUnauthenticated, Code: "reauthentication_required"}
	ErrForbidden       = &Fault{Kind: KindForbidden, Code: "forbidden"}
	ErrNotFound        = &Fault{Kind: KindNotFound, Code: "not_found"}
	ErrStale           = &Fault{Kind: KindStale, Code: "stale"}
	ErrOverlap         = &Fault{Kind: KindConflict, Code: "entry_overlap"}
	ErrDuplicate       = &Fault{Kind: KindConflict, Code: "duplicate"}
	ErrAlreadyPosted   = &Fault{Kind: KindConflict, Code: "already_posted"}
)

// Collect gathers the faults of several inputs so that a person sees all of
// them at once.
type Collect struct{ fields []Field }

// Add notes what is wrong with an input.
func (c *Collect) Add(name, id string, args ...any) {
	code, id := codeOf(id)
	c.fields = append(c.fields, Field{Name: name, Code: code, ID: id, Args: args})
}

// AddField notes what is known to be wrong with an input.
func (c *Collect) AddField(f Field) { c.fields = append(c.fields, f) }

// Check adds the fields of err, a fault or nil; another error is returned.
func (c *Collect) Check(name string, err error) error {
	if err == nil {
		return nil
	}
	f := AsFault(err)
	if f == nil {
		return err
	}
	if len(f.Fields) == 0 {
		c.AddField(f.Field(name))
	}
	c.fields = append(c.fields, f.Fields...)
	return nil
}

// Field is the fault as one of an input.
func (f *Fault) Field(name string) Field {
	return Field{Name: name, Code: f.Code, ID: f.ID, Args: f.Args}
}

// Of is the fault as one of an input alone.
func (f *Fault) Of(name string) *Fault {
	of := *f
	of.Fields = []Field{f.Field(name)}
	return &of
}

// Err is nil when nothing was wrong. With one field its code is the fault's
// code, with several it is "invalid".
func (c *Collect) Err() error {
	switch len(c.fields) {
	case 0:
		return nil
	case 1:
		f := c.fields[0]
		return &Fault{Kind: KindInvalid, Code: f.Code, ID: f.ID, Args: f.Args, Fields: c.fields}
	}
	return &Fault{Kind: KindInvalid, Code: "invalid", ID: "invalid.fields", Args: []any{"count", len(c.fields)}, Fields: c.fields}
}
