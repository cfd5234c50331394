package pkg_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// moved are the subjects whose services stand on the kernel. What is not listed
// yet still authorizes, opens its transactions and writes its audit by itself.
var moved = []string{
	"people/account", "earn/logbook", "earn/classroom", "earn/registry", "career/licensure", "career/specialty",
	"career/renewal", "career/continuing", "attest/certify", "check/employer",
}

// Each method that someone calls with an actor is one call of act, and asks
// access nowhere else. The others act for the program itself: they inspect,
// maintain, or run a command of access.System. Nobody opens a transaction past act.
func TestCommands(t *testing.T) {
	for _, dir := range moved {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s has no files: %v", dir, err)
		}
		var all []*ast.File
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, file)
		}
		parts := partsOf(all)
		for _, file := range all {
			for _, d := range file.Decls {
				if fn, ok := d.(*ast.FuncDecl); ok {
					holdCommand(t, dir, fn, parts)
				}
			}
		}
	}
}

// deciding are the functions of access that only act calls.
var deciding = map[string]bool{"Can": true, "May": true, "Decide": true, "Listed": true, "Fresh": true}

// partsOf are the types whose methods callers find in a subject's service: its own,
// and what is embedded in it.
func partsOf(files []*ast.File) map[string]bool {
	parts := map[string]bool{"Service": true}
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok || spec.Name.Name != "Service" {
				return true
			}
			if service, ok := spec.Type.(*ast.StructType); ok {
				for _, field := range service.Fields.List {
					if len(field.Names) == 0 {
						parts[receiver(field.Type)] = true
					}
				}
			}
			return false
		})
	}
	return parts
}

func holdCommand(t *testing.T, dir string, fn *ast.FuncDecl, parts map[string]bool) {
	t.Helper()
	calls, foreign := 0, 0
	ast.Inspect(fn, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && isForSystem(call) {
			foreign--
		}
		selected, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		from, _ := selected.X.(*ast.Ident)
		switch {
		case from == nil:
		case from.Name == "access" && deciding[selected.Sel.Name]:
			t.Errorf("%s.%s asks access.%s, which is for act to ask", dir, fn.Name.Name, selected.Sel.Name)
		case from.Name == "core" && selected.Sel.Name == "Transactor":
			t.Errorf("%s.%s takes a core.Transactor, whose transactions nobody tells of", dir, fn.Name.Name)
		case from.Name == "act" && isCall(selected.Sel.Name):
			calls++
			foreign++
		}
		return true
	})
	switch {
	case fn.Recv == nil || !fn.Name.IsExported():
	case forActor(fn, parts) && calls != 1:
		t.Errorf("%s.%s is for an actor and calls act %d times, not once", dir, fn.Name.Name, calls)
	case !forActor(fn, parts) && foreign > 0:
		t.Errorf("%s.%s is for nobody and acts for someone", dir, fn.Name.Name)
	}
}

// isForSystem tells whether a call runs a command as the program itself.
func isForSystem(call *ast.CallExpr) bool {
	do, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || do.Sel.Name != "Do" || len(call.Args) < 3 {
		return false
	}
	who, ok := call.Args[2].(*ast.SelectorExpr)
	return ok && who.Sel.Name == "System"
}

func isCall(name string) bool {
	return name == "Do" || name == "Read" || name == "Look" || name == "List"
}

// forActor tells whether a method of a service, or of a part of it, takes who acts.
func forActor(fn *ast.FuncDecl, parts map[string]bool) bool {
	if !parts[receiver(fn.Recv.List[0].Type)] {
		return false
	}
	for _, param := range fn.Type.Params.List {
		if s, ok := param.Type.(*ast.SelectorExpr); ok && s.Sel.Name == "Actor" {
			return true
		}
	}
	return false
}
