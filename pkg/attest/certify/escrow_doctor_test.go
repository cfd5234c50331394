package certify_test

import (
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/words"
)

// Anyone who changes what is kept in escrow, past the services, is found out.
func TestService_Doctor_Escrow(t *testing.T) {
	statements := map[string]string{
		"a revoked one as active": `UPDATE escrow_credentials SET body = replace(body, '"state": "revoked"', '"state": "active"') WHERE body LIKE '%"state": "revoked"%'`,
		"a name":                  `UPDATE escrow_credentials SET body = replace(body, '"subject_name": "Bea', '"subject_name": "Eve') WHERE body LIKE '%"subject_name": "Bea%'`,
		"a code":                  `UPDATE escrow_credentials SET code = '0000-0000-0000-0000-0000-0000-0000' WHERE body LIKE '%"state": "revoked"%'`,
		"a list":                  `UPDATE escrow_lists SET document = suspensions`,
		"a key":                   `DELETE FROM escrow_keys WHERE id LIKE 'z6Mk%'`,
		"a lost key":              `UPDATE escrow_keys SET revoked_at = '2026-01-01 00:00:00+00:00' WHERE id LIKE 'z6Mk%'`,
		"the log":                 `UPDATE escrows SET log_key = ''`,
	}
	each(t, "https://elsewhere.example", func(t *testing.T, here *certifytest.World) {
		w := certifytest.SQLite(t, public)
		revoked := w.Certified()
		w.Student = w.Person("Bea Example", "bea@example.org", w.School, core.RoleStudent)
		w.Enrollment = w.Enroll(w.Student)
		w.Certified()
		decided(t, w, revoked, certify.ChangeInput{Action: certify.ActionRevoke, Cause: "Forged hours."})
		w.Close(closing)
		file, _ := exported(t, w)
		if _, err := imported(here, file); err != nil {
			t.Fatal(err)
		}
		c := newCheat(t, here, "escrows", "escrow_keys", "escrow_lists", "escrow_credentials")
		for name, statement := range statements {
			t.Run(name, func(t *testing.T) {
				if found, err := here.Certify.Doctor(ctx); err != nil || len(found) > 0 {
					t.Fatalf("before: %v, %v", found, err)
				}
				defer c.undo()
				here.Tamper(strings.Fields(strings.NewReplacer("UPDATE ", "", "DELETE FROM ", "").Replace(statement))[0], statement)
				found, err := here.Certify.Doctor(ctx)
				if err != nil || len(found) == 0 || !strings.Contains(words.English().Write(found[0]), "brightwater from https://palmar.example,") {
					t.Errorf("the doctor finds %v, %v", found, err)
				}
			})
		}
	})
}
