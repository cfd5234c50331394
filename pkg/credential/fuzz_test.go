package credential

import (
	"testing"
)

// FuzzVerify looks for a document that ends the program, takes for ever, or is
// valid without being one that was issued.
func FuzzVerify(f *testing.F) {
	key := testKey(f, 7)
	completion, specialty := completionClaim(key), specialtyClaim(key)
	f.Add(issue(f, completion, key))
	f.Add(issue(f, specialty, key))
	f.Fuzz(func(t *testing.T, raw []byte) {
		report := check(t, raw)
		if len(report.Checks) == 0 {
			t.Fatal("nothing was checked")
		}
		if report.Outcome != Valid {
			return
		}
		said := [...]any{report.ID, report.SubjectName, report.Title, report.Minutes, report.ValidUntil}
		if said != [...]any{completion.ID, completion.Subject.Name, completion.Title, completion.Hours.Total.Minutes, completion.ValidUntil} &&
			said != [...]any{specialty.ID, specialty.Subject.Name, specialty.Title, int64(0), specialty.ValidUntil} {
			t.Fatalf("valid, and never issued: %+v\n%s", report, raw)
		}
	})
}

// FuzzParseCode looks for a code that does not read back as itself.
func FuzzParseCode(f *testing.F) {
	f.Add("0000-0000-0000-0000-0000-0000-0000")
	f.Add("oooo iiii llll")
	f.Fuzz(func(t *testing.T, text string) {
		code, err := ParseCode(text)
		if err != nil {
			return
		}
		if again, err := ParseCode(code.Compact()); err != nil || again != code {
			t.Fatalf("%q is %s, which is %s, %v", text, code, again, err)
		}
	})
}
