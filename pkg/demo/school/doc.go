// Package school fills an empty database with the demo: the fictional school
// Brightwater, an employer, and what its people did in the past year and a
// half, told through the same services that the API and the pages use.
//
// It must never know a database, a request or the machine's clock.
package school
