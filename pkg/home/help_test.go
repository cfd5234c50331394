package home

import (
	"os"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// TestHelp holds docs/glossary.md and the page's ids against the sentences: each
// term has an explanation, stands in both, and stands there once.
func TestHelp(t *testing.T) {
	t.Parallel()
	read := func(name string) string {
		text, err := os.ReadFile("../../" + name)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	var sentences map[string]string
	if err := yaml.Unmarshal([]byte(read("pkg/words/en-US/help.pages.yaml")), &sentences); err != nil {
		t.Fatal(err)
	}
	glossary, template := read("docs/glossary.md"), read("templates/home/help.html")
	once := func(name, text, want string) {
		if n := strings.Count(text, want); n != 1 {
			t.Errorf("%s has %q %d times, want it once", name, want, n)
		}
	}
	terms := 0
	for id, sentence := range sentences {
		key, ours := strings.CutPrefix(id, "home.help.")
		word, term := strings.CutSuffix(key, "_term")
		switch {
		case term:
			terms++
			if sentences["home.help."+word] == "" {
				t.Errorf("%q is not explained", sentence)
			}
			once("docs/glossary.md", glossary, "\n- **"+sentence+"**: "+sentences["home.help."+word]+"\n")
			once("templates/home/help.html", template, `<dt id="`+strings.ReplaceAll(word, "_", "-")+`">{{t "`+id+`"}}</dt><dd>{{t "home.help.`+word+`"}}</dd>`)
		case !ours, key == "title": // the link in the footer and the page's title
		case strings.HasPrefix(key, "about_"):
			once("docs/glossary.md", glossary, "\n## "+sentence+"\n")
		case key == "intro":
			once("docs/glossary.md", glossary, sentence)
		case sentences[id+"_term"] == "":
			t.Errorf("%s explains no term", id)
		}
	}
	if n := strings.Count(glossary, "\n- **"); n != terms {
		t.Errorf("docs/glossary.md has %d terms, the page %d", n, terms)
	}
}
