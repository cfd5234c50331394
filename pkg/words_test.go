package pkg_test

import (
	"fmt"
	"go/ast"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// said is a sentence that code asks for: where, its id, and its arguments' names.
type said struct {
	at   token.Position
	id   string
	args []string
}

// sentencesIn are those of faults and of other texts that a file asks for by a
// constant id. Functions that hand an id on are not among them.
func sentencesIn(files *token.FileSet, f *ast.File) (all []said) {
	add := func(at ast.Node, id ast.Expr, args []ast.Expr) {
		s := said{at: files.Position(at.Pos())}
		if s.id = literal(id); s.id == "" {
			return
		}
		for i := 0; i < len(args); i += 2 {
			s.args = append(s.args, literal(args[i]))
		}
		all = append(all, s)
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			name := sayer(n)
			at, ok := sentenceAt[name]
			if ok && len(n.Args) > at && n.Ellipsis == token.NoPos {
				id, args := n.Args[at], n.Args[at+1:]
				if name == "NotFound" && literal(id) != "" {
					id, args = &ast.BasicLit{Kind: token.STRING, Value: strconv.Quote("not_found." + strings.ReplaceAll(literal(id), " ", "_"))}, nil
				}
				add(n, id, args)
			}
		case *ast.Field:
			if id := helpID(n); id != nil && commandLine(files.Position(n.Pos()).Filename) {
				add(n, id, nil)
			}
		case *ast.CompositeLit:
			if kind := typeName(n.Type); kind != "Fault" && kind != "Field" && n.Type != nil {
				return true
			}
			var id, code ast.Expr
			var args []ast.Expr
			for _, e := range n.Elts {
				kv, ok := e.(*ast.KeyValueExpr)
				if !ok {
					continue
				}
				switch key, _ := kv.Key.(*ast.Ident); {
				case key == nil:
				case key.Name == "ID":
					id = kv.Value
				case key.Name == "Code":
					code = kv.Value
				case key.Name == "Args":
					if list, ok := kv.Value.(*ast.CompositeLit); ok {
						args = list.Elts
					}
				}
			}
			if id == nil && typeName(n.Type) != "" {
				id = code
			}
			if id != nil && code != nil {
				add(n, id, args)
			}
		}
		return true
	})
	return all
}

// sentenceAt is which argument of a function is the id of a sentence.
var sentenceAt = map[string]int{
	"Invalid": 0, "Conflict": 0, "Forbidden": 0, "InvalidField": 1, "NotFound": 0, "Say": 0, "S": 0, "tooLarge": 0,
	"c.Add": 1, "wrong.Add": 1, "problems.Add": 1, "wrong.add": 1, "p.refuse": 1, "refuse": 2, "c.say": 1,
	"Tell": 2, "w.tell": 0, "p.add": 1, "d.say": 0, "e.say": 0, "a.problem": 0, "check.say": 1,
	"invalid": 0, "unsupported": 0, "CouldNot": 0, "l.fail": 0, "l.object": 2,
}

func sayer(c *ast.CallExpr) string {
	switch f := c.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		if x, ok := f.X.(*ast.Ident); ok && x.Name != "core" {
			name := x.Name + "." + f.Sel.Name
			if _, ok := sentenceAt[name]; ok {
				return name
			}
		}
		return f.Sel.Name
	}
	return ""
}

// commandLine tells whether a file is one of the command line's.
func commandLine(file string) bool {
	return strings.HasSuffix(filepath.ToSlash(filepath.Dir(file)), "cmd/palmar")
}

// helpID is the id in a help tag of the command line.
func helpID(f *ast.Field) ast.Expr {
	if f.Tag == nil {
		return nil
	}
	help, ok := reflect.StructTag(literal(f.Tag)).Lookup("help")
	if !ok {
		return nil
	}
	return &ast.BasicLit{ValuePos: f.Pos(), Kind: token.STRING, Value: strconv.Quote(help)}
}

func typeName(t ast.Expr) string {
	switch t := t.(type) {
	case *ast.Ident:
		return t.Name
	case *ast.SelectorExpr:
		return t.Sel.Name
	}
	return ""
}

