package access

import (
	"slices"
	"testing"

	"github.com/palmar/palmar/pkg/core"
)

// A role that only reads may read all that some other role of the organization may,
// learns of nothing elsewhere, and does nothing.
func TestCan_ReadsOnly(t *testing.T) {
	const inspector core.Role = "inspector"
	before := readers
	t.Cleanup(func() { readers = before })
	readers = append(readers[:len(readers):len(readers)], inspector)
	school, student := core.OrganizationID{1}, core.TherapistID{1}
	a := Actor{AccountID: core.AccountID{9}, Memberships: []Membership{{OrganizationID: school, OrganizationKind: core.School, Role: inspector}}}
	for _, action := range Actions() {
		rule := policy[action]
		for _, at := range []Target{{Organization: school}, {Organization: school, Therapist: student}} {
			want := "forbidden"
			switch {
			case rule.self: // one's own account
				want = ""
			case !slices.Contains(rule.at, core.School):
				want = "not_found"
			case !rule.write && len(rule.roles) > 0:
				want = ""
			}
			if got := core.CodeOf(Can(a, action, at)); got != want {
				t.Errorf("an inspector and %s: got %q, want %q", action, got, want)
			}
		}
		if got := core.CodeOf(Can(a, action, Target{Organization: core.OrganizationID{2}})); got != "not_found" && !rule.self {
			t.Errorf("an inspector and %s of another school: %q", action, got)
		}
	}
	if s, err := Listed(a, EnrollmentRead, school); err != nil || !s.All {
		t.Errorf("an inspector sees all enrollments, got %+v, %v", s, err)
	}
}
