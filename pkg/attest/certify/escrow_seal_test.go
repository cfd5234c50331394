package certify_test

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/platform/signing"
	"github.com/palmar/palmar/pkg/testkit"
)

// sealedEscrow is an escrow with a standing, a revoked and a replaced certificate,
// whose keys were changed once.
func sealedEscrow(t *testing.T, w *certifytest.World) (file []byte, standing, revoked core.Credential) {
	t.Helper()
	revoked = w.Certified()
	decided(t, w, revoked, certify.ChangeInput{Action: certify.ActionRevoke, Cause: "Forged hours."})
	w.Student = w.Person("Bea Example", "bea@example.org", w.School, core.RoleStudent)
	w.Enrollment = w.Enroll(w.Student)
	standing = decided(t, w, w.Certified(), certify.ChangeInput{Action: certify.ActionReissue, Cause: "Married.", HolderName: "Bea Nguyễn"})
	admin := w.Person("Abe Admin", "abe@example.org", w.School, core.RoleAdmin)
	admin.AuthenticatedAt = w.Src.Now()
	if _, err := w.Certify.RotateKeys(ctx, admin, w.School.ID); err != nil {
		t.Fatal(err)
	}
	w.Close(closing)
	file, _ = exported(t, w)
	return file, standing, revoked
}

// refusedFor imports an escrow that was changed and wants its refusal to name a
// field.
func refusedFor(t *testing.T, w *certifytest.World, name string, files map[string]string, field string) {
	t.Helper()
	_, err := imported(w, packed(t, files))
	if core.CodeOf(err) != "bad_escrow" {
		t.Errorf("%s: %v", name, err)
		return
	}
	if fields := core.AsFault(err).Fields; !slices.ContainsFunc(fields, func(f core.Field) bool { return f.Name == field }) {
		t.Errorf("%s: %s is not named in %v", name, field, err)
	}
}

// swap changes a text in a file of an escrow, which has to have it.
func (e editor) swap(name, old, with string) {
	e.t.Helper()
	if !strings.Contains(e.files[name], old) {
		e.t.Fatalf("%s has no %s", name, old)
	}
	e.files[name] = strings.Replace(e.files[name], old, with, 1)
}

