package conformance

import (
	"embed"
	"encoding/json"
	"fmt"
	"path"
	"strings"

	"github.com/piprate/json-gold/ld"
)

//go:embed contexts/*.json
var contextFiles embed.FS

const (
	contextV1        = "https://www.w3.org/2018/credentials/v1"
	contextV2        = "https://www.w3.org/ns/credentials/v2"
	contextIntegrity = "https://w3id.org/security/data-integrity/v2"
)

var contextNames = map[string]string{
	contextV1: "credentials-v1.json",
	contextV2: "credentials-v2.json",
	"https://www.w3.org/ns/credentials/examples/v2":        "examples-v2.json",
	"https://www.w3.org/ns/credentials/undefined-terms/v2": "undefined-terms-v2.json",
	"https://w3id.org/security/data-integrity/v1":          "data-integrity-v1.json",
	contextIntegrity: "data-integrity-v2.json",
}

// loader serves the embedded contexts and nothing else.
type loader struct{}

// LoadDocument implements ld.DocumentLoader.
func (loader) LoadDocument(address string) (*ld.RemoteDocument, error) {
	raw, ok := contextBytes(address)
	if !ok {
		return nil, ld.NewJsonLdError(ld.LoadingDocumentFailed, fmt.Sprintf("the context %q is not one that is read here", address))
	}
	var document any
	if err := json.Unmarshal(raw, &document); err != nil {
		return nil, err
	}
	return &ld.RemoteDocument{DocumentURL: address, Document: document}, nil
}

func contextBytes(address string) ([]byte, bool) {
	name, ok := contextNames[address]
	if !ok {
		return nil, false
	}
	raw, err := contextFiles.ReadFile(path.Join("contexts", name))
	return raw, err == nil
}

func options() *ld.JsonLdOptions {
	o := ld.NewJsonLdOptions("")
	o.DocumentLoader = loader{}
	o.SafeMode = true
	o.Algorithm = ld.AlgorithmURDNA2015
	o.Format = "application/n-quads"
	o.ProcessingMode = ld.JsonLd_1_1
	return o
}

const (
	maxBlankNodes = 1_000
	presented     = "https://www.w3.org/2018/credentials#verifiableCredential"
)

// canonical gives the canonical N-Quads of a document (RDFC-1.0), or an error
// where anything in it has no place in them.
func canonical(document map[string]any) (nquads string, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = wrong("PARSING_ERROR", "the document cannot be read as linked data")
		}
	}()
	expanded, err := expand(document)
	if err != nil {
		return "", err
	}
	if err := check(expanded); err != nil {
		return "", err
	}
	if err := prepare(expanded); err != nil {
		return "", err
	}
	dataset, err := ld.NewJsonLdApi().ToRDF(expanded, options())
	if err != nil {
		return "", wrong("PARSING_ERROR", "%v", err)
	}
	markedJSON(dataset)
	out, err := ld.NewNormalisationAlgorithm(ld.AlgorithmURDNA2015).Main(dataset, options())
	if err != nil {
		return "", wrong("PARSING_ERROR", "%v", err)
	}
	return out.(string), nil
}

// expand expands a document. The credentials in a presentation are expanded each
// by itself and put back as graphs, since the JSON-LD library loses the container
// of a term whose context is null.
func expand(document map[string]any) (any, error) {
	inner, hasInner := document["verifiableCredential"]
	if hasInner {
		document = without(document, "verifiableCredential")
	}
	expanded, err := ld.NewJsonLdProcessor().Expand(document, options())
	if err != nil {
		return nil, wrong("DATA_LOSS_DETECTION_ERROR", "%v", err)
	}
	if !hasInner {
		return any(expanded), nil
	}
	if len(expanded) != 1 {
		return nil, wrong("PARSING_ERROR", "the presentation is empty")
	}
	node, ok := expanded[0].(map[string]any)
	if !ok {
		return nil, wrong("PARSING_ERROR", "the presentation is no object")
	}
	var graphs []any
	for _, entry := range list(inner) {
		credential, ok := entry.(map[string]any)
		if !ok {
			return nil, wrong("PARSING_ERROR", "verifiableCredential holds what is no object")
		}
		one, err := expand(credential)
		if err != nil {
			return nil, err
		}
		graphs = append(graphs, map[string]any{"@graph": one})
	}
	node[presented] = graphs
	return any(expanded), nil
}

// check refuses what SafeMode lets pass: relative addresses, and more objects
// without an id than can be named in reasonable time.
func check(expanded any) error {
	c := &checker{}
	c.walk(expanded)
	if c.err == nil && c.blanks > maxBlankNodes {
		c.err = wrong("PARSING_ERROR", "the document has more than %d objects without an id", maxBlankNodes)
	}
	return c.err
}

type checker struct {
	blanks int
	err    error
}

func (c *checker) walk(value any) {
	switch value := value.(type) {
	case []any:
		for _, entry := range value {
			c.walk(entry)
		}
	case map[string]any:
		_, isValue := value["@value"]
		_, isList := value["@list"]
		if _, named := value["@id"]; !named && !isValue && !isList {
			c.blanks++
		}
		for name, inner := range value {
			switch name {
			case "@id":
				c.address(inner)
			case "@type":
				for _, entry := range list(inner) {
					c.address(entry)
				}
			case "@value", "@language", "@direction":
			default:
				if !strings.HasPrefix(name, "@") {
					c.address(name)
				}
				c.walk(inner)
			}
		}
	}
}

func (c *checker) address(value any) {
	text, _ := value.(string)
	if c.err == nil && !absolute(text) && !strings.HasPrefix(text, "_:") && text != "@json" {
		c.err = wrong("DATA_LOSS_DETECTION_ERROR", "%q is no absolute address", text)
	}
}

// absolute tells whether a text is a URL: a scheme and characters that may stand
// in one.
func absolute(text string) bool {
	scheme, rest, found := strings.Cut(text, ":")
	if !found || scheme == "" || rest == "" {
		return false
	}
	for i, r := range scheme {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !letter && (i == 0 || !strings.ContainsRune("0123456789+.-", r)) {
			return false
		}
	}
	return !strings.ContainsFunc(rest, func(r rune) bool { return r <= ' ' || strings.ContainsRune("<>\"{}|\\^`", r) })
}

func list(value any) []any {
	switch value := value.(type) {
	case nil:
		return nil
	case []any:
		return value
	}
	return []any{value}
}

func without(object map[string]any, names ...string) map[string]any {
	out := make(map[string]any, len(object))
	for name, value := range object {
		out[name] = value
	}
	for _, name := range names {
		delete(out, name)
	}
	return out
}
