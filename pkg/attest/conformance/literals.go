package conformance

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"github.com/gowebpki/jcs"
	"github.com/piprate/json-gold/ld"
)

const (
	i18n = "https://www.w3.org/ns/i18n#"
	// jsonMark stands for rdf:JSON until the library is done, which would make
	// another canonical form of such a literal.
	jsonMark = "urn:palmar:rdf-json"
)

// prepare changes in an expanded document what the JSON-LD library would lose on
// the way to RDF: the direction of a text, which becomes part of its datatype
// (i18n-datatype of JSON-LD 1.1, as other processors of this suite do), whole
// numbers from 2^63, and JSON literals that are no objects. What the library writes otherwise than RDFC-1.0
// demands, control characters, is refused.
func prepare(value any) error {
	switch value := value.(type) {
	case []any:
		for _, entry := range value {
			if err := prepare(entry); err != nil {
				return err
			}
		}
	case map[string]any:
		if _, ok := value["@value"]; ok {
			return prepareLiteral(value)
		}
		for _, inner := range value {
			if err := prepare(inner); err != nil {
				return err
			}
		}
	}
	return nil
}

func prepareLiteral(literal map[string]any) error {
	if literal["@type"] == "@json" {
		text, err := canonicalJSON(literal["@value"])
		literal["@value"], literal["@type"] = text, jsonMark
		return err
	}
	if number, ok := literal["@value"].(float64); ok && number == math.Trunc(number) && math.Abs(number) < 1e21 && literal["@type"] != ld.XSDDouble {
		literal["@value"] = strconv.FormatFloat(number+0, 'f', 0, 64) // + 0 makes 0 of -0
		if literal["@type"] == nil {
			literal["@type"] = ld.XSDInteger
		}
	}
	text, ok := literal["@value"].(string)
	if !ok {
		return nil
	}
	if i := strings.IndexFunc(text, control); i >= 0 {
		return wrong("PARSING_ERROR", "a text holds the control character %U", text[i])
	}
	if direction, ok := literal["@direction"].(string); ok {
		language, _ := literal["@language"].(string)
		literal["@type"] = i18n + strings.ToLower(language) + "_" + direction
		delete(literal, "@language")
		delete(literal, "@direction")
	}
	return nil
}

func control(r rune) bool {
	return r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r == 0x7f
}

// markedJSON gives JSON literals their datatype.
func markedJSON(dataset *ld.RDFDataset) {
	for _, quads := range dataset.Graphs {
		for _, quad := range quads {
			if literal, ok := quad.Object.(ld.Literal); ok && literal.Datatype == jsonMark {
				literal.Datatype = ld.RDFJSONLiteral
				quad.Object = literal
			}
		}
	}
}

// canonicalJSON is the canonical form of a value (RFC 8785).
func canonicalJSON(value any) (string, error) {
	raw, err := json.Marshal([]any{value})
	if err == nil {
		raw, err = jcs.Transform(raw)
	}
	if err != nil {
		return "", wrong("PARSING_ERROR", "a part of the document has no canonical form: %v", err)
	}
	return string(raw[1 : len(raw)-1]), nil
}
