package credential

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/piprate/json-gold/ld"
)

// canonical gives the canonical N-Quads of a document (RDFC-1.0, which for
// these inputs is URDNA2015): what is signed. Everything in the document is in
// them, or the document is refused: a term that no vocabulary defines, a
// relative address, a keyword of JSON-LD that hides text from the signature.
func (v *vocabulary) canonical(document map[string]any) (nquads []byte, err error) {
	defer func() {
		// A vocabulary or a document that the JSON-LD library did not foresee
		// must not end the program.
		if p := recover(); p != nil {
			nquads, err = nil, unsupported("reason.linked_data_unread")
		}
	}()
	if dataset, ok := shaped(document); ok && v == embeddedVocabulary() {
		return dataset.canonical()
	}
	return v.canonicalByExpansion(document)
}

// canonicalByExpansion is canonical for documents of any shape.
func (v *vocabulary) canonicalByExpansion(document map[string]any) ([]byte, error) {
	expanded, err := v.expand(document)
	if err != nil {
		return nil, err
	}
	dataset, err := toQuads(expanded)
	if err != nil {
		return nil, err
	}
	return dataset.canonical()
}

// readable says whether every term of a document has a meaning, as expand does,
// for signatures that cover the bytes themselves.
func (v *vocabulary) readable(document map[string]any) error {
	_, err := v.canonical(document)
	return err
}

func (v *vocabulary) expand(document map[string]any) (any, error) {
	urls, err := contextURLs(document)
	if err != nil {
		return nil, err
	}
	active, err := v.parse(urls)
	if err != nil {
		return nil, err
	}
	body := maps.Clone(document)
	delete(body, "@context")
	if err := refuseReserved(body); err != nil {
		return nil, err
	}
	expanded, err := ld.NewJsonLdApi().Expand(active, "", body, v.options(), false, nil)
	if err != nil {
		return nil, v.explain(err, body)
	}
	return expanded, nil
}

// refuseReserved refuses the names that JSON-LD reserves, some of which (@index,
// @context deeper down) would carry text that is not signed, and names written
// as addresses: the signature of "credentialStatus" also fits its full address,
// under which a reader of JSON would overlook it.
func refuseReserved(value any) error {
	switch value := value.(type) {
	case map[string]any:
		for name, inner := range value {
			if strings.HasPrefix(name, "@") {
				return unsupported("reason.reserved_term", "term", abbreviate(name))
			}
			if strings.Contains(name, ":") {
				return invalid("reason.undefined_term", "term", abbreviate(name))
			}
			if err := refuseReserved(inner); err != nil {
				return err
			}
		}
	case []any:
		for _, inner := range value {
			if err := refuseReserved(inner); err != nil {
				return err
			}
		}
	}
	return nil
}

func (v *vocabulary) explain(err error, body map[string]any) error {
	var problem *ld.JsonLdError
	if !errors.As(err, &problem) {
		return unsupported("reason.linked_data_unread")
	}
	if problem.Code != ld.InvalidProperty {
		return invalid("reason.not_linked_data", "problem", string(problem.Code))
	}
	if term := v.undefinedTerm(body); term != "" {
		return invalid("reason.undefined_term", "term", abbreviate(term))
	}
	return invalid("reason.misplaced_term")
}

func (v *vocabulary) undefinedTerm(value any) string {
	switch value := value.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(value)) {
			if !v.terms[name] {
				return name
			}
			if term := v.undefinedTerm(value[name]); term != "" {
				return term
			}
		}
	case []any:
		for _, inner := range value {
			if term := v.undefinedTerm(inner); term != "" {
				return term
			}
		}
	}
	return ""
}
