package attendance

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/standard"
)

// FuzzRead holds whatever Read accepts against the laws of a report, and
// against encoding/csv reading the whole file at once.
func FuzzRead(f *testing.F) {
	opt, data := small(f)
	f.Add(data)
	f.Add([]byte(header))
	f.Add([]byte(header + row() + "\n" + row("b@x.example", `"B, ""C"""`)))
	f.Add([]byte(header + `"a`))
	f.Fuzz(func(t *testing.T, data []byte) {
		report, err := Read(bytes.NewReader(data), opt)
		if err != nil {
			if core.AsFault(err) == nil {
				t.Fatalf("gives no fault: %v", err)
			}
			return
		}
		if plain := !bytes.ContainsAny(data, ";|\t\r") && bytes.HasPrefix(bytes.TrimPrefix(data, []byte("\ufeff")), []byte("email,")) && utf8.Valid(data); plain {
			whole := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(data), "\ufeff")))
			whole.FieldsPerRecord = -1
			if rows, err := whole.ReadAll(); err == nil && len(rows)-1 != report.Records {
				t.Fatalf("%d records; encoding/csv reads %d rows", report.Records, len(rows))
			}
		}
		sum := 0
		for _, n := range report.Tally {
			sum += n
		}
		if sum != report.Records || len(report.Accepted)+len(report.Refused) != sum || report.Tally[OK] != len(report.Accepted) {
			t.Fatalf("%d records, tally %v", report.Records, report.Tally)
		}
		for i, a := range report.Accepted {
			s := a.Session
			if s.Minutes <= 0 || s.Break < 0 || !s.Start.Before(s.End) || s.Date.After(opt.AsOf) || a.Unchanged {
				t.Fatalf("accepted: %+v", a)
			}
			for _, b := range report.Accepted[:i] {
				if strings.EqualFold(a.Email, b.Email) && a.Session.Overlaps(b.Session) {
					t.Fatalf("both accepted: %+v and %+v", a, b)
				}
			}
		}
		Summarize(report, standard.Demo(), opt.AsOf)
	})
}
