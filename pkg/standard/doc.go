// Package standard judges: a Standard is a set of rules held as data, and
// Evaluate says what it makes of somebody's credits, rule by rule.
//
// It is pure: no clock, no database, no randomness. The same credits in any
// order give the same standing. It must never know who asks, nor how a standard
// or a standing is kept.
package standard
