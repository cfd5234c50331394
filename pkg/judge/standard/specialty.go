package standard

import (
	"cmp"
	"io/fs"
	"slices"
	"sync"
)

var specialties = sync.OnceValues(func() ([]Standard, error) {
	folder, err := fs.Sub(packs, "packs/specialties")
	if err != nil {
		return nil, err
	}
	all, err := Load(folder)
	if err != nil {
		return nil, err
	}
	out := make([]Standard, len(all))
	for i, p := range all {
		out[i] = p.Standard
	}
	slices.SortFunc(out, func(a, b Standard) int { return cmp.Compare(a.Title, b.Title) })
	return out, nil
})

// Specialties are the embedded standards of specialties by title. They are read
// once; the list is the caller's, the lists within are shared and must not be
// changed.
func Specialties() ([]Standard, error) {
	all, err := specialties()
	return slices.Clone(all), err
}

// NeedsFacts tells whether a rule asks for what hours alone cannot show.
func (s Standard) NeedsFacts() bool { return needFacts(s.Rules) }

func needFacts(rules []Rule) bool {
	return slices.ContainsFunc(rules, func(r Rule) bool { return r.Kind == Holds || r.Kind == Since || needFacts(r.Rules) })
}