// literal is the value of a text that stands there as such.
func literal(e ast.Expr) string {
	if b, ok := e.(*ast.BasicLit); ok && b.Kind == token.STRING {
		s, _ := strconv.Unquote(b.Value)
		return s
	}
	return ""
}

var argument = regexp.MustCompile(`\{\{\.(\w+)\}\}`)

// TestSentences holds the ids that code asks for against the message files: each
// has its sentence, with the arguments that it is given and no others, and each
// sentence is asked for. A code that comes from elsewhere is written down here.
func TestSentences(t *testing.T) {
	sentences := map[string]string{}
	names, err := filepath.Glob("words/en-US/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var file map[string]any
		if err := yaml.Unmarshal(raw, &file); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for id, said := range file {
			sentences[id] = fmt.Sprint(said) // the forms of one that has several, together
		}
	}
	used := map[string]bool{}
	eachTemplate(t, func(file, text string) {
		for _, m := range asked.FindAllStringSubmatch(text, -1) {
			s := said{at: token.Position{Filename: file}, id: m[1] + m[3]}
			for _, name := range named.FindAllStringSubmatch(m[2]+m[4], -1) {
				s.args = append(s.args, name[1])
			}
			used[s.id] = true
			hold(t, sentences, s)
		}
	})
	eachScript(t, func(file, text string) {
		for _, s := range sentencesInScript(file, text) {
			used[s.id] = true
			hold(t, sentences, s)
		}
	})
	literals := map[string]bool{}
	eachFile(t, func(file string, files *token.FileSet, f *ast.File) {
		if strings.HasSuffix(file, ".gen.go") {
			return
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if b, ok := n.(*ast.BasicLit); ok {
				literals[literal(b)] = true
			}
			return true
		})
		for _, s := range sentencesIn(files, f) {
			used[s.id] = true
			hold(t, sentences, s)
		}
	})
	for literal := range literals {
		if family, _, ok := strings.Cut(literal, "."); ok && slices.Contains(tables, family) && sentences[literal] == "" {
			t.Errorf("the id %q has no sentence", literal)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(sentences)) {
		family, rest, _ := strings.Cut(id, ".")
		if slices.Contains(families, family) || strings.HasPrefix(id, "mail.reminder.") {
			continue
		}
		if !used[id] && !literals[id] && !literals["."+rest] && !strings.HasPrefix(id, "not_found.") {
			t.Errorf("nobody asks for the sentence %q", id)
		}
	}
}

var (
	// families are ids whose rest is a value, such as a state of the record.
	families = []string{"ask", "boundary", "encoding", "rule_hint", "rule_kind", "rule_needs", "sentence", "uncounted", "license_status", "license_title", "license_holder", "license_place", "license_stale", "license_unlooked", "license_weak", "directory_report", "directory_report_state", "dispute_answer", "dispute_item", "dispute_state", "scope", "purpose", "ago", "ahead", "calendar", "chip", "confidence", "past", "past_state", "problem", "risk", "title", "verb", "what_happens"}
	// tables are ids that stand in tables and are written where these are read.
	tables = []string{"answer", "check_shows", "choice", "column", "column_hint", "differing", "doubt", "exception", "footer", "heading", "holding_kind", "how_known", "menu", "reason", "roles", "setting", "shown", "topics"}
)

// hold wants a sentence with exactly the arguments that it is given.
func hold(t *testing.T, sentences map[string]string, s said) {
	t.Helper()
	sentence, ok := sentences[s.id]
	if !ok {
		t.Errorf("%s: the id %q has no sentence", s.at, s.id)
		return
	}
	var wants []string
	for _, m := range argument.FindAllStringSubmatch(sentence, -1) {
		wants = append(wants, m[1])
		if !slices.Contains(s.args, m[1]) {
			t.Errorf("%s: %q says %q, which it is not given", s.at, s.id, m[1])
		}
	}
	for _, given := range s.args {
		if !slices.Contains(wants, given) {
			t.Errorf("%s: %q does not say %q", s.at, s.id, given)
		}
	}
}

var (
	asked = regexp.MustCompile(`(?:\{\{-? ?(?:t|say) "([^"]+)"([^{}]*)\}\}|\((?:t|say) "([^"]+)"([^()]*)\))`)
	named = regexp.MustCompile(` "(\w+)" (?:[.$(]|"#")`)
)

