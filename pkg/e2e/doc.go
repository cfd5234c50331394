// Package e2e tells the story of Palmar in a real browser, on the demo school:
// each person on a phone, and under testkit.Full on wider screens too.
package e2e
