package employer

import (
	"crypto/sha256"
	"testing"

	"github.com/palmar/palmar/pkg/attest/credential"
)

func TestCache(t *testing.T) {
	c := newCache(4)
	digest := func(i int) [sha256.Size]byte { return sha256.Sum256([]byte{byte(i), byte(i >> 8)}) }
	for i := range 1000 {
		c.put(digest(i), credential.Report{Minutes: int64(i)})
		if r, ok := c.get(digest(0)); !ok || r.Minutes != 0 {
			t.Fatalf("what is asked for was forgotten after %d", i)
		}
		if n := len(c.young) + len(c.old); n > 8 {
			t.Fatalf("%d are remembered", n)
		}
	}
	if _, ok := c.get(digest(1)); ok {
		t.Error("what nobody asks for is remembered for ever")
	}
	if r, ok := c.get(digest(999)); !ok || r.Minutes != 999 {
		t.Error("the last one was forgotten")
	}
}
