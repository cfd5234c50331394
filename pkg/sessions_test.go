package pkg_test

import (
	"go/ast"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// sessionPaths are the functions by which a session comes to be, changes or is signed,
// with the paths of TestDays_Paths (pkg/earn/registry) on which days that cannot be are
// refused, or a person is asked about them.
var sessionPaths = map[string]string{
	"earn/classroom post InsertImported":       "sign a roster",
	"earn/classroom post SignEntries":          "sign a roster",
	"earn/logbook insertEntry InsertEntry":     "log; log a draft of minutes, as a make-up",
	"earn/logbook Correct InsertEntry":         "correct",
	"earn/logbook changing UpdateEntry":        "see those that call it",
	"earn/logbook Edit changing":               "edit a draft",
	"earn/logbook Submit changing":             "submit a draft",
	"earn/logbook Withdraw changing":           "none: the session is given up",
	"earn/logbook Return changing":             "none: the session is given back",
	"earn/logbook takeIn InsertImported":       "try an import; import",
	"earn/logbook apply PostStaged":            "approve an import; TestService_ApplyImports_undone",
	"earn/logbook Seed InsertImported":         "seed",
	"earn/logbook sign SignEntries":            "see those that call it",
	"earn/logbook Sign sign":                   "sign",
	"earn/logbook ApproveImport sign":          "approve an import",
	"earn/logbook signSeeded sign":             "seed",
	"earn/registry late InsertEntry":           "report a missed punch; grant a missed punch",
	"earn/classroom Clock SaveAttendance":      "check in",
	"earn/classroom saveRoster SaveAttendance": "mark a roster; sign a roster",
	"earn/registry punch SaveAttendance":       "grant a missed punch",
}

// TestSessions_Paths finds a function that makes, changes or signs sessions, or says who
// attended, and that nobody has held against days that cannot be.
func TestSessions_Paths(t *testing.T) {
	kept := []string{"InsertEntry", "InsertImported", "UpdateEntry", "SignEntries", "PostStaged", "SaveAttendance"}
	within := []string{"changing", "sign"} // of the logbook's own
	found := map[string]bool{}
	eachFile(t, func(path string, _ *token.FileSet, f *ast.File) {
		dir := filepath.ToSlash(filepath.Dir(path))
		if strings.HasSuffix(dir, "api") {
			return
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Body == nil {
				continue
			}
			ast.Inspect(fn.Body, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				name := called(call)
				if id, ok := call.Fun.(*ast.Ident); ok {
					name = id.Name
				}
				if slices.Contains(kept, name) || dir == "earn/logbook" && slices.Contains(within, name) {
					found[dir+" "+fn.Name.Name+" "+name] = true
				}
				return true
			})
		}
	})
	for at := range found {
		if sessionPaths[at] == "" {
			t.Errorf("%s: a path of sessions that TestDays_Paths does not know", at)
		}
	}
	for at := range sessionPaths {
		if !found[at] {
			t.Errorf("%s is gone", at)
		}
	}
}
