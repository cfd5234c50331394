package credential

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func testRecord(t testing.TB, lines int) *Record {
	t.Helper()
	out := make([]json.RawMessage, lines)
	for i := range out {
		out[i] = fmt.Appendf(nil, `{"date":"2026-01-%02d","subject":"technique","minutes":%d}`, i%28+1, 60+i)
	}
	r, err := NewRecord(bytes.Repeat([]byte{5}, 32), out)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRecord(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := testRecord(t, rapid.IntRange(1, 70).Draw(rt, "lines"))
		commitment, err := r.Commitment()
		if err != nil {
			rt.Fatal(err)
		}
		if read, ok := parseCommitment(commitment.address()); !ok || read != commitment {
			rt.Fatalf("%s reads as %v", commitment.address(), read)
		}
		i := rapid.IntRange(0, len(r.lines)-1).Draw(rt, "line")
		shown, err := r.Show(i)
		if err != nil || commitment.Check(shown[0]) != nil {
			rt.Fatalf("line %d: %v, %v", i, err, commitment.Check(shown[0]))
		}
		changed := shown[0]
		changed.Line = bytes.Replace(changed.Line, []byte(`"minutes":`), []byte(`"minutes":1`), 1)
		moved := shown[0]
		moved.Index = (moved.Index + 1) % int64(len(r.lines))
		unsalted := shown[0]
		unsalted.Salt = make([]byte, saltSize)
		for name, s := range map[string]Shown{"changed": changed, "unsalted": unsalted, "moved": moved} {
			if name == "moved" && len(r.lines) == 1 {
				continue
			}
			if commitment.Check(s) == nil {
				rt.Fatalf("line %d, %s: accepted", i, name)
			}
		}
	})
}

func TestVerify_Disclosure(t *testing.T) {
	key, jwtKey := testKey(t, 7), testJWTKey(t, 7)
	r := testRecord(t, 40)
	commitment, err := r.Commitment()
	if err != nil {
		t.Fatal(err)
	}
	claim := completionClaim(key)
	claim.Record = &commitment
	signed := issue(t, claim, key)
	claim.Issuer.DID = DIDKey(jwtKey.Public())
	jwt, err := json.Marshal(string(issueJWT(t, claim, jwtKey)))
	if err != nil {
		t.Fatal(err)
	}
	shown, err := r.Show(0, 3, 39)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]json.RawMessage{"proof": signed, "JWT": jwt} {
		raw, err := json.MarshalIndent(Disclosure{Credential: c, Lines: shown}, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		if report := check(t, raw); report.Outcome != Valid || len(report.Lines) != 3 {
			t.Errorf("%s: %+v", name, report)
		}
		for what, change := range map[string][2]string{"minutes": {`"minutes": 63`, `"minutes": 93`}, "date": {"2026-01-04", "2026-01-05"}, "index": {`"index": 3,`, `"index": 4,`}} {
			changed := strings.Replace(string(raw), change[0], change[1], 1)
			if changed == string(raw) {
				t.Fatalf("%s changes nothing", what)
			}
			report := check(t, []byte(changed))
			if failed, _ := report.Failed(); report.Outcome != NotValid || failed.Name != CheckLines {
				t.Errorf("%s, %s: %+v", name, what, report)
			}
		}
	}
	none, err := json.Marshal(Disclosure{Credential: issue(t, completionClaim(key), key), Lines: shown})
	if err != nil {
		t.Fatal(err)
	}
	if report := check(t, none); report.Outcome != NotValid {
		t.Errorf("a credential without a commitment: %+v", report)
	}
}

func TestNewRecord_Err(t *testing.T) {
	seed := make([]byte, 32)
	if _, err := NewRecord(seed, nil); err == nil {
		t.Error("a record of nothing")
	}
	if _, err := NewRecord(seed[:8], []json.RawMessage{[]byte("{}")}); err == nil {
		t.Error("a short seed")
	}
	if _, err := testRecord(t, 3).Show(3); err == nil {
		t.Error("a line that is not there")
	}
}

// However a program writes a line, it is the line that was hashed.
func TestPlainJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		line := map[string]any{rapid.String().Draw(t, "name"): rapid.String().Draw(t, "text"), "minutes": rapid.Int().Draw(t, "minutes")}
		hashed, err := json.Marshal(line)
		if err != nil {
			t.Fatal(err)
		}
		var other bytes.Buffer
		encoder := json.NewEncoder(&other)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", "  ")
		if err := encoder.Encode(line); err != nil {
			t.Fatal(err)
		}
		for _, written := range [][]byte{hashed, other.Bytes()} {
			if plain, err := plainJSON(written); err != nil || !bytes.Equal(plain, hashed) {
				t.Fatalf("%s became %s, %v", written, plain, err)
			}
		}
	})
	for _, text := range []string{"", `"`, `"\`, `"a\"`, `{"a":}`, `{"a"`} {
		if plain, err := plainJSON([]byte(text)); err == nil {
			t.Errorf("%s became %s", text, plain)
		}
	}
}

// A commitment whose lines come one after the other is that of the whole record.
func TestCommitting(t *testing.T) {
	seed := bytes.Repeat([]byte{3}, 32)
	var lines []json.RawMessage
	c, err := NewCommitting(seed)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Commitment(); err == nil {
		t.Error("a record without lines has a commitment")
	}
	for n := range 70 {
		line := json.RawMessage(strconv.Itoa(n))
		lines = append(lines, line)
		c.Add(line)
		whole, err := NewRecord(seed, lines)
		if err != nil {
			t.Fatal(err)
		}
		want, err := whole.Commitment()
		if err != nil {
			t.Fatal(err)
		}
		if got, err := c.Commitment(); err != nil || got != want {
			t.Errorf("%d lines: %v, %v, want %v", n+1, got, err, want)
		}
	}
	if _, err := NewCommitting(nil); err == nil {
		t.Error("no seed is none")
	}
}
