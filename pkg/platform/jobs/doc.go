// Package jobs works in the background: it sends the mail that commands queued
// in their transactions, works on the items that they asked for or that are due,
// parks those that fail, and removes what is over. A job may run twice (a process
// can die between the doing and the noting), so that none may do harm by it. It
// must never know a request, nor what the work is about.
package jobs
