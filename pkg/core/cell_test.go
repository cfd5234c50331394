package core

import "testing"

func TestInertCell(t *testing.T) {
	for cell, want := range map[string]string{"": "", "Ana": "Ana", "=1": "'=1", "+1": "'+1", "-1": "'-1", "@a": "'@a", "\ta": "'\ta", "a=1": "a=1"} {
		if got := InertCell(cell); got != want {
			t.Errorf("%q becomes %q, want %q", cell, got, want)
		}
	}
}
