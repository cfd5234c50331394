package credential

import (
	"errors"
	"fmt"
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

// finding is an error that knows which outcome it leads to.
type finding struct {
	outcome Outcome
	text    string
}

func (f *finding) Error() string { return f.text }

func invalid(format string, args ...any) error {
	return &finding{NotValid, fmt.Sprintf(format, args...)}
}

func unsupported(format string, args ...any) error {
	return &finding{CouldNotCheck, fmt.Sprintf(format, args...)}
}

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
