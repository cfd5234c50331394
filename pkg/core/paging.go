package core

// AfterID reads the cursor of a list that is ordered by identifier; without a
// cursor it is the zero ID. It gives the code bad_cursor.
func AfterID[I ~[16]byte](list, cursor string) (I, error) {
	parts, err := DecodeCursor(list, cursor, 1)
	if err != nil || parts == nil {
		return I{}, err
	}
	id, err := ParseID[I](parts[0])
	if err != nil {
		err = ErrBadCursor
	}
	return id, err
}

// ListOf makes one part of a list from up to size+1 rows: the row beyond says
// that there is more. key is a row's sort key.
func ListOf[T any](list string, rows []T, size int, key func(T) string) List[T] {
	if len(rows) <= size {
		return List[T]{Items: rows}
	}
	return List[T]{Items: rows[:size], Next: EncodeCursor(list, key(rows[size-1]))}
}
