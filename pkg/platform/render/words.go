package render

import (
	"fmt"
	"html/template"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/palmar/palmar/pkg/words"
)

// A template asks for its sentences by id, and they take their places before it is
// parsed, so that a sentence costs nothing at run time and is escaped as what stands
// around it is:
//
//	{{t "logbook.entry.signed" "name" .SignedByName}}
//	{{template "empty" (dict "Title" (t "logbook.inbox.nothing_waits"))}}
//
// A sentence may have the tags within it; the names of its arguments become what
// the template gives for them.
var (
	sentence = regexp.MustCompile(`\{\{(-? ?)t "([^"]+)"((?:[^"}]|"(?:[^"\\]|\\.)*")*?)( ?-?)\}\}`)
	literal  = regexp.MustCompile(`\(t "([^"]+)"\)`)
	argument = regexp.MustCompile(`\{\{\.(\w+)\}\}`)
)

// parse adds files of fsys to a template, each under its own name.
func parse(t *template.Template, l *words.Language, fsys fs.FS, patterns ...string) (*template.Template, error) {
	for _, pattern := range patterns {
		files, err := fs.Glob(fsys, pattern)
		if err == nil && len(files) == 0 {
			err = fmt.Errorf("no file is called %s", pattern)
		}
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			source, err := fs.ReadFile(fsys, file)
			if err != nil {
				return nil, err
			}
			text, err := written(l, string(source))
			if err == nil {
				_, err = t.New(path.Base(file)).Parse(text)
			}
			if err != nil {
				return nil, fmt.Errorf("%s: %w", file, err)
			}
		}
	}
	return t, nil
}

// written is a template with its sentences in their places.
func written(l *words.Language, source string) (string, error) {
	var wrong error
	fail := func(format string, args ...any) {
		if wrong == nil {
			wrong = fmt.Errorf(format, args...)
		}
	}
	source = literal.ReplaceAllStringFunc(source, func(found string) string {
		id := literal.FindStringSubmatch(found)[1]
		if !l.Has(id) {
			fail("the id %q has no sentence", id)
		}
		return strconv.Quote(l.Patterns(id)["other"])
	})
	source = sentence.ReplaceAllStringFunc(source, func(found string) string {
		m := sentence.FindStringSubmatch(found)
		given, err := arguments(m[3])
		if err != nil {
			fail("%s: %w", found, err)
		}
		forms := l.Patterns(m[2])
		if forms == nil {
			fail("the id %q has no sentence", m[2])
		}
		for category, form := range forms {
			forms[category] = argument.ReplaceAllStringFunc(form, func(name string) string {
				name = argument.FindStringSubmatch(name)[1]
				expr, ok := given[name]
				if !ok {
					fail("%s is not given %s", found, name)
				}
				if name == "count" {
					expr = "number (" + expr + ")"
				}
				return "{{" + expr + "}}"
			})
		}
		return trimmed(m[1], chosen(forms, given["count"]), m[4])
	})
	return source, wrong
}

// chosen is a sentence in the form that goes with a count.
func chosen(forms map[string]string, count string) string {
	said := forms["other"]
	if len(forms) == 1 {
		return said
	}
	delete(forms, "other")
	out, open := "", "{{if"
	for _, category := range slices.Sorted(maps.Keys(forms)) {
		out += open + ` eq (category (` + count + `)) "` + category + `"}}` + forms[category]
		open = "{{else if"
	}
	return out + "{{else}}" + said + "{{end}}"
}

// trimmed keeps what an action does to the white space around it.
func trimmed(before, said, after string) string {
	if strings.HasPrefix(before, "-") {
		said = `{{- ""}}` + said
	}
	if strings.HasSuffix(after, "-") {
		said += `{{"" -}}`
	}
	return said
}

// arguments reads names and expressions in turn; an expression is a field, a
// variable, or stands in parentheses.
func arguments(text string) (map[string]string, error) {
	given := map[string]string{}
	for text = strings.TrimSpace(text); text != ""; text = strings.TrimSpace(text) {
		name, rest, ok := strings.Cut(strings.TrimPrefix(text, `"`), `" `)
		if !ok || text[0] != '"' {
			return nil, fmt.Errorf("an argument's name is wanted at %s", text)
		}
		end := expression(rest)
		given[name], text = strings.TrimSuffix(strings.TrimPrefix(rest[:end], "("), ")"), rest[end:]
		if rest[0] != '(' {
			given[name] = rest[:end]
		}
	}
	return given, nil
}

// expression is where the expression ends that a text begins with.
func expression(text string) int {
	depth, quoted := 0, false
	for i, c := range text {
		switch {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '(':
			depth++
		case c == ')':
			if depth--; depth == 0 {
				return i + 1
			}
		case c == ' ' && depth == 0:
			return i
		}
	}
	return len(text)
}
