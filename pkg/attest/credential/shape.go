package credential

import (
	"slices"
	"strconv"
)

// The shape in which this package writes credentials and status lists, as the
// vocabularies define its terms. A document that has this shape and nothing else
// becomes RDF by this table, at a tenth of the cost of expanding it as JSON-LD;
// any other takes the long way. TestShape holds the two ways together.
//
// The vocabularies of a published address never change, so neither does this.
const (
	nsBadge  = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#"
	nsVC     = "https://www.w3.org/2018/credentials#"
	nsSchema = "https://schema.org/"
	nsStatus = "https://www.w3.org/ns/credentials/status#"
	nsXSD    = "http://www.w3.org/2001/XMLSchema#"
	nsXSDs   = "https://www.w3.org/2001/XMLSchema#" // so the vocabulary of Open Badges writes it
)

// class is a kind of object: the types that it has, all of them and no others,
// and its terms.
type class struct {
	types map[string]term
	terms map[string]property
}

// property is what a term stands for and what it holds: an object of a class, an
// address, or text with a datatype, which may be none.
type property struct {
	predicate term
	class     *class
	address   bool
	datatype  string
}

func termsOf(iris ...string) map[string]term {
	out := map[string]term{}
	for i := 0; i < len(iris); i += 2 {
		out[iris[i]] = term("<" + iris[i+1] + ">")
	}
	return out
}

func holdsText(iri string) property { return property{predicate: term("<" + iri + ">")} }
func holdsTyped(iri, kind string) property {
	return property{predicate: term("<" + iri + ">"), datatype: kind}
}
func holdsAddress(iri string) property {
	return property{predicate: term("<" + iri + ">"), address: true}
}
func holds(iri string, c *class) property {
	return property{predicate: term("<" + iri + ">"), class: c}
}

var (
	classProfile = &class{termsOf("Profile", nsBadge+"Profile"), map[string]property{
		"name": holdsText(nsSchema + "name"), "url": holdsTyped(nsSchema+"url", nsXSDs+"anyURI"),
	}}
	classIdentity = &class{termsOf("IdentityObject", nsBadge+"IdentityObject"), map[string]property{
		"hashed": holdsTyped(nsBadge+"hashed", nsXSDs+"boolean"), "identityHash": holdsText(nsBadge + "identityHash"),
		"identityType": holdsText(nsBadge + "identityType"), "salt": holdsText(nsBadge + "salt"),
	}}
	classCriteria  = &class{nil, map[string]property{"narrative": holdsText(nsBadge + "narrative")}}
	classAlignment = &class{termsOf("Alignment", nsSchema+"AlignmentObject"), map[string]property{
		"targetName": holdsText(nsSchema + "targetName"), "targetUrl": holdsTyped(nsSchema+"targetUrl", nsXSDs+"anyURI"),
		"targetFramework": holdsText(nsSchema + "targetFramework"), "targetCode": holdsText(nsBadge + "targetCode"),
	}}
	classResultDescription = &class{termsOf("ResultDescription", nsBadge+"ResultDescription"), map[string]property{
		"name": holdsText(nsSchema + "name"), "resultType": holdsText(nsBadge + "resultType"), "requiredValue": holdsText(nsBadge + "requiredValue"),
	}}
	classResult = &class{termsOf("Result", nsBadge+"Result"), map[string]property{
		"resultDescription": holdsTyped(nsBadge+"resultDescription", nsXSDs+"anyURI"), "value": holdsText(nsSchema + "value"),
	}}
	classAchievement = &class{termsOf("Achievement", nsBadge+"Achievement"), map[string]property{
		"name": holdsText(nsSchema + "name"), "achievementType": holdsText(nsBadge + "achievementType"),
		"description": holdsText(nsSchema + "description"), "criteria": holds(nsBadge+"Criteria", classCriteria),
		"alignment": holds(nsBadge+"alignment", classAlignment), "resultDescription": holds(nsBadge+"resultDescription", classResultDescription),
	}}
	classSubject = &class{termsOf("AchievementSubject", nsBadge+"AchievementSubject"), map[string]property{
		"identifier": holds(nsBadge+"identifier", classIdentity), "licenseNumber": holdsText(nsBadge + "licenseNumber"),
		"activityStartDate": holdsTyped(nsBadge+"activityStartDate", nsXSDs+"date"),
		"activityEndDate":   holdsTyped(nsBadge+"activityEndDate", nsXSDs+"date"),
		"achievement":       holds(nsBadge+"achievement", classAchievement), "result": holds(nsBadge+"result", classResult),
	}}
	classEvidence = &class{termsOf("Evidence", nsBadge+"Evidence"), map[string]property{
		"name": holdsText(nsSchema + "name"), "narrative": holdsText(nsBadge + "narrative"), "genre": holdsText(nsSchema + "genre"),
	}}
	classStatusEntry = &class{termsOf("BitstringStatusListEntry", nsStatus+"BitstringStatusListEntry"), map[string]property{
		"statusPurpose": holdsText(nsStatus + "statusPurpose"), "statusListIndex": holdsText(nsStatus + "statusListIndex"),
		"statusListCredential": holdsAddress(nsStatus + "statusListCredential"),
	}}
	classBadgeSchema = &class{termsOf(badgeSchemaType, "https://purl.imsglobal.org/spec/vccs/v1p0/context.json#"+badgeSchemaType), nil}
	classBadge       = &class{termsOf(typeCredential, nsVC+typeCredential, typeOpenBadge, nsBadge+typeOpenBadge), map[string]property{
		"name": holdsText(nsSchema + "name"), "issuer": holds(nsVC+"issuer", classProfile),
		"validFrom": holdsTyped(nsVC+"validFrom", nsXSD+"dateTime"), "validUntil": holdsTyped(nsVC+"validUntil", nsXSD+"dateTime"),
		"credentialSubject": holds(nsVC+"credentialSubject", classSubject), "evidence": holds(nsVC+"evidence", classEvidence),
		"credentialStatus": holds(nsVC+"credentialStatus", classStatusEntry), "credentialSchema": holds(nsVC+"credentialSchema", classBadgeSchema),
	}}
	classBits = &class{termsOf("BitstringStatusList", nsStatus+"BitstringStatusList"), map[string]property{
		"statusPurpose": holdsText(nsStatus + "statusPurpose"), "ttl": holdsTyped(nsStatus+"ttl", nsXSD+"integer"),
		"encodedList": holdsTyped(nsStatus+"encodedList", "https://w3id.org/security#multibase"),
	}}
	classList = &class{termsOf(typeCredential, nsVC+typeCredential, typeStatusList, nsStatus+typeStatusList), map[string]property{
		"issuer": holdsAddress(nsVC + "issuer"), "credentialSubject": holds(nsVC+"credentialSubject", classBits),
		"validFrom": holdsTyped(nsVC+"validFrom", nsXSD+"dateTime"), "validUntil": holdsTyped(nsVC+"validUntil", nsXSD+"dateTime"),
	}}
)

