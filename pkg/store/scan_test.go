package store

import (
	"context"
	"testing"

	"github.com/palmar/palmar/pkg/core"
)

type innerRow struct {
	ID   core.EntryID
	DID  string `gorm:"column:did"`
	Size core.Minutes
}

type outerRow struct {
	innerRow `gorm:"embedded"`
	Name     string
	Done     bool
	Day      core.Date
	At       moment
	Body     []byte
}

func TestMany(t *testing.T) {
	db, err := Open(context.Background(), Memory, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	const id = "01890a5d-ac96-774b-bcce-b302099a8057"
	rows, err := many[outerRow](db.reader, `SELECT ? AS id, 'did:key:z' AS did, 90 AS size, 'Ada' AS name, true AS done,
			'2026-11-23' AS day, x'07' AS body, 1 AS unknown
		UNION ALL SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL`, id)
	if err != nil || len(rows) != 2 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	full, empty := rows[0], rows[1]
	if full.ID.String() != id || full.DID != "did:key:z" || full.Size != 90 || full.Name != "Ada" || !full.Done ||
		full.Day != (core.Date{Year: 2026, Month: 11, Day: 23}) || string(full.Body) != "\x07" {
		t.Errorf("%+v", full)
	}
	if !empty.ID.IsZero() || empty.DID != "" || empty.Size != 0 || empty.Name != "" || empty.Done || !empty.Day.IsZero() || empty.Body != nil {
		t.Errorf("NULL is not zero: %+v", empty)
	}
	if n, err := one[int](db.reader, "count", `SELECT 7`); err != nil || n != 7 {
		t.Errorf("a single value: %d, %v", n, err)
	}
	if _, err := one[outerRow](db.reader, "thing", `SELECT 1 AS size WHERE false`); core.CodeOf(err) != "not_found" {
		t.Errorf("no row: %v", err)
	}
}
