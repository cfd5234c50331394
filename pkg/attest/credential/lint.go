package credential

import (
	"slices"
	"strings"
)

// Lint says whether a document has the shape of an Open Badges 3.0 credential
// on the Verifiable Credentials Data Model 2.0, as far as this package and the
// schema of Open Badges ask for it. It looks at no signature and no date's
// sense.
func Lint(document map[string]any) error {
	l := &linter{}
	badge := listed(document["type"], typeOpenBadge) || listed(document["type"], "AchievementCredential")
	if !badge || !listed(document["type"], typeCredential) {
		l.fail("reason.not_open_badges")
	}
	l.issuer(document["issuer"])
	subject := l.object(document, "credentialSubject", "reason.no_holder")
	if subject != nil {
		l.object(subject, "achievement", "reason.no_holder")
	}
	if status, ok := document["credentialStatus"]; ok {
		if _, single := status.(map[string]any); !single {
			l.fail("reason.wrong_value", "term", "credentialStatus")
		}
	}
	l.validity(document, true)
	l.address(document, "", "id")
	if subject != nil {
		l.subject(subject)
	}
	l.once(document, text(document, "id"), "id")
	l.once(document, text(inner(document, "credentialSubject"), "id"), "credentialSubject.id")
	return l.err
}

// linter keeps the first thing that is wrong.
type linter struct{ err error }

func (l *linter) fail(id string, args ...any) {
	if l.err == nil {
		l.err = invalid(id, args...)
	}
}

// absent fails for a part that is not there, or is not what it has to be.
func (l *linter) absent(in map[string]any, path, name string) {
	if in[name] == nil {
		l.fail("reason.part_missing", "part", path+name)
	}
	l.fail("reason.wrong_value", "term", path+name)
}

// once holds that one object alone has an id. Linked data does not mind where
// in a document something is said of an id, nor does a signature: a second
// object with the id of the credential could take over its dates or its status,
// out of sight of anyone who reads the first.
func (l *linter) once(document map[string]any, id, path string) {
	if id != "" && countID(document, id) > 1 {
		l.fail("reason.id_twice", "part", path)
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
		l.fail("reason.no_holder")
	}
	for _, entry := range entries(subject["identifier"]) {
		l.identity(entry)
	}
	l.instant(subject, path, "activityStartDate")
	l.instant(subject, path, "activityEndDate")
	achieved, ok := subject["achievement"].(map[string]any)
	if !ok {
		return
	}
	const inner = path + "achievement."
	l.address(achieved, inner, "id")
	l.types(achieved, inner, "Achievement")
	l.text(achieved, inner, "name")
	l.text(achieved, inner, "description")
	if _, single := achieved["criteria"].(map[string]any); !single {
		l.absent(achieved, inner, "criteria")
	}
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
			l.fail("reason.id_twice", "part", "resultDescription.id")
		}
		known[id] = true
	}
	for _, entry := range entries(subject["result"]) {
		result, _ := entry.(map[string]any)
		l.types(result, "result.", "Result")
		if id, ok := result["resultDescription"].(string); ok && !known[id] {
			l.fail("reason.undescribed_result")
		}
		if value, ok := result["value"]; ok {
			if _, isText := value.(string); !isText {
				l.fail("reason.wrong_value", "term", "result.value")
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
		l.absent(identity, path, "hashed")
	}
}

func (l *linter) issuer(value any) {
	if issuer, ok := value.(map[string]any); ok {
		if _, named := issuer["id"].(string); !named {
			l.fail("reason.no_issuer")
		}
		l.address(issuer, "issuer.", "id")
		l.types(issuer, "issuer.", "Profile")
		return
	}
	l.issuerID(value)
}

func (l *linter) issuerID(value any) {
	if text, ok := value.(string); !ok || !absoluteIRI(text) {
		l.fail("reason.no_issuer")
	}
}

// object is a part that is one object; without it the document fails by an id.
func (l *linter) object(in map[string]any, name, otherwise string) map[string]any {
	object, ok := in[name].(map[string]any)
	if !ok {
		l.fail(otherwise)
		return nil
	}
	return object
}

func (l *linter) text(in map[string]any, path, name string) {
	if text, ok := in[name].(string); !ok || text == "" {
		l.absent(in, path, name)
	}
}

func (l *linter) address(in map[string]any, path, name string) {
	switch text, ok := in[name].(string); {
	case !ok:
		l.absent(in, path, name)
	case !absoluteIRI(text):
		l.fail("reason.not_an_address", "text", abbreviate(text))
	}
}

func (l *linter) types(in map[string]any, path, want string) {
	if !listed(in["type"], want) {
		l.fail("reason.part_without_type", "part", strings.TrimSuffix(path, "."), "type", want)
	}
}

func (l *linter) validity(document map[string]any, required bool) {
	from, until := isInstant(document, "validFrom"), isInstant(document, "validUntil")
	if !from && (required || document["validFrom"] != nil) || !until && document["validUntil"] != nil {
		l.fail("reason.bad_dates")
	}
}

func (l *linter) instant(in map[string]any, path, name string) {
	if _, ok := in[name]; ok && !isInstant(in, name) {
		l.fail("reason.wrong_value", "term", path+name)
	}
}

func isInstant(in map[string]any, name string) bool {
	_, err := instant(in[name])
	return err == nil
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
