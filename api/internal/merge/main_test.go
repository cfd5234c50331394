package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

const shared = `
openapi: 3.0.3
paths: {}
components:
  schemas:
    Day: {type: string}
`

func documents(t *testing.T, by map[string]string) {
	t.Helper()
	t.Chdir(t.TempDir())
	by[common] = shared
	for subject, text := range by {
		if err := os.MkdirAll(subject, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(subject, "openapi.yaml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// path is a document with one method of a path that takes one parameter.
func path(method, parameter, schema string) string {
	return `
paths:
  /v1/classes:
    parameters: [{name: ` + parameter + `, in: query}]
    ` + method + `: {responses: {default: {$ref: '../common/openapi.yaml#/components/schemas/Day'}}}
components:
  schemas:
    ` + schema + `: {type: object}
`
}

func TestRun(t *testing.T) {
	documents(t, map[string]string{"one": path("get", "limit", "One"), "two": path("post", "limit", "Two")})
	if err := run([]string{"one", "two"}); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile("openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var whole struct {
		Paths      map[string]map[string]any
		Components struct{ Schemas map[string]any }
	}
	if err := yaml.Unmarshal(raw, &whole); err != nil {
		t.Fatal(err)
	}
	if got := whole.Paths["/v1/classes"]; len(got) != 3 || len(whole.Components.Schemas) != 3 {
		t.Errorf("merged to:\n%s", raw)
	}
	if strings.Contains(string(raw), "../common") || !strings.Contains(string(raw), "'#/components/schemas/Day'") {
		t.Errorf("a reference leads to another document:\n%s", raw)
	}
}

func TestRun_Refused(t *testing.T) {
	for name, two := range map[string]string{
		"a method":     path("get", "limit", "Two"),
		"a schema":     path("post", "limit", "One"),
		"a shared one": path("post", "limit", "Day"),
		"parameters":   path("post", "cursor", "Two"),
		"a reference":  strings.Replace(path("post", "limit", "Two"), "../common", "../one", 1),
	} {
		t.Run(name, func(t *testing.T) {
			documents(t, map[string]string{"one": path("get", "limit", "One"), "two": two})
			if err := run([]string{"one", "two"}); err == nil {
				t.Error("it was merged")
			}
			if _, err := os.Stat("openapi.yaml"); err == nil {
				t.Error("something was written")
			}
		})
	}
}

// TestMerge_roles has the contract of a subject leave the list of the roles to the
// program.
func TestMerge_roles(t *testing.T) {
	documents(t, map[string]string{"people": `
components:
  schemas:
    Invite:
      properties:
        role: {type: string, x-enum-of: roles, x-oapi-codegen-extra-tags: {validate: "required,role"}}
`})
	if err := run([]string{"people"}); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile("openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"enum: [student, supervisor, registrar, verifier, admin]", "required,oneof=student supervisor registrar verifier admin"} {
		if !strings.Contains(string(raw), want) {
			t.Errorf("%q is not in\n%s", want, raw)
		}
	}
}
