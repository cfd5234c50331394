package accountdb

import (
	"context"
	"slices"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/core/fold"
	"github.com/palmar/palmar/pkg/platform/store"
)

// NameWord is a word by which a school finds an enrollment: one of fold.Index of the
// student's name, or the address. The word of an enrollment that has none is empty.
type NameWord struct {
	OrganizationID core.OrganizationID `gorm:"primaryKey"`
	Word           string              `gorm:"primaryKey"`
	EnrollmentID   core.EnrollmentID   `gorm:"primaryKey"`
}

// TableName implements schema.Tabler.
func (NameWord) TableName() string { return "name_words" }

// longest is how many characters of a word are kept: what an index takes, and more
// than anyone types.
const longest = 60

// namesAtOnce is how many names are written, or held against theirs, at a time.
const namesAtOnce = 1_000

// named is an enrollment with the name and the address by which it is found.
type named struct {
	ID             core.EnrollmentID
	OrganizationID core.OrganizationID
	Name           string
	Email          string
}

// words are those that are kept of it, in order.
func (n named) words() []string {
	words := append(fold.Index(n.Name), strings.ToLower(n.Email))
	for i, word := range words {
		words[i] = begin(word)
	}
	slices.Sort(words)
	if words = slices.Compact(words); len(words) > 1 && words[0] == "" {
		words = words[1:]
	}
	return words
}

func begin(word string) string {
	if of := []rune(word); len(of) > longest {
		return string(of[:longest])
	}
	return word
}

// namedIn are enrollments e with their names.
func namedIn(tx *store.Tx) *gorm.DB {
	return tx.Gorm().Table("enrollments e").Joins("JOIN people sa ON sa.id = e.therapist_id").Select("e.id, e.organization_id, sa.name, sa.email")
}

// WriteNames writes the words of the enrollments e, of people sa, that meet a condition
// and have none. A name that changes loses its words, so the method that changes one calls it.
func WriteNames(tx *store.Tx, where any, args ...any) error {
	for {
		if written, err := writeNames(tx, where, args...); err != nil || written < namesAtOnce {
			return err
		}
	}
}

// writeNames is WriteNames for some of them; it tells how many.
func writeNames(tx *store.Tx, where any, args ...any) (int, error) {
	all, err := store.All[named](namedIn(tx).Where(where, args...).
		Where("NOT EXISTS (SELECT 1 FROM name_words w WHERE w.enrollment_id = e.id)").Limit(namesAtOnce))
	if err != nil || len(all) == 0 {
		return 0, err
	}
	var rows []NameWord
	for _, n := range all {
		for _, word := range n.words() {
			rows = append(rows, NameWord{n.OrganizationID, word, n.ID})
		}
	}
	return len(all), store.Insert(tx.Gorm().Clauses(clause.OnConflict{DoNothing: true}), rows) // another process may write them too
}

// FillNames writes the words of all enrollments that have none: of those from before
// words were kept, and of whose name a program of then has changed since.
func FillNames(ctx context.Context, db *store.DB) error {
	for {
		written := 0
		err := db.Write(ctx, func(_ context.Context, tx *store.Tx) (err error) {
			written, err = writeNames(tx, "1 = 1")
			return err
		})
		if err != nil || written < namesAtOnce {
			return err
		}
	}
}

// Named is the condition that a column has an enrollment of an organization that a
// search finds: every word of it is the beginning of a word of the student's name, or
// it is the beginning of the address. It reads an index of the words alone.
func Named(column string, org core.OrganizationID, search string) clause.Expr {
	const beginning = "SELECT enrollment_id FROM name_words WHERE organization_id = ? AND word >= ? AND word < ?"
	words := fold.Words(search)
	slices.Sort(words)
	words = slices.Compact(words)
	var parts []string
	var args []any
	add := func(word string) {
		word = begin(word)
		parts, args = append(parts, beginning), append(args, org, word, word+"\U0010ffff")
	}
	for _, word := range words {
		add(word)
	}
	query := strings.Join(parts, " INTERSECT ")
	if address := strings.ToLower(strings.TrimSpace(strings.ToValidUTF8(search, ""))); address != "" && !slices.Contains(words, address) && !strings.ContainsAny(address, " \t\n\x00") {
		add(address)
		if query != "" {
			query += " UNION "
		}
		query += beginning
	}
	if query == "" {
		return gorm.Expr("1 = 0")
	}
	return gorm.Expr(column+" IN ("+query+")", args...)
}

// UnsoundNames are enrollments that are found by other words than those of their names.
func (t Therapists) UnsoundNames(context.Context) (unsound []core.EnrollmentID, err error) {
	after := core.EnrollmentID{}
	for {
		all, err := store.All[named](namedIn(t.Tx).Where("e.id > ?", after.String()).Order("e.id").Limit(namesAtOnce))
		if err != nil || len(all) == 0 {
			return unsound, err
		}
		ids := store.Each(all, func(n named) core.EnrollmentID { return n.ID })
		words, err := store.All[NameWord](t.Gorm().Where(store.In(t.Tx, "enrollment_id", ids)).Order("enrollment_id, word"))
		if err != nil {
			return unsound, err
		}
		kept := make(map[core.EnrollmentID][]string, len(all))
		for _, w := range words {
			if w.OrganizationID != all[slices.Index(ids, w.EnrollmentID)].OrganizationID {
				kept[w.EnrollmentID] = nil
				continue
			}
			kept[w.EnrollmentID] = append(kept[w.EnrollmentID], w.Word)
		}
		for _, n := range all {
			if !slices.Equal(kept[n.ID], n.words()) {
				unsound = append(unsound, n.ID)
			}
		}
		after = ids[len(ids)-1]
	}
}
