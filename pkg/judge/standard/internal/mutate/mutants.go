package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// engine is the files that decide about an answer, without their ending: what
// judges, says which rules are in force, refuses a standard that cannot be judged
// by, checks a pack's cases, or tells what a rule asks.
var engine = []string{
	"order", "evaluate", "take", "close", "explain", "facts", "inforce", "standing", "standard", "version", "answer", "cycle", "relief", "rule", "validity", "asked", "claims",
	"compact", "regime", "specialty", "catalog", "catalog_ce", "pack", "case", "validate", "validate_rule", "validate_cycle", "sentence", "guarantee", "guarantee_least", "guarantee_taking",
}

// others is the files that read and write standards, or propose what people then
// decide on.
var others = []string{"doc", "boundary", "forms", "sketch", "write", "yaml"}

var flips = map[token.Token]string{
	token.LSS: "<=", token.LEQ: "<", token.GTR: ">=", token.GEQ: ">",
	token.EQL: "!=", token.NEQ: "==", token.LAND: "||", token.LOR: "&&",
}

// mutant is one change of one file.
type mutant struct {
	name string // "file | line of source | change"
	line int
}

// chosen is the variable of the engine that tells which mutant is on. It is set
// before what the engine makes at its start.
const chosen = "mutantThatIsOn"

var chooser = fmt.Sprintf(`package standard

import (
	"os"
	"strconv"
)

var %s = func() int { n, _ := strconv.Atoi(os.Getenv(%q)); return n }()
`, chosen, variable)

// file is a file of the engine that is written again with its mutants.
type file struct {
	source  []byte
	base    int // of positions
	numbers map[*ast.BinaryExpr]int
}

// mutated is the engine with all of its mutants, by file; the first of them is on
// where the variable is 1, the next where it is 2.
func mutated(dir string) (sources map[string]string, all []mutant, err error) {
	sources = map[string]string{chosen + ".go": chooser}
	names, err := engineIn(dir)
	if err != nil {
		return nil, nil, err
	}
	for _, name := range names {
		source, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return nil, nil, err
		}
		files := token.NewFileSet()
		tree, err := parser.ParseFile(files, name, source, 0)
		if err != nil {
			return nil, nil, err
		}
		f := file{source, int(tree.FileStart), map[*ast.BinaryExpr]int{}}
		seen := map[string]int{}
		for _, e := range f.within(tree, true) {
			at := files.Position(e.OpPos)
			m := mutant{fmt.Sprintf("%s | %s | %s -> %s", name, lineAt(source, at.Line), e.Op, flips[e.Op]), at.Line}
			if seen[m.name]++; seen[m.name] > 1 {
				m.name += fmt.Sprintf(" #%d", seen[m.name])
			}
			all = append(all, m)
			f.numbers[e] = len(all)
		}
		sources[name] = f.write(tree, tree.FileStart, tree.FileEnd)
	}
	return sources, all, nil
}

// engineIn are the files of the engine, of a folder that has no file of which it is
// not said whether it is one.
func engineIn(dir string) (names []string, err error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		switch name := strings.TrimSuffix(filepath.Base(file), ".go"); {
		case slices.Contains(engine, name):
			names = append(names, name+".go")
		case !slices.Contains(others, name) && !strings.HasSuffix(name, "_test"):
			return nil, fmt.Errorf("%s.go is neither in the list of the engine's files nor in that of others", name)
		}
	}
	return names, nil
}

// within are the operations in a node that can be flipped, an outer one before those
// in its operands, which are left out where they are not wanted. A comparison of
// constants in a declaration of constants cannot be: what is on is no constant.
func (f file) within(n ast.Node, deep bool) (found []*ast.BinaryExpr) {
	ast.Inspect(n, func(n ast.Node) bool {
		if d, ok := n.(*ast.GenDecl); ok && d.Tok == token.CONST {
			return false
		}
		e, ok := n.(*ast.BinaryExpr)
		if !ok || flips[e.Op] == "" {
			return true
		}
		found = append(found, e)
		return deep
	})
	return found
}

// write writes a node's source from a position to another: where its mutant is on
// an operation with the other operator, and otherwise the same operation, in whose
// operands other mutants may be on. What is not asked is not worked out, as before.
func (f file) write(n ast.Node, from, to token.Pos) string {
	var out strings.Builder
	for _, e := range f.within(n, false) {
		out.WriteString(f.text(from, e.Pos()))
		fmt.Fprintf(&out, "((%s == %d && ((%s) %s (%s))) || (%[1]s != %[2]d && ((%[6]s) %[7]s (%[8]s))))", chosen, f.numbers[e],
			f.text(e.X.Pos(), e.X.End()), flips[e.Op], f.text(e.Y.Pos(), e.Y.End()),
			f.write(e.X, e.X.Pos(), e.X.End()), e.Op, f.write(e.Y, e.Y.Pos(), e.Y.End()))
		from = e.End()
	}
	out.WriteString(f.text(from, to))
	return out.String()
}

func (f file) text(from, to token.Pos) string {
	return string(f.source[int(from)-f.base : int(to)-f.base])
}

// dropKinds makes the engine blind to one kind of rule after the other.
func dropKinds(dir string, sources map[string]string, all []mutant) ([]mutant, error) {
	table, err := os.ReadFile(filepath.Join(dir, "rule.go"))
	if err != nil {
		return nil, err
	}
	const loop = "	for i := range rules {\n"
	before, after, found := strings.Cut(sources["evaluate.go"], loop)
	if !found {
		return nil, fmt.Errorf("evaluate.go does not compile its rules in %q any more", strings.TrimSpace(loop))
	}
	_, entries, _ := strings.Cut(string(table), "var kinds = map[Kind]form{\n")
	entries, _, _ = strings.Cut(entries, "\n}\n")
	skips := ""
	for _, entry := range strings.Split(entries, "\n") {
		kind, _, _ := strings.Cut(strings.TrimSpace(entry), ":")
		all = append(all, mutant{"evaluate.go | compile | without " + kind, 1 + strings.Count(before, "\n")})
		skips += fmt.Sprintf("if %s == %d && rules[i].Kind == %s {\ncontinue\n}\n", chosen, len(all), kind)
	}
	sources["evaluate.go"] = before + loop + skips + after
	return all, nil
}

func lineAt(source []byte, line int) string {
	return strings.TrimSpace(strings.Split(string(source), "\n")[line-1])
}
