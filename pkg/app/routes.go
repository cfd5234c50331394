package app

import (
	"maps"
	"slices"

	"github.com/palmar/palmar/pkg/app/rest"
	"github.com/palmar/palmar/pkg/platform/server"
)

// guarded is what says of its own routes which of them take more, or less, than
// others, and at which a stranger could try codes and links.
type guarded interface {
	Limits() map[string]server.Limit
	Guessable() []string
}

func limits(all ...guarded) map[string]server.Limit {
	out := map[string]server.Limit{}
	for _, g := range all {
		maps.Copy(out, g.Limits())
	}
	return out
}

func guessable(all ...guarded) []string {
	var out []string
	for _, g := range all {
		out = append(out, g.Guessable()...)
	}
	return out
}

// GuardedRoutes are the patterns of the API's routes with a limit or a throttle
// of their own.
func GuardedRoutes() ([]string, error) {
	api, err := rest.New(rest.Services{}, rest.Options{})
	if err != nil {
		return nil, err
	}
	return slices.AppendSeq(guessable(api), maps.Keys(limits(api))), nil
}
