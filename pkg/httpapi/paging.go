package httpapi

import (
	"context"
	"net/url"

	"github.com/palmar/palmar/pkg/core"
)

func pageOf(limit *int, cursor string) core.Page {
	page := core.Page{Cursor: cursor}
	if limit != nil {
		page.Limit = *limit
	}
	return page
}

// link leads to the first part of a list and, unless it ended, to the next.
func link(ctx context.Context, next string) string {
	u := callOf(ctx).request.URL
	if u == nil {
		return ""
	}
	query := u.Query()
	query.Del("cursor")
	to := func(rel string) string {
		target := url.URL{Path: u.Path, RawQuery: query.Encode()}
		return "<" + target.String() + `>; rel="` + rel + `"`
	}
	first := to("first")
	if next == "" {
		return first
	}
	query.Set("cursor", next)
	return to("next") + ", " + first
}

// each maps a list; the result is never nil, since a client expects [].
func each[A, B any](items []A, fn func(A) B) []B {
	out := make([]B, len(items))
	for i, item := range items {
		out[i] = fn(item)
	}
	return out
}

// texts is never nil either.
func texts(all []string) []string {
	if all == nil {
		return []string{}
	}
	return all
}
