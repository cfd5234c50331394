package certify_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/testkit"
	"github.com/palmar/palmar/pkg/translog"
	"github.com/palmar/palmar/pkg/words"
)

// TestTampering_bits flips the bits of a value in fourteen places that a cheat
// could reach, one at a time, and has the doctor find each: in the log by
// translog.Examine, which is the part of the doctor that reads it, in the rest by
// the whole of it. Where everything is asked for it is every single bit on
// SQLite, but for the two signed forms and the packed status list, of which the
// first, middle and last three bytes are flipped in full; and on PostgreSQL,
// where the same code reads the rows and a round trip costs more, every
// twentieth. Otherwise it is a few of them on SQLite.
func TestTampering_bits(t *testing.T) {
	places := []struct {
		table, column, key string
		text               bool
		log                bool // the log's own examination finds it
	}{
		{table: "log_entries", column: "leaf", key: "number", log: true},
		{table: "log_hashes", column: "hash", key: "number", log: true},
		{table: "log_openings", column: "salt", key: "number", log: true},
		{table: "log_openings", column: "payload", key: "number", text: true, log: true},
		{table: "log_openings", column: "event", key: "number", text: true, log: true},
		{table: "log_checkpoints", column: "note", key: "size", text: true, log: true},
		{table: "log_days", column: "root", key: "number"},
		{table: "log_days", column: "seed", key: "number"},
		{table: "credential_records", column: "seed", key: "credential_id"},
		{table: "credential_records", column: "root", key: "credential_id"},
		{table: "credential_documents", column: "document", key: "credential_id"},
		{table: "credential_documents", column: "jwt", key: "credential_id", text: true},
		{table: "status_lists", column: "document", key: "id"},
		{table: "signing_keys", column: "public", key: "id"},
	}
	each(t, public, func(t *testing.T, w *certifytest.World) {
		c := newCheat(t, attestedWorld(t, w))
		step := 1
		if w.DB.Postgres() {
			step = 20
		}
		for _, place := range places {
			t.Run(place.table+"."+place.column, func(t *testing.T) {
				where := " WHERE " + place.column + " IS NOT NULL ORDER BY " + place.key + " LIMIT 1"
				var raw []byte
				var key any
				if err := w.SQL.QueryRow("SELECT "+place.key+", "+place.column+" FROM "+place.table+where).Scan(&key, &raw); err != nil {
					t.Fatal(err)
				}
				set := func(value []byte) {
					var v any = value
					if place.text {
						v = string(value)
					}
					if c.do("UPDATE "+place.table+" SET "+place.column+" = ? WHERE "+place.key+" = ?", v, key) == 0 {
						t.Fatal("nothing was changed")
					}
				}
				defer set(raw)
				bits := bitsOf(raw, place.text, place.log)
				for _, i := range testkit.Sample(t, 8, len(bits)) {
					if i%step != step-1 {
						continue
					}
					bit := bits[i]
					changed := bytes.Clone(raw)
					changed[bit/8] ^= 1 << (bit % 8)
					set(changed)
					if !noticed(t, w, place.log) {
						t.Errorf("nobody notices bit %d of byte %d: %q", bit%8, bit/8, changed[max(0, bit/8-8):min(len(changed), bit/8+8)])
					}
				}
			})
		}
		c.undo()
		sound(t, w, "when all is put back")
	})
}

// bitsOf are the bits of a value that are flipped. A text stays one that both
// databases take, so that its eighth bits are left alone.
func bitsOf(raw []byte, text, cheap bool) (bits []int) {
	part := 3
	if cheap {
		part = 80
	}
	for i := range raw {
		if near := i < part || i >= len(raw)-part || i >= len(raw)/2 && i < len(raw)/2+part; !near {
			continue
		}
		for bit := range 8 {
			if flipped := raw[i] ^ 1<<bit; !text || raw[i] < 0x80 && flipped < 0x80 && flipped != 0 {
				bits = append(bits, 8*i+bit)
			}
		}
	}
	return bits
}

// noticed tells whether the doctor finds anything, or cannot read what is there.
func noticed(t *testing.T, w *certifytest.World, log bool) bool {
	t.Helper()
	if !log {
		found, err := w.Certify.Doctor(ctx)
		return err != nil || len(found) > 0
	}
	var found []words.Sentence
	err := w.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		found, err = translog.Examine(ctx, kept.On(tx))
		return err
	})
	return err != nil || len(found) > 0
}

// attestedWorld is a world with one certificate and one logged day.
func attestedWorld(t *testing.T, w *certifytest.World) *certifytest.World {
	t.Helper()
	w.Certified()
	logged(t, w)
	if _, err := w.WorkOff("status-lists"); err != nil {
		t.Fatal(err)
	}
	sound(t, w, "before it all")
	return w
}
