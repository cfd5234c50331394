package credential

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/piprate/json-gold/ld"
)

// maxBlankNodes bounds the objects without an id in one document.
const maxBlankNodes = 1_000

// term is an IRI ("<…>"), a literal ("\"…") or a blank node ("_:b0"), in the
// form in which N-Quads write it. The default graph is the empty term.
type term string

func (t term) blank() bool { return strings.HasPrefix(string(t), "_:") }

// quad is subject, predicate, object and graph.
type quad [4]term

type dataset struct {
	quads  []quad
	blanks int
}

const (
	rdfType  = term("<" + ld.RDFType + ">")
	rdfFirst = term("<" + ld.RDFFirst + ">")
	rdfRest  = term("<" + ld.RDFRest + ">")
	rdfNil   = term("<" + ld.RDFNil + ">")
)

// toQuads turns an expanded document into RDF. Unlike the usual algorithm it
// drops nothing: what has no place in RDF is refused.
func toQuads(expanded any) (*dataset, error) {
	d := &dataset{}
	nodes, ok := expanded.([]any)
	if !ok {
		nodes = []any{expanded}
	}
	for _, node := range nodes {
		object, ok := node.(map[string]any)
		if !ok {
			return nil, invalid("reason.not_linked_data", "problem", "no object")
		}
		if _, err := d.node(object, ""); err != nil {
			return nil, err
		}
	}
	return d, nil
}

func (d *dataset) newBlank() (term, error) {
	if d.blanks >= maxBlankNodes {
		return "", unsupported("reason.too_many_objects", "most", maxBlankNodes)
	}
	d.blanks++
	return term("_:b" + strconv.Itoa(d.blanks-1)), nil
}

func (d *dataset) add(q quad) { d.quads = append(d.quads, q) }

// node adds what is said of one object and gives the term that names it.
func (d *dataset) node(object map[string]any, graph term) (term, error) {
	subject, err := d.subject(object)
	if err != nil {
		return "", err
	}
	for _, name := range slices.Sorted(maps.Keys(object)) {
		value := object[name]
		switch name {
		case "@id":
		case "@type":
			err = d.types(subject, value, graph)
		case "@graph":
			err = d.graph(subject, value)
		default:
			err = d.property(subject, name, value, graph)
		}
		if err != nil {
			return "", err
		}
	}
	return subject, nil
}

func (d *dataset) subject(object map[string]any) (term, error) {
	id, ok := object["@id"]
	if !ok {
		return d.newBlank()
	}
	text, _ := id.(string)
	return iri(text)
}

func (d *dataset) types(subject term, value any, graph term) error {
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	for _, entry := range list {
		text, _ := entry.(string)
		object, err := iri(text)
		if err != nil {
			return invalid("reason.undefined_type", "type", abbreviate(text))
		}
		d.add(quad{subject, rdfType, object, graph})
	}
	return nil
}

// graph adds the nodes of a named graph, such as that of an embedded proof.
func (d *dataset) graph(name term, value any) error {
	list, _ := value.([]any)
	for _, entry := range list {
		object, ok := entry.(map[string]any)
		if !ok {
			return unsupported("reason.linked_data_unread")
		}
		if _, err := d.node(object, name); err != nil {
			return err
		}
	}
	return nil
}

func (d *dataset) property(subject term, name string, value any, graph term) error {
	if strings.HasPrefix(name, "@") {
		return unsupported("reason.reserved_term", "term", abbreviate(name))
	}
	predicate, err := iri(name)
	if err != nil {
		return err
	}
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	for _, entry := range list {
		object, err := d.object(entry, graph)
		if err != nil {
			return err
		}
		d.add(quad{subject, predicate, object, graph})
	}
	return nil
}

func (d *dataset) object(value any, graph term) (term, error) {
	object, ok := value.(map[string]any)
	if !ok {
		return "", unsupported("reason.linked_data_unread")
	}
	if plain, ok := object["@value"]; ok {
		return literal(plain, object)
	}
	if list, ok := object["@list"]; ok {
		entries, _ := list.([]any)
		return d.list(entries, graph)
	}
	return d.node(object, graph)
}

func (d *dataset) list(entries []any, graph term) (term, error) {
	if len(entries) == 0 {
		return rdfNil, nil
	}
	cell, err := d.newBlank()
	if err != nil {
		return "", err
	}
	first, err := d.object(entries[0], graph)
	if err != nil {
		return "", err
	}
	rest, err := d.list(entries[1:], graph)
	if err != nil {
		return "", err
	}
	d.add(quad{cell, rdfFirst, first, graph})
	d.add(quad{cell, rdfRest, rest, graph})
	return cell, nil
}

func iri(text string) (term, error) {
	if !absoluteIRI(text) {
		return "", invalid("reason.not_an_address", "text", abbreviate(text))
	}
	return term("<" + text + ">"), nil
}

// absoluteIRI reports whether a text is a scheme, a colon and characters that
// may stand in an address.
func absoluteIRI(text string) bool {
	scheme, rest, found := strings.Cut(text, ":")
	if !found || scheme == "" || !letter(scheme[0]) {
		return false
	}
	for _, c := range []byte(scheme) {
		if !letter(c) && !strings.ContainsRune("0123456789+.-", rune(c)) {
			return false
		}
	}
	for _, c := range []byte(rest) {
		if c <= ' ' || strings.ContainsRune("<>\"{}|\\^`", rune(c)) {
			return false
		}
	}
	return true
}

func letter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

func literal(value any, object map[string]any) (term, error) {
	if _, ok := object["@language"]; ok {
		return "", unsupported("reason.text_with_language")
	}
	datatype, _ := object["@type"].(string)
	if datatype == "@json" {
		return "", unsupported("reason.json_literal")
	}
	var text string
	switch value := value.(type) {
	case string:
		text = value
	case bool:
		text = strconv.FormatBool(value)
		datatype = orElse(datatype, ld.XSDBoolean)
	case float64:
		text, datatype = number(value, datatype)
	default:
		return "", unsupported("reason.linked_data_unread")
	}
	written := `"` + escaper.Replace(text) + `"`
	if datatype == "" || datatype == ld.XSDString {
		return term(written), nil
	}
	kind, err := iri(datatype)
	if err != nil {
		return "", err
	}
	return term(written + "^^" + string(kind)), nil
}

// number writes a JSON number as JSON-LD does: whole numbers as integers,
// others (and every xsd:double) in scientific form.
func number(value float64, datatype string) (string, string) {
	if value == math.Trunc(value) && math.Abs(value) < 1e21 && datatype != ld.XSDDouble {
		return fmt.Sprintf("%.0f", value), orElse(datatype, ld.XSDInteger)
	}
	return ld.GetCanonicalDouble(value), orElse(datatype, ld.XSDDouble)
}

func orElse(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// Other control characters never get here: checkText refuses them.
var (
	escaper   = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`)
	unescaper = strings.NewReplacer(`\\`, `\`, `\"`, `"`, `\n`, "\n", `\r`, "\r", `\t`, "\t")
)
