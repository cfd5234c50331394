// Package licensure keeps a therapist's record after school: specialty courses
// with their completions, and licences with the dated histories of their
// lifecycle and discipline. What was recorded is never changed, only followed
// by something newer. It must never know a database, a request or a page.
package licensure
