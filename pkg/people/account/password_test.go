package account

import (
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/core"
)

func TestCheckPassword(t *testing.T) {
	for password, want := range map[string]string{
		"violet-otter-crane-9":         "",
		"brightwater-demo-2026":        "",
		"Der Mond scheint hell.":       "",
		"пароль из слов":               "",
		"qj3 xk9 vbz 7tr":              "",
		"kurz":                         "password_too_short",
		"elevenchars":                  "password_too_short",
		strings.Repeat("kestrel", 19):  "password_too_long",
		"password1234":                 "password_common",
		"Passw0rd!!!!":                 "password_common",
		"P@$$w0rd2026":                 "password_common",
		"qwertyuiop12":                 "password_common",
		"1q2w3e4r5t6y":                 "password_common",
		"123456789012":                 "password_common",
		"aaaaaaaaaaaa":                 "password_common",
		"abababababab":                 "password_common",
		"iloveyouiloveyou":             "password_common",
		"sunshine-princess":            "password_common",
		"Welcome.2026.":                "password_common",
		"correct horse battery staple": "password_common",
		"09876543210987":               "password_common",
		"maya.lopez@x":                 "password_personal",
		"Lopez-2026-maya":              "password_personal",
		"palmar-palmar-1":              "password_personal",
		"\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8\xf7\xf6\xf5\xf4": "bad_character",
	} {
		if got := core.CodeOf(CheckPassword(password, "maya.lopez@example.org", "Maya López Lopez")); got != want {
			t.Errorf("%q: got %q, want %q", password, got, want)
		}
	}
}

func TestHasher_Default(t *testing.T) {
	h := newHasher(Options{}.Cost)
	hash, err := h.make(t.Context(), "violet-otter-crane-9")
	if err != nil || !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Fatalf("%s, %v: anyone who says nothing must get the OWASP minimum", hash, err)
	}
	if fits, outdated, err := h.check("violet-otter-crane-9", hash); !fits || outdated || err != nil {
		t.Errorf("the password does not fit its hash: %v %v %v", fits, outdated, err)
	}
	if fits, _, err := h.check("violet-otter-crane-8", hash); fits || err != nil {
		t.Errorf("another password fits: %v %v", fits, err)
	}
}

func TestHasher_Outdated(t *testing.T) {
	hash, err := newHasher(Cost{Memory: 8, Passes: 1}).make(t.Context(), "violet-otter-crane-9")
	if err != nil {
		t.Fatal(err)
	}
	if fits, outdated, err := newHasher(Cost{}).check("violet-otter-crane-9", hash); !fits || !outdated || err != nil {
		t.Errorf("a hash of another cost must fit and be made again: %v %v %v", fits, outdated, err)
	}
}

func TestHasher_Nobody(t *testing.T) {
	h := newHasher(Cost{})
	fits, outdated, err := h.check("anything at all", "")
	if fits || outdated || err != nil {
		t.Fatalf("nobody's password must never fit: %v %v %v", fits, outdated, err)
	}
	if !strings.Contains(h.nobody, "$m=19456,t=2,p=1$") || h.params.Memory != 19456 || h.params.Iterations != 2 || h.params.Parallelism != 1 {
		t.Fatal("nobody's hash must cost what a real one costs")
	}
}

func FuzzCheckPassword(f *testing.F) {
	f.Add("Passw0rd!!!!", "a@example.org", "A")
	f.Add("", "", "")
	f.Add("1qaz2wsx3edc", "@", "  ")
	f.Fuzz(func(t *testing.T, password, email, name string) {
		if err := CheckPassword(password, email, name); err != nil && core.AsFault(err) == nil {
			t.Fatal(err)
		}
	})
}
