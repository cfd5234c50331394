package conformance

import (
	"bytes"
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

// unambiguous refuses JSON that readers take differently: what is no UTF-8, and
// an object that has a name twice.
func unambiguous(raw []byte) error {
	if !utf8.Valid(raw) {
		return wrong("PARSING_ERROR", "it is not written in UTF-8")
	}
	// A first reading bounds how deep the second goes.
	if !json.Valid(raw) {
		return wrong("PARSING_ERROR", "it is no JSON")
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	return unique(decoder)
}

func unique(decoder *json.Decoder) error {
	token, err := decoder.Token()
	if err != nil {
		return wrong("PARSING_ERROR", "it is no JSON")
	}
	open, ok := token.(json.Delim)
	if !ok {
		return nil
	}
	names := map[string]bool{}
	for decoder.More() {
		if open == '{' {
			token, err := decoder.Token()
			if err != nil {
				return wrong("PARSING_ERROR", "it is no JSON")
			}
			name := fmt.Sprint(token)
			if names[name] {
				return wrong("PARSING_ERROR", "an object has the name %q twice", name)
			}
			names[name] = true
		}
		if err := unique(decoder); err != nil {
			return err
		}
	}
	_, err = decoder.Token()
	return err
}

// readObject reads a JSON object, with bounds on what a stranger can have worked
// through.
func readObject(raw []byte) (map[string]any, error) {
	if err := unambiguous(raw); err != nil {
		return nil, err
	}
	var out map[string]any
	if err := json.Unmarshal(raw, &out); err != nil || out == nil {
		return nil, wrong("PARSING_ERROR", "it is no JSON object")
	}
	if depth(out) > maxDepth {
		return nil, wrong("PARSING_ERROR", "it is nested too deep")
	}
	return out, nil
}

func depth(value any) int {
	deepest := 0
	switch value := value.(type) {
	case map[string]any:
		for _, inner := range value {
			deepest = max(deepest, depth(inner))
		}
	case []any:
		for _, inner := range value {
			deepest = max(deepest, depth(inner))
		}
	default:
		return 0
	}
	return deepest + 1
}
