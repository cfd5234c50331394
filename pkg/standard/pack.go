package standard

import (
	"cmp"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"sync"

	"github.com/palmar/palmar/pkg/core"
)

// Pack is a standard with the cases that prove it, kept as a YAML file of the
// form that schema.json describes. Its source, as_of and confidence are needed;
// a rule without a confidence of its own has that of the pack.
type Pack struct {
	Standard `yaml:",inline"`
	Fixtures map[string][]CaseCredit `yaml:"fixtures"`
	Cases    []Case                  `yaml:"cases"`
}

//go:embed packs/*.yaml
var packs embed.FS

// Packs is the folder of the packs that Palmar ships.
func Packs() fs.FS {
	folder, err := fs.Sub(packs, "packs")
	if err != nil {
		panic("standard: " + err.Error())
	}
	return folder
}

// Load reads all packs (*.yaml) of a folder, ordered by key and version. Codes:
// those of ParsePack with the file's name before each message, and repeated,
// where two files have the same key and version.
func Load(folder fs.FS) ([]Pack, error) {
	names, err := fs.Glob(folder, "*.yaml")
	if err != nil {
		return nil, err
	}
	var all []Pack
	files := map[string]string{}
	for _, name := range names {
		p, err := load(folder, name)
		if err != nil {
			return nil, err
		}
		id := p.Key + " " + p.Version
		if first, taken := files[id]; taken {
			return nil, core.InvalidField("key", "repeated", "%s: %s holds version %s of %s already.", name, first, p.Version, p.Key)
		}
		files[id] = name
		all = append(all, p)
	}
	slices.SortFunc(all, func(a, b Pack) int { return cmp.Or(cmp.Compare(a.Key, b.Key), cmp.Compare(a.Version, b.Version)) })
	return all, nil
}

func load(folder fs.FS, name string) (Pack, error) {
	data, err := fs.ReadFile(folder, name)
	if err != nil {
		return Pack{}, err
	}
	p, err := ParsePack(data)
	if f := core.AsFault(err); f != nil {
		named := *f
		named.Message = path.Base(name) + ": " + f.Message
		named.Fields = slices.Clone(f.Fields)
		for i := range named.Fields {
			named.Fields[i].Message = path.Base(name) + ": " + named.Fields[i].Message
		}
		return Pack{}, &named
	}
	return p, err
}

var demo = sync.OnceValue(func() Pack {
	p, err := load(Packs(), "medical-massage-foundations.yaml")
	if err != nil {
		panic("standard: the demo's pack is broken: " + err.Error())
	}
	return p
})

// Demo is the standard of the demo school's program, "Medical Massage
// Foundations". Its lists are shared and must not be changed.
func Demo() Standard { return demo().Standard }

// validate checks a pack's own laws and gives its rules their confidence.
func (p *Pack) validate() error {
	var c core.Collect
	if err := c.Check("", p.Standard.Validate()); err != nil {
		return err
	}
	if p.Source == "" {
		c.Add("source", "required", "Say where the rules come from.")
	}
	if p.AsOf.IsZero() {
		c.Add("as_of", "required", "Say on which day the source was as told.")
	}
	if p.Confidence == "" {
		c.Add("confidence", "required", "Say how sure the rules are: H, M or L.")
	}
	if len(p.Cases) == 0 {
		c.Add("cases", "required", "At least one case is needed.")
	}
	for i, one := range p.Cases {
		for j, name := range one.With {
			if _, ok := p.Fixtures[name]; !ok {
				c.Add(fmt.Sprintf("cases[%d].with[%d]", i, j), "unknown_fixture", "There is no fixture %q.", name)
			}
		}
	}
	confide(p.Rules, p.Confidence)
	return c.Err()
}

func confide(rules []Rule, confidence Confidence) {
	for i := range rules {
		rules[i].Confidence = cmp.Or(rules[i].Confidence, confidence)
		confide(rules[i].Rules, confidence)
	}
}
