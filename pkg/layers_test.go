package pkg_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/palmar/palmar/"

// floors are the pipeline, lowest first: a package imports what stands below its
// floor, and others of its own. A folder's packages stand on its floor.
var floors = []string{
	"pkg/core", "pkg/access", "pkg/act", "pkg/judge", "pkg/people", "pkg/earn", "pkg/career",
	"pkg/translog", "pkg/attest", "pkg/check", "pkg/kept", "pkg/home", "pkg/demo", "pkg/app", "pkg/load", "pkg/figures", "pkg/e2e", "cmd",
}

// Everything may use the platform, the contract and the pages' files; those may
// use little themselves.
var beside = map[string][]string{
	"pkg/platform": {"pkg/core", "pkg/access", "pkg/act", "pkg/testkit", "pkg/words", "api/common"},
	"api":          {"pkg/core"},
	"templates":    {},
	"pkg/testkit":  {"pkg/words"},
	"pkg/words":    {},
}

// pure is which packages of the platform the floors may use that know neither a
// database nor the network; the others are for the edges and for app.
var pure = []string{"pkg/platform/outgoing", "pkg/platform/signing", "pkg/platform/table", "pkg/platform/sheet", "pkg/platform/cell", "pkg/platform/qr"}

// unseen is what of the platform a subject's pages and api have no business with.
var unseen = []string{"pkg/platform/store", "pkg/platform/jobs", "pkg/platform/mail", "pkg/platform/config", "pkg/platform/server"}

// Modules that must not spread, and where they may be.
var (
	echoIn = []string{"pkg/platform/server", "pkg/platform/edge", "pkg/platform/page", "pkg/app/rest", "api", "pkg/load"} // load measures against it
	gormIn = []string{"pkg/platform/store"}
	yamlIn = []string{"pkg/judge/standard", "api/internal/merge", "pkg/words"} // packs, the contract and the sentences are YAML
	saidIn = []string{"pkg/words"}
	icalIn = []string{"pkg/platform/ical"}
)

// subjects import the standard library and the project alone: what they keep and
// show is the work of the packages below them, such as logbook/logbookdb.
func subject(dir string) bool {
	switch {
	case strings.HasSuffix(dir, "test"), strings.HasPrefix(dir, "pkg/attest/c") && dir != "pkg/attest/certify", dir == "pkg/attest/paper",
		dir == "pkg/core/fold", dir == "pkg/people/account", dir == "pkg/career/primary", dir == "pkg/judge/standard/internal/mutate":
		return false
	case edge(dir) != "":
		return false
	}
	floor := floorOf(dir)
	return floor >= 0 && floor <= floorOf("pkg/check") && dir != "pkg/translog"
}

// edge is "db", "api", "web", "view" or "page" where a package is one of a subject.
// A view makes models of the API from the subject's nouns, for the operations of
// others too; a page has what the pages of others show of the subject.
func edge(dir string) string {
	name := path.Base(dir)
	for _, kind := range []string{"db", "api", "web", "view", "page"} {
		if of, ok := strings.CutSuffix(name, kind); ok && of == path.Base(path.Dir(dir)) {
			return kind
		}
	}
	return ""
}

// floorOf is the place of a package in floors, -1 where it has none.
func floorOf(dir string) int {
	return slices.IndexFunc(floors, func(floor string) bool { return within(dir, floor) })
}

func within(dir, folder string) bool { return dir == folder || strings.HasPrefix(dir, folder+"/") }

// TestLayers holds each import against the floors.
func TestLayers(t *testing.T) {
	for dir, imports := range tree(t) {
		for _, imported := range imports {
			inner, ours := strings.CutPrefix(imported, module)
			if ours {
				if why := against(dir, inner); why != "" {
					t.Errorf("%s must not import %s: %s", dir, inner, why)
				}
				continue
			}
			if why := spreads(dir, imported); why != "" {
				t.Errorf("%s must not import %s: %s", dir, imported, why)
			}
		}
	}
}

