package core

import (
	"errors"
	"fmt"
	"time"
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
	KindStale                           // somebody else changed it first
	KindTooMany                         // too many attempts; wait
	KindTooLarge                        // more than is taken at once
	KindUnavailable                     // a source could not be reached
)

// Fault is an error that a person can act upon. Code is stable and part of the
// contract, Message says what is wrong and how to mend it, Fields names the
// inputs concerned. Whatever is not a Fault is our own failure and is shown to
// nobody. Wait is how long to wait before another attempt, where that is known.
type Fault struct {
	Kind    Kind
	Code    string
	Message string
	Fields  []Field
	Wait    time.Duration
}

// Field is what is wrong with one input.
type Field struct {
	Name    string `json:"field"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

func (f *Fault) Error() string { return f.Code + ": " + f.Message }

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

func fault(kind Kind, code, format string, args []any) *Fault {
	return &Fault{Kind: kind, Code: code, Message: fmt.Sprintf(format, args...)}
}

// Invalid is a fault of the input as a whole.
func Invalid(code, format string, args ...any) *Fault {
	return fault(KindInvalid, code, format, args)
}

// InvalidField is a fault of one named input.
func InvalidField(name, code, format string, args ...any) *Fault {
	f := fault(KindInvalid, code, format, args)
	f.Fields = []Field{{Name: name, Code: code, Message: f.Message}}
	return f
}

// Conflict is a fault of the record's present state.
func Conflict(code, format string, args ...any) *Fault {
	return fault(KindConflict, code, format, args)
}

// Forbidden says that the actor may not do this.
func Forbidden(code, format string, args ...any) *Fault {
	return fault(KindForbidden, code, format, args)
}

// NotFound says that there is no such thing, or none that the actor may know of.
func NotFound(what string) *Fault {
	return &Fault{Kind: KindNotFound, Code: "not_found", Message: "There is no such " + what + "."}
}

// Faults that several packages give or test for.
var (
	ErrUnauthenticated = &Fault{Kind: KindUnauthenticated, Code: "unauthenticated", Message: "Sign in first."}
	ErrReauthenticate  = &Fault{Kind: KindUnauthenticated, Code: "reauthentication_required", Message: "Enter your password again: signing needs a sign-in that is not older than 15 minutes."}
	ErrForbidden       = &Fault{Kind: KindForbidden, Code: "forbidden", Message: "Your role does not allow this."}
	ErrStale           = &Fault{Kind: KindStale, Code: "stale", Message: "Somebody changed this record in the meantime. Load it again and repeat the change."}
	ErrOverlap         = &Fault{Kind: KindConflict, Code: "entry_overlap", Message: "This session overlaps another session of the same student. Change its times, or correct the other one."}
	ErrDuplicate       = &Fault{Kind: KindConflict, Code: "duplicate", Message: "This exists already."}
	ErrAlreadyPosted   = &Fault{Kind: KindConflict, Code: "already_posted", Message: "This entry is in the ledger already."}
)

// Collect gathers the faults of several inputs so that a person sees all of
// them at once.
type Collect struct{ fields []Field }

// Add notes what is wrong with an input.
func (c *Collect) Add(name, code, format string, args ...any) {
	c.fields = append(c.fields, Field{Name: name, Code: code, Message: fmt.Sprintf(format, args...)})
}

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
		c.Add(name, f.Code, "%s", f.Message)
	}
	c.fields = append(c.fields, f.Fields...)
	return nil
}

// Err is nil when nothing was wrong. With one field its code is the fault's
// code, with several it is "invalid".
func (c *Collect) Err() error {
	switch len(c.fields) {
	case 0:
		return nil
	case 1:
		return &Fault{Kind: KindInvalid, Code: c.fields[0].Code, Message: c.fields[0].Message, Fields: c.fields}
	}
	return &Fault{Kind: KindInvalid, Code: "invalid", Message: fmt.Sprintf("%d fields need a change.", len(c.fields)), Fields: c.fields}
}
