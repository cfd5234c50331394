package core

import (
	"encoding/base64"
	"strings"
)

// EncodeCursor makes the opaque text of a page's cursor from the sort key of
// its last row.
func EncodeCursor(parts ...string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strings.Join(parts, "\x1f")))
}

// ErrBadCursor says that a cursor is none of the list.
var ErrBadCursor = InvalidField("cursor", "bad_cursor")

// DecodeCursor reads the n parts that EncodeCursor wrote; without a cursor
// there are none. It gives the code bad_cursor.
func DecodeCursor(s string, n int) ([]string, error) {
	if s == "" {
		return nil, nil
	}
	if b, err := base64.RawURLEncoding.DecodeString(s); err == nil {
		if parts := strings.Split(string(b), "\x1f"); len(parts) == n {
			return parts, nil
		}
	}
	return nil, ErrBadCursor
}