var (
	badgeContexts = []any{ContextCredentials, ContextOpenBadges, ContextExtensions}
	listContexts  = []any{ContextCredentials}
)

// shaped turns a document of the usual shape into RDF; ok is false for any other.
func shaped(document map[string]any) (d *dataset, ok bool) {
	contexts, isList := document["@context"].([]any)
	if !isList {
		return nil, false
	}
	kind := classBadge
	switch {
	case slices.Equal(contexts, badgeContexts):
	case slices.Equal(contexts, listContexts):
		kind = classList
	default:
		return nil, false
	}
	d = &dataset{quads: make([]quad, 0, 128)}
	_, ok = d.shape(document, kind)
	return d, ok
}

func (d *dataset) shape(object map[string]any, c *class) (subject term, ok bool) {
	if id, named := object["id"]; named {
		text, isText := id.(string)
		if !isText || !absoluteIRI(text) {
			return "", false
		}
		subject = term("<" + text + ">")
	} else {
		var err error
		if subject, err = d.newBlank(); err != nil {
			return "", false
		}
	}
	types := entries(object["type"])
	if len(types) != len(c.types) {
		return "", false
	}
	for i, entry := range types {
		name, _ := entry.(string)
		iri, known := c.types[name]
		if !known || slices.Contains(types[:i], entry) {
			return "", false
		}
		d.add(quad{subject, rdfType, iri, ""})
	}
	for name, value := range object {
		if name == "id" || name == "type" || name == "@context" && (c == classBadge || c == classList) {
			continue
		}
		p, known := c.terms[name]
		if !known {
			return "", false
		}
		for _, entry := range entries(value) {
			held, ok := d.held(entry, p)
			if !ok {
				return "", false
			}
			d.add(quad{subject, p.predicate, held, ""})
		}
	}
	return subject, true
}

// held is the term of a value that a property holds.
func (d *dataset) held(value any, p property) (term, bool) {
	if p.class != nil {
		object, ok := value.(map[string]any)
		if !ok {
			return "", false
		}
		return d.shape(object, p.class)
	}
	switch value := value.(type) {
	case string:
		if p.address {
			return term("<" + value + ">"), absoluteIRI(value)
		}
		if p.datatype == nsXSD+"integer" || p.datatype == nsXSDs+"boolean" {
			return "", false
		}
		written := term(`"` + escaper.Replace(value) + `"`)
		if p.datatype != "" {
			written += term("^^<" + p.datatype + ">")
		}
		return written, true
	case bool:
		return term(`"` + strconv.FormatBool(value) + `"^^<` + p.datatype + ">"), p.datatype == nsXSDs+"boolean"
	case float64:
		if p.datatype != nsXSD+"integer" || value < 0 || value > 1<<53 || value != float64(int64(value)) {
			return "", false
		}
		return term(`"` + strconv.FormatInt(int64(value), 10) + `"^^<` + p.datatype + ">"), true
	}
	return "", false
}
