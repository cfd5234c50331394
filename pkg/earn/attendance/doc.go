// Package attendance reads a school's attendance file and judges every record
// of it: accepted, or refused with the first code that applies.
//
// It is pure: a reader in, a report out, in bounded memory. It must never know
// how entries are kept or who imports them.
package attendance
