package standard

import (
	"bytes"
	"cmp"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/palmar/palmar/pkg/core"
)

// Sketch reads a pack that may be half done: its fields are known and have their
// types, and nothing else is asked of it. Codes: bad_yaml, unknown_field, bad_type,
// bad_date.
func Sketch(data []byte) (Pack, error) {
	var p Pack
	var root yaml.Node
	if err := yaml.Unmarshal(data, &root); err != nil || root.Kind == 0 {
		return p, badYAML(err)
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(&p); err != nil {
		return Pack{}, located(&root, misread(&root, err))
	}
	return p, nil
}

// Write writes a pack as YAML that Sketch reads as the same pack. What is not set
// is left out, and so is a text that says what the rule's sentence says.
func (p Pack) Write() ([]byte, error) {
	p.Rules = p.untold(p.Rules)
	var n yaml.Node
	if err := n.Encode(p); err != nil {
		return nil, err
	}
	prune(&n)
	if p.Subjects != nil && len(p.Subjects) == 0 { // JSON tells an empty list from none
		n.Content = append(n.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: "subjects"}, &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle})
	}
	var out bytes.Buffer
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	err := enc.Encode(&n)
	return out.Bytes(), err
}

func (s Standard) untold(rules []Rule) []Rule {
	rules = slices.Clone(rules)
	for i := range rules {
		if rules[i].Text == s.Sentence(rules[i]) {
			rules[i].Text = ""
		}
		rules[i].Rules = s.untold(rules[i].Rules)
	}
	return rules
}

// prune takes out fields that are not set. A grade of 0 is one.
func prune(n *yaml.Node) (empty bool) {
	n.Style &^= yaml.FlowStyle
	switch n.Kind {
	case yaml.MappingNode:
		kept := n.Content[:0]
		for i := 0; i+1 < len(n.Content); i += 2 {
			if !prune(n.Content[i+1]) || n.Content[i].Value == "grade" && n.Content[i+1].Value == "0" {
				kept = append(kept, n.Content[i], n.Content[i+1])
			}
		}
		n.Content = kept
		return len(kept) == 0
	case yaml.SequenceNode:
		for _, item := range n.Content {
			prune(item)
		}
		return len(n.Content) == 0
	}
	return n.Value == "" || n.Tag == "!!null" || n.Tag == "!!bool" && n.Value == "false" || n.Tag == "!!int" && n.Value == "0"
}

// Samples are told by their key and their source; see Standard.Sample.
const (
	sampleKey    = "sample"
	sampleSource = "Sample: enter your catalog and page"
)

// Sample is a program to try things with. It cannot be published as it is.
func Sample() Pack {
	p := demo()
	p.Key, p.Title, p.Source, p.Jurisdiction = sampleKey, say("sample.title"), sampleSource, Place{}
	p.EffectiveFrom = core.Date{}
	p.Rules = slices.Clone(p.Rules)
	for i := range p.Rules {
		p.Rules[i].Source = sampleSource
	}
	p.Cases = nil
	p.Fixtures = nil
	p.Cases = p.Boundaries()
	return p
}

// Blank is a pack without any subject or rule.
func Blank(key, title string) Pack {
	return Pack{Standard: Standard{Key: key, Version: "1", Title: title, Confidence: High}, Undated: true}
}

// SampleOf refuses a standard that is a sample still. Code, by field:
// sample_standard.
func (s Standard) SampleOf() error {
	var c core.Collect
	if s.Key == sampleKey {
		c.Add("key", "sample_standard.key")
	}
	if s.Source == sampleSource || slices.ContainsFunc(s.Rules, func(r Rule) bool { return r.Source == sampleSource }) {
		c.Add("source", "sample_standard.source")
	}
	return c.Err()
}

// DraftOf is a pack that begins with a standard, ready to be edited: its rules, and
// a case of a student who has nothing. What a pack must say and the standard does
// not is the school's own word.
func DraftOf(std Standard) Pack {
	std.Source = cmp.Or(std.Source, say("sample.own_rules"))
	std.Confidence = cmp.Or(std.Confidence, High)
	p := Pack{Standard: std, Undated: std.AsOf.IsZero()}
	p.Cases = []Case{p.expect(Case{Name: say("boundary.nothing")})}
	return p
}

// Starts are the packs that a school may begin with, by name: states first, then
// accreditors.
func Starts(on core.Date) ([]Start, error) {
	states, err := Catalog(Days{Enrolled: on, Asked: on})
	if err != nil {
		return nil, err
	}
	var all []Start
	for _, j := range states {
		if j.Known && j.Code != "COMPACT" {
			all = append(all, Start{j.Standard.Key, j.Name, j.Standard})
		}
	}
	names, err := packNames(Packs())
	for _, name := range names {
		if len(name) < 7 || name[:7] != "bodies/" {
			continue
		}
		p, err := Read(Packs(), name)
		if err != nil {
			return nil, err
		}
		all = append(all, Start{p.Key, p.Title, p.Standard})
	}
	return all, err
}

// Start is a pack to begin with.
type Start struct {
	Key, Name string
	Standard  Standard
}
