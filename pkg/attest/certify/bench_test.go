package certify_test

import (
	"fmt"
	"testing"

	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept/certifytest"
)

// BenchmarkCertifyMany certifies a cohort of 1,000, each in a transaction of its
// own: judged, signed in both forms, committed to, logged and mailed. Run it with
// -benchtime 1x.
func BenchmarkCertifyMany(b *testing.B) {
	worlds := map[string]func(testing.TB, string) *certifytest.World{"sqlite": certifytest.SQLite, "postgres": certifytest.Postgres}
	for name, open := range worlds {
		b.Run(name, func(b *testing.B) {
			rounds := 0
			for b.Loop() {
				rounds++
				b.StopTimer()
				w := open(b, public)
				chosen := cohort(b, w, certify.MostAtOnce)
				b.StartTimer()
				told := 0
				outcomes, err := w.Certify.CertifyMany(ctx, w.Second, w.School.ID, chosen, func(done, of int) { told = done })
				if err != nil || told != len(chosen) {
					b.Fatalf("%d of %d, %v", told, len(chosen), err)
				}
				for _, o := range outcomes {
					if o.Err != nil {
						b.Fatal(o.Err)
					}
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(certify.MostAtOnce*rounds), "µs/certificate")
		})
	}
}

// cohort is n students with a proposed transcript each.
func cohort(b *testing.B, w *certifytest.World, n int) []certify.Chosen {
	b.Helper()
	chosen := make([]certify.Chosen, n)
	for i := range chosen {
		student := w.Person(fmt.Sprintf("Student %d", i), fmt.Sprintf("s%d@example.org", i), w.School, core.RoleStudent)
		enrollment := w.Enroll(student)
		w.Earn(enrollment, student, "kinesiology", 1_200)
		p, err := w.Certify.ProposeTranscript(ctx, w.Registrar, enrollment)
		if err != nil {
			b.Fatal(err)
		}
		chosen[i] = certify.Chosen{ID: p.ID, Version: p.Version}
	}
	return chosen
}
