package core

import (
	"crypto/rand"
	"strconv"
	"testing"
	"time"
)

func TestAfterID(t *testing.T) {
	id := NewID[EntryID](Source{Clock: time.Now, Rand: rand.Reader})
	for _, c := range []struct {
		cursor string
		want   EntryID
		code   string
	}{
		{"", EntryID{}, ""},
		{EncodeCursor("entries", id.String()), id, ""},
		{EncodeCursor("credits", id.String()), EntryID{}, "bad_cursor"},
		{EncodeCursor("entries", "seven"), EntryID{}, "bad_cursor"},
		{EncodeCursor("entries", id.String(), "more"), EntryID{}, "bad_cursor"},
		{"?", EntryID{}, "bad_cursor"},
	} {
		got, err := AfterID[EntryID]("entries", c.cursor)
		if got != c.want || CodeOf(err) != c.code {
			t.Errorf("AfterID(%q) = %v, %v; want %v, %q", c.cursor, got, err, c.want, c.code)
		}
	}
}

func TestListOf(t *testing.T) {
	full := ListOf("numbers", []int{1, 2, 3}, 2, strconv.Itoa)
	if len(full.Items) != 2 || full.Next != EncodeCursor("numbers", "2") {
		t.Errorf("three rows for a page of two: %+v", full)
	}
	last := ListOf("numbers", []int{1, 2}, 2, strconv.Itoa)
	if len(last.Items) != 2 || last.Next != "" {
		t.Errorf("two rows for a page of two: %+v", last)
	}
}
