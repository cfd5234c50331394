package core

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestFault(t *testing.T) {
	wrapped := fmt.Errorf("log: %w", Conflict("entry_overlap", "other words"))
	if !errors.Is(wrapped, ErrOverlap) || errors.Is(wrapped, ErrDuplicate) || CodeOf(wrapped) != "entry_overlap" {
		t.Errorf("%v is not known by its code", wrapped)
	}
	if AsFault(errors.New("disk")) != nil || CodeOf(nil) != "" {
		t.Error("not every error is a fault")
	}
}

func TestCollect(t *testing.T) {
	var c Collect
	if c.Err() != nil {
		t.Error("nothing was wrong")
	}
	if err := c.Check("name", Invalid("required", "Needed.")); err != nil {
		t.Error(err)
	}
	if f := AsFault(c.Err()); f.Code != "required" || f.Fields[0].Name != "name" {
		t.Errorf("one field gives %+v", f)
	}
	if err := c.Check("email", InvalidField("address", "bad_email", "No address.")); err != nil {
		t.Error(err)
	}
	if f := AsFault(c.Err()); f.Code != "invalid" || len(f.Fields) != 2 || f.Fields[1].Name != "address" {
		t.Errorf("two fields give %+v", f)
	}
	if err := c.Check("x", errors.New("disk")); err == nil {
		t.Error("an error of our own was taken for an input's")
	}
}

func TestText(t *testing.T) {
	if s, err := CleanText("  Ana \u00a0 ", 1, 10); err != nil || s != "Ana" {
		t.Errorf("%q, %v", s, err)
	}
	for s, code := range map[string]string{" ": "required", "ab": "too_short", strings.Repeat("ö", 11): "too_long", "a\nbcd": "bad_character", "abc\x00": "bad_character", "Ana \xff": "bad_character"} {
		if _, err := CleanText(s, 3, 10); CodeOf(err) != code {
			t.Errorf("%q gives %v, want %s", s, err, code)
		}
	}
	if s, err := CleanNote("a\r\n\tb", 0, 10); err != nil || s != "a\n\tb" {
		t.Errorf("%q, %v", s, err)
	}
	if s, err := NormalizeEmail(" Ana@Brightwater.Example "); err != nil || s != "ana@brightwater.example" {
		t.Errorf("%q, %v", s, err)
	}
	for _, s := range []string{"", "ana", "ana@", "Ana <ana@x.example>", "a b@x.example", strings.Repeat("a", 250) + "@x.example"} {
		if _, err := NormalizeEmail(s); CodeOf(err) != "bad_email" {
			t.Errorf("%q gives %v", s, err)
		}
	}
}
