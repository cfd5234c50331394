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
// form that schema.json describes. Its source, confidence and as_of (or that the
// source is undated) are needed; a rule without a confidence of its own has that
// of the pack.
//
// Cycle makes it a pack of continuing education; see Bind. Sunsets are days on
// which sources say that its law ends, unless it is renewed.
//
// Unknown is a pack that says that nothing is known, and in its note why: it has
// neither subjects nor rules nor cases.
type Pack struct {
	Standard     `yaml:",inline"`
	Jurisdiction Place                   `yaml:"jurisdiction"`
	Cycle        *Cycle                  `yaml:"cycle"`
	Undated      bool                    `yaml:"undated"`
	Unknown      bool                    `yaml:"unknown"`
	Sunsets      []Sunset                `yaml:"sunsets"`
	Fixtures     map[string][]CaseCredit `yaml:"fixtures"`
	Cases        []Case                  `yaml:"cases"`

	caseLines []int
}

// Place is the jurisdiction that a pack is about: two letters, such as TX, and
// its name.
type Place struct {
	Code string `yaml:"code"`
	Name string `yaml:"name"`
}

//go:embed packs
var packs embed.FS

// Packs is the folder of the packs that Palmar ships.
func Packs() fs.FS {
	folder, err := fs.Sub(packs, "packs")
	if err != nil {
		panic("standard: " + err.Error())
	}
	return folder
}

// Load reads all packs (*.yaml) of a folder and of those within it, ordered by
// key and version. Codes:
// those of ParsePack with the file's name before each message, and repeated,
// where two files have the same key and version.
func Load(folder fs.FS) ([]Pack, error) {
	names, err := packNames(folder)
	if err != nil {
		return nil, err
	}
	var all []Pack
	files := map[string]string{}
	for _, name := range names {
		p, err := Read(folder, name)
		if err != nil {
			return nil, err
		}
		id := p.Key + " " + p.Version
		if first, taken := files[id]; taken {
			return nil, core.InvalidField("key", "repeated.key", "name", name, "first", first, "version", p.Version, "key", p.Key)
		}
		files[id] = name
		all = append(all, p)
	}
	slices.SortFunc(all, func(a, b Pack) int { return cmp.Or(cmp.Compare(a.Key, b.Key), cmp.Compare(a.Version, b.Version)) })
	return all, nil
}

// Each reads all packs of a folder, one after the other, and goes on after one
// that is broken.
func Each(folder fs.FS, visit func(name string, p Pack, err error)) error {
	names, err := packNames(folder)
	for _, name := range names {
		data, err := fs.ReadFile(folder, name)
		if err != nil {
			return err
		}
		p, err := ParsePack(data)
		visit(name, p, err)
	}
	return err
}

func packNames(folder fs.FS) (names []string, err error) {
	err = fs.WalkDir(folder, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && path.Ext(name) == ".yaml" {
			names = append(names, name)
		}
		return err
	})
	return names, err
}

// Read reads one pack. Codes: those of ParsePack with the file's name before each
// message.
func Read(folder fs.FS, name string) (Pack, error) {
	data, err := fs.ReadFile(folder, name)
	if err != nil {
		return Pack{}, err
	}
	p, err := ParsePack(data)
	if f := core.AsFault(err); f != nil {
		named := *f
		named.ID, named.Args = "at.file", []any{"file", path.Base(name), "fault", f}
		named.Fields = slices.Clone(f.Fields)
		for i, field := range f.Fields {
			named.Fields[i].ID, named.Fields[i].Args = "at.file", []any{"file", path.Base(name), "fault", field}
		}
		return Pack{}, &named
	}
	return p, err
}

var demo = sync.OnceValue(func() Pack {
	p, err := Read(Packs(), "medical-massage-foundations.yaml")
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
	if p.Unknown {
		p.validateUnknown(&c)
	} else if err := c.Check("", p.Standard.Validate()); err != nil {
		return err
	}
	if p.Source == "" {
		c.Add("source", "required.source")
	}
	if p.AsOf.IsZero() != p.Undated {
		c.Add("as_of", "required.as_of")
	}
	if p.Confidence == "" {
		c.Add("confidence", "required.confidence")
	}
	if len(p.Cases) == 0 && !p.Unknown {
		c.Add("cases", "required.cases")
	}
	someOrNone(&c, "sunsets", p.Sunsets)
	for i, end := range p.Sunsets {
		at := fmt.Sprintf("sunsets[%d]", i)
		if end.On.IsZero() {
			c.Add(at+".on", "required.needed")
		}
		text(&c, at+".source", end.Source, 500)
		oneOf(&c, at+".confidence", end.Confidence, High, Medium, Low)
	}
	p.validateCycle(&c)
	p.bound(&c)
	for i, one := range p.Cases {
		for j, name := range one.With {
			if _, ok := p.Fixtures[name]; !ok {
				c.Add(fmt.Sprintf("cases[%d].with[%d]", i, j), "unknown_fixture", "name", name)
			}
		}
	}
	confide(p.Rules, p.Confidence)
	p.spoken(p.Rules)
	if p.Validity != nil {
		p.Validity.Confidence = cmp.Or(p.Validity.Confidence, p.Confidence)
	}
	return c.Err()
}

func (p *Pack) validateUnknown(c *core.Collect) {
	key(c, "key", p.Key)
	text(c, "version", p.Version, 32)
	text(c, "title", p.Title, 200)
	text(c, "note", p.Note, 1000)
	oneOf(c, "confidence", p.Confidence, "", High, Medium, Low)
	for field, n := range map[string]int{"subjects": len(p.Subjects), "groups": len(p.Groups), "rules": len(p.Rules), "cases": len(p.Cases)} {
		if n > 0 {
			c.Add(field, "not_of_kind.unknown_pack")
		}
	}
}

func confide(rules []Rule, confidence Confidence) {
	for i := range rules {
		rules[i].Confidence = cmp.Or(rules[i].Confidence, confidence)
		for j := range rules[i].Figures {
			rules[i].Figures[j].Confidence = cmp.Or(rules[i].Figures[j].Confidence, confidence)
		}
		confide(rules[i].Rules, confidence)
	}
}
