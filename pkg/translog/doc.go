// Package translog keeps the public append-only log: a Merkle tree (RFC 6962)
// of everything that the schools of an installation have said for others to
// rely on: each issue and change of a credential, each key, and the sign-offs
// of each day as one root. An entry is a salted hash, so the log holds nothing
// of a person and what it commits to may be erased.
//
// It is served as C2SP tlog-tiles asks for: a signed checkpoint (c2sp.org/
// tlog-checkpoint), tiles of 256 hashes and bundles of entries, which never
// change once they are full. Anyone who keeps an old checkpoint sees by a proof of
// consistency that nothing before it was changed, and anyone who holds an entry's
// opening and its proof of inclusion sees that it is there.
//
// What it proves: that an entry existed no later than a checkpoint which
// someone else has kept. What it does not prove: the day of an award, or that
// the log showed everybody the same; for that witnesses cosign checkpoints
// (c2sp.org/tlog-cosignature), and monitors compare them.
//
// An entry is appended in the transaction of the command that it tells of. The
// package must never know a database, a request or a page; only Remote goes to
// the network.
package translog
