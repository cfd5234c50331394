package core

import "testing"

func TestNameKey(t *testing.T) {
	for name, key := range map[string]string{
		"Ada Example": "ada example", "EXAMPLE, ADA M.": "ada example", "Ada Maria Example, Jr.": "ada example", "José Núñez": "jose nunez", "Jose\u0301 Nu\u0301n\u0303ez": "jose nunez",
		"O'Neil, Siobhán": "oneil siobhan", "Siobhan O’Neil": "oneil siobhan", "Ada Smith-Jones": "ada jones", "Cher": "cher", " , ": "", "Ada Example LMT": "ada example",
	} {
		if got := NameKey(name); got != key {
			t.Errorf("%q gives %q, want %q", name, got, key)
		}
	}
}
