package certify

import (
	"context"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/credential"
)

// HeldBundle is the bundle of a certificate of a school that has closed elsewhere,
// for the account whose e-mail address it bears: an account's address was proved
// when its invitation was taken. Permission: self.read. Codes: not_found,
// not_the_holder.
func (s *Service) HeldBundle(ctx context.Context, a access.Actor, code string) (Bundle, error) {
	if err := access.Can(a, access.SelfRead, access.Target{}); err != nil {
		return Bundle{}, err
	}
	parsed, err := credential.ParseCode(code)
	if err != nil {
		return Bundle{}, core.NotFound("certificate")
	}
	var b Bundle
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		b, err = escrowed(ctx, tx, string(parsed))
		return err
	})
	if err != nil {
		return Bundle{}, err
	}
	if !credential.IssuedTo([]byte(b.Package.Document), a.Email) {
		return Bundle{}, core.Forbidden("not_the_holder", "This certificate bears another e-mail address than your account. Whoever runs this site can hand its hours to the holder.")
	}
	return b, nil
}
