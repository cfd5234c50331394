package pkg_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// find says of each place that is found in the program's files what is wrong
// there.
func find(t *testing.T, places func(*ast.File) []token.Pos, wrong string) {
	t.Helper()
	eachFile(t, func(_ string, files *token.FileSet, f *ast.File) {
		for _, at := range places(f) {
			t.Errorf("%s: %s", files.Position(at), wrong)
		}
	})
}

// eachFile reads the program's files, without its tests.
func eachFile(t *testing.T, fn func(path string, files *token.FileSet, f *ast.File)) {
	t.Helper()
	for _, path := range sources(t) {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		files := token.NewFileSet()
		f, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		fn(path, files, f)
	}
}

// sources are the project's own files in Go.
func sources(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, under := range []string{"*/*.go", "*/*/*.go", "*/*/*/*.go", "*/*/*/*/*.go", "../cmd/*/*.go", "../api/*.go"} {
		found, err := filepath.Glob(under)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, found...)
	}
	if len(all) < 300 {
		t.Fatalf("only %d files were found", len(all))
	}
	return all
}
