package certify_test

import (
	"bytes"
	"context"
	"maps"
	"sync"
	"testing"

	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/platform/store"
)

// counted counts how often each status list is signed.
type counted struct {
	mu     sync.Mutex
	signed map[core.StatusListID]int
}

func (c *counted) taken() map[core.StatusListID]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	was := c.signed
	c.signed = map[core.StatusListID]int{}
	return was
}

type counting struct {
	kept.Tx
	c *counted
}

func (t counting) KeepStatusLists(ctx context.Context, lists []certify.StatusList) error {
	t.c.mu.Lock()
	defer t.c.mu.Unlock()
	for _, list := range lists {
		t.c.signed[list.ID]++
	}
	return t.Tx.KeepStatusLists(ctx, lists)
}

// transcripts certifies n transcripts of the student of a world.
func transcripts(t *testing.T, w *certifytest.World, n int) (out []core.Credential) {
	t.Helper()
	for range n {
		p, err := w.Certify.ProposeTranscript(ctx, w.Registrar, w.Enrollment)
		if err != nil {
			t.Fatal(err)
		}
		c, err := w.Certify.Certify(ctx, w.Second, p.ID, p.Version)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, c)
	}
	return out
}

func revocations(t *testing.T, w *certifytest.World, of []core.Credential) []certify.Chosen {
	t.Helper()
	chosen := make([]certify.Chosen, len(of))
	for i, c := range of {
		p, err := w.Certify.ProposeChange(ctx, w.Registrar, c.ID, certify.ChangeInput{Action: certify.ActionRevoke, Cause: "The course was never held."})
		if err != nil {
			t.Fatal(err)
		}
		chosen[i] = certify.Chosen{ID: p.ID, Version: p.Version}
	}
	return chosen
}

// TestCertifyMany_StatusLists: anyone who revokes many at once has each status list
// signed once, and every one of them is revoked for a verifier as soon as it is for
// the school, also while the others wait.
func TestCertifyMany_StatusLists(t *testing.T) {
	drawn(t, local, func(t *testing.T, w *certifytest.World) {
		count := &counted{signed: map[core.StatusListID]int{}}
		w.Certify = certify.New(store.Bind(w.DB, func(tx *store.Tx) certify.Tx { return counting{kept.On(tx), count} }), w.Src,
			certify.Options{Secret: certifytest.Secret, BaseURL: local})
		w.Earn(w.Enrollment, w.Student, "kinesiology", 60)
		all := transcripts(t, w, 30)
		if _, err := w.Certify.RotateKeys(ctx, w.Join(w.Second, w.School, core.RoleAdmin), w.School.ID); err != nil {
			t.Fatal(err)
		}
		all = append(all, transcripts(t, w, 34)...) // in another list, under the new key
		seen := func(c core.Credential) credential.Outcome {
			return credential.Verify(ctx, c.Document, credential.Options{Now: w.Src.Now(), Status: w.Status, Resolver: w.Keys()}).Outcome
		}
		all0, all1 := all[0].StatusListID, all[63].StatusListID
		once := map[core.StatusListID]int{all0: 1, all1: 1}
		for _, c := range all {
			if seen(c) != credential.Valid {
				t.Fatalf("before: %s", seen(c))
			}
		}
		count.taken()

		many := all[5:55]
		revoke := revocations(t, w, many)
		outcomes, err := w.Certify.CertifyMany(ctx, w.Second, w.School.ID, revoke, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := count.taken(); all0 == all1 || !maps.Equal(got, once) {
			t.Errorf("of two lists %v were signed", got)
		}
		for i, o := range outcomes {
			if o.Err != nil || o.Credential.State != core.CredentialRevoked || seen(many[i]) != credential.NotValid {
				t.Fatalf("%d: %v, %s, %s", i, o.Err, o.Credential.State, seen(many[i]))
			}
		}
		for _, c := range append(all[:5:5], all[55:]...) {
			if seen(c) != credential.Valid {
				t.Errorf("one that was not revoked is %s", seen(c))
			}
		}
		if got := count.taken(); len(got) > 0 {
			t.Errorf("verifiers have had lists signed again: %v", got)
		}

		run, err := w.Certify.BeginRun(ctx, w.Second, w.School.ID, revocations(t, w, append(all[:2:2], all[55:57]...)))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.WorkOff("certify", "status-lists"); err != nil {
			t.Fatal(err)
		}
		if run, err = w.Certify.Run(ctx, w.Second, run.ID); err != nil || run.Certified != 4 {
			t.Errorf("%+v, %v", run, err)
		}
		if got := count.taken(); !maps.Equal(got, once) {
			t.Errorf("in the background %v were signed", got)
		}
		stopsAtOnce(t, w, all[57:63], seen)
		sound(t, w, "after the revocations")
	})
}

// stopsAtOnce: between two of many, the first is revoked for anyone who asks, and
// where the list cannot be signed nobody says that it is valid.
func stopsAtOnce(t *testing.T, w *certifytest.World, some []core.Credential, seen func(core.Credential) credential.Outcome) {
	t.Helper()
	works := w.Certify
	broken := certify.New(store.Bind(w.DB, func(tx *store.Tx) certify.Tx { return kept.On(tx) }), w.Src,
		certify.Options{Secret: bytes.Repeat([]byte{8}, 32), BaseURL: local})
	_, err := works.CertifyMany(ctx, w.Second, w.School.ID, revocations(t, w, some), func(done, of int) {
		c := some[done-1]
		w.Certify = broken
		if got := seen(c); got != credential.CouldNotCheck {
			t.Errorf("%d of %d, where its list cannot be signed: %s", done, of, got)
		}
		if w.Certify = works; seen(c) != credential.NotValid {
			t.Errorf("%d of %d is not revoked at once", done, of)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}
