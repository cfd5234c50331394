package account_test

import (
	"testing"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/platform/store/storetest"
)

func BenchmarkService_Authenticate(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *store.DB{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		b.Run(name, func(b *testing.B) {
			w := empty(b, open(b))
			var err error
			w.school, err = w.s.SeedOrganization(b.Context(), account.NewOrganization{Kind: core.School, Name: "Brightwater", Zone: "UTC"})
			w.ok(err)
			w.person("maya", core.RoleStudent)
			token := w.signIn("maya").Token
			b.ReportAllocs()
			for b.Loop() {
				if _, err := w.s.Authenticate(b.Context(), token); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
