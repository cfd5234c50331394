// Package jobs works in the background: it sends the mail that commands queued
// in their transactions and removes what is over. A job may run twice (a
// process can die between the doing and the noting), so that none may do harm
// by it. It must never know a request.
package jobs
