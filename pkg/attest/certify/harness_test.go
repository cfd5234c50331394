package certify_test

import (
	"context"
	"testing"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept/certifytest"
)

const local = "http://127.0.0.1:8080"

var ctx = context.Background()

func each(t *testing.T, base string, fn func(t *testing.T, w *certifytest.World)) {
	t.Helper()
	t.Parallel()
	certifytest.OneOrFull(t, base, fn)
}

// both is each for what races, and for what the databases refuse or compute each in
// its own way: on one that is drawn, and on both in full.
func both(t *testing.T, base string, fn func(t *testing.T, w *certifytest.World)) {
	t.Helper()
	t.Parallel()
	certifytest.Drawn(t, base, fn)
}

// drawn is both for what takes seconds: on one of them, and on both under
// testkit.Full.
func drawn(t *testing.T, base string, fn func(t *testing.T, w *certifytest.World)) {
	t.Helper()
	t.Parallel()
	certifytest.Drawn(t, base, fn)
}

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	if core.CodeOf(err) != code {
		t.Fatalf("got %v, want the code %q", err, code)
	}
}
