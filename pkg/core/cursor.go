package core

import (
	"encoding/base64"
	"hash/fnv"
	"strconv"
	"strings"
)

// EncodeCursor makes the opaque text of a page's cursor from the name of its list
// and the sort key of its last row.
func EncodeCursor(list string, parts ...string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strings.Join(append([]string{mark(list)}, parts...), "\x1f")))
}

// mark tells one list's cursors from another's.
func mark(list string) string {
	h := fnv.New32a()
	_, _ = h.Write([]byte(list)) // a hash takes everything
	return strconv.FormatUint(uint64(h.Sum32()), 10)
}

// ErrBadCursor says that a cursor is none of the list.
var ErrBadCursor = InvalidField("cursor", "bad_cursor")

// DecodeCursor reads the n parts that EncodeCursor wrote for the same list; without a
// cursor there are none. It gives the code bad_cursor.
func DecodeCursor(list, s string, n int) ([]string, error) {
	if s == "" {
		return nil, nil
	}
	if b, err := base64.RawURLEncoding.DecodeString(s); err == nil {
		if parts := strings.Split(string(b), "\x1f"); len(parts) == n+1 && parts[0] == mark(list) {
			return parts[1:], nil
		}
	}
	return nil, ErrBadCursor
}
