package translog

import (
	"regexp"
	"strconv"
	"strings"
)

// PastedCheckpoints are the checkpoints in a text, such as a mail in which they came:
// quoted, indented, and with other words around them, or a mail as programs save it.
// Whether they are the log's is not looked at.
func PastedCheckpoints(text string) []string {
	if strings.Contains(strings.ToLower(text), "content-transfer-encoding: quoted-printable") {
		text = printable.ReplaceAllStringFunc(text, unquoted)
	}
	return checkpointsIn(text)
}

// printable is what quoted-printable writes in place of a byte or of nothing, at the
// end of a line that goes on.
var printable = regexp.MustCompile(`=[0-9A-Fa-f]{2}|=[ \t]*\r?\n`)

func unquoted(s string) string {
	b, err := strconv.ParseUint(s[1:], 16, 8)
	if err != nil {
		return ""
	}
	return string([]byte{byte(b)})
}

func checkpointsIn(text string) (found []string) {
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
