package pkg_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"testing"
)

// TestJSON_Unread finds where JSON is read and nobody asks whether it could be:
// what cannot be read would go on as an empty value.
func TestJSON_Unread(t *testing.T) {
	find(t, unread, "the error of reading JSON is dropped")
}

// unread are the places where the error of Unmarshal, Decode or FromJSON goes
// nowhere.
func unread(f *ast.File) (at []token.Pos) {
	ast.Inspect(f, func(n ast.Node) bool {
		var call ast.Expr
		switch s := n.(type) {
		case *ast.ExprStmt:
			call = s.X
		case *ast.AssignStmt:
			if name, ok := s.Lhs[len(s.Lhs)-1].(*ast.Ident); ok && name.Name == "_" && len(s.Rhs) == 1 {
				call = s.Rhs[0]
			}
		}
		if c, ok := call.(*ast.CallExpr); ok {
			if fn, ok := c.Fun.(*ast.SelectorExpr); ok && (fn.Sel.Name == "Unmarshal" || fn.Sel.Name == "Decode" || fn.Sel.Name == "FromJSON") {
				at = append(at, n.Pos())
			}
		}
		return true
	})
	return at
}

// TestJSON_Unread_finds shows that it would be found.
func TestJSON_Unread_finds(t *testing.T) {
	const text = `package x
func f() {
	_ = json.Unmarshal(a, &b)
	json.Unmarshal(a, &b)
	_ = json.NewDecoder(r).Decode(&b)
	_ = core.FromJSON(a, &b, "x", "y")
	if err := json.Unmarshal(a, &b); err != nil {
		return
	}
}`
	f, err := parser.ParseFile(token.NewFileSet(), "x.go", text, 0)
	if err != nil || len(unread(f)) != 4 {
		t.Errorf("%d of 4 are found: %v", len(unread(f)), err)
	}
}
