package sheet

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	utf "golang.org/x/text/encoding/unicode"

	"github.com/palmar/palmar/pkg/core"
)

// The encodings that are read.
const (
	UTF8        = "utf-8"
	UTF16LE     = "utf-16le"
	UTF16BE     = "utf-16be"
	Windows1252 = "windows-1252"
	Windows1250 = "windows-1250"
	MacRoman    = "macintosh"
)

// Encodings are those that a person can choose.
var Encodings = []string{UTF8, UTF16LE, UTF16BE, Windows1252, Windows1250, MacRoman}

var encodings = map[string]encoding.Encoding{
	UTF16LE: utf.UTF16(utf.LittleEndian, utf.UseBOM), UTF16BE: utf.UTF16(utf.BigEndian, utf.UseBOM),
	Windows1252: charmap.Windows1252, Windows1250: charmap.Windows1250, MacRoman: charmap.Macintosh,
}

// decoded is a text in UTF-8.
func decoded(r io.Reader, from string) io.Reader {
	if e := encodings[from]; e != nil {
		return e.NewDecoder().Reader(r)
	}
	return r
}

// encodingOf finds how a text is encoded, or takes what was chosen. UTF-8 and UTF-16
// are told by what they look like. Anything else is taken for Windows-1252 only where
// all of it reads as words of western languages do in it. Codes: which_encoding,
// unknown_encoding.
func encodingOf(f File, chosen string) (string, error) {
	if chosen != "" {
		if !slices.Contains(Encodings, chosen) {
			return "", core.InvalidField("encoding", "unknown_encoding", "encodings", Encodings)
		}
		return chosen, nil
	}
	start := make([]byte, 4<<10)
	n, err := f.ReadAt(start, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	if e := marked(start[:n]); e != "" {
		return e, nil
	}
	s := scan{}
	if err := s.read(io.NewSectionReader(f, 0, f.Size())); err != nil {
		return "", err
	}
	switch {
	case s.valid:
		return UTF8, nil
	case s.western():
		return Windows1252, nil
	}
	return "", core.InvalidField("encoding", "which_encoding", "line", s.line, "windows", s.as(charmap.Windows1252), "central", s.as(charmap.Windows1250), "mac", s.as(charmap.Macintosh))
}

// marked tells UTF-8 and UTF-16 by their byte order mark, and UTF-16 without one by the
// zero in every other byte.
func marked(start []byte) string {
	switch {
	case bytes.HasPrefix(start, []byte("\xef\xbb\xbf")):
		return UTF8
	case bytes.HasPrefix(start, []byte("\xff\xfe")):
		return UTF16LE
	case bytes.HasPrefix(start, []byte("\xfe\xff")):
		return UTF16BE
	}
	var zero [2]int
	for i, b := range start {
		if b == 0 {
			zero[i%2]++
		}
	}
	half := len(start) / 2
	switch {
	case half > 0 && zero[1] > half*3/4 && zero[0] == 0:
		return UTF16LE
	case half > 0 && zero[0] > half*3/4 && zero[1] == 0:
		return UTF16BE
	}
	return ""
}

// scan is what a look at every byte of a text finds.
type scan struct {
	valid bool
	mixed bool // some bytes are UTF-8 beyond ASCII, and some are not
	odd   bool // a byte that western words do not have there
	word  []byte
	line  int // of the first byte that is not UTF-8, and the word it stands in
}

func (s *scan) read(r io.Reader) error {
	s.valid = true
	wide, line := false, 1
	buf, kept := make([]byte, 32<<10), 0
	for {
		n, err := r.Read(buf[kept:])
		text, last := buf[:kept+n], errors.Is(err, io.EOF)
		at := 0
		for at < len(text) && (last || at < len(text)-longest) { // the end waits for its word
			c, size := utf8.DecodeRune(text[at:])
			switch {
			case c == '\n':
				line++
			case c == utf8.RuneError && size == 1:
				if s.valid {
					s.valid, s.line, s.word = false, line, wordAt(text, at)
				}
				s.odd = s.odd || !fitting(text, at)
			case size > 1:
				wide = true
			}
			at += size
		}
		kept = copy(buf, text[at:])
		if last {
			s.mixed = wide && !s.valid
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// longest is how much of a word is told.
const longest = 64

func wordAt(text []byte, at int) []byte {
	from, to := at, at
	for from > 0 && inWord(text[from-1]) && at-from < 20 {
		from--
	}
	for to < len(text) && inWord(text[to]) && to-at < 20 {
		to++
	}
	return append([]byte(nil), text[from:to]...)
}

func inWord(b byte) bool {
	return b >= 0x80 || b == '\'' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z'
}

// fitting tells whether a byte makes sense in Windows-1252 where it stands: a letter
// in a word, capital only where a capital can be, or a mark of typography that is no letter's
// place.
func fitting(text []byte, at int) bool {
	c := charmap.Windows1252.DecodeByte(text[at])
	before, after := near(text, at-1), near(text, at+1)
	switch c {
	case '’', '‘':
		return true
	case '“', '”', '–', '—', '…', '•', '§', '°', '©', '®', '™', '£', '€', '½', '¼', '¾', '\u00a0', 'º', 'ª', '·', '×':
		return !unicode.IsLetter(before) || !unicode.IsLetter(after)
	}
	if !unicode.IsLetter(c) || c == 'µ' || c == 'ƒ' {
		return false
	}
	if unicode.IsUpper(c) && unicode.IsLower(before) { // JosŽ
		return false
	}
	return unicode.IsLetter(before) || unicode.IsLetter(after)
}

func near(text []byte, at int) rune {
	if at < 0 || at >= len(text) {
		return ' '
	}
	return charmap.Windows1252.DecodeByte(text[at])
}

func (s *scan) western() bool { return !s.mixed && !s.odd }

// as is the first word that is not UTF-8, in an encoding.
func (s *scan) as(e *charmap.Charmap) string {
	text, _ := e.NewDecoder().Bytes(s.word)
	return string(text)
}
