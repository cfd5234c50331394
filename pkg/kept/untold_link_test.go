package kept_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/kept/granttest"
	"github.com/palmar/palmar/pkg/people/grant"
	"github.com/palmar/palmar/pkg/platform/store"
)

// A link that has ended, or was used up, gives the same statements and the same answer as
// one that never was.
func TestUntold_Link(t *testing.T) {
	t.Parallel()
	certifytest.Each(t, "https://palmar.example", func(t *testing.T, w *certifytest.World) {
		ctx := t.Context()
		var heard told
		db, err := store.Open(ctx, w.Address, 0, store.WithTrace(heard.hear))
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		db.SealWith(certifytest.Secret)
		s := granttest.New(db, w.Src)
		student := w.Student
		student.AuthenticatedAt = w.Src.Now()
		link := func() grant.MadeLink {
			made, err := s.MakeLink(ctx, student, grant.LinkTerms{Terms: grant.Terms{Scopes: []access.Scope{access.ScopeCPR}, Purpose: grant.PurposeEmployment}, Label: "Bay Street", Uses: 1})
			if err != nil {
				t.Fatal(err)
			}
			return made
		}
		ended, used := link(), link()
		if _, err := s.EndLink(ctx, student, ended.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := s.OpenLink(ctx, used.Secret); err != nil {
			t.Fatal(err)
		}
		tried := func(secret string) []string {
			heard.take()
			for _, open := range []func() error{
				func() error { _, err := s.OfferedLink(ctx, secret); return err },
				func() error { _, err := s.OpenLink(ctx, secret); return err },
			} {
				if err := open(); core.CodeOf(err) != "link_gone" {
					t.Errorf("gives %v", err)
				}
			}
			return heard.take()
		}
		unknown := tried("pll_" + strings.Repeat("x", 43))
		for _, secret := range []string{ended.Secret, used.Secret} {
			if known := tried(secret); !slices.Equal(known, unknown) || len(known) == 0 {
				t.Errorf("gives\n%s\nand one that never was\n%s", strings.Join(known, "\n"), strings.Join(unknown, "\n"))
			}
		}
	})
}