// Whatever is changed, added or taken out is refused, and its field is named.
func TestService_ImportEscrow_Altered(t *testing.T) {
	each(t, public, func(t *testing.T, w *certifytest.World) {
		file, standing, revoked := sealedEscrow(t, w)
		other := certifytest.Empty(t, w)
		_, m := exported(t, w)
		key := m.Keys[0].ID
		of := func(c core.Credential, field string) string { return bundleName(c) + "#" + field }
		for name, test := range map[string]struct {
			tamper func(editor)
			field  string
		}{
			"the school's name":    {func(e editor) { e.manifest(func(m *certify.EscrowManifest) { m.Name = "Harvard" }) }, "escrow.json#name"},
			"why it closed":        {func(e editor) { e.swap("escrow.json", closing, "Fraud.") }, "escrow.json#closed_cause"},
			"when it closed":       {func(e editor) { e.manifest(func(m *certify.EscrowManifest) { m.ClosedAt = m.ClosedAt.Add(-1) }) }, "escrow.json#closed_at"},
			"when it was exported": {func(e editor) { e.manifest(func(m *certify.EscrowManifest) { m.ExportedAt = m.ExportedAt.Add(1) }) }, "escrow.json#exported_at"},
			"where it comes from":  {func(e editor) { e.manifest(func(m *certify.EscrowManifest) { m.Origin = "https://three.example" }) }, "escrow.json#origin"},
			"no address":           {func(e editor) { e.manifest(func(m *certify.EscrowManifest) { m.Origin = "" }) }, "escrow.json#origin"},
			"the short name":       {func(e editor) { e.manifest(func(m *certify.EscrowManifest) { m.Slug = "harvard" }) }, "escrow.json#slug"},
			"the log":              {func(e editor) { e.manifest(func(m *certify.EscrowManifest) { m.LogKey = "" }) }, "escrow.json#log_key"},
			"how many":             {func(e editor) { e.manifest(func(m *certify.EscrowManifest) { m.Credentials++ }) }, "escrow.json#credentials"},
			"since when a key is": {func(e editor) {
				e.manifest(func(m *certify.EscrowManifest) { m.Keys[0].CreatedAt = m.Keys[0].CreatedAt.Add(-1) })
			}, "escrow.json#keys.0.created_at"},
			"until when a key was": {func(e editor) {
				e.manifest(func(m *certify.EscrowManifest) { m.Keys[0].RetiredAt = m.Keys[0].RetiredAt.Add(1) })
			}, "escrow.json#keys.0.retired_at"},
			"a key as lost":      {func(e editor) { e.manifest(func(m *certify.EscrowManifest) { m.Keys[0].RevokedAt = m.ClosedAt }) }, "escrow.json#keys.0.revoked_at"},
			"a key as another's": {func(e editor) { e.swap("escrow.json", ":schools:brightwater", ":schools:harvard") }, "escrow.json#keys.0.did"},
			"a key less":         {func(e editor) { e.manifest(func(m *certify.EscrowManifest) { m.Keys = m.Keys[:3] }) }, "escrow.json#keys.3.id"},
			"a field more":       {func(e editor) { e.swap("escrow.json", `"slug"`, `"Name": "Harvard", "slug"`) }, "escrow.json#Name"},
			"a name twice":       {func(e editor) { e.swap("escrow.json", `"slug"`, `"name": "Harvard", "slug"`) }, "escrow.json"},
			"a space":            {func(e editor) { e.swap("escrow.json", `"slug": `, `"slug":  `) }, "escrow.json"},
			"why it was revoked": {func(e editor) { e.swap(bundleName(revoked), "Forged hours.", "A mistake.") }, of(revoked, "cause")},
			"since when":         {func(e editor) { e.bundle(revoked, func(b *certify.Bundle) { b.StateSince = b.IssuedAt }) }, of(revoked, "state_since")},
			"what replaces it": {func(e editor) {
				e.bundle(revoked, func(b *certify.Bundle) { b.State, b.ReplacedBy = "replaced", standing.Code })
			}, of(revoked, "replaced_by")},
			"the kind":             {func(e editor) { e.bundle(standing, func(b *certify.Bundle) { b.Kind = core.CredentialLicense }) }, of(standing, "kind")},
			"the second form":      {func(e editor) { e.bundle(standing, func(b *certify.Bundle) { b.Package.JWT = "" }) }, of(standing, "package.jwt")},
			"the record taken out": {func(e editor) { e.bundle(standing, func(b *certify.Bundle) { b.Record = nil }) }, of(standing, "record")},
			"a line of the record": {func(e editor) { e.bundle(standing, func(b *certify.Bundle) { b.Record = b.Record[1:] }) }, of(standing, "record")},
			"the second of issue":  {func(e editor) { e.bundle(standing, func(b *certify.Bundle) { b.IssuedAt = b.IssuedAt.Add(1) }) }, of(standing, "issued_at")},
			"another's entry of the log": {func(e editor) {
				e.bundle(standing, func(b *certify.Bundle) {
					b.Package.Log.Proof = strings.Replace(b.Package.Log.Proof, "index", "Index", 1)
				})
			}, of(standing, "package.log.proof")},
			"a certificate less":    {func(e editor) { delete(e.files, bundleName(standing)) }, bundleName(standing)},
			"a certificate more":    {func(e editor) { e.files["credentials/0000.json"] = e.files[bundleName(standing)] }, "credentials/0000.json"},
			"a file more":           {func(e editor) { e.files["readme.txt"] = "x" }, "readme.txt"},
			"a list more":           {func(e editor) { name, _ := e.list(); e.files["status/x.suspension.json"] = e.files[name] }, "status/x.suspension.json"},
			"a list less":           {func(e editor) { name, _ := e.list(); delete(e.files, name) }, "list"},
			"a list of another day": {func(e editor) { name, _ := e.list(); e.files[name] += " " }, "list"},
			"no digests":            {func(e editor) { delete(e.files, "contents/000000.json") }, "contents/000000.json"},
			"other digests":         {func(e editor) { e.swap("contents/000000.json", `"cause":"`, `"cause":"x`) }, "contents/000000.json"},
			"another digest":        {func(e editor) { e.seal(func(s *certify.EscrowSeal) { s.Manifest["slug"] = s.Manifest["name"] }) }, "seal.json#signatures." + key},
			"a file more sealed":    {func(e editor) { e.files["x"] = "x"; e.seal(func(s *certify.EscrowSeal) { s.Files["x"] = "x" }) }, "seal.json#signatures." + key},
			"a signature less":      {func(e editor) { e.seal(func(s *certify.EscrowSeal) { delete(s.Signatures, key) }) }, "seal.json#signatures." + key},
			"a signature changed":   {func(e editor) { e.seal(func(s *certify.EscrowSeal) { s.Signatures[key] = "AAAA" }) }, "seal.json#signatures." + key},
			"a signature more":      {func(e editor) { e.seal(func(s *certify.EscrowSeal) { s.Signatures["z1"] = "AAAA" }) }, "seal.json#signatures.z1"},
			"a note in the seal":    {func(e editor) { e.swap("seal.json", `"files"`, `"note": "", "files"`) }, "seal.json"},
		} {
			files := unpacked(t, file)
			e := editor{t, files}
			if test.field == "list" {
				test.field, _ = e.list()
			}
			test.tamper(e)
			refusedFor(t, other, name, files, test.field)
		}
		files := unpacked(t, file)
		delete(files, "seal.json")
		if _, err := imported(other, packed(t, files)); core.CodeOf(err) != "bad_escrow" || core.AsFault(err).ID != "bad_escrow.unsealed" {
			t.Errorf("without a seal: %v", err)
		}
		if _, err := imported(other, file); err != nil {
			t.Errorf("unchanged: %v", err)
		}
	})
}

