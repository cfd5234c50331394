package core

import (
	"bytes"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"testing"
	"testing/iotest"
	"time"
)

func source(at time.Time) Source {
	return Source{Clock: func() time.Time { return at }, Rand: rand.NewChaCha8([32]byte{1})}
}

func TestNewID(t *testing.T) {
	at := time.Date(2026, 11, 23, 10, 0, 0, 123_456_000, time.UTC)
	id := NewID[EntryID](source(at))
	if id[6]>>4 != 7 || id[8]>>6 != 2 {
		t.Errorf("%s is no UUID of version 7", id)
	}
	if got := time.UnixMilli(int64(id[0])<<40 | int64(id[1])<<32 | int64(id[2])<<24 | int64(id[3])<<16 | int64(id[4])<<8 | int64(id[5])); !got.Equal(at.Truncate(time.Millisecond)) {
		t.Errorf("%s holds the time %s", id, got)
	}
	for _, step := range []time.Duration{time.Microsecond, 500 * time.Microsecond, time.Millisecond, time.Hour} {
		later := NewID[EntryID](source(at.Add(step)))
		if later.String() <= id.String() {
			t.Errorf("%s, made %s later, is not after %s", later, step, id)
		}
	}
	s := source(at)
	if NewID[EntryID](s) == NewID[EntryID](s) {
		t.Error("two identifiers of one moment are equal")
	}
}

func TestNewID_ErrNoRandomness(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("an identifier was made without random bytes")
		}
	}()
	NewID[EntryID](Source{Clock: time.Now, Rand: iotest.ErrReader(errors.New("empty"))})
}

func TestSource_Now(t *testing.T) {
	zone := time.FixedZone("", 3600)
	got := source(time.Date(2026, 1, 2, 3, 4, 5, 6789, zone)).Now()
	if got.Location() != time.UTC || got.Nanosecond() != 6000 {
		t.Errorf("now is %s", got)
	}
}

func TestID_RoundTrip(t *testing.T) {
	id := NewID[EntryID](source(time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)))
	type holder struct {
		ID   EntryID  `json:"id"`
		None CreditID `json:"none"`
	}
	b, err := json.Marshal(holder{ID: id})
	if err != nil || !bytes.Contains(b, []byte(`"none":""`)) {
		t.Fatalf("%s, %v", b, err)
	}
	var back holder
	if err := json.Unmarshal(b, &back); err != nil || back.ID != id || !back.None.IsZero() {
		t.Errorf("%s is read back as %+v, %v", b, back, err)
	}
	stored, err := id.Value()
	if err != nil || stored != id.String() {
		t.Errorf("stored as %v, %v", stored, err)
	}
	if none, err := (EntryID{}).Value(); none != nil || err != nil {
		t.Errorf("none is stored as %v, %v", none, err)
	}
	for _, src := range []any{id.String(), []byte(id.String()), id[:], [16]byte(id)} {
		var got EntryID
		if err := got.Scan(src); err != nil || got != id {
			t.Errorf("%T is read as %s, %v", src, got, err)
		}
	}
	got := id
	if err := got.Scan(nil); err != nil || !got.IsZero() {
		t.Errorf("NULL is read as %s, %v", got, err)
	}
	if err := got.Scan(7); err == nil {
		t.Error("a number was read as an identifier")
	}
}

func TestParseID_Err(t *testing.T) {
	for _, s := range []string{"", "x", "01890a5dac96774bbcceb302099a8057", "01890a5d-ac96-774b-bcce-b302099a805", "01890a5d-ac96-774b-bcce-b302099a805g", "01890a5d_ac96_774b_bcce_b302099a8057"} {
		if id, err := ParseID[EntryID](s); CodeOf(err) != "bad_id" || !id.IsZero() {
			t.Errorf("%q gives %s, %v", s, id, err)
		}
	}
}
