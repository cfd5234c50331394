// Package continuing keeps continuing education: what a therapist planned, took
// and reported, who gave it, what of it counts in the cycle of each license, who
// was let off, and whom an audit drew.
//
// Which rules hold in a cycle is told by the packs of package standard alone;
// this package finds the cycle of a license, turns activities into credits and
// asks. It must never know HTTP, a database or a jurisdiction by its name.
package continuing
