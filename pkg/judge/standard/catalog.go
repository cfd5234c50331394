package standard

import (
	"cmp"
	"io/fs"
	"slices"
	"sync"

	"github.com/palmar/palmar/pkg/core"
)

// Jurisdiction is what Palmar knows of the hours that a state asks for, or the
// compact (COMPACT). Known is false where nothing sure enough was found, or
// where there is no state license: then Standard has no rules and judges
// nothing, and its Note says why. AsOf is zero where the source is undated.
// Standard.Note tells what is open.
type Jurisdiction struct {
	Code, Name string
	Known      bool
	Standard   Standard
	Source     string
	AsOf       core.Date
	Confidence Confidence
}

var catalog = sync.OnceValues(func() ([]Jurisdiction, error) {
	folder, err := fs.Sub(packs, "packs/us")
	if err != nil {
		return nil, err
	}
	all, err := Load(folder)
	if err != nil {
		return nil, err
	}
	var out []Jurisdiction
	for _, p := range all {
		out = append(out, Jurisdiction{
			Code: p.Jurisdiction.Code, Name: p.Jurisdiction.Name, Known: !p.Unknown,
			Standard: p.Standard, Source: p.Source, AsOf: p.AsOf, Confidence: p.Confidence,
		})
	}
	slices.SortFunc(out, func(a, b Jurisdiction) int { return cmp.Compare(a.Name, b.Name) })
	return out, nil
})

// Catalog is the embedded packs of jurisdictions by name. They are read once;
// the list is the caller's, the lists of its standards are shared and must not
// be changed.
func Catalog() ([]Jurisdiction, error) {
	all, err := catalog()
	return slices.Clone(all), err
}
