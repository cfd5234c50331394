package pkg_test

import (
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// eachScript hands out the scripts that are ours, of the offline page and of the
// others, without their comments.
func eachScript(t *testing.T, fn func(file, text string)) {
	t.Helper()
	var files []string
	for _, folder := range []string{"offline", "static"} {
		found, err := filepath.Glob("../templates/" + folder + "/*.js")
		if err != nil || len(found) == 0 {
			t.Fatalf("there are no scripts: %v", err)
		}
		files = append(files, found...)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		fn(file, comment.ReplaceAllString(string(text), "$1"))
	}
}

var (
	comment = regexp.MustCompile(`(?m)(^|\s)//.*$`)
	// scriptAsks is a call with a constant id, or an id in a table.
	scriptAsks = regexp.MustCompile(`'((?:offline|reason)\.[\w.]+)'(?:, \{([^{}]*)\})?`)
	scriptTold = regexp.MustCompile("'(?:[^'\\\\\n]|\\\\.)*'|`(?:[^`\\\\\n]|\\\\.)*`|\"[^\"\n]*\"")
	twoWords   = regexp.MustCompile(`\p{L}{2,}[,.:;]? \p{L}{2,}|\} \p{L}{4,}`)
	// scriptShows is a constant that is put on the page as it stands.
	scriptShows = regexp.MustCompile("(?:textContent|ariaLabel|title|placeholder) = [\"'`]\\p{L}[^\n]*")
)

// sentencesInScript are those that a script asks for. One that stands in a table
// has no arguments.
func sentencesInScript(file, text string) (all []said) {
	for _, m := range scriptAsks.FindAllStringSubmatch(text, -1) {
		s := said{at: token.Position{Filename: file}, id: m[1]}
		for _, field := range strings.Split(m[2], ",") {
			if name, _, _ := strings.Cut(field, ":"); strings.TrimSpace(name) != "" {
				s.args = append(s.args, strings.TrimSpace(name))
			}
		}
		all = append(all, s)
	}
	return all
}

// textsInScript are constants of a script that look like a sentence.
func textsInScript(text string) (all []string) {
	for _, found := range scriptTold.FindAllString(text, -1) {
		if twoWords.MatchString(found) && strings.Trim(found, `"'`) != "use strict" {
			all = append(all, found)
		}
	}
	return append(all, scriptShows.FindAllString(text, -1)...)
}

// TestScripts_Words finds text that stands in a script itself.
func TestScripts_Words(t *testing.T) {
	eachScript(t, func(file, text string) {
		for _, found := range textsInScript(text) {
			t.Errorf("%s has the text %s", file, found)
		}
	})
	for text, want := range map[string]int{
		"no('it is no certificate');": 1, "add(`the site answered ${status}`)": 1, `fail("try it again")`: 1,
		"out.textContent = `${n} chosen`": 1, `button.textContent = "Copied"`: 1, `out.textContent = ""`: 0,
		"'use strict';": 0, `"use strict";`: 0, "say('offline.page.title')": 0, "pen.getContext('2d', {willReadFrequently: true})": 0,
	} {
		if got := textsInScript(text); len(got) != want {
			t.Errorf("%s: %q", text, got)
		}
	}
}
