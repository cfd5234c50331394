package translog

import "strings"

// PastedCheckpoints are the checkpoints in a text, such as a mail in which they came:
// quoted, indented, and with other words around them. Whether they are the log's is
// not looked at.
func PastedCheckpoints(text string) (found []string) {
	var lines []string
	for line := range strings.Lines(text) {
		lines = append(lines, strings.TrimLeft(strings.TrimSpace(line), "> \t"))
	}
	for i := 4; i < len(lines); i++ {
		if !strings.HasPrefix(lines[i], "— ") || lines[i-1] != "" {
			continue
		}
		note := strings.Join(lines[i-4:i-1], "\n") + "\n\n"
		for ; i < len(lines) && strings.HasPrefix(lines[i], "— "); i++ {
			note += lines[i] + "\n"
		}
		found = append(found, note)
	}
	return found
}
