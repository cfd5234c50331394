// Package core holds the nouns of Palmar and their laws: identifiers, minutes,
// dates, entries, credits, licenses, people and faults.
//
// It uses the standard library only and must never know how anything is
// stored, shown or sent.
package core
