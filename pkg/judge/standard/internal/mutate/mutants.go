package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
)

// engine is the files that judge, without their ending.
var engine = []string{"order", "evaluate", "take", "close", "explain", "facts", "inforce", "standing", "standard", "version", "answer", "cycle", "relief"}

var flips = map[token.Token]string{
	token.LSS: "<=", token.LEQ: "<", token.GTR: ">=", token.GEQ: ">",
	token.EQL: "!=", token.NEQ: "==", token.LAND: "||", token.LOR: "&&",
}

// mutant is one change of one file: what stands from an offset on is replaced.
type mutant struct {
	file   string
	name   string // "file | line of source | change"
	line   int
	source []byte
}

func mutantsOf(dir string) ([]mutant, error) {
	var all []mutant
	for _, name := range engine {
		file := name + ".go"
		source, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			return nil, err
		}
		files := token.NewFileSet()
		tree, err := parser.ParseFile(files, file, source, 0)
		if err != nil {
			return nil, err
		}
		seen := map[string]int{}
		ast.Inspect(tree, func(n ast.Node) bool {
			if e, ok := n.(*ast.BinaryExpr); ok && flips[e.Op] != "" {
				at := files.Position(e.OpPos)
				name := fmt.Sprintf("%s | %s | %s -> %s", file, lineAt(source, at.Line), e.Op, flips[e.Op])
				if seen[name]++; seen[name] > 1 {
					name += fmt.Sprintf(" #%d", seen[name])
				}
				all = append(all, mutant{file, name, at.Line, replaced(source, at.Offset, len(e.Op.String()), flips[e.Op])})
			}
			return true
		})
	}
	dropped, err := droppedKinds(dir)
	return append(all, dropped...), err
}

// droppedKinds makes the engine blind to one kind of rule after the other.
func droppedKinds(dir string) ([]mutant, error) {
	table, err := os.ReadFile(filepath.Join(dir, "rule.go"))
	if err != nil {
		return nil, err
	}
	source, err := os.ReadFile(filepath.Join(dir, "evaluate.go"))
	if err != nil {
		return nil, err
	}
	const loop = "	for i := range rules {\n"
	at := strings.Index(string(source), loop)
	if at < 0 {
		return nil, fmt.Errorf("evaluate.go does not compile its rules in %q any more", strings.TrimSpace(loop))
	}
	_, entries, _ := strings.Cut(string(table), "var kinds = map[Kind]form{\n")
	entries, _, _ = strings.Cut(entries, "\n}\n")
	var all []mutant
	for _, entry := range strings.Split(entries, "\n") {
		kind, _, _ := strings.Cut(strings.TrimSpace(entry), ":")
		skip := fmt.Sprintf("if rules[i].Kind == %s {\ncontinue\n}\n", kind)
		line := 1 + strings.Count(string(source[:at]), "\n")
		all = append(all, mutant{"evaluate.go", "evaluate.go | compile | without " + kind, line, replaced(source, at+len(loop), 0, skip)})
	}
	return all, nil
}

func replaced(source []byte, offset, length int, with string) []byte {
	return []byte(string(source[:offset]) + with + string(source[offset+length:]))
}

func lineAt(source []byte, line int) string {
	return strings.TrimSpace(strings.Split(string(source), "\n")[line-1])
}
