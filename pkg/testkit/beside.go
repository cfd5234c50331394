package testkit

import "testing"

// Beside examines again and again while write is at work. Both must have been
// done: write to its end without an error, and two examinations or more.
func Beside(t testing.TB, write func() error, examine func()) {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- write() }()
	for runs := 0; ; runs++ {
		examine()
		select {
		case err := <-done:
			if err != nil || runs == 0 {
				t.Errorf("%d examinations beside the writes, %v", runs, err)
			}
			return
		default:
		}
	}
}
