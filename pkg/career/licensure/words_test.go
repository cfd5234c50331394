package licensure_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Words about licenses are kept in one way, so that nothing is kept unheard.
func TestWords_OneWay(t *testing.T) {
	found := 0
	err := filepath.WalkDir(filepath.Join("..", ".."), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "licensuredb") {
			return err
		}
		source, err := os.ReadFile(path)
		for _, call := range []string{".InsertLicenseEvents(", ".InsertLicenseChecks("} {
			if n := strings.Count(string(source), call); n > 0 {
				if found += n; filepath.Base(path) != "words.go" {
					t.Errorf("%s calls %s itself", path, strings.Trim(call, ".("))
				}
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if found != 2 {
		t.Errorf("%d calls", found)
	}
}
