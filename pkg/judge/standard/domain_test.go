package standard

import (
	"regexp"
	"strings"
)

// row is the cells of a state in the table B1.
func row(domain, code string) []string {
	line := regexp.MustCompile(`(?m)^\| ` + regexp.QuoteMeta(code) + ` \|(.*) \|$`).FindStringSubmatch(domain)
	if line == nil || code == "" {
		return nil
	}
	cells := strings.Split(line[1], "|")
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	return cells
}
