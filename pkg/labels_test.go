package pkg_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/words"
)

var (
	// control is a button, link or fold that has a name of its own, with its text.
	control = regexp.MustCompile(`(?s)<(button|a|summary)\b([^>]*?\baria-label="((?:\{\{.*?\}\}|[^"])*)"(?:\{\{.*?\}\}|[^>])*)>(.*?)</(?:button|a|summary)>`)
	spaces  = regexp.MustCompile(`\s+`)
)

// TestTemplates_Labels wants the text that is seen on a control within the name
// that is read aloud, so that who says "click Withdraw" finds it (WCAG 2.2, 2.5.3).
func TestTemplates_Labels(t *testing.T) {
	say := func(text string) string {
		text = asked.ReplaceAllStringFunc(text, func(call string) string {
			m := asked.FindStringSubmatch(call)
			return words.English().Patterns(m[1] + m[3])["other"]
		})
		return strings.ToLower(strings.TrimSpace(spaces.ReplaceAllString(tag.ReplaceAllString(action.ReplaceAllString(text, " "), " "), " ")))
	}
	eachTemplate(t, func(file, text string) {
		for _, m := range control.FindAllStringSubmatch(text, -1) {
			if label, seen := say(m[3]), say(m[4]); !strings.Contains(label, seen) {
				t.Errorf("%s: a control is seen as %q and read aloud as %q", file, seen, label)
			}
		}
	})
}

// TestTemplates_Tags wants the names of tags written out: html/template takes a "<"
// before an action for text and shows it.
func TestTemplates_Tags(t *testing.T) {
	eachTemplate(t, func(file, text string) {
		if at := strings.Index(text, "<{{"); at >= 0 {
			t.Errorf("%s names a tag by an action: %.60s", file, text[at:])
		}
	})
}
