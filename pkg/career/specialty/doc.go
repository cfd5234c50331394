// Package specialty keeps what therapists are specially trained for: courses and
// who completed them, the catalog of what they are about, pathways and the
// sections in which their courses are held, who is ready for which condition, and the directory in which
// a therapist who wants it is found. It must never know how anything is kept or
// shown, and it issues no certificate: a completion that it records is certified
// by two persons like any other.
package specialty
