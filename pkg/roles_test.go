package pkg_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/palmar/palmar/api"
	"github.com/palmar/palmar/pkg/core"
)

var (
	roleEnum  = regexp.MustCompile(`enum: \[([^\]]*)\]\n +x-go-type: core\.Role\n`)
	roleOneOf = regexp.MustCompile(`oneof=([a-z ]*\bregistrar\b[a-z ]*)"`)
)

// TestRoles holds the contract, which names the roles for itself, against those of
// core: each place has all of them, or those of tokens.
func TestRoles(t *testing.T) {
	tokens := core.RolesWhere(func(r core.RoleInfo) bool { return r.Token })
	places := 0
	for form, separator := range map[*regexp.Regexp]string{roleEnum: ", ", roleOneOf: " "} {
		for _, found := range form.FindAllStringSubmatch(string(api.Contract), -1) {
			places++
			names := strings.Split(found[1], separator)
			if said := fmt.Sprint(names); said != fmt.Sprint(core.Roles) && said != fmt.Sprint(tokens) {
				t.Errorf("the contract has the roles %v, and core %v, of which tokens %v: fix api/account/openapi.yaml", names, core.Roles, tokens)
			}
		}
	}
	if places != 7 {
		t.Errorf("%d places of the contract name roles; those of 7 were held", places)
	}
	for _, kind := range []core.OrganizationKind{core.School, core.Employer} {
		of := core.RolesOf(kind)
		if token := core.TokenRole(kind); !token.In(kind) {
			t.Errorf("tokens of the kind %s act as %q", kind, token)
		}
		if !core.RoleAdmin.In(kind) {
			t.Errorf("nobody runs an organization of the kind %s", kind)
		}
		if slices.ContainsFunc(of, func(r core.RoleInfo) bool { return r.Many == "" }) {
			t.Errorf("a role of the kind %s has no name for several: %+v", kind, of)
		}
	}
}
