// Package httpapi is the JSON API: the server that is generated from the
// contract in package api, one call of a service for each operation, and the
// translation between both. It alone turns faults into RFC 9457 problems.
//
// The package must never decide who may do what, nor know a database: it hands
// every service the actor and lets it judge.
package httpapi