func (e editor) seal(change func(*certify.EscrowSeal)) {
	e.t.Helper()
	var s certify.EscrowSeal
	if err := json.Unmarshal([]byte(e.files["seal.json"]), &s); err != nil {
		e.t.Fatal(err)
	}
	change(&s)
	e.writeSeal(s)
}

func (e editor) writeSeal(s certify.EscrowSeal) {
	raw, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		e.t.Fatal(err)
	}
	e.files["seal.json"] = string(raw)
}

// Every field of the manifest and of a certificate, however deep, is covered: also
// those that come later.
func TestService_ImportEscrow_EveryField(t *testing.T) {
	t.Parallel()
	w := certifytest.SQLite(t, public)
	file, standing, revoked := sealedEscrow(t, w)
	other := certifytest.Empty(t, w)
	for _, name := range []string{"escrow.json", bundleName(standing), bundleName(revoked)} {
		fields, err := certify.SealedFields([]byte(unpacked(t, file)[name]))
		if err != nil || len(fields) < 12 {
			t.Fatalf("%d fields of %s, %v", len(fields), name, err)
		}
		for _, path := range slices.Sorted(maps.Keys(fields)) {
			if path == "" || path == "version" {
				continue // without a field, and refused as another version
			}
			for how, change := range map[string]func(any) any{"changed": another, "taken out": nil} {
				if how == "taken out" && !testkit.Full() {
					continue
				}
				files := unpacked(t, file)
				var value any
				if err := json.Unmarshal([]byte(files[name]), &value); err != nil {
					t.Fatal(err)
				}
				alter(value, strings.Split(path, "."), change)
				raw, err := json.Marshal(value)
				if err != nil {
					t.Fatal(err)
				}
				files[name] = string(raw)
				refusedFor(t, other, fmt.Sprintf("%s %s", path, how), files, name+"#"+path)
			}
		}
	}
}

// alter changes the field at a path, or takes it out.
func alter(value any, path []string, change func(any) any) {
	for ; len(path) > 1; path = path[1:] {
		switch v := value.(type) {
		case map[string]any:
			value = v[path[0]]
		case []any:
			var i int
			_, _ = fmt.Sscan(path[0], &i)
			value = v[i]
		}
	}
	of := value.(map[string]any)
	if change == nil {
		delete(of, path[0])
		return
	}
	of[path[0]] = change(of[path[0]])
}

func another(value any) any {
	switch v := value.(type) {
	case string:
		return v + "x"
	case float64:
		return v + 1
	case []any:
		return append(v[:1:1], v...)
	}
	return "x"
}

