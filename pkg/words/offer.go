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

// Named is the language of a tag, and English for a tag that there is none of.
func Named(tag string) *Language {
	if l, ok := languages[tag]; ok {
		return l()
	}
	return English()
}

// Offer is which languages answers may be in; the first is for those who ask for
// none of them.
type Offer struct {
	all     []*Language
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
		known = append(known, l().tag)
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

// asks is what a context has of languages.
type asks struct {
	offer  *Offer
	chosen *Language
}

type asksKey struct{}

// For is the context of an answer to a request with this Accept-Language header.
func (o *Offer) For(ctx context.Context, accepted string) context.Context {
	chosen := o.all[0]
	if len(o.all) > 1 {
		_, at := language.MatchStrings(o.matcher, accepted)
		chosen = o.all[at]
	} else if chosen == English() {
		return ctx
	}
	return context.WithValue(ctx, asksKey{}, asks{o, chosen})
}

// Prefer is the context where a person has chosen a language; one that is not
// offered changes nothing.
func Prefer(ctx context.Context, tag string) context.Context {
	a, ok := ctx.Value(asksKey{}).(asks)
	if !ok || tag == "" {
		return ctx
	}
	for _, l := range a.offer.all {
		if strings.EqualFold(l.Tag(), tag) {
			return context.WithValue(ctx, asksKey{}, asks{a.offer, l})
		}
	}
	return ctx
}

// In is the language of an answer.
func In(ctx context.Context) *Language {
	if a, ok := ctx.Value(asksKey{}).(asks); ok {
		return a.chosen
	}
	return English()
}
