package standard

import (
	"cmp"
	"io/fs"
	"slices"
	"sync"
)

// catalog is the embedded packs of jurisdictions, all versions of one together,
// by name.
var catalog = sync.OnceValues(func() ([][]Pack, error) {
	folder, err := fs.Sub(packs, "packs/us")
	if err != nil {
		return nil, err
	}
	all, err := Load(folder)
	if err != nil {
		return nil, err
	}
	byKey := map[string][]Pack{}
	for _, p := range all {
		byKey[p.Key] = append(byKey[p.Key], p)
	}
	var out [][]Pack
	for _, versions := range byKey {
		out = append(out, versions)
	}
	slices.SortFunc(out, func(a, b []Pack) int { return cmp.Compare(a[0].Jurisdiction.Name, b[0].Jurisdiction.Name) })
	return out, nil
})

// Catalog is the embedded packs of jurisdictions by name, each in the version and
// with the rules that RulesFor finds for someone. The
// packs are read once; the list is the caller's, the lists of its standards are
// shared and must not be changed.
func Catalog(d Days) ([]Jurisdiction, error) {
	all, err := catalog()
	out := make([]Jurisdiction, len(all))
	for i, versions := range all {
		out[i] = jurisdiction(versions, d)
	}
	return out, err
}
