package certify_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/translog"
)

// TestTampering_rewritten: anyone who has the database and the secret as well can
// write the whole log again, sound in itself and signed with its own key, so that
// the doctor finds nothing. A monitor that remembers one checkpoint of before
// does.
func TestTampering_rewritten(t *testing.T) {
	for name, change := range map[string]func([]translog.Event) []translog.Event{
		"another cause": func(all []translog.Event) []translog.Event {
			for i, e := range all {
				if e.Name == translog.EventRevoke {
					all[i].Detail = json.RawMessage(strings.Replace(string(e.Detail.(json.RawMessage)), "For the test.", "For another reason.", 1))
				}
			}
			return all
		},
		"another order": func(all []translog.Event) []translog.Event {
			all[2], all[3] = all[3], all[2]
			return all
		},
		"the same again":     func(all []translog.Event) []translog.Event { return all },
		"without the newest": func(all []translog.Event) []translog.Event { return all[:len(all)-2] },
		"with one more":      func(all []translog.Event) []translog.Event { return append(all, all[0]) },
	} {
		t.Run(name, func(t *testing.T) {
			each(t, public, func(t *testing.T, w *certifytest.World) {
				before, remote := attested(t, w)
				if a := audit(t, remote, before); len(a.Problems) > 0 {
					t.Fatalf("before: %q", a.Problems)
				}
				rewrite(t, w, change)
				a := audit(t, remote, before)
				if len(a.Problems) == 0 {
					t.Error("the monitor sees nothing")
				}
				found, err := w.Certify.Doctor(ctx)
				if name == "the same again" && (err != nil || len(found) > 0) {
					t.Errorf("it is not sound in itself: %q, %v", found, err)
				}
				t.Logf("doctor: %q; monitor: %q", found, a.Problems)
				// Anyone who comes later and remembers nothing cannot tell.
				if a := audit(t, remote, translog.Remembered{Key: before.Key}); len(a.Problems) > 0 {
					t.Errorf("it is not sound in itself: %q", a.Problems)
				}
			})
		})
	}
}

// rewrite writes the log again with the installation's own key.
func rewrite(t *testing.T, w *certifytest.World, change func([]translog.Event) []translog.Event) {
	t.Helper()
	c := newCheat(t, w)
	var all []translog.Event
	w.Write(func(ctx context.Context, tx *store.Tx) error {
		openings, err := kept.On(tx).LogOpenings(ctx, 0, 1_000)
		for _, o := range openings {
			all = append(all, translog.Event{Name: o.Event, Subject: o.Subject, Detail: json.RawMessage(o.Payload)})
		}
		return err
	})
	for _, table := range []string{"log_openings", "log_entries", "log_hashes", "log_checkpoints"} {
		c.do("DELETE FROM " + table)
	}
	c.do("UPDATE log_state SET size = 0")
	log := translog.New(w.Src, certifytest.Secret, public)
	w.Write(func(ctx context.Context, tx *store.Tx) error {
		for _, e := range change(all) {
			if _, err := log.Append(ctx, kept.On(tx), e); err != nil {
				return err
			}
		}
		return nil
	})
}
