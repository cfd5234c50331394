// Package certify attests that a standard is met: one person of the school's
// office proposes, another certifies, and Palmar signs a credential. It judges
// from the ledger each time and keeps no opinion of its own. It must never know
// a database, a request or a page.
package certify
