package standard

import (
	"os"
	"testing"
)

// The packs of testdata/kinds have what no shipped pack needs yet: both sides of
// each boundary of the kinds, as a school would write them.
func TestKinds(t *testing.T) {
	all, err := Load(os.DirFS("testdata/kinds"))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range all {
		t.Run(p.Key, func(t *testing.T) {
			for _, f := range Check(p) {
				t.Error(f)
			}
		})
	}
}
