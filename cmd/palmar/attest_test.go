package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAttest_Err(t *testing.T) {
	dir := t.TempDir()
	env := []string{"PALMAR_DATA_DIR=" + dir}
	garbage := filepath.Join(dir, "escrow.zip")
	if err := os.WriteFile(garbage, []byte("no escrow"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := palmar(t, env, "keys", "list", "brightwater"); code != 1 || !strings.Contains(errs, "there is no database") {
		t.Errorf("keys without a database: %d %s", code, errs)
	}
	if code, _, errs := palmar(t, env, "migrate"); code != 0 {
		t.Fatal(errs)
	}
	state := filepath.Join(dir, "state.json")
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"keys", "list", "nowhere"}, "There is no such organization"},
		{[]string{"keys", "rotate", "nowhere"}, "There is no such organization"},
		{[]string{"keys", "export", "nowhere"}, "There is no such organization"},
		{[]string{"escrow", "export", "nowhere", filepath.Join(dir, "new.zip")}, "There is no such organization"},
		{[]string{"escrow", "export", "nowhere", filepath.Join(dir, "new.zip"), "--close", "The owner retires."}, "There is no such organization"},
		{[]string{"escrow", "close", "nowhere", "--cause", "The owner retires."}, "There is no such organization"},
		{[]string{"escrow", "import", garbage}, "no escrow of Palmar"},
		{[]string{"escrow", "bundle", strings.Repeat("0", 28)}, "There is no such certificate"},
		{[]string{"escrow", "bundle", strings.Repeat("0", 28), "--lines", "total,session"}, "There is no such certificate"},
		{[]string{"escrow", "bundle", strings.Repeat("0", 28), "--from", garbage}, "no escrow of Palmar"},
		{[]string{"log", "audit", "http://127.0.0.1:1/log", "--state", state}, "--key"},
		{[]string{"log", "audit", "http://127.0.0.1:1/log", "--state", state, "--key", "x+1+y"}, "not the key of a log"},
		{[]string{"vc-api", "--listen", "0.0.0.0:8787"}, "loopback"},
		{[]string{"vc-api", "--tls", "192.0.2.1:1"}, "loopback"},
	} {
		if code, _, errs := palmar(t, env, test.args...); code != 1 || !strings.Contains(errs, test.want) {
			t.Errorf("%q: %d %s", test.args, code, errs)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "new.zip")); err == nil {
		t.Error("a failed export leaves a file")
	}
}