// Nobody without the keys of the school can seal a file that has one of its
// certificates, whatever keys they put beside the school's.
func TestService_ImportEscrow_SealedByAnother(t *testing.T) {
	t.Parallel()
	for base, did := range map[string]string{public: "did:web:palmar.example:schools:brightwater", local: ""} {
		w := certifytest.SQLite(t, base)
		file, _, _ := sealedEscrow(t, w)
		other := certifytest.Empty(t, w)
		own, err := signing.GenerateKey(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		if did == "" {
			did = "did:key:" + own.Multikey()
		}
		for name, test := range map[string]struct {
			change func(*certify.EscrowManifest)
			fields []string
		}{
			"beside the school's keys": {func(m *certify.EscrowManifest) {
				m.Keys = append(m.Keys, certify.EscrowedKey{ID: own.Multikey(), DID: did, CreatedAt: m.Keys[0].CreatedAt})
			}, []string{"seal.json#signatures."}},
			"in the place of the school's keys": {func(m *certify.EscrowManifest) {
				m.Keys = []certify.EscrowedKey{{ID: own.Multikey(), DID: did, CreatedAt: m.Keys[0].CreatedAt}}
			}, []string{"credentials/"}},
		} {
			files := unpacked(t, file)
			e := editor{t, files}
			e.manifest(func(m *certify.EscrowManifest) {
				test.change(m)
				m.ClosedCause = "Fraud."
			})
			e.seal(func(s *certify.EscrowSeal) {
				if s.Manifest, err = certify.SealedFields([]byte(files["escrow.json"])); err != nil {
					t.Fatal(err)
				}
				s.Signatures = nil
				if err := s.Sign(own.Multikey(), ed25519.NewKeyFromSeed(own.Seed()), rand.Reader); err != nil {
					t.Fatal(err)
				}
			})
			_, err := imported(other, packed(t, files))
			if core.CodeOf(err) != "bad_escrow" || !slices.ContainsFunc(core.AsFault(err).Fields, func(f core.Field) bool { return strings.HasPrefix(f.Name, test.fields[0]) }) {
				t.Errorf("at %s, %s: %v", base, name, err)
			}
		}
	}
}

// A school that was renamed after its last certificate is known by the name that
// its certificates have.
func TestService_ExportEscrow_Renamed(t *testing.T) {
	t.Parallel()
	w := certifytest.SQLite(t, public)
	sealedEscrow(t, w)
	w.Tamper("organizations", "UPDATE organizations SET name = 'Harvard' WHERE slug = 'brightwater'")
	file, m := exported(t, w)
	if e, err := imported(certifytest.Empty(t, w), file); err != nil || m.Name != w.School.Name || e.Name != w.School.Name {
		t.Errorf("%q is taken in as %q, %v", m.Name, e.Name, err)
	}
}

// Even the school's own keys cannot seal another name than its certificates have.
func TestService_ImportEscrow_AnotherName(t *testing.T) {
	t.Parallel()
	w := certifytest.SQLite(t, public)
	file, _, _ := sealedEscrow(t, w)
	files := unpacked(t, file)
	e := editor{t, files}
	e.manifest(func(m *certify.EscrowManifest) { m.Name = "Harvard" })
	e.seal(func(s *certify.EscrowSeal) {
		var err error
		if s.Manifest, err = certify.SealedFields([]byte(files["escrow.json"])); err != nil {
			t.Fatal(err)
		}
		for id := range s.Signatures {
			if err := s.Sign(id, keyOf(t, w, id), rand.Reader); err != nil {
				t.Fatal(err)
			}
		}
	})
	_, err := imported(certifytest.Empty(t, w), packed(t, files))
	if f := core.AsFault(err); f == nil || len(f.Fields) != 1 || f.Fields[0].Name != "escrow.json#name" {
		t.Errorf("%v", err)
	}
}

// keyOf is a key of a school, as anyone who has the database and the secret has it.
func keyOf(t *testing.T, w *certifytest.World, id string) crypto.Signer {
	t.Helper()
	var kept []byte
	if err := w.SQL.QueryRow("SELECT sealed FROM signing_keys WHERE id = ?", id).Scan(&kept); err != nil {
		t.Fatal(err)
	}
	if strings.HasPrefix(id, "z6Mk") {
		key, err := signing.Open(certifytest.Secret, id, kept)
		if err != nil {
			t.Fatal(err)
		}
		return ed25519.NewKeyFromSeed(key.Seed())
	}
	key, err := signing.OpenJWTKey(certifytest.Secret, id, kept)
	if err != nil {
		t.Fatal(err)
	}
	return key.Signer()
}
