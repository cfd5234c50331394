// Package licensure keeps a therapist's record after school: licenses with the
// dated histories of their lifecycle and discipline, what else is held beside
// them, and the lists of boards from which they are known. What was recorded is
// never changed, only followed by something newer. It must never know a database,
// a request or a page.
package licensure