// eachTemplate hands out the pages' files with their text.
func eachTemplate(t *testing.T, fn func(file, text string)) {
	t.Helper()
	for _, pattern := range []string{"../templates/*.html", "../templates/*/*.html"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			fn(file, string(text))
		}
	}
}

var (
	action  = regexp.MustCompile(`(?s)\{\{.*?\}\}`)
	scripts = regexp.MustCompile(`(?s)<(script|style|svg)\b.*?</(script|style|svg)>|<!.*?>`)
	tag     = regexp.MustCompile(`(?s)<[^<>]*>`)
	read    = regexp.MustCompile(`\b(?:aria-label|title|placeholder|alt|data-label)="([^"]*)"`)
	entity  = regexp.MustCompile(`&\w+;`)
	letters = regexp.MustCompile(`\p{L}{2,}`)
	// attribute is what a template has of a tag that another begins.
	attribute = regexp.MustCompile(`[\w-]+="[^"]*"|\b(?:required|disabled|readonly|autofocus|checked|selected)\b`)
)

// TestTemplates_Words finds text that stands in a template itself.
func TestTemplates_Words(t *testing.T) {
	eachTemplate(t, func(file, text string) {
		if strings.HasSuffix(file, "paper/style.html") {
			_, text, _ = strings.Cut(text, `{{define "hours"}}`) // before it is a style sheet
		}
		text = scripts.ReplaceAllString(action.ReplaceAllString(text, ""), "")
		for _, m := range read.FindAllStringSubmatch(text, -1) {
			if letters.MatchString(m[1]) {
				t.Errorf("%s has the text %q in an attribute", file, m[1])
			}
		}
		for _, line := range strings.Split(entity.ReplaceAllString(attribute.ReplaceAllString(tag.ReplaceAllString(text, " "), " "), " "), "\n") {
			if letters.MatchString(line) {
				t.Errorf("%s has the text %q", file, strings.TrimSpace(line))
			}
		}
	})
}

// printed are the calls whose text a person reads at a terminal.
var printed = []string{
	"fmt.Errorf", "errors.New", "fmt.Fprint", "fmt.Fprintf", "fmt.Fprintln", "fmt.Print", "fmt.Printf", "fmt.Println",
	"io.WriteString", "b.WriteString",
}

var (
	verb = regexp.MustCompile(`%[-+# 0-9.*]*[a-zA-Z%]`)
	// option is what the command line has in any language: options, names of settings, paths.
	option = regexp.MustCompile(`--[a-z-]+|\b[A-Z_]{4,}\b|^/[a-z/]+$`)
)

// TestCommands_Words finds text that a command prints itself: what is printed in
// these packages is a sentence with an id, and a literal only puts it into its place.
func TestCommands_Words(t *testing.T) {
	eachFile(t, func(file string, _ *token.FileSet, f *ast.File) {
		if dir := filepath.ToSlash(filepath.Dir(file)); !commandLine(file) && dir != "app" || strings.HasSuffix(file, "vcapilists.go") {
			return // the latter answers conformance suites
		}
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || !slices.Contains(printed, callee(call)) {
				return true
			}
			for _, arg := range call.Args {
				for _, text := range literalsIn(arg) {
					if letters.MatchString(option.ReplaceAllString(verb.ReplaceAllString(text, ""), "")) {
						t.Errorf("%s prints the text %q itself", file, text)
					}
				}
			}
			return true
		})
	})
}

// callee is a function of a package, or a method of a variable, as it is written.
func callee(c *ast.CallExpr) string {
	if f, ok := c.Fun.(*ast.SelectorExpr); ok {
		if x, ok := f.X.(*ast.Ident); ok {
			return x.Name + "." + f.Sel.Name
		}
	}
	return ""
}

// literalsIn are the texts that an argument is, or is put together from.
func literalsIn(e ast.Expr) []string {
	switch e := e.(type) {
	case *ast.BasicLit:
		return []string{literal(e)}
	case *ast.BinaryExpr:
		return append(literalsIn(e.X), literalsIn(e.Y)...)
	case *ast.ParenExpr:
		return literalsIn(e.X)
	}
	return nil
}