// against says why one package of ours must not import another, or nothing.
func against(dir, inner string) string {
	for folder, may := range beside {
		if !within(dir, folder) {
			continue
		}
		if within(inner, folder) || slices.ContainsFunc(may, func(f string) bool { return within(inner, f) }) {
			return ""
		}
		return folder + " knows no subject"
	}
	test := strings.HasSuffix(dir, "test")
	from, to := floorOf(dir), floorOf(inner)
	switch {
	case !test && (within(inner, "pkg/testkit") || strings.HasSuffix(inner, "test")):
		return "that is for tests"
	case from < 0:
		return dir + " stands on no floor"
	case within(inner, "pkg/platform"):
		return platform(dir, inner)
	case within(inner, "api"), within(inner, "templates"), within(inner, "pkg/testkit"), within(inner, "pkg/words"):
		return ""
	case to < 0:
		return inner + " stands on no floor"
	case to > from:
		return "its floor is higher"
	case (edge(inner) == "api" || edge(inner) == "web") && from < floorOf("pkg/app"):
		return "nobody but app sees a subject's api or pages"
	case edge(inner) == "view" && edge(dir) != "api" && edge(dir) != "view" && from < floorOf("pkg/app"):
		return "views are for the operations of the API"
	case edge(inner) == "page" && edge(dir) != "web" && edge(dir) != "page" && from < floorOf("pkg/home"):
		return "what pages have in common is for pages"
	case edge(inner) == "db" && edge(dir) != "db" && from < floorOf("pkg/kept") && !test:
		return "a subject does not know how it is kept"
	}
	return ""
}

// platform says why a package must not import one of the platform.
func platform(dir, inner string) string {
	if edge := edge(dir); edge != "" && edge != "db" && slices.ContainsFunc(unseen, func(f string) bool { return within(inner, f) }) {
		return "an edge shows what services give it"
	}
	if slices.Contains(pure, inner) || floorOf(dir) >= floorOf("pkg/kept") || strings.HasSuffix(dir, "test") {
		return ""
	}
	if edge(dir) == "" && floorOf(dir) != floorOf("pkg/home") {
		return "only an edge knows that part of the platform"
	}
	return ""
}

// spreads says why a package must not import a module of others, or nothing.
func spreads(dir, imported string) string {
	switch {
	case strings.HasPrefix(imported, "github.com/labstack/"):
		if !slices.Contains(echoIn, dir) && edge(dir) != "api" && edge(dir) != "web" && edge(dir) != "page" {
			return "the web framework stays at the edges"
		}
	case strings.HasPrefix(imported, "gorm.io/"), strings.HasPrefix(imported, "github.com/libtnb/"):
		if !slices.Contains(gormIn, dir) && edge(dir) != "db" {
			return "the ORM stays with the database"
		}
	case strings.HasPrefix(imported, "github.com/arran4/"):
		if !slices.Contains(icalIn, dir) {
			return "the form of calendars stays in one place"
		}
	case strings.HasPrefix(imported, "github.com/nicksnyder/"), strings.HasPrefix(imported, "github.com/go-playground/locales"):
		if !slices.Contains(saidIn, dir) {
			return "how a language writes stays in one place"
		}
	case strings.HasPrefix(imported, "go.yaml.in/") && slices.Contains(yamlIn, dir):
	case subject(dir) && strings.Contains(strings.Split(imported, "/")[0], "."):
		return "subjects use the standard library alone"
	}
	return ""
}

// TestFolders finds circles: folders of subjects that import each other through
// packages of theirs, which the compiler does not see.
func TestFolders(t *testing.T) {
	folders := map[string][]string{}
	for dir, imports := range tree(t) {
		for _, imported := range imports {
			if inner, ours := strings.CutPrefix(imported, module); ours && folder(dir) != folder(inner) {
				folders[folder(dir)] = append(folders[folder(dir)], folder(inner))
			}
		}
	}
	done := map[string]bool{}
	var walk func(trail []string, at string)
	walk = func(trail []string, at string) {
		if i := slices.Index(trail, at); i >= 0 {
			t.Errorf("a circle of folders: %s", strings.Join(append(trail[i:], at), " -> "))
			return
		}
		if done[at] {
			return
		}
		for _, next := range folders[at] {
			walk(append(slices.Clone(trail), at), next)
		}
		done[at] = true
	}
	for at := range folders {
		walk(nil, at)
	}
}

// folder is the subject that a package belongs to: pkg/earn/logbook of
// pkg/earn/logbook/logbookdb. The floors' own order is TestLayers'.
func folder(dir string) string {
	if edge(dir) != "" || strings.HasSuffix(dir, "test") {
		return path.Dir(dir)
	}
	return dir
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
