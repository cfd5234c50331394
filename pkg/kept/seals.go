package kept

import (
	"context"
	"crypto/sha256"

	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/career/licensure/licensuredb"
	"github.com/palmar/palmar/pkg/career/specialty/specialtydb"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook/logbookdb"
	"github.com/palmar/palmar/pkg/earn/registry/registrydb"
	"github.com/palmar/palmar/pkg/people/grant/grantdb"
	"github.com/palmar/palmar/pkg/platform/store"
)

// sealedAtOnce is how many rows are held against their seals at once.
const sealedAtOnce = 200

// table is one whose rows are sealed.
type table struct {
	name string
	// settled rows are never changed, not even to seal them: of what is older than
	// seals the log has a digest.
	settled bool
	// hold gives found each row, in the order of the ids.
	hold func(tx *store.Tx, found func(row store.Sealable, id string, c store.Condition, under core.Sealed)) error
	// seal seals what has no seal yet.
	seal func(tx *store.Tx) error
	// version is a row's, as SQL.
	version string
}

func sealedTable[R any, P store.SealableAs[R]](name, version string, settled bool, id func(P) string) table {
	return table{
		name: name, settled: settled, version: version,
		hold: func(tx *store.Tx, found func(store.Sealable, string, store.Condition, core.Sealed)) error {
			b := make(core.Sealed, 0, 1024)
			return eachSealed(tx, "", id, func(row P) (err error) {
				var c store.Condition
				if c, b, err = tx.HoldSeal(b, row); err == nil {
					found(row, id(row), c, b)
				}
				return err
			})
		},
		seal: func(tx *store.Tx) error {
			return eachSealed(tx, "seal IS NULL", id, func(row P) error {
				return store.Reseal[R, P](tx, id(row))
			})
		},
	}
}

// eachSealed reads the rows of a table a page at a time.
func eachSealed[R any, P store.SealableAs[R]](tx *store.Tx, where string, id func(P) string, do func(P) error) error {
	for after := ""; ; {
		q := tx.Gorm().Order("id").Limit(sealedAtOnce)
		if where != "" {
			q = q.Where(where)
		}
		if after != "" {
			q = q.Where("id > ?", after)
		}
		rows, err := store.All[R](q)
		if err != nil || len(rows) == 0 {
			return err
		}
		for i := range rows {
			if err := do(&rows[i]); err != nil {
				return err
			}
		}
		after = id(&rows[len(rows)-1])
	}
}

// sealedTables are all of them, the audit first.
var sealedTables = []table{
	sealedTable("audit_events", "1", true, func(e *store.AuditEvent) string { return e.ID.String() }),
	sealedTable("credits", "1", true, func(c *logbookdb.Credit) string { return c.ID.String() }),
	sealedTable("enrollments", "version", false, func(e *logbookdb.Enrollment) string { return e.ID.String() }),
	sealedTable("pauses", "CASE WHEN ended_on IS NULL THEN 1 ELSE 2 END", false, func(p *registrydb.Pause) string { return p.ID.String() }),
	sealedTable("licenses", "1", false, func(l *licensuredb.License) string { return l.ID.String() }),
	sealedTable("license_events", "1", true, func(e *licensuredb.Event) string { return e.ID.String() }),
	sealedTable("course_completions", "1", true, func(c *specialtydb.Completion) string { return c.ID.String() }),
	sealedTable("grants", "version", false, func(g *grantdb.Grant) string { return g.ID.String() }),
}

// unsealed is a digest of rows without a seal, in the order of their ids.
type unsealed struct {
	lines int64
	sum   [sha256.Size]byte
}

func (u *unsealed) add(under core.Sealed) {
	h := sha256.New()
	h.Write(u.sum[:])
	h.Write(under)
	h.Sum(u.sum[:0])
	u.lines++
}

func (u unsealed) noun() certify.Rows { return certify.Rows{Lines: u.lines, Digest: u.sum[:]} }

// Unsealed are the digests of the settled rows that are older than seals, by table.
func (t Tx) Unsealed(context.Context) (map[string]certify.Rows, error) {
	found := map[string]certify.Rows{}
	for _, s := range sealedTables {
		var u unsealed
		err := s.hold(t.Tx, func(_ store.Sealable, _ string, c store.Condition, under core.Sealed) {
			if s.settled && c == store.Unsealed {
				u.add(under)
			}
		})
		if err != nil {
			return nil, err
		}
		if u.lines > 0 {
			found[s.name] = u.noun()
		}
	}
	return found, nil
}

// AnyUnsealed tells whether a row of any table is older than seals.
func (t Tx) AnyUnsealed(context.Context) (bool, error) {
	for _, s := range sealedTables {
		if found, err := store.Found(t.Gorm().Table(s.name).Where("seal IS NULL")); found || err != nil {
			return found, err
		}
	}
	return false, nil
}

// SealRest seals the rows that may change and have no seal yet.
func (t Tx) SealRest(context.Context) error {
	for _, s := range sealedTables {
		if s.settled {
			continue
		}
		if err := s.seal(t.Tx); err != nil {
			return err
		}
	}
	return nil
}
