package pkg_test

import (
	"go/ast"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// mostMethods is how many methods a type may declare: one with more knows
// everything.
const mostMethods = 40

// TestMethods counts the methods that types declare.
func TestMethods(t *testing.T) {
	counts := map[string]int{}
	eachFile(t, func(path string, _ *token.FileSet, f *ast.File) {
		if strings.HasSuffix(path, ".gen.go") {
			return
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv != nil {
				counts[filepath.Dir(path)+"."+receiver(fn.Recv.List[0].Type)]++
			}
		}
	})
	for name, n := range counts {
		if n > mostMethods {
			t.Errorf("%s declares %d methods, at most %d", name, n, mostMethods)
		}
	}
}

func receiver(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return receiver(e.X)
	case *ast.IndexExpr:
		return receiver(e.X)
	case *ast.IndexListExpr:
		return receiver(e.X)
	case *ast.Ident:
		return e.Name
	}
	return "?"
}
