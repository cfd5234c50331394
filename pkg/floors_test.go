package pkg_test

import (
	"fmt"
	"go/ast"
	"go/token"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestFloors prints the packages by floor with their lines of code, generated
// ones apart: go test ./pkg -run Floors -v. It fails where a package of pkg
// stands on no floor and is not on the list of what waits.
func TestFloors(t *testing.T) {
	lines, generated := map[string]int{}, map[string]int{}
	eachFile(t, func(file string, files *token.FileSet, f *ast.File) {
		dir := filepath.ToSlash(filepath.Join("pkg", filepath.Dir(file)))
		n := files.Position(f.FileEnd).Line
		if strings.HasSuffix(file, ".gen.go") {
			generated[dir] += n
			return
		}
		lines[dir] += n
	})
	by := map[string][]string{}
	for _, dir := range slices.Sorted(maps.Keys(lines)) {
		floor := "beside"
		if at := floorOf(dir); at >= 0 {
			floor = floors[at]
		} else if !standsBeside(dir) {
			t.Errorf("%s stands on no floor", dir)
		}
		text := fmt.Sprintf("%s %d", dir, lines[dir])
		if g := generated[dir]; g > 0 {
			text += fmt.Sprintf(" and %d generated", g)
		}
		by[floor] = append(by[floor], text)
	}
	for _, floor := range append(slices.Clone(floors), "beside") {
		t.Logf("%s\n\t%s", path.Base(floor), strings.Join(by[floor], "\n\t"))
	}
}

func standsBeside(dir string) bool {
	for folder := range beside {
		if within(dir, folder) {
			return true
		}
	}
	return false
}
