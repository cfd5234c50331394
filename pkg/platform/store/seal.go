package store

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"hash"
	"sync"

	"github.com/palmar/palmar/pkg/core"
)

// Sealed is what a model embeds whose rows are sealed: the digest of the row, keyed
// with the installation's secret. Nobody can make one who has the database alone.
type Sealed struct {
	Seal []byte
}

func (s Sealed) sealed() []byte     { return s.Seal }
func (s *Sealed) setSeal(to []byte) { s.Seal = to }

// Sealable is a row with a seal.
type Sealable interface {
	TableName() string
	// Under adds what is under the seal: all that does not change without another
	// seal.
	Under(b *core.Sealed)
	// Vouched names the row as an audit row does, and its version where it has one;
	// empty: nothing tells of it by itself.
	Vouched() string
	sealed() []byte
}

// SealableAs is a pointer to a model R whose rows are sealed.
type SealableAs[R any] interface {
	*R
	Sealable
	setSeal(to []byte)
}

// sealing makes seals, and knows what is committed and not vouched for yet.
type sealing struct {
	hashes sync.Pool // nil New: without the secret

	mu   sync.Mutex
	owed []string
}

// newSealing derives the key of seals from the installation's secret.
func newSealing(secret []byte) *sealing {
	derive := hmac.New(sha256.New, secret)
	derive.Write([]byte("palmar: seals of rows"))
	key := derive.Sum(nil)
	return &sealing{hashes: sync.Pool{New: func() any { return hmac.New(sha256.New, key) }}}
}

// SealWith has rows sealed, and seals examined, with the installation's secret.
// Without one nothing that is sealed can be written, and no seal examined.
func (db *DB) SealWith(secret []byte) {
	if db.seals = newSealing(secret); secret == nil {
		db.seals = &sealing{}
	}
}

// ErrNoSecret says that a seal would need the installation's secret.
var ErrNoSecret = errors.New("store: seals need the installation's secret")

// seal appends the seal of what is under it.
func (s *sealing) seal(to []byte, under core.Sealed) ([]byte, error) {
	h, ok := s.hashes.Get().(hash.Hash)
	if !ok {
		return nil, ErrNoSecret
	}
	h.Reset()
	h.Write(under)
	to = h.Sum(to)
	s.hashes.Put(h)
	return to, nil
}

func under(b core.Sealed, row Sealable) core.Sealed {
	b.Text("table", row.TableName())
	row.Under(&b)
	return b
}

// InsertSealed is Insert for rows with a seal, which it makes.
func InsertSealed[R any, P SealableAs[R]](tx *Tx, rows []R) error {
	if len(rows) == 0 {
		return nil
	}
	if err := sealAll[R, P](tx, rows); err != nil {
		return err
	}
	if err := Insert(tx.Gorm(), rows); err != nil {
		return err
	}
	for i := range rows {
		if name := P(&rows[i]).Vouched(); name != "" {
			tx.Owe(name)
		}
	}
	return nil
}

// sealAll makes the seals of rows.
func sealAll[R any, P SealableAs[R]](tx *Tx, rows []R) error {
	seals, b := make([]byte, 0, len(rows)*sha256.Size), make(core.Sealed, 0, 768)
	for i := range rows {
		row := P(&rows[i])
		b = under(b[:0], row)
		from := len(seals)
		var err error
		if seals, err = tx.seals.seal(seals, b); err != nil {
			return err
		}
		row.setSeal(seals[from:len(seals):len(seals)])
	}
	return nil
}

// Reseal makes the seal of a row again that a statement has just changed.
func Reseal[R any, P SealableAs[R]](tx *Tx, id any) error {
	rows, err := All[R](tx.Gorm().Where("id = ?", id))
	if err != nil {
		return err
	}
	if err := sealAll[R, P](tx, rows); err != nil {
		return err
	}
	for i := range rows {
		row := P(&rows[i])
		if err := ChangeOne(tx.Gorm().Model(new(R)).Where("id = ?", id).Update("seal", row.sealed())); err != nil {
			return err
		}
		if name := row.Vouched(); name != "" {
			tx.Owe(name)
		}
	}
	return nil
}

// Condition is how a row is under its seal.
type Condition int

// Whole is as it was sealed, Unsealed has no seal, Changed is not as it was.
const (
	Whole Condition = iota
	Unsealed
	Changed
)

// HoldSeal holds a row against its seal; b is room to work in, and comes back with
// what is under the seal.
func (tx *Tx) HoldSeal(b core.Sealed, row Sealable) (Condition, core.Sealed, error) {
	b = under(b[:0], row)
	if row.sealed() == nil {
		return Unsealed, b, nil
	}
	var room [sha256.Size]byte
	made, err := tx.seals.seal(room[:0], b)
	if err != nil || bytes.Equal(made, row.sealed()) {
		return Whole, b, err
	}
	return Changed, b, nil
}
