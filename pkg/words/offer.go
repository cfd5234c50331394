package words

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/text/language"
)

// languages are those that there are, by tag.
var languages = map[string]func() *Language{
	"en-US": English,
	"en-XA": Pseudo,
}

// Tags are all languages that there are.
func Tags() []string { return slices.Sorted(maps.Keys(languages)) }

// Offer is which languages answers may be in; the first is for those who ask for
// none of them.
type Offer struct {
	all     []*Language
	matched []*Language // by the matcher's index
	matcher language.Matcher
}

// NewOffer offers languages by their tags. An unknown tag is an error.
func NewOffer(tags ...string) (*Offer, error) {
	o := &Offer{}
	var known []language.Tag
	for _, tag := range tags {
		l, ok := languages[tag]
		if !ok {
			return nil, fmt.Errorf("words: there is no language %q", tag)
		}
		o.all = append(o.all, l())
		if l().marked == nil || len(tags) == 1 {
			o.matched, known = append(o.matched, l()), append(known, l().tag)
		}
	}
	if len(o.all) == 0 {
		return nil, errors.New("words: no language is named")
	}
	o.matcher = language.NewMatcher(known)
	return o, nil
}

// Tags are the offered languages by tag.
func (o *Offer) Tags() (tags []string) {
	for _, l := range o.all {
		tags = append(tags, l.Tag())
	}
	return tags
}

type chosenKey struct{}

// chosen is the language of an answer, and those that it was chosen among.
type chosen struct {
	language *Language
	offer    *Offer
}

// For is the context of an answer to a request with this Accept-Language header.
func (o *Offer) For(ctx context.Context, accepted string) context.Context {
	l := o.all[0]
	if len(o.all) > 1 {
		l = o.match(accepted)
	} else if l == English() {
		return ctx
	}
	return context.WithValue(ctx, chosenKey{}, chosen{l, o})
}

// match is the language that an Accept-Language header asks for. The
// pseudo-language is asked for by its own tag alone: to the matcher it is as near as
// another English.
func (o *Offer) match(accepted string) *Language {
	for _, l := range o.all {
		if l.marked != nil && strings.EqualFold(accepted, l.Tag()) {
			return l
		}
	}
	_, at := language.MatchStrings(o.matcher, accepted)
	return o.matched[at]
}

// In is the language of an answer.
func In(ctx context.Context) *Language {
	if c, ok := ctx.Value(chosenKey{}).(chosen); ok {
		return c.language
	}
	return English()
}

// Prefer is the context of an answer to someone who has chosen a language, by its
// tag. One that is not offered changes nothing.
func Prefer(ctx context.Context, tag string) context.Context {
	if tag == "" {
		return ctx
	}
	c, ok := ctx.Value(chosenKey{}).(chosen)
	if !ok {
		return ctx
	}
	for _, l := range c.offer.all {
		if l.Tag() == tag && l != c.language {
			return context.WithValue(ctx, chosenKey{}, chosen{l, c.offer})
		}
	}
	return ctx
}

// Of is the first of several languages, by tag, that there is: that of a mail's
// reader, then of who sends it. It is English where there is none.
func Of(tags ...string) *Language {
	for _, tag := range tags {
		if l, ok := languages[tag]; ok {
			return l()
		}
	}
	return English()
}
