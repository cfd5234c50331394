// Package server is the assembly of the HTTP server: what happens to every
// request before and after the API or a page answers it, the probes, the
// figures, and a stop that finishes what is in flight.
//
// An adapter that finds out who asks tells it with
//
//	c.Set("actor_id", actor.AccountID.String())
//
// so that the request's log line can name the account. The package must never
// know a service, a database or what an answer means.
package server
