package standard

import (
	"io/fs"
	"maps"
	"slices"
	"sync"
)

// BCTMB is the code of the board certification among the cycles.
const BCTMB = "BCTMB"

var cycles = sync.OnceValues(func() (map[string]Pack, error) {
	folder, err := fs.Sub(packs, "packs/ce")
	if err != nil {
		return nil, err
	}
	all, err := Load(folder)
	byCode := make(map[string]Pack, len(all))
	for _, p := range all {
		byCode[p.Jurisdiction.Code] = p
	}
	return byCode, err
})

// CE is the embedded pack of continuing education of a jurisdiction, or of BCTMB.
// ok is false where there is none, and where nothing is known or asked: then its
// Note, if it has one, says why. Its lists are shared and must not be changed.
func CE(code string) (p Pack, ok bool) {
	all, err := cycles()
	if err != nil {
		panic("standard: a pack of continuing education is broken: " + err.Error())
	}
	p = all[code]
	return p, p.Cycle != nil
}

// CECodes are the jurisdictions of which a pack of continuing education is
// embedded, in the order of their codes.
func CECodes() []string {
	all, err := cycles()
	if err != nil {
		panic("standard: a pack of continuing education is broken: " + err.Error())
	}
	return slices.Sorted(maps.Keys(all))
}

// Massage is the subject of continuing education that is about massage itself.
const Massage = "massage"

// CESubjects are what a course of continuing education can be about: massage, and
// every subject that some pack asks for, by code.
func CESubjects() []Subject {
	found := map[string]Subject{}
	for _, code := range CECodes() {
		p, _ := CE(code)
		for _, s := range p.Subjects {
			found[s.Code] = Subject{Code: s.Code, Title: s.Title}
		}
	}
	delete(found, Massage) // which some packs ask for by name
	out := []Subject{{Code: Massage, Title: "Massage and bodywork"}}
	for _, code := range slices.Sorted(maps.Keys(found)) {
		out = append(out, found[code])
	}
	return out
}
