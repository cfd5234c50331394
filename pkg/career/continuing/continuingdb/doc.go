// Package continuingdb keeps continuing education: who gives it, what therapists
// took, waivers, and random audits. It writes their tables alone, and must never
// know a rule of the record.
package continuingdb

import "github.com/palmar/palmar/pkg/platform/store"

// Providers keeps who gives continuing education.
type Providers struct{ *store.Tx }

// Activities keeps what therapists planned, took and reported, and what schools'
// courses count for.
type Activities struct{ *store.Tx }

// Leaves keeps waivers and extensions.
type Leaves struct{ *store.Tx }

// Audits keeps random checks.
type Audits struct{ *store.Tx }

// Tx is all of them on one connection.
type Tx struct {
	Providers
	Activities
	Leaves
	Audits
}

// On keeps within a transaction.
func On(tx *store.Tx) Tx { return Tx{Providers{tx}, Activities{tx}, Leaves{tx}, Audits{tx}} }

// Models are the models by table.
func Models() []any {
	return []any{Activity{}, Approval{}, Audit{}, AuditPerson{}, CourseCE{}, Leave{}, Provider{}, RejectedProof{}}
}
