package certify_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/platform/store"
)

// unpacked are the files of an escrow by their names.
func unpacked(t *testing.T, file []byte) map[string]string {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range in.File {
		opened, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		raw, err := io.ReadAll(opened)
		if err = errors.Join(err, opened.Close()); err != nil {
			t.Fatal(err)
		}
		out[f.Name] = string(raw)
	}
	return out
}

// packed is an escrow of files, and of more names at the end, which are empty
// where they are not of those.
func packed(t *testing.T, files map[string]string, more ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, name := range append(slices.Sorted(maps.Keys(files)), more...) {
		header := zip.FileHeader{Name: name, Method: zip.Deflate}
		if files[name] == "" {
			header.Method = zip.Store
		}
		f, err := w.CreateHeader(&header)
		if err == nil {
			_, err = io.WriteString(f, files[name])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func bundleName(c core.Credential) string {
	return "credentials/" + credential.Code(c.Code).Compact() + ".json"
}

// editor changes a bundle of an unpacked escrow.
type editor struct {
	t     *testing.T
	files map[string]string
}

func (e editor) bundle(c core.Credential, change func(*certify.Bundle)) {
	e.t.Helper()
	var b certify.Bundle
	if err := json.Unmarshal([]byte(e.files[bundleName(c)]), &b); err != nil {
		e.t.Fatal(err)
	}
	change(&b)
	raw, err := json.Marshal(b)
	if err != nil {
		e.t.Fatal(err)
	}
	e.files[bundleName(c)] = string(raw)
}

func (e editor) manifest(change func(*certify.EscrowManifest)) {
	e.t.Helper()
	var m certify.EscrowManifest
	if err := json.Unmarshal([]byte(e.files["escrow.json"]), &m); err != nil {
		e.t.Fatal(err)
	}
	change(&m)
	raw, err := json.Marshal(m)
	if err != nil {
		e.t.Fatal(err)
	}
	e.files["escrow.json"] = string(raw)
}

func (e editor) list() (name, suspensions string) {
	for name := range e.files {
		if strings.HasPrefix(name, "status/") && !strings.HasSuffix(name, ".suspension.json") {
			return name, strings.TrimSuffix(name, ".json") + ".suspension.json"
		}
	}
	e.t.Fatal("no list")
	return "", ""
}

// An escrow of which anything is not what the school signed is refused whole, and
// the refusal names the file.
func TestService_ImportEscrow_Tampered(t *testing.T) {
	w := certifytest.SQLite(t, public)
	b := prepareClosing(t, w)
	third := w.Certified()
	revoked := decided(t, w, third, certify.ChangeInput{Action: certify.ActionRevoke, Cause: "Forged hours."})
	standing := decided(t, w, b.active, certify.ChangeInput{Action: certify.ActionReissue, Cause: "Married.", HolderName: "Ada Nguyễn"})
	replaced := b.active
	w.Close(closing)
	file, _ := exported(t, w)
	other := certifytest.Empty(t, w)
	change := func(c core.Credential, change func(*certify.Bundle)) func(editor) string {
		return func(e editor) string { e.bundle(c, change); return bundleName(c) }
	}
	whole := func(change func(*certify.EscrowManifest)) func(editor) string {
		return func(e editor) string { e.manifest(change); return "" }
	}
	swapped := func(s *string, old, new string) {
		if !strings.Contains(*s, old) {
			t.Fatalf("no %s", old)
		}
		*s = strings.Replace(*s, old, new, 1)
	}
	for name, tamper := range map[string]func(editor) string{
		"document":            change(standing, func(b *certify.Bundle) { swapped(&b.Package.Document, "36000", "46000") }),
		"JWT":                 change(standing, func(b *certify.Bundle) { b.Package.JWT = b.Package.JWT[:len(b.Package.JWT)-4] + "AAAA" }),
		"JWT of another":      change(standing, func(b *certify.Bundle) { b.Package.JWT = replaced.JWT }),
		"name":                change(standing, func(b *certify.Bundle) { b.SubjectName = "Eve Example" }),
		"title":               change(standing, func(b *certify.Bundle) { b.Title = "Doctor" }),
		"hours":               change(standing, func(b *certify.Bundle) { b.Minutes++ }),
		"day":                 change(standing, func(b *certify.Bundle) { b.IssuedAt = b.IssuedAt.Add(-24 * time.Hour) }),
		"end":                 change(standing, func(b *certify.Bundle) { b.ValidUntil = b.IssuedAt.Add(24 * time.Hour) }),
		"issuer":              change(standing, func(b *certify.Bundle) { b.IssuerDID = "did:web:x.example" }),
		"code":                change(standing, func(b *certify.Bundle) { b.Code = replaced.Code }),
		"revoked as active":   change(revoked, func(b *certify.Bundle) { b.State = core.CredentialActive }),
		"replaced as active":  change(replaced, func(b *certify.Bundle) { b.State, b.ReplacedBy = core.CredentialActive, "" }),
		"suspended as active": change(b.suspended, func(b *certify.Bundle) { b.State = core.CredentialActive }),
		"active as suspended": change(standing, func(b *certify.Bundle) { b.State = core.CredentialSuspended }),
		"active as revoked":   change(standing, func(b *certify.Bundle) { b.State = core.CredentialRevoked }),
		"no state":            change(standing, func(b *certify.Bundle) { b.State = "fine" }),
		"followed by nobody":  change(replaced, func(b *certify.Bundle) { b.ReplacedBy = "AAAA" }),
		"minute of the record": change(standing, func(b *certify.Bundle) {
			b.Record[3].Line = bytes.Replace(b.Record[3].Line, []byte(`"minutes": `), []byte(`"minutes": 1`), 1)
		}),
		"line of the record":  change(standing, func(b *certify.Bundle) { b.Record = b.Record[1:] }),
		"order of the record": change(standing, func(b *certify.Bundle) { b.Record[1], b.Record[2] = b.Record[2], b.Record[1] }),
		"no place in the log": change(standing, func(b *certify.Bundle) { b.Package.Log = nil }),
		"payload of the log":  change(standing, func(b *certify.Bundle) { b.Package.Log.Payload += " " }),
		"status list":         change(standing, func(b *certify.Bundle) { b.Package.StatusList = b.Package.Suspensions }),
		"list of suspensions": change(standing, func(b *certify.Bundle) { b.Package.Suspensions = "" }),
		"another log": func(e editor) string {
			e.manifest(func(m *certify.EscrowManifest) { m.LogKey = "x+1+y" })
			return bundleName(standing)
		},
		"a key missing": func(e editor) string {
			e.manifest(func(m *certify.EscrowManifest) { m.Keys = m.Keys[1:] })
			return bundleName(standing)
		},
		"a published list": func(e editor) string {
			name, _ := e.list()
			e.files[name] = strings.Replace(e.files[name], "2056", "2057", 1)
			return name
		},
		"published lists swapped": func(e editor) string {
			name, beside := e.list()
			e.files[name], e.files[beside] = e.files[beside], e.files[name]
			return name
		},

		"a list of suspensions missing": func(e editor) string { _, beside := e.list(); delete(e.files, beside); return "" },
		"the lists missing": func(e editor) string {
			name, beside := e.list()
			delete(e.files, beside)
			delete(e.files, name)
			return bundleName(standing)
		},
		"a certificate missing": func(e editor) string { delete(e.files, bundleName(standing)); return "" },
		"a follower missing": func(e editor) string {
			delete(e.files, bundleName(standing))
			e.manifest(func(m *certify.EscrowManifest) { m.Credentials-- })
			return bundleName(replaced)
		},
		"a file more":              func(e editor) string { e.files["readme.txt"] = "x"; return "" },
		"a file elsewhere":         func(e editor) string { e.files["../x.json"] = "x"; return "" },
		"a file that is no bundle": func(e editor) string { e.files[bundleName(standing)] = "x"; return "" },
		"no manifest":              func(e editor) string { delete(e.files, "escrow.json"); return "" },
		"another version":          whole(func(m *certify.EscrowManifest) { m.Version = 1 }),
		"no origin":                whole(func(m *certify.EscrowManifest) { m.Origin = "palmar" }),
		"a bad short name":         whole(func(m *certify.EscrowManifest) { m.Slug = "../x" }),
		"a school that is open":    whole(func(m *certify.EscrowManifest) { m.ClosedAt = time.Time{} }),
		"a key of another school":  whole(func(m *certify.EscrowManifest) { m.Keys[0].DID = "did:web:palmar.example:schools:stillwater" }),
		"a key that is none":       whole(func(m *certify.EscrowManifest) { m.Keys[0].ID = "zzz" }),
	} {
		files := unpacked(t, file)
		named := tamper(editor{t, files})
		_, err := imported(other, packed(t, files))
		if core.CodeOf(err) != "bad_escrow" {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if fields := core.AsFault(err).Fields; named != "" && !slices.ContainsFunc(fields, func(f core.Field) bool { return f.Name == named }) {
			t.Errorf("%s: %s is not named in %v", name, named, err)
		}
	}
	if _, err := other.Check.Check(ctx, standing.Code); core.CodeOf(err) != "not_found" {
		t.Errorf("something was kept: %v", err)
	}
	if _, err := imported(other, packed(t, unpacked(t, file))); err != nil {
		t.Errorf("packed once more, unchanged: %v", err)
	}
}

// An escrow that unpacks to much is refused before it does, in bounded time and
// memory.
func TestService_ImportEscrow_Bomb(t *testing.T) {
	w := certifytest.SQLite(t, public)
	w.Certified()
	w.Close(closing)
	file, _ := exported(t, w)
	other := certifytest.Empty(t, w)
	spaces := strings.Repeat(" ", 4<<20)
	bombs := map[string]func(map[string]string) []byte{
		"one large file": func(files map[string]string) []byte {
			files["escrow.json"] += spaces
			return packed(t, files)
		},
		"many large files": func(files map[string]string) []byte {
			for i := range 30 {
				files[fmt.Sprintf("credentials/%d.json", i)] = "{}" + spaces[:len(spaces)-2]
			}
			editor{t, files}.manifest(func(m *certify.EscrowManifest) { m.Credentials += 30 })
			return packed(t, files)
		},
		"many files": func(files map[string]string) []byte {
			more := make([]string, 200_001)
			for i := range more {
				more[i] = fmt.Sprintf("credentials/%d.json", i)
			}
			return packed(t, files, more...)
		},
		"a name twice": func(files map[string]string) []byte { return packed(t, files, "escrow.json") },
		"half a file":  func(files map[string]string) []byte { return packed(t, files)[:999] },
	}
	for name, bomb := range bombs {
		_, err := imported(other, bomb(unpacked(t, file)))
		if core.CodeOf(err) != "bad_escrow" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A school in escrow is told from its namesakes by its address, and takes nobody's
// codes or name. However someone writes a host, it is the same.
func TestService_ImportEscrow_Namesakes(t *testing.T) {
	each(t, "https://Elsewhere.Example", func(t *testing.T, here *certifytest.World) {
		own := here.Certified()
		var files [2][]byte
		var theirs [2]core.Credential
		var moved bytes.Buffer // the first after its installation has got another address
		for i, base := range []string{"https://one.example", "https://Two.Example:8443"} {
			w := certifytest.SQLite(t, base)
			theirs[i] = w.Certified()
			w.Close(closing)
			files[i], _ = exported(t, w)
			if _, err := imported(here, files[i]); err != nil {
				t.Fatal(err)
			}
			if i == 0 {
				if _, err := w.CertifyAt("https://three.example").ExportEscrow(ctx, access.System, w.School.Slug, &moved); err != nil {
					t.Fatal(err)
				}
			}
		}
		for _, test := range []struct{ host, key string }{
			{"one.example", theirs[0].KeyID}, {"TWO.example:8443", theirs[1].KeyID}, {"elsewhere.example", own.KeyID}, {"ELSEWHERE.example", own.KeyID}, {"", own.KeyID}, {"two.example", own.KeyID},
		} {
			document, err := here.Certify.DIDDocument(ctx, test.host, "brightwater")
			if err != nil || !strings.Contains(string(document), test.key) || strings.Count(string(document), `"Multikey"`) != 1 {
				t.Errorf("at %s: %s, %v", test.host, document, err)
			}
		}
		var origin string
		if err := here.SQL.QueryRow("SELECT MAX(origin) FROM escrows").Scan(&origin); err != nil || origin != "https://two.example:8443" {
			t.Errorf("the second is known as %s, %v", origin, err)
		}
		for _, c := range append(theirs[:], own) {
			stands(t, here, c, credential.Valid, credential.Valid, "")
		}
		pinned, err := here.Certify.Pinned(ctx)
		if err != nil || len(pinned.Issuers) != 3 || len(pinned.Logs) != 3 || pinned.Issuers["did:web:one.example:schools:brightwater"].Name != "Brightwater School of Massage" {
			t.Errorf("the page that checks alone knows %+v, %v", pinned, err)
		}
		speaksForAnother(t, here, files[0], moved.Bytes())
	})
}

func speaksForAnother(t *testing.T, here *certifytest.World, file, moved []byte) {
	t.Helper()
	_, err := imported(here, moved)
	wantCode(t, err, "issuer_taken")

	again := certifytest.Empty(t, here)
	_, err = imported(again, file)
	if err != nil {
		t.Fatal(err)
	}
	fresh := certifytest.Empty(t, here)
	var code string
	for name := range unpacked(t, file) {
		if rest, ok := strings.CutPrefix(name, "credentials/"); ok {
			parsed, err := credential.ParseCode(strings.TrimSuffix(rest, ".json"))
			if err != nil {
				t.Fatal(err)
			}
			code = string(parsed)
		}
	}
	squatter := certify.Escrow{Origin: "https://four.example", Slug: "squatter", Name: "Squatter", ExportedAt: here.Src.Now(), ImportedAt: here.Src.Now()}
	err = fresh.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return errors.Join(kept.On(tx).InsertEscrow(ctx, squatter), kept.On(tx).InsertEscrowed(ctx, squatter, []certify.EscrowedCredential{{Code: code, Body: []byte("{}")}}))
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = imported(fresh, file)
	wantCode(t, err, "code_taken")
}
