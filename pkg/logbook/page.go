package logbook

import "github.com/palmar/palmar/pkg/core"

// cut makes a list of rows that were asked for with one more than fits.
func cut[T any](rows []T, page core.Page, key func(T) []string) core.List[T] {
	size := page.Size()
	if len(rows) <= size {
		return core.List[T]{Items: rows}
	}
	return core.List[T]{Items: rows[:size], Next: core.EncodeCursor(key(rows[size-1])...)}
}

// cursorID reads a cursor that is one identifier.
func cursorID[I ~[16]byte](page core.Page) (id I, err error) {
	parts, err := core.DecodeCursor(page.Cursor, 1)
	if err != nil || parts == nil {
		return id, err
	}
	return cursorPart[I](parts[0])
}

func cursorPart[I ~[16]byte](part string) (I, error) {
	id, err := core.ParseID[I](part)
	if err != nil {
		return id, core.ErrBadCursor
	}
	return id, nil
}
