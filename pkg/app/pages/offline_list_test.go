package pages

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/platform/signing"
	"github.com/palmar/palmar/pkg/platform/store"
)

// signingKey is the key with which the school signs proofs.
func (s *site) signingKey() (key signing.Key) {
	s.T.Helper()
	s.Write(func(ctx context.Context, tx *store.Tx) error {
		sealed, err := kept.On(tx).SigningKey(ctx, s.School.ID, certify.Ed25519)
		if err != nil {
			return err
		}
		key, err = signing.Open(certifytest.Secret, sealed.ID, sealed.Sealed)
		return err
	})
	return key
}

// pin adds an issuer to those that the page knows.
func pin(t *testing.T, pinned certify.Pinned, did string, key signing.Key) {
	t.Helper()
	jwk, err := credential.JWK(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	pinned.Issuers[did] = certify.PinnedIssuer{Name: "Another School", Keys: map[string]certify.PinnedKey{credential.KeyID(did, key.Public()): {JWK: jwk}}}
}

// A status list says something of a certificate only where it is the very list
// of its issuer, whole and of today.
func TestOffline_List(t *testing.T) {
	t.Parallel()
	node := needNode(t)
	s := newSite(t)
	c := s.Certified()
	now := s.Src.Now()
	pinned := pinnedIn(t, s.stranger().get("/verify/offline").Body.Bytes())
	other, err := signing.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	otherDID := credential.DIDKey(other.Public())
	pin(t, pinned, otherDID, other)
	pack, err := s.Certify.Package(t.Context(), c.Code)
	if err != nil {
		t.Fatal(err)
	}
	good := credential.StatusList{
		ID: testURL + "/status/" + c.StatusListID.String(), Issuer: credential.Issuer{DID: c.IssuerDID}, Purpose: credential.Revocation,
		Bits: credential.NewBitstring(), ValidFrom: now.Add(-time.Hour), ValidUntil: now.Add(time.Hour),
	}
	key := s.signingKey()
	with := func(key signing.Key, change func(*credential.StatusList)) string {
		list := good
		change(&list)
		raw, err := credential.IssueStatusList(list, key, now.Add(-time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		p := pack
		p.StatusList = string(raw)
		text, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	set := credential.NewBitstring()
	set.Set(c.StatusIndex)
	cases := []offlineCase{
		{name: "the school's", text: with(key, func(*credential.StatusList) {}), want: credential.Valid},
		{name: "another school's", text: with(other, func(l *credential.StatusList) { l.Issuer.DID = otherDID }), want: credential.CouldNotCheck},
		{name: "another school's, saying revoked", text: with(other, func(l *credential.StatusList) { l.Issuer.DID, l.Bits = otherDID, set }), want: credential.CouldNotCheck},
		{name: "of another address", text: with(key, func(l *credential.StatusList) { l.ID += "0" }), want: credential.CouldNotCheck},
		{name: "of suspensions", text: with(key, func(l *credential.StatusList) { l.Purpose = credential.Suspension }), want: credential.CouldNotCheck},
		{name: "of yesterday", text: with(key, func(l *credential.StatusList) { l.ValidUntil = now.Add(-time.Minute) }), want: credential.CouldNotCheck},
		{name: "of tomorrow", text: with(key, func(l *credential.StatusList) { l.ValidFrom, l.ValidUntil = now.Add(time.Hour), now.Add(2*time.Hour) }), want: credential.CouldNotCheck},
		{name: "too large", text: with(key, func(l *credential.StatusList) { l.Bits = make(credential.Bitstring, 5<<20) }), want: credential.CouldNotCheck},
		{name: "saying revoked", text: with(key, func(l *credential.StatusList) { l.Bits = set }), want: credential.NotValid},
	}
	agree(t, offlineScript{t, node, now}, pinned, cases)
}

// agree holds what the page says of each case against what the program says of
// it with the same keys, and why, and both against what is right.
func agree(t *testing.T, page offlineScript, pinned certify.Pinned, cases []offlineCase) {
	t.Helper()
	for i, answer := range page.ask(pinned, cases) {
		one := cases[i]
		if answer.Outcome != one.want {
			t.Errorf("%s: the page says %s %+v, want %s", one.name, answer.Outcome, answer.Checks, one.want)
		}
		report := credential.Verify(t.Context(), []byte(one.text), credential.Options{Now: page.now, Resolver: certifytest.PinnedKeys(pinned)})
		outcome := withLog(report.Outcome, pinned, one.text)
		if outcome != one.want {
			t.Errorf("%s: the program says %s %+v, want %s", one.name, outcome, report.Checks, one.want)
		}
		if failed, _ := report.Failed(); failed.Reason.ID != answer.reason() {
			t.Errorf("%s: the page gives the reason %q, the program %q", one.name, answer.reason(), failed.Reason.ID)
		}
	}
}

// reason is the id of what decided an answer that is not valid.
func (a offlineAnswer) reason() string {
	for _, c := range a.Checks {
		if c.Outcome == a.Outcome && a.Outcome != credential.Valid {
			return c.ID
		}
	}
	return ""
}

// withLog is an outcome together with what the log says of a package.
func withLog(outcome credential.Outcome, pinned certify.Pinned, text string) credential.Outcome {
	var pack certify.Package
	if json.Unmarshal([]byte(text), &pack) != nil || pack.Log == nil || outcome == credential.NotValid {
		return outcome
	}
	if _, err := pack.Confirm(pack.Log.Log); err != nil {
		return credential.NotValid
	}
	return outcome
}

// The page and the program unpack the same lists.
func TestOffline_Unpack(t *testing.T) {
	t.Parallel()
	page := offlineScript{t, needNode(t), certifytest.Start}
	good := credential.NewBitstring().Encode()
	encoded := []string{
		good, good[1:], "z" + good[1:], strings.ToUpper(good), good[:len(good)-8], "u", "", "u" + strings.Repeat("A", 40),
		make(credential.Bitstring, 100).Encode(), make(credential.Bitstring, credential.StatusListSize/8-1).Encode(),
		make(credential.Bitstring, 1<<20).Encode(), make(credential.Bitstring, 4<<20).Encode(), make(credential.Bitstring, 4<<20+1).Encode(),
		make(credential.Bitstring, 100<<20).Encode(), good + "=", strings.Replace(good, "A", "!", 1),
	}
	for i, outcome := range page.unpack(encoded) {
		_, err := credential.DecodeBitstring(encoded[i])
		if (outcome == credential.Valid) != (err == nil) {
			t.Errorf("list %d: the page says %s, the program %v", i, outcome, err)
		}
	}
}
