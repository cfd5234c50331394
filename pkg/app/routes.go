package app

import (
	"maps"
	"slices"
	"strings"

	"github.com/palmar/palmar/pkg/app/rest"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/server"
)

// guarded is what says of its own routes which of them take more, or less, than
// others, and at which a stranger could try codes and links.
type guarded interface {
	Limits() map[string]server.Limit
	Guessable() []string
	Budgets() map[string]core.Budget
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

func budgets(all ...guarded) map[string]core.Budget {
	out := map[string]core.Budget{}
	for _, g := range all {
		maps.Copy(out, g.Budgets())
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
	all := slices.AppendSeq(guessable(api), maps.Keys(limits(api)))
	for route := range budgets(api) {
		_, pattern, _ := strings.Cut(route, " ")
		all = append(all, pattern)
	}
	return all, nil
}
