package testkit_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/palmar/palmar/pkg/testkit"
)

// erring is a test that notes what it was told is wrong.
type erring struct {
	testing.TB
	wrong string
}

func (e *erring) Helper()                         {}
func (e *erring) Errorf(format string, in ...any) { e.wrong = fmt.Sprintf(format, in...) }

func TestBeside(t *testing.T) {
	t.Parallel()
	told := &erring{TB: t}
	examined, again := 0, make(chan bool)
	testkit.Beside(told, func() error { <-again; <-again; return nil }, func() {
		if examined++; examined <= 2 {
			again <- true
		}
	})
	if told.wrong != "" || examined < 2 {
		t.Errorf("%d examinations, %q", examined, told.wrong)
	}
	testkit.Beside(told, func() error { return errors.New("the disk is full") }, func() {})
	if told.wrong == "" {
		t.Error("that the writes failed is not told")
	}
}
