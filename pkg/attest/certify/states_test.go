package certify

import (
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/standard"
)

// What is signed of a claim about a state says of what there is less, by which source,
// and when.
func TestStates(t *testing.T) {
	on, err := core.ParseDate("2026-11-28")
	if err != nil {
		t.Fatal(err)
	}
	std := standard.Demo()
	std.Claims = []string{"NJ", "NY", "KS"}
	claims, err := standard.ClaimsBy(std, nil, standard.Days{Enrolled: on, Asked: on})
	if err != nil {
		t.Fatal(err)
	}
	signed := states(claims)
	if len(signed) != 3 || signed[0].State != "New Jersey" || signed[0].Outcome != "less" || signed[2].Outcome != "not_known" {
		t.Fatalf("signs %+v", signed)
	}
	lines := strings.Split(signed[0].Text, "\n")
	if len(lines) != 2 || !strings.HasSuffix(lines[0], "Here: 0 min.") || !strings.HasSuffix(lines[1], "judged on Nov 28, 2026.") {
		t.Errorf("signs %q", lines)
	}
	if states(nil) != nil {
		t.Error("signs claims that nobody made")
	}
}
