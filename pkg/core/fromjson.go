package core

import (
	"encoding/json"
	"fmt"
)

// FromJSON reads what the record keeps as JSON in a column of a row. What cannot
// be read is our own failure and never an empty value; the error says where it
// is, for anyone who has to fix it, and nothing of what stands there.
func FromJSON(raw []byte, into any, column, row string) error {
	if err := json.Unmarshal(raw, into); err != nil {
		return fmt.Errorf("%s of %s cannot be read: %v", column, row, err) //nolint:errorlint // a fault within it would be shown as one of the input
	}
	return nil
}
