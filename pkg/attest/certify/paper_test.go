package certify_test

import (
	"bytes"
	"image"
	"image/png"
	"testing"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/attest/paper"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept/certifytest"
)

func logo(t *testing.T, side int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, side, side))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestService_PaperStyle(t *testing.T) {
	each(t, "https://palmar.example", func(t *testing.T, w *certifytest.World) {
		admin := w.Join(w.Second, w.School, core.RoleAdmin)
		v, err := w.Certify.PaperStyle(ctx, w.Registrar, w.School.ID)
		if err != nil || v.Used.Version != 0 || v.Draft.Version != 0 || v.Tried() || v.Used.Layout != "classic" {
			t.Fatalf("before anybody chose: %+v, %v", v, err)
		}
		_, err = w.Certify.UseStyle(ctx, admin, w.School.ID, 0)
		wantCode(t, err, "no_draft")

		in := certify.StyleInput{
			Layout: "modern", Size: "a4", Accent: "#7A1F3D", Preamble: " We certify that ", Footer: "1 Main Street\r\nLicense 7",
			Signatories: []paper.Signatory{{Name: "Rita Registrar", Role: "Registrar"}}, Logo: logo(t, 40),
		}
		draft, err := w.Certify.TryStyle(ctx, admin, w.School.ID, 0, in)
		if err != nil || draft.Version != 1 || draft.Accent != "#7a1f3d" || draft.Preamble != "We certify that" || draft.LogoType != "image/png" {
			t.Fatalf("%+v, %v", draft, err)
		}
		_, err = w.Certify.TryStyle(ctx, admin, w.School.ID, 0, in)
		wantCode(t, err, "stale")
		_, err = w.Certify.UseStyle(ctx, admin, w.School.ID, 9)
		wantCode(t, err, "stale")
		in.Logo = nil
		if draft, err = w.Certify.TryStyle(ctx, admin, w.School.ID, 1, in); err != nil || len(draft.Logo) == 0 {
			t.Fatalf("the logo stays: %v", err)
		}
		if v, err = w.Certify.PaperStyle(ctx, w.Registrar, w.School.ID); err != nil || !v.Tried() || v.Used.Version != 0 {
			t.Fatalf("%+v, %v", v, err)
		}
		pdf, err := w.Certify.PreviewStyle(ctx, w.Registrar, w.School.ID, core.CredentialTranscript)
		if err != nil || !bytes.HasPrefix(pdf, []byte("%PDF-")) {
			t.Fatal(err)
		}
		_, err = w.Certify.PreviewStyle(ctx, w.Registrar, w.School.ID, "diploma")
		wantCode(t, err, "unknown_kind")
		if v, err = w.Certify.UseStyle(ctx, admin, w.School.ID, 2); err != nil || v.Used.Layout != "modern" || v.Tried() || v.Used.Version != 1 {
			t.Fatalf("%+v, %v", v.Used, err)
		}
		in.DropLogo = true
		if draft, err = w.Certify.TryStyle(ctx, admin, w.School.ID, 2, in); err != nil || draft.Logo != nil {
			t.Fatalf("the logo is removed: %v", err)
		}
		if v, err = w.Certify.PaperStyle(ctx, w.Registrar, w.School.ID); err != nil || len(v.Used.Logo) == 0 || v.Used.Footer != "1 Main Street\nLicense 7" {
			t.Fatalf("what is in use stays: %+v, %v", v.Used, err)
		}
		for name, a := range map[string]access.Actor{"another school": w.Stranger, "an employer": w.Verifier} {
			if _, err := w.Certify.TryStyle(ctx, a, w.School.ID, 3, in); core.CodeOf(err) != "not_found" {
				t.Errorf("%s: %v", name, err)
			}
		}
		_, err = w.Certify.TryStyle(ctx, w.Registrar, w.School.ID, 3, in)
		wantCode(t, err, "forbidden")

		for name, bad := range map[string]struct {
			change func(*certify.StyleInput)
			field  string
			code   string
		}{
			"Layout":      {func(in *certify.StyleInput) { in.Layout = "baroque" }, "layout", "unknown_layout"},
			"Size":        {func(in *certify.StyleInput) { in.Size = "a0" }, "size", "unknown_size"},
			"Color":       {func(in *certify.StyleInput) { in.Accent = "red" }, "accent", "bad_color"},
			"Pale":        {func(in *certify.StyleInput) { in.Accent = "#ffee88" }, "accent", "too_pale"},
			"Style":       {func(in *certify.StyleInput) { in.Accent = "#123;}x" }, "accent", "bad_color"},
			"Footer":      {func(in *certify.StyleInput) { in.Footer = "1\n2\n3\n4\n5" }, "footer", "too_long"},
			"Signatories": {func(in *certify.StyleInput) { in.Signatories = make([]paper.Signatory, 4) }, "signatories", "too_many"},
			"NoName":      {func(in *certify.StyleInput) { in.Signatories = []paper.Signatory{{Role: "Director"}} }, "signatories", "required"},
			"NoPicture":   {func(in *certify.StyleInput) { in.Logo = []byte("<svg onload=alert(1)>") }, "logo", "bad_logo"},
			"HalfPicture": {func(in *certify.StyleInput) { in.Logo = logo(t, 40)[:60] }, "logo", "bad_logo"},
			"HugePicture": {func(in *certify.StyleInput) { in.Logo = logo(t, 2_001) }, "logo", "too_large"},
			"HeavyLogo":   {func(in *certify.StyleInput) { in.Logo = make([]byte, paper.MostLogo+1) }, "logo", "too_large"},
		} {
			t.Run(name, func(t *testing.T) {
				in := in
				bad.change(&in)
				_, err := w.Certify.TryStyle(ctx, admin, w.School.ID, 3, in)
				wantCode(t, err, bad.code)
				if f := core.AsFault(err).Fields; len(f) != 1 || f[0].Name != bad.field {
					t.Errorf("%+v", f)
				}
			})
		}
	})
}

func TestService_PaperWithSessions(t *testing.T) {
	each(t, "https://palmar.example", func(t *testing.T, w *certifytest.World) {
		c := w.Certified()
		for name, a := range map[string]access.Actor{"holder": w.Student, "registrar": w.Second} {
			if pdf, err := w.Certify.PaperWithSessions(ctx, a, c.ID); err != nil || !bytes.HasPrefix(pdf, []byte("%PDF-")) {
				t.Errorf("%s: %v", name, err)
			}
		}
		_, err := w.Certify.PaperWithSessions(ctx, w.Stranger, c.ID)
		wantCode(t, err, "not_found")
		_, err = w.Certify.PaperWithSessions(ctx, w.Verifier, c.ID)
		wantCode(t, err, "not_found")
	})
}
