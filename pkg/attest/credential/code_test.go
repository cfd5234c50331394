package credential

import (
	"crypto/rand"
	"errors"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func newCode(t testing.TB) Code {
	t.Helper()
	code, err := NewCode(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

func TestNewCode(t *testing.T) {
	form := regexp.MustCompile(`^([0-9A-HJKMNP-TV-Z]{4}-){6}[0-9A-HJKMNP-TV-Z]{4}$`)
	seen := map[Code]bool{}
	for range 1_000 {
		code := newCode(t)
		if !form.MatchString(string(code)) || seen[code] {
			t.Fatalf("code %s", code)
		}
		seen[code] = true
	}
	if _, err := NewCode(strings.NewReader("short")); err == nil {
		t.Error("a code from five bytes")
	}
}

func TestParseCode_AsPeopleWrite(t *testing.T) {
	code := newCode(t)
	sloppy := strings.NewReplacer("0", "o", "1", "l")
	for name, written := range map[string]string{
		"as printed": string(code),
		"compact":    code.Compact(),
		"lower case": strings.ToLower(string(code)),
		"spaces":     "  " + strings.ReplaceAll(string(code), "-", " ") + "\n",
		"dashes":     strings.ReplaceAll(string(code), "-", " – "),
		"misread":    sloppy.Replace(string(code)),
		"misread, I": strings.ReplaceAll(string(code), "1", "I"),
	} {
		if got, err := ParseCode(written); err != nil || got != code {
			t.Errorf("%s, %q: %s, %v", name, written, got, err)
		}
	}
}

func TestParseCode_Refused(t *testing.T) {
	code := newCode(t).Compact()
	for _, text := range []string{"", "-", code[1:], code + "0", code[:27] + "U", code[:27] + "!", code[:27] + "é", strings.Repeat("0", 10_000)} {
		if got, err := ParseCode(text); !errors.Is(err, ErrCode) {
			t.Errorf("%q: %s, %v", text, got, err)
		}
	}
}

func TestParseCode_FindsSlips(t *testing.T) {
	random := rapid.SliceOfN(rapid.Byte(), codePayload, codePayload)
	rapid.Check(t, func(t *rapid.T) {
		code, err := NewCode(strings.NewReader(string(random.Draw(t, "random"))))
		if err != nil {
			t.Fatal(err)
		}
		slip := []byte(code.Compact())
		i := rapid.IntRange(0, len(slip)-1).Draw(t, "place")
		if rapid.Bool().Draw(t, "exchange") {
			j := rapid.IntRange(0, len(slip)-1).Draw(t, "other place")
			slip[i], slip[j] = slip[j], slip[i]
		} else {
			slip[i] = codeAlphabet[rapid.IntRange(0, 31).Draw(t, "character")]
		}
		if _, err := ParseCode(string(slip)); (err == nil) != (string(slip) == code.Compact()) {
			t.Fatalf("%s read as %s: %v", code, slip, err)
		}
	})
}
