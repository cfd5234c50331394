package credential

import (
	"slices"
	"time"
)

// Lint says whether a document has the shape of an Open Badges 3.0 credential
// on the Verifiable Credentials Data Model 2.0, as far as this package and the
// schema of Open Badges ask for it. It looks at no signature and no date's
// sense.
func Lint(document map[string]any) error {
	l := &linter{}
	l.address(document, "", "id")
	l.types(document, "", typeCredential)
	if !listed(document["type"], typeOpenBadge) && !listed(document["type"], "AchievementCredential") {
		l.fail("type", "does not list OpenBadgeCredential")
	}
	l.instant(document, "", "validFrom", true)
	l.instant(document, "", "validUntil", false)
	l.issuer(document["issuer"])
	if subject := l.object(document, "", "credentialSubject"); subject != nil {
		l.subject(subject)
	}
	if status, ok := document["credentialStatus"]; ok {
		if _, single := status.(map[string]any); !single {
			l.fail("credentialStatus", "is not one object")
		}
	}
	l.once(document, text(document, "id"), "id")
	l.once(document, text(inner(document, "credentialSubject"), "id"), "credentialSubject.id")
	return l.err
}

// linter keeps the first thing that is wrong.
type linter struct{ err error }

func (l *linter) fail(path, reason string) {
	if l.err == nil {
		l.err = invalid("%s %s", path, reason)
	}
}

// once holds that one object alone has an id. Linked data does not mind where
// in a document something is said of an id, nor does a signature: a second
// object with the id of the credential could take over its dates or its status,
// out of sight of anyone who reads the first.
func (l *linter) once(document map[string]any, id, path string) {
	if id != "" && countID(document, id) > 1 {
		l.fail(path, "occurs twice")
	}
}

func countID(value any, id string) int {
	count := 0
	switch value := value.(type) {
	case map[string]any:
		for name, inner := range value {
			if name == "id" && inner == id {
				count++
			}
			count += countID(inner, id)
		}
	case []any:
		for _, inner := range value {
			count += countID(inner, id)
		}
	}
	return count
}

func (l *linter) subject(subject map[string]any) {
	const path = "credentialSubject."
	l.types(subject, path, "AchievementSubject")
	if subject["id"] == nil && subject["identifier"] == nil {
		l.fail(path+"id", "is absent, and so is identifier")
	}
	for _, entry := range entries(subject["identifier"]) {
		l.identity(entry)
	}
	l.instant(subject, path, "activityStartDate", false)
	l.instant(subject, path, "activityEndDate", false)
	achieved := l.object(subject, path, "achievement")
	if achieved == nil {
		return
	}
	const inner = path + "achievement."
	l.address(achieved, inner, "id")
	l.types(achieved, inner, "Achievement")
	l.text(achieved, inner, "name")
	l.text(achieved, inner, "description")
	l.object(achieved, inner, "criteria")
	if text(achieved, "achievementType") == achievementTypes[License] {
		l.text(subject, path, "licenseNumber")
	}
	l.results(subject, achieved)
}

// results holds the results against their descriptions.
func (l *linter) results(subject, achieved map[string]any) {
	known := map[string]bool{}
	for _, entry := range entries(achieved["resultDescription"]) {
		description, _ := entry.(map[string]any)
		l.address(description, "resultDescription.", "id")
		l.text(description, "resultDescription.", "name")
		l.text(description, "resultDescription.", "resultType")
		id, _ := description["id"].(string)
		if known[id] {
			l.fail("resultDescription.id", "occurs twice")
		}
		known[id] = true
	}
	for _, entry := range entries(subject["result"]) {
		result, _ := entry.(map[string]any)
		l.types(result, "result.", "Result")
		if id, ok := result["resultDescription"].(string); ok && !known[id] {
			l.fail("result.resultDescription", "names no result of the achievement")
		}
		if value, ok := result["value"]; ok {
			if _, isText := value.(string); !isText {
				l.fail("result.value", "is not text")
			}
		}
	}
}

func (l *linter) identity(value any) {
	const path = "identifier."
	identity, _ := value.(map[string]any)
	l.types(identity, path, "IdentityObject")
	l.text(identity, path, "identityHash")
	l.text(identity, path, "identityType")
	if _, ok := identity["hashed"].(bool); !ok {
		l.fail(path+"hashed", "is neither true nor false")
	}
}

func (l *linter) issuer(value any) {
	if issuer, ok := value.(map[string]any); ok {
		l.address(issuer, "issuer.", "id")
		l.types(issuer, "issuer.", "Profile")
		return
	}
	l.issuerID(value)
}

func (l *linter) issuerID(value any) {
	if text, ok := value.(string); !ok || !absoluteIRI(text) {
		l.fail("issuer", "is not an issuer")
	}
}

func (l *linter) object(in map[string]any, path, name string) map[string]any {
	object, ok := in[name].(map[string]any)
	if !ok {
		l.fail(path+name, "is not one object")
		return nil
	}
	return object
}

func (l *linter) text(in map[string]any, path, name string) {
	if text, ok := in[name].(string); !ok || text == "" {
		l.fail(path+name, "is not text")
	}
}

func (l *linter) address(in map[string]any, path, name string) {
	if text, ok := in[name].(string); !ok || !absoluteIRI(text) {
		l.fail(path+name, "is not an absolute address")
	}
}

func (l *linter) types(in map[string]any, path, want string) {
	if !listed(in["type"], want) {
		l.fail(path+"type", "does not list "+want)
	}
}

func (l *linter) instant(in map[string]any, path, name string, required bool) {
	value, ok := in[name]
	if !ok && !required {
		return
	}
	text, _ := value.(string)
	if _, err := time.Parse(time.RFC3339, text); err != nil {
		l.fail(path+name, "is not an instant")
	}
}

// listed reports whether a value is the wanted text or an array that holds it.
func listed(value any, want string) bool {
	return slices.Contains(entries(value), any(want))
}

// entries gives the elements of an array, a single value as one, nothing as
// none.
func entries(value any) []any {
	switch value := value.(type) {
	case nil:
		return nil
	case []any:
		return value
	default:
		return []any{value}
	}
}
