// Package edge is what an operation of the JSON API is made of, whatever its
// subject: who asks, the version that a change is of, a body read strictly, one
// command or one reading, and its answer or an RFC 9457 problem.
//
// A subject's package serves the part of the contract that is written in
// api/SUBJECT: it implements the interface that is generated from it, a method an
// operation, and says in one Route each what the operation comes down to.
//
// The package knows no subject and never decides who may do what.
package edge
