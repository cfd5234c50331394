// Package e2e tells the story of Palmar in a real browser: each person at the
// width of a phone and of a desktop, on the demo school.
package e2e
