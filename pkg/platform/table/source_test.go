package table_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/palmar/palmar/pkg/core"
)

// once fails one time, and gives the end of the file after that.
type once struct{ failed bool }

func (o *once) Read([]byte) (int, error) {
	if o.failed {
		return 0, io.EOF
	}
	o.failed = true
	return 0, errUnplugged
}

// Wherever a source breaks off, what is told is what became of the source, and
// not that the file is wrong: half a record often looks like a bad one.
func TestReader_SourceFails_Anywhere(t *testing.T) {
	t.Parallel()
	const text = "\ufeff\"email\",name\r\n\"a\",\"Zoë \"\"Z\"\"\r\nLee\"\r\n\r\nb,\"Bo\"\r\n"
	for name, source := range map[string]func(start io.Reader) io.Reader{
		"for good":            func(start io.Reader) io.Reader { return io.MultiReader(start, broken{}) },
		"once":                func(start io.Reader) io.Reader { return io.MultiReader(start, &once{}) },
		"with the last bytes": func(start io.Reader) io.Reader { return iotest.DataErrReader(io.MultiReader(start, &once{})) },
		"byte by byte":        func(start io.Reader) io.Reader { return iotest.OneByteReader(io.MultiReader(start, &once{})) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for n := range len(text) + 1 {
				_, _, _, err := readAll(source(strings.NewReader(text[:n])), limits)
				if !errors.Is(err, errUnplugged) || core.AsFault(err) != nil {
					t.Errorf("broken off behind %q: %v", text[:n], err)
				}
			}
		})
	}
}

// A file is the same however few bytes of it come at a time.
func TestReader_Pieces(t *testing.T) {
	t.Parallel()
	const text = "\ufeffemail,name\r\n\r\na,\"Zoë\r\nLee\"\r\nb\r\n"
	for name, pieces := range map[string]func(io.Reader) io.Reader{
		"bytes": iotest.OneByteReader, "halves": iotest.HalfReader, "the end with the last bytes": iotest.DataErrReader,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			same(t, pieces, text)
		})
	}
}

// same holds what is read of a text in pieces against what is read of it as one.
func same(t *testing.T, pieces func(io.Reader) io.Reader, text string) {
	t.Helper()
	header, records, lines, err := readAll(strings.NewReader(text), limits)
	otherHeader, otherRecords, otherLines, otherErr := readAll(pieces(strings.NewReader(text)), limits)
	if core.CodeOf(err) != core.CodeOf(otherErr) {
		t.Errorf("%v, and in pieces %v", err, otherErr)
	}
	whole, inPieces := tell(header, records, lines), tell(otherHeader, otherRecords, otherLines)
	if whole != inPieces {
		t.Errorf("%s, and in pieces %s", whole, inPieces)
	}
}
