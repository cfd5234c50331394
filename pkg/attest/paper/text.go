package paper

import (
	"embed"
	"fmt"
	"html/template"
	"strings"
	"sync"
	"unicode"

	"github.com/carlos7ags/folio/font"
	"golang.org/x/text/unicode/norm"

	"github.com/palmar/palmar/pkg/core"
)

//go:embed fonts/*.ttf
var fonts embed.FS

// A face is a family of the style sheet; the first that has a character prints
// it. RTL scripts are written from right to left.
type face struct {
	class, file string
	rtl         bool
}

var faces = []face{
	{"latin", "NotoSans-Regular.ttf", false},
	{"arabic", "NotoNaskhArabic-Regular.ttf", true},
	{"hebrew", "NotoSansHebrew-Regular.ttf", true},
	{"devanagari", "NotoSansDevanagari-Regular.ttf", false},
	{"thai", "NotoSansThai-Regular.ttf", false},
	{"han", "DroidSansFallback.ttf", false},
}

var coverage = sync.OnceValue(func() []font.Face {
	out := make([]font.Face, len(faces))
	for i, f := range faces {
		raw, err := fonts.ReadFile("fonts/" + f.file)
		if err == nil {
			out[i], err = font.ParseTTF(raw)
		}
		if err != nil {
			panic(fmt.Sprintf("paper: the font %s: %v", f.file, err)) // it is part of the program
		}
	}
	return out
})

// faceOf is the face that prints a character; a face that prints what stands
// before it goes on, so that spaces and digits tear no word apart.
func faceOf(r rune, before int) (int, error) {
	has := func(i int) bool { return coverage()[i].GlyphIndex(r) != 0 }
	if before > 0 && !unicode.IsLetter(r) && has(before) {
		return before, nil
	}
	for i := range faces {
		if has(i) {
			return i, nil
		}
	}
	return 0, core.Conflict("unprintable", "r", r, "r2", fmt.Sprintf("%U", r))
}

// runs writes a text as HTML, each stretch of one script in its own face.
// Characters that only steer the direction of writing are left to the scripts.
// It notes the faces in used.
func runs(text string, used map[string]bool) (template.HTML, error) {
	var out strings.Builder
	var run []rune
	current := -1
	flush := func() {
		var after []rune
		if current > 0 && faces[current].rtl {
			run, after = trailing(run)
		}
		switch escaped := template.HTMLEscapeString(string(run)); {
		case current < 1:
			out.WriteString(escaped)
		case faces[current].rtl:
			fmt.Fprintf(&out, `<span class="%s" dir="rtl">%s</span>`, faces[current].class, escaped)
		default:
			fmt.Fprintf(&out, `<span class="%s">%s</span>`, faces[current].class, escaped)
		}
		run = after
	}
	for _, r := range norm.NFC.String(text) {
		if unicode.Is(unicode.Cf, r) {
			continue
		}
		at, err := faceOf(r, current)
		if err != nil {
			return "", err
		}
		if at != current {
			flush()
			current = at
			used[faces[at].class] = true
		}
		run = append(run, r)
	}
	flush()
	out.WriteString(template.HTMLEscapeString(string(run)))
	return template.HTML(out.String()), nil //nolint:gosec // escaped above
}

// trailing takes what is no word off the end of a run: a closing bracket
// belongs to what follows.
func trailing(run []rune) (words, rest []rune) {
	end := len(run)
	for end > 0 && !unicode.In(run[end-1], unicode.L, unicode.M, unicode.N) {
		end--
	}
	return run[:end:end], run[end:]
}

// rightToLeft tells whether the first letter of a text is written so.
func rightToLeft(text string) bool {
	for _, r := range text {
		if unicode.IsLetter(r) {
			return unicode.In(r, unicode.Arabic, unicode.Hebrew)
		}
	}
	return false
}
