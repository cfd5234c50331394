package pkg_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"testing"
)

// TestHosts_Compared finds hosts that are compared as they are written: names
// know no case, and core.Host is how they are compared.
func TestHosts_Compared(t *testing.T) {
	find(t, comparedHosts, "a host is compared as it is written; compare core.Host of it")
}

// comparedHosts are the comparisons of a field Host, or of what Hostname gives,
// with something other than nothing.
func comparedHosts(f *ast.File) (at []token.Pos) {
	host := func(e ast.Expr) bool {
		if call, ok := e.(*ast.CallExpr); ok {
			fn, ok := call.Fun.(*ast.SelectorExpr)
			return ok && fn.Sel.Name == "Hostname"
		}
		field, ok := e.(*ast.SelectorExpr)
		return ok && field.Sel.Name == "Host"
	}
	nothing := func(e ast.Expr) bool {
		text, ok := e.(*ast.BasicLit)
		return ok && text.Value == `""`
	}
	ast.Inspect(f, func(n ast.Node) bool {
		if b, ok := n.(*ast.BinaryExpr); ok && (b.Op == token.EQL || b.Op == token.NEQ) &&
			(host(b.X) && !nothing(b.Y) || host(b.Y) && !nothing(b.X)) {
			at = append(at, n.Pos())
		}
		return true
	})
	return at
}

// TestHosts_Compared_finds shows that they would be found.
func TestHosts_Compared_finds(t *testing.T) {
	const text = `package x
func f() bool {
	return u.Host == host || r.URL.Host != via[0].URL.Host || "localhost" == u.Hostname() ||
		u.Host == "" || core.Host(u.Host) == core.Host(r.Host)
}`
	f, err := parser.ParseFile(token.NewFileSet(), "x.go", text, 0)
	if err != nil || len(comparedHosts(f)) != 3 {
		t.Errorf("%d of 3 are found: %v", len(comparedHosts(f)), err)
	}
}
