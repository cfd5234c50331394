// Package demo makes up the histories of the fictional school Brightwater:
// students with the sessions of a real program, always the same for the same
// seed and day. All persons are invented.
//
// It is pure and must never know how anything is stored or served.
package demo
