package certify_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/check/employer"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/license"
	"github.com/palmar/palmar/pkg/kept/certifytest"
)

// Anyone who holds a certificate of a school that has closed elsewhere sees who looked
// at it, beside who looked at their other ones, and the employer's audit has it.
func TestService_ImportEscrow_ChecksAreDisclosed(t *testing.T) {
	each(t, "https://elsewhere.example", func(t *testing.T, here *certifytest.World) {
		w := certifytest.SQLite(t, "https://one.example")
		c := w.Certified()
		w.Close(closing)
		file, _ := exported(t, w)
		if _, err := imported(here, file); err != nil {
			t.Fatal(err)
		}
		own := here.Certified()
		for _, code := range []string{c.Code, own.Code, c.Code} {
			full, err := here.Check.Inspect(ctx, here.Verifier, here.Employer.ID, code, license.Asked{})
			if err != nil || full.Outcome != employer.Valid || full.Disclosure.ID.IsZero() || full.Disclosure.OrganizationName != "Harbor Clinic" {
				t.Fatalf("%+v, %v", full, err)
			}
		}
		if _, err := here.Check.Check(ctx, c.Code); err != nil {
			t.Fatal(err)
		}
		want := fmt.Sprint([]string{"elsewhere", "here", "elsewhere"})
		theirs := pages(t, func(p core.Page) (core.List[core.Disclosure], error) {
			return here.Check.Disclosures(ctx, here.Student, p)
		})
		if fmt.Sprint(theirs) != want {
			t.Errorf("the holder sees %q", theirs)
		}
		made := pages(t, func(p core.Page) (core.List[core.Disclosure], error) {
			return here.Check.Checks(ctx, here.Verifier, here.Employer.ID, p)
		})
		if fmt.Sprint(made) != want {
			t.Errorf("the employer made %q", made)
		}
		other := here.Person("Ada Example", "another.ada@example.org", here.School, core.RoleStudent)
		if seen, err := here.Check.Disclosures(ctx, other, core.Page{}); err != nil || len(seen.Items) != 0 {
			t.Errorf("someone of the same name sees %+v, %v", seen, err)
		}
		events := here.Audited(here.Employer.ID)
		if len(events) != 3 || events[0].Action != "check.escrow" || events[0].Detail["outcome"] != employer.Valid || events[0].AccountID != here.Verifier.AccountID {
			t.Errorf("the audit says %+v", events)
		}
		if strings.Contains(fmt.Sprint(events), c.Code) {
			t.Error("anyone who reads the audit could show the certificate")
		}
	})
}

// pages reads a list one at a time and says where each certificate is kept.
func pages(t *testing.T, read func(core.Page) (core.List[core.Disclosure], error)) (kept []string) {
	t.Helper()
	for page := (core.Page{Limit: 1}); ; {
		list, err := read(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range list.Items {
			if d.Name != "Ada Example" || d.OrganizationName != "Harbor Clinic" || d.Outcome != employer.Valid {
				t.Errorf("%+v", d)
			}
			if d.CredentialID.IsZero() {
				kept = append(kept, "elsewhere")
			} else {
				kept = append(kept, "here")
			}
		}
		if page.Cursor = list.Next; list.Next == "" {
			return kept
		}
	}
}
