package certify

import (
	"context"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/core"
)

// HeldBundle is the bundle of a certificate of a school that has closed elsewhere,
// for the account whose email address it bears: an account's address was proved
// when its invitation was taken. Permission: self.read. Codes: not_found,
// not_the_holder.
func (s *escrows) HeldBundle(ctx context.Context, a access.Actor, code string) (Bundle, error) {
	b, err := act.Read(ctx, s.act, a, access.SelfRead, func(ctx context.Context, r act.Reader[Tx]) (Bundle, error) {
		if err := r.May(ctx, access.Target{}); err != nil {
			return Bundle{}, err
		}
		return escrowed(ctx, r.Tx, code)
	})
	if err != nil {
		return Bundle{}, err
	}
	if !credential.IssuedTo([]byte(b.Package.Document), a.Email) {
		return Bundle{}, core.Forbidden("not_the_holder")
	}
	return b, nil
}
