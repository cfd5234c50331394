package credential

import (
	"embed"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/piprate/json-gold/ld"
)

// The JSON-LD contexts that this package reads.
const (
	ContextCredentials   = "https://www.w3.org/ns/credentials/v2"
	ContextDataIntegrity = "https://w3id.org/security/data-integrity/v2"
	ContextOpenBadges    = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
	ContextExtensions    = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
)

//go:embed contexts/*.json
var contextFiles embed.FS

var embeddedContexts = map[string]string{
	ContextCredentials:   "credentials-v2.json",
	ContextDataIntegrity: "data-integrity-v2.json",
	ContextOpenBadges:    "open-badges-3.0.3.json",
	ContextExtensions:    "open-badges-extensions.json",
}

const (
	maxContexts       = 8  // in one document
	maxParsedContexts = 64 // kept lists of contexts
)

// vocabulary is a closed set of contexts: a document that names any other
// address cannot be read. It is safe for concurrent use.
type vocabulary struct {
	documents map[string]any
	terms     map[string]bool

	mu     sync.RWMutex
	parsed map[string]*ld.Context
}

var embeddedVocabulary = sync.OnceValue(func() *vocabulary {
	documents := make(map[string]any, len(embeddedContexts))
	for url, name := range embeddedContexts {
		raw, err := contextFiles.ReadFile(path.Join("contexts", name))
		if err != nil {
			panic(err) // the embedded files are part of the program
		}
		var document any
		if err := json.Unmarshal(raw, &document); err != nil {
			panic(fmt.Errorf("%s: %w", name, err))
		}
		documents[url] = document
	}
	return newVocabulary(documents)
})

func newVocabulary(documents map[string]any) *vocabulary {
	v := &vocabulary{documents: documents, terms: map[string]bool{}, parsed: map[string]*ld.Context{}}
	for _, document := range documents {
		v.collectTerms(document)
	}
	return v
}

func (v *vocabulary) collectTerms(value any) {
	object, _ := value.(map[string]any)
	for key, inner := range object {
		v.terms[key] = true
		v.collectTerms(inner)
	}
}

// LoadDocument implements ld.DocumentLoader without ever leaving the program.
func (v *vocabulary) LoadDocument(url string) (*ld.RemoteDocument, error) {
	document, ok := v.documents[url]
	if !ok {
		return nil, unsupported("reason.other_vocabulary")
	}
	return &ld.RemoteDocument{DocumentURL: url, Document: document}, nil
}

// parse returns the active context for a list of addresses. Contexts never
// change, so each list is parsed once.
func (v *vocabulary) parse(urls []string) (*ld.Context, error) {
	key := strings.Join(urls, " ")
	v.mu.RLock()
	active, ok := v.parsed[key]
	v.mu.RUnlock()
	if ok {
		return active, nil
	}
	list := make([]any, len(urls))
	for i, url := range urls {
		if _, err := v.LoadDocument(url); err != nil {
			return nil, err
		}
		list[i] = url
	}
	active, err := ld.NewContext(nil, v.options()).Parse(list)
	if err != nil {
		return nil, unsupported("reason.other_vocabulary")
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.parsed) < maxParsedContexts {
		v.parsed[key] = active
	}
	return active, nil
}

func (v *vocabulary) options() *ld.JsonLdOptions {
	options := ld.NewJsonLdOptions("")
	options.DocumentLoader = v
	options.SafeMode = true
	options.Algorithm = ld.AlgorithmURDNA2015
	options.Format = "application/n-quads"
	return options
}

// contextURLs reads the "@context" of a document: a list of addresses, the
// first of them that of the data model.
func contextURLs(document map[string]any) ([]string, error) {
	var list []any
	switch value := document["@context"].(type) {
	case nil:
		return nil, invalid("reason.no_vocabulary")
	case string:
		list = []any{value}
	case []any:
		list = value
	default:
		return nil, unsupported("reason.other_vocabulary")
	}
	if len(list) > maxContexts {
		return nil, unsupported("reason.other_vocabulary")
	}
	urls := make([]string, 0, len(list))
	for _, entry := range list {
		url, ok := entry.(string)
		if !ok {
			return nil, unsupported("reason.other_vocabulary")
		}
		urls = append(urls, url)
	}
	badge := listed(document["type"], typeOpenBadge)
	if len(urls) == 0 || urls[0] != ContextCredentials || badge && !slices.Contains(urls, ContextOpenBadges) {
		return nil, unsupported("reason.other_vocabulary")
	}
	return urls, nil
}
