package words

import (
	"regexp"
	"strings"
	"sync"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// Pseudo is a language to test with, which CLDR calls en-XA: English with accents,
// a third longer and in brackets, so that what is not a sentence of the message
// files, or is cut, is seen.
var Pseudo = sync.OnceValue(func() *Language {
	e := English()
	tag := language.MustParse("en-XA")
	p := &Language{tag: tag, forms: e.forms, messages: make(map[string]*i18n.Message, len(e.messages)), marked: accented}
	for id, m := range e.messages {
		marked := *m
		if !strings.HasPrefix(id, "form.") {
			for _, form := range []*string{&marked.Other, &marked.One} {
				if *form != "" {
					*form = bracketed(*form)
				}
			}
		}
		p.messages[id] = &marked
		switch id {
		case "form.tag":
			marked.Other = p.Tag()
		case "form.language":
			marked.Other = bracketed(marked.Other)
		}
	}
	return p
})

// kept is what of a sentence is no text: arguments, tags and entities.
var kept = regexp.MustCompile(`\{\{[^{}]*\}\}|<[^<>]*>|&\w+;`)

var accents = strings.NewReplacer("a", "á", "c", "ç", "e", "é", "i", "í", "n", "ñ", "o", "ö", "u", "ü", "A", "Á", "C", "Ç", "E", "É", "I", "Í", "N", "Ñ", "O", "Ö", "U", "Ü")

func accented(s string) string { return accents.Replace(s) }

// bracketed writes a sentence with accents, its words stretched by a third.
func bracketed(s string) string {
	out, last := "‹", 0
	letters := 0
	for _, at := range kept.FindAllStringIndex(s, -1) {
		out += accented(s[last:at[0]]) + s[at[0]:at[1]]
		letters, last = letters+at[0]-last, at[1]
	}
	letters += len(s) - last
	return out + accented(s[last:]) + padding(letters) + "›"
}

// padding is a third of a sentence: words of five points.
func padding(letters int) string {
	out := strings.Repeat("·", min(letters+2, 15)/3)
	for n := letters/3 - 5; n > 0; n -= 5 {
		out += " " + strings.Repeat("·", min(n, 5))
	}
	return out
}
