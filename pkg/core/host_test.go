package core

import "testing"

func TestAddress(t *testing.T) {
	for address, want := range map[string]string{
		"HTTPS://Palmar.Example:8443/Schools/X?Q=A#B": "https://palmar.example:8443/Schools/X?Q=A#B",
		"https://PALMAR.example":                      "https://palmar.example",
		"https://palmar.example?A":                    "https://palmar.example?A",
		"/Path/Only":                                  "/Path/Only",
		"did:web:Palmar.example":                      "did:web:Palmar.example",
		"":                                            "",
	} {
		if got := Address(address); got != want {
			t.Errorf("%s: %s, want %s", address, got, want)
		}
	}
}
