package table_test

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/table"
)

func tell(header []string, records [][]string, lines []int) string {
	return fmt.Sprintf("%q, then %q in lines %v", header, records, lines)
}

// What is as large as it may be is read, and what is larger by one is not.
func TestReader_Limits(t *testing.T) {
	t.Parallel()
	const text = "email,name\na,Ann\nb,\"Bo\nMcLee\"\n"
	longest := int64(len("b,\"Bo\nMcLee\"\n"))
	for name, test := range map[string]struct {
		set  func(l *table.Limits, beyond int64)
		text string
		code string
		says string
	}{
		"bytes of the file": {
			func(l *table.Limits, beyond int64) { l.File = int64(len(text)) - beyond }, text,
			"file_too_large", "Import it in parts.",
		},
		"bytes of a record": {
			func(l *table.Limits, beyond int64) { l.Record = longest - beyond }, text,
			"record_too_large", "Row 2 (line 3): A row is larger than 0 kB.",
		},
		"a record behind a byte order mark": {
			func(l *table.Limits, beyond int64) { l.Record = longest - beyond }, "\ufeff" + text,
			"record_too_large", "Row 2 (line 3): A row is larger than 0 kB.",
		},
		"bytes of the header": {
			func(l *table.Limits, beyond int64) { l.Record = 12 - beyond }, "email,names\n",
			"record_too_large", "The first line: A row is larger than 0 kB.",
		},
		"records": {
			func(l *table.Limits, beyond int64) { l.Records = 2 - int(beyond) }, text,
			"too_many_records", "This file has more than 1 rows. Import it in parts.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			just, less := limits, limits
			test.set(&just, 0)
			test.set(&less, 1)
			if _, _, _, err := readAll(strings.NewReader(test.text), just); err != nil {
				t.Errorf("what is just allowed: %v", err)
			}
			_, _, _, err := readAll(strings.NewReader(test.text), less)
			if core.CodeOf(err) != test.code || core.AsFault(err).Kind != core.KindTooLarge || !strings.Contains(err.Error(), test.says) {
				t.Errorf("what is larger by one: %v, want %s that says %q", err, test.code, test.says)
			}
		})
	}
}

// Anyone who goes on after a fault of size is told it again, and takes no more of
// the source.
func TestReader_Limits_Again(t *testing.T) {
	t.Parallel()
	small := limits
	small.File, small.Records = 64<<10, 1<<20
	for name, test := range map[string]struct {
		text, code string
		most       int64
	}{
		"a record without an end": {`"a`, "record_too_large", limits.Record + 2*table.Slack},
		"a file without an end":   {"a,b\n", "file_too_large", small.File + table.Slack},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			source := &endless{text: test.text}
			r, _, err := table.Open(io.MultiReader(strings.NewReader("email,name\n"), source), small)
			for err == nil {
				_, err = r.Next()
			}
			read := source.read
			_, again := r.Next()
			if core.CodeOf(err) != test.code || core.CodeOf(again) != test.code {
				t.Errorf("%v, then %v", err, again)
			}
			if read > test.most || source.read != read {
				t.Errorf("took %d bytes, at most %d, and then %d more", read, test.most, source.read-read)
			}
		})
	}
}

// A fault says where it is as someone finds it in an editor, also behind
// records of several lines and empty ones.
func TestReader_Refuses_Where(t *testing.T) {
	t.Parallel()
	const before = "email,name\n\na,\"Ann\n\nLee\"\n\n" // record 2 begins in line 7
	for name, test := range map[string]struct{ text, code, says string }{
		"Latin-1":            {before + "b,Andr\xe9\n", "not_utf8", "Row 2 (line 7): Field 2 is not UTF-8"},
		"a NUL byte":         {before + "\"b\n\",\x00\n", "nul_byte", "Row 2 (line 7): Field 2 has a NUL byte."},
		"a NUL in header":    {"email,na\x00me\n", "nul_byte", "The first line: Field 2 has a NUL byte."},
		"quotes":             {before + "\"b\nc\"d,e\n", "bad_csv", "Row 2 (line 7): The quotes in line 8, column 2 are wrong."},
		"quotes in header":   {"em\"ail,name\n", "bad_csv", "The first line: The quotes in line 1, column 3 are wrong."},
		"an open quote":      {before + "b,\"c\n\n", "bad_csv", "Row 2 (line 7): The quotes in line 8"},
		"a record too large": {before + "b,\"" + strings.Repeat("c\n", 1<<10) + "\"\n", "record_too_large", "Row 2 (line 7): A row is larger than 1 kB."},
		"one without an end": {before + "b,\"" + strings.Repeat("c", 64<<10), "record_too_large", "Row 2: A row is larger than 1 kB. Either a quote is not closed, or this is not a CSV file."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, records, _, err := readAll(strings.NewReader(test.text), limits)
			if core.CodeOf(err) != test.code || err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("%v (%s), want %s that says %q", err, core.CodeOf(err), test.code, test.says)
			}
			if behind := strings.HasPrefix(test.text, before); behind && len(records) != 1 {
				t.Errorf("read %q before the fault", records)
			}
		})
	}
}
