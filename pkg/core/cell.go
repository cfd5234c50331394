package core

import "strings"

// InertCell is a cell of a CSV file that no spreadsheet reads as a formula.
func InertCell(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
