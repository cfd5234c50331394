package standard

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// numbers are a rule's numbers as domain.md writes them: hours of what is asked
// for, minutes of an hour, the other amounts as they are.
func numbers(r Rule) (all []string) {
	add := func(n int) {
		if n != 0 {
			all = append(all, strconv.Itoa(n))
		}
	}
	for _, minutes := range []int{int(r.Minutes), int(r.Block)} {
		if minutes%60 != 0 {
			all = append(all, fmt.Sprintf("%d min", minutes))
			continue
		}
		add(minutes / 60)
	}
	if r.Percent == 50 {
		all = append(all, "½")
	} else {
		add(r.Percent)
	}
	for _, n := range []int{int(r.PerHour), r.Days, r.Weeks, r.Months, int(r.Least), int(r.RoundTo)} {
		add(n)
	}
	for _, need := range r.After {
		add(int(need.Minutes) / 60)
	}
	for _, nested := range r.Rules {
		all = append(all, numbers(nested)...)
	}
	return all
}

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
