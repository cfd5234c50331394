package pkg_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/palmar/palmar/"

// allowed is which of the project's packages each of them may import. What is
// not listed may not exist: a new package takes its place in the layers here.
var allowed = map[string][]string{
	"pkg/core":        {},
	"pkg/standard":    {"pkg/core"},
	"pkg/access":      {"pkg/core"},
	"pkg/credential":  {"pkg/core"},
	"pkg/table":       {"pkg/core"},
	"pkg/roster":      {"pkg/core", "pkg/table"},
	"pkg/attendance":  {"pkg/core", "pkg/standard", "pkg/table"},
	"pkg/translog":    {"pkg/core", "pkg/credential"},
	"pkg/conformance": {"pkg/credential"},
	"pkg/qr":          {},
	"pkg/paper":       {"pkg/core", "pkg/credential", "pkg/qr", "templates"},

	"pkg/account":    {"pkg/core", "pkg/access"},
	"pkg/logbook":    {"pkg/core", "pkg/access", "pkg/standard", "pkg/attendance"},
	"pkg/certify":    {"pkg/core", "pkg/access", "pkg/standard", "pkg/credential", "pkg/translog", "pkg/paper"},
	"pkg/licensure":  {"pkg/core", "pkg/access", "pkg/standard", "pkg/roster"},
	"pkg/registry":   {"pkg/core", "pkg/access"},
	"pkg/classroom":  {"pkg/core", "pkg/access", "pkg/standard"},
	"pkg/employer":   {"pkg/core", "pkg/access", "pkg/credential", "pkg/translog", "pkg/paper", "pkg/standard"},
	"pkg/renewal":    {"pkg/core", "pkg/access"},
	"pkg/continuing": {"pkg/core", "pkg/access", "pkg/standard"},
	"pkg/specialty":  {"pkg/core", "pkg/access", "pkg/standard"},

	"api":            {"pkg/core"},
	"templates":      {},
	"pkg/ical":       {"pkg/core", "pkg/renewal"},
	"pkg/mail":       {"pkg/core"},
	"pkg/store":      {"pkg/core", "pkg/access", "pkg/account", "pkg/logbook", "pkg/certify", "pkg/licensure", "pkg/registry", "pkg/classroom", "pkg/employer", "pkg/renewal", "pkg/translog", "pkg/continuing", "pkg/specialty"},
	"pkg/primary":    {"pkg/core", "pkg/credential", "pkg/roster", "pkg/licensure"},
	"pkg/jobs":       {"pkg/core", "pkg/store"},
	"pkg/httpapi":    {"api", "pkg/core", "pkg/standard", "pkg/access", "pkg/credential", "pkg/attendance", "pkg/account", "pkg/logbook", "pkg/certify", "pkg/licensure", "pkg/registry", "pkg/classroom", "pkg/employer", "pkg/translog", "pkg/renewal", "pkg/roster", "pkg/continuing", "pkg/specialty"},
	"pkg/web":        {"pkg/core", "pkg/standard", "pkg/access", "pkg/credential", "pkg/attendance", "pkg/account", "pkg/logbook", "pkg/certify", "pkg/licensure", "pkg/registry", "pkg/classroom", "pkg/employer", "pkg/translog", "pkg/qr", "pkg/web/render", "pkg/renewal", "pkg/ical", "pkg/roster", "pkg/continuing", "pkg/specialty"},
	"pkg/web/render": {"pkg/core"},
	"pkg/server":     {"pkg/core"},
	"pkg/config":     {},

	"pkg/demo":        {"pkg/core", "pkg/standard"},
	"pkg/demo/school": {"pkg/demo", "pkg/core", "pkg/standard", "pkg/access", "pkg/account", "pkg/logbook", "pkg/certify", "pkg/licensure", "pkg/registry", "pkg/classroom", "pkg/employer", "pkg/renewal", "pkg/continuing", "pkg/specialty"},
	"pkg/app":         {"*"},
	"cmd/palmar":      {"pkg/roster", "pkg/app", "pkg/config", "pkg/core", "pkg/standard", "pkg/attendance", "pkg/credential", "pkg/logbook"},

	// Only tests import these, and nobody the program that changes the engine.
	"pkg/standard/internal/mutate": {},
	"pkg/testkit":                  {},
	"pkg/store/storetest":          {"*"},
	"pkg/translog/translogtest":    {"pkg/translog"},
	"pkg/certify/certifytest":      {"pkg/core", "pkg/credential", "pkg/standard", "pkg/access", "pkg/certify", "pkg/licensure", "pkg/continuing", "pkg/registry", "pkg/classroom", "pkg/employer", "pkg/store", "pkg/store/storetest", "pkg/specialty"},
	"pkg/e2e":                      {"*"},
}

// Modules that must not spread, and where they may be.
var (
	echoIn = []string{"pkg/server", "pkg/httpapi", "pkg/web", "api"}
	gormIn = []string{"pkg/store"}
	yamlIn = []string{"pkg/standard"} // packs are YAML
	icalIn = []string{"pkg/ical"}
)

// standardOnly import nothing but the standard library and what is listed for
// them above.
var standardOnly = []string{"pkg/core", "pkg/standard", "pkg/access", "pkg/attendance", "pkg/logbook", "pkg/certify", "pkg/licensure", "pkg/registry", "pkg/classroom", "pkg/employer", "pkg/renewal", "templates", "pkg/web/render", "pkg/table", "pkg/roster", "pkg/continuing", "pkg/specialty"}

func TestLayers(t *testing.T) {
	for dir, imports := range tree(t) {
		may, known := allowed[dir]
		if !known {
			t.Errorf("%s has no place in the table of layers", dir)
			continue
		}
		for _, path := range imports {
			inner, ours := strings.CutPrefix(path, module)
			switch {
			case ours && !slices.Contains(may, "*") && !slices.Contains(may, inner):
				t.Errorf("%s must not import %s", dir, inner)
			case ours && (inner == "pkg/testkit" || strings.HasSuffix(inner, "test")) && !strings.HasSuffix(dir, "test"):
				t.Errorf("%s is no test and must not import %s", dir, inner)
			case strings.HasPrefix(path, "github.com/labstack/") && !slices.Contains(echoIn, dir):
				t.Errorf("%s must not know the web framework (%s)", dir, path)
			case strings.HasPrefix(path, "gorm.io/") && !slices.Contains(gormIn, dir):
				t.Errorf("%s must not know the ORM (%s)", dir, path)
			case strings.HasPrefix(path, "github.com/arran4/") && !slices.Contains(icalIn, dir):
				t.Errorf("%s must not know the form of calendars (%s)", dir, path)
			case strings.HasPrefix(path, "go.yaml.in/") && slices.Contains(yamlIn, dir):
			case !ours && slices.Contains(standardOnly, dir) && strings.Contains(strings.Split(path, "/")[0], "."):
				t.Errorf("%s must use the standard library only, not %s", dir, path)
			}
		}
	}
}

// tree is what each package of the project imports, tests aside.
func tree(t *testing.T) map[string][]string {
	t.Helper()
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]string{}
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if path != root && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || d.Name() == "node_modules" || d.Name() == "data" || d.Name() == "tmp") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		dir, _ := filepath.Rel(root, filepath.Dir(path))
		all[dir] = append(all[dir], []string{}...)
		for _, spec := range f.Imports {
			name, _ := strconv.Unquote(spec.Path.Value)
			if !slices.Contains(all[dir], name) {
				all[dir] = append(all[dir], name)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 10 {
		t.Fatalf("only %d packages were found under %s", len(all), root)
	}
	return all
}
