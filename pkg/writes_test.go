package pkg_test

import (
	"go/ast"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// written is a statement, or the beginning of one, that writes a table.
var written = regexp.MustCompile(`(?is)\b(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE|DELETE\s+FROM)\s+"?([a-z_]{3,})`)

// TestWrites reads the statements of the packages that keep things: each may read
// any table, and writes only those whose rows it declares. A table has one owner.
func TestWrites(t *testing.T) {
	owners := map[string]string{}
	eachFile(t, func(path string, _ *token.FileSet, f *ast.File) {
		for table := range tablesOf(f) {
			if other := owners[table]; other != "" && other != filepath.Dir(path) {
				t.Errorf("%s has two owners: %s and %s", table, other, filepath.Dir(path))
			}
			owners[table] = filepath.Dir(path)
		}
	})
	if len(owners) < 50 {
		t.Fatalf("only %d tables have an owner", len(owners))
	}
	eachFile(t, func(path string, files *token.FileSet, f *ast.File) {
		dir := filepath.Dir(path)
		if !strings.HasSuffix(dir, "db") && dir != "platform/store" {
			return
		}
		for at, table := range writesOf(f) {
			if owner := owners[table]; owner != dir && (owner != "" || strings.Contains(table, ".")) {
				t.Errorf("%s: writes %s, which is not its own", files.Position(at), table)
			}
		}
	})
}

// tablesOf are the tables whose rows a file declares.
func tablesOf(f *ast.File) map[string]bool {
	all := map[string]bool{}
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Name.Name != "TableName" || fn.Recv == nil || len(fn.Body.List) != 1 {
			continue
		}
		if ret, ok := fn.Body.List[0].(*ast.ReturnStmt); ok {
			if table, ok := text(ret.Results[0]); ok {
				all[table] = true
			}
		}
	}
	return all
}

// writesOf are the tables that a file's statements write: those in its texts, and
// those of another package's model, or named by Table, at which a chain of the query
// builder ends in a change.
func writesOf(f *ast.File) map[token.Pos]string {
	all := map[token.Pos]string{}
	ast.Inspect(f, func(n ast.Node) bool {
		if s, ok := text(n); ok {
			for _, m := range written.FindAllStringSubmatch(s, -1) {
				if m[1] != "set" {
					all[n.Pos()] = m[1]
				}
			}
		}
		if sweep, ok := n.(*ast.CompositeLit); ok {
			if table, ok := swept(sweep); ok {
				all[n.Pos()] = table
			}
		}
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		switch called(call) {
		case "Create", "Updates", "Update", "Delete", "UpdateColumn", "Insert", "CreateInBatches":
			ast.Inspect(call, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.CallExpr:
					if called(n) == "Table" && len(n.Args) == 1 {
						if table, ok := text(n.Args[0]); ok {
							all[n.Pos()] = strings.Fields(table)[0]
						}
					}
				case *ast.CompositeLit:
					if of, ok := n.Type.(*ast.SelectorExpr); ok {
						if from, ok := of.X.(*ast.Ident); ok && strings.HasSuffix(from.Name, "db") {
							all[n.Pos()] = from.Name + "." + of.Sel.Name
						}
					}
				}
				return true
			})
		}
		return true
	})
	return all
}

// swept is the table that a store.Sweep names.
func swept(lit *ast.CompositeLit) (string, bool) {
	of, ok := lit.Type.(*ast.SelectorExpr)
	if !ok || of.Sel.Name != "Sweep" {
		return "", false
	}
	for _, e := range lit.Elts {
		if field, ok := e.(*ast.KeyValueExpr); ok {
			if name, ok := field.Key.(*ast.Ident); ok && name.Name == "Table" {
				return text(field.Value)
			}
		}
	}
	return "", false
}

func called(call *ast.CallExpr) string {
	if s, ok := call.Fun.(*ast.SelectorExpr); ok {
		return s.Sel.Name
	}
	return ""
}

func text(n ast.Node) (string, bool) {
	lit, ok := n.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}
