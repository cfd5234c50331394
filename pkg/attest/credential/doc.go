// Package credential makes and checks the signed documents that Palmar gives
// away: Open Badges 3.0 credentials on the W3C Verifiable Credentials Data
// Model 2.0, signed with the Data Integrity cryptosuite eddsa-rdfc-2022.
//
// It holds the keys' format, the issuers' identifiers (did:key and did:web),
// the shape of a credential, its signature, its verification and the code by
// which a person looks one up.
//
// Hours are written twice: as raw scores in whole minutes, which are exact and
// which programs compare (requiredValue is in minutes too), and in the narrative
// of the evidence as people say them ("612 h 30 min").
//
// A signature covers the meaning of a document, not its bytes: see Verify.
//
// It must never know a database, a web framework, an account or the time of
// day: callers hand in the claim, the key, the instant and the source of
// randomness. The vocabularies it reads are embedded; only a WebResolver, when
// a caller asks for one, goes to the network.
package credential
