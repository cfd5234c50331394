package credential

import (
	"errors"

	"github.com/palmar/palmar/pkg/words"
)

// Outcome is what a check says. The zero value is not an outcome.
type Outcome string

// The three answers a verifier can give. CouldNotCheck is said when something
// that the answer depends on was out of reach or beyond what this package
// reads; it is never a milder NotValid.
const (
	Valid         Outcome = "valid"
	NotValid      Outcome = "not_valid"
	CouldNotCheck Outcome = "could_not_check"
)

// finding is an error that knows which outcome it leads to, and its reason. What
// it was found by may be a cause.
type finding struct {
	outcome Outcome
	reason  words.Sentence
	cause   error
}

// Error writes the reason in English.
func (f *finding) Error() string { return words.English().Write(f.reason) }

// Sentence implements words.Said: a reason can stand in another.
func (f *finding) Sentence() words.Sentence { return f.reason }

func (f *finding) Unwrap() error { return f.cause }

func invalid(id string, args ...any) error {
	return &finding{NotValid, words.S(id, args...), nil}
}

func unsupported(id string, args ...any) error {
	return &finding{CouldNotCheck, words.S(id, args...), nil}
}

// CouldNot is an error of a Resolver or of FetchStatusList that is a reason by
// itself for what could not be checked.
func CouldNot(id string, args ...any) error { return unsupported(id, args...) }

// outcomeOf gives the outcome an error leads to: its own, or CouldNotCheck.
func outcomeOf(err error) Outcome {
	if err == nil {
		return Valid
	}
	if f, ok := errors.AsType[*finding](err); ok {
		return f.outcome
	}
	return CouldNotCheck
}

// reasonOf gives the reason that an error is, or one that has it for a value.
func reasonOf(err error) words.Sentence {
	if f, ok := errors.AsType[*finding](err); ok {
		return f.reason
	}
	return words.S("reason.unexpected", "error", err)
}
