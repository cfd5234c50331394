// Package conformance answers the VC-API of the W3C Credentials Community Group
// (issue, verify credential, verify presentation), so that public conformance
// suites can be pointed at this program: those for the Verifiable Credentials
// Data Model 2.0, Data Integrity EdDSA 1.0 (eddsa-rdfc-2022 and eddsa-jcs-2022)
// and Bitstring Status List 1.0.
//
// It signs whatever well-formed credential it is sent, with a key of its own
// that is made when it starts and that no school's did.json names. So it is off
// unless asked for, listens on a loopback address only, and must never know the
// database. What Palmar itself issues and accepts is narrower: see
// pkg/attest/credential.
package conformance
