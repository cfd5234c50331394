package credential

import "testing"

func BenchmarkIssue(b *testing.B) {
	key := testKey(b, 7)
	claim := completionClaim(key)
	b.ReportAllocs()
	for b.Loop() {
		issue(b, claim, key)
	}
}

func BenchmarkVerify(b *testing.B) {
	key := testKey(b, 7)
	raw := issue(b, completionClaim(key), key)
	b.ReportAllocs()
	for b.Loop() {
		if report := check(b, raw); report.Outcome != Valid {
			b.Fatalf("%+v", report)
		}
	}
}
