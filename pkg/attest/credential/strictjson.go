package credential

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// Bounds on a document from a stranger.
const (
	MaxDocumentBytes = 256 << 10
	maxDepth         = 24
	maxValues        = 10_000
)

// parseObject reads one JSON object so that every reader of the same bytes
// sees the same document: names occur once, text is UTF-8 without characters
// that could be lost or hidden, nothing follows the object, nothing is null.
func parseObject(raw []byte) (map[string]any, error) {
	return parseBounded(raw, MaxDocumentBytes, maxValues)
}

func parseBounded(raw []byte, mostBytes, mostValues int) (map[string]any, error) {
	if len(raw) > mostBytes {
		return nil, unsupported("reason.too_large", "kilobytes", mostBytes>>10)
	}
	if !utf8.Valid(raw) {
		return nil, unsupported("reason.not_utf8")
	}
	if !json.Valid(raw) {
		return nil, unsupported("reason.not_json")
	}
	reader := &strictReader{decoder: json.NewDecoder(bytes.NewReader(raw)), most: mostValues}
	value, err := reader.value(0)
	if err != nil {
		return nil, err
	}
	object, ok := value.(map[string]any)
	if !ok {
		return nil, unsupported("reason.not_object")
	}
	return object, nil
}

type strictReader struct {
	decoder      *json.Decoder
	values, most int
}

func (r *strictReader) value(depth int) (any, error) {
	if r.values++; r.values > r.most {
		return nil, unsupported("reason.too_many_values", "most", r.most)
	}
	token, err := r.decoder.Token()
	if err != nil {
		return nil, invalid("reason.not_json")
	}
	switch token := token.(type) {
	case nil:
		return nil, unsupported("reason.has_null")
	case string:
		return token, checkText(token)
	case json.Delim:
		if depth >= maxDepth {
			return nil, unsupported("reason.too_deep", "levels", maxDepth)
		}
		if token == '{' {
			return r.object(depth + 1)
		}
		return r.array(depth + 1)
	default:
		return token, nil
	}
}

func (r *strictReader) object(depth int) (any, error) {
	object := map[string]any{}
	for r.decoder.More() {
		token, err := r.decoder.Token()
		if err != nil {
			return nil, invalid("reason.not_json")
		}
		name, ok := token.(string)
		if !ok {
			return nil, invalid("reason.not_json")
		}
		if err := checkText(name); err != nil {
			return nil, err
		}
		if _, twice := object[name]; twice {
			return nil, invalid("reason.name_twice", "name", abbreviate(name))
		}
		if object[name], err = r.value(depth); err != nil {
			return nil, err
		}
	}
	_, err := r.decoder.Token()
	return object, err
}

func (r *strictReader) array(depth int) (any, error) {
	array := []any{}
	for r.decoder.More() {
		value, err := r.value(depth)
		if err != nil {
			return nil, err
		}
		array = append(array, value)
	}
	_, err := r.decoder.Token()
	return array, err
}

// checkText refuses text that different readers of RDF write differently, or
// that a reader of JSON may have replaced.
func checkText(text string) error {
	if strings.ContainsFunc(text, forbiddenRune) {
		return invalid("reason.hidden_character")
	}
	return nil
}

// forbiddenRune reports control characters other than tab and line ends, the
// replacement character, and the marks that reorder text on the screen.
func forbiddenRune(r rune) bool {
	switch {
	case r == '\t' || r == '\n' || r == '\r':
		return false
	case r < 0x20 || r == 0x7f || r == utf8.RuneError:
		return true
	case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
		return true
	}
	return false
}

func abbreviate(text string) string {
	const most = 40
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return string(runes[:most]) + "…"
}
