package standard

import (
	"bytes"
	"cmp"
	"fmt"

	"go.yaml.in/yaml/v3"

	"github.com/palmar/palmar/pkg/core"
)

// What a pack may hold, so that running its cases stays a matter of a moment.
const (
	mostCases       = 200
	mostCaseCredits = 5000
)

// WritePack writes a standard as a pack that can be edited: its own rules, and
// one case to begin with, of a student who has nothing. What a pack must say and
// the standard does not is the school's own word.
func WritePack(std Standard) ([]byte, error) {
	std.Source = cmp.Or(std.Source, "the school's own rules")
	std.Confidence = cmp.Or(std.Confidence, High)
	body, err := std.Marshal()
	if err != nil {
		return nil, err
	}
	// JSON is YAML; read as nodes, it keeps the order of its fields.
	var root yaml.Node
	if err := yaml.Unmarshal(body, &root); err != nil {
		return nil, err
	}
	fields := root.Content[0]
	if std.AsOf.IsZero() {
		fields.Content = append(fields.Content, scalar("undated"), scalar("true"))
	}
	begin, err := beginning(std)
	if err != nil {
		return nil, err
	}
	fields.Content = append(fields.Content, scalar("cases"), begin)
	block(&root)
	var out bytes.Buffer
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	err = enc.Encode(&root)
	return out.Bytes(), err
}

func scalar(value string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Value: value} }

// block writes lists and fields on lines of their own.
func block(n *yaml.Node) {
	n.Style = 0
	for _, c := range n.Content {
		block(c)
	}
}

// beginning is the case of a student without any credit.
func beginning(std Standard) (*yaml.Node, error) {
	c := Case{Name: "nothing is recorded yet"}
	rules, err := RulesFor(c.days(std), std)
	if err != nil {
		return nil, err
	}
	c = c.outcome(Evaluate(rules, nil))
	short := struct {
		Name    string                  `yaml:"name"`
		Met     bool                    `yaml:"met"`
		Short   core.Minutes            `yaml:"short"`
		Missing map[string]core.Minutes `yaml:"missing,omitempty"`
		Unmet   []string                `yaml:"unmet,omitempty"`
	}{c.Name, c.Met, c.Short, c.Missing, c.Unmet}
	var n yaml.Node
	if err := n.Encode([]any{short}); err != nil {
		return nil, err
	}
	return &n, nil
}

// bound refuses cases that would take long to run.
func (p *Pack) bound(c *core.Collect) {
	if len(p.Cases) > mostCases {
		c.Add("cases", "too_many.cases", "mostCases", mostCases)
		return
	}
	for i, one := range p.Cases {
		n := 0
		for _, name := range one.With {
			n += credits(p.Fixtures[name])
		}
		if n += credits(one.Credits); n > mostCaseCredits {
			c.Add(fmt.Sprintf("cases[%d]", i), "too_many.case_credits", "mostCaseCredits", mostCaseCredits)
		}
	}
}

func credits(all []CaseCredit) (n int) {
	for _, c := range all {
		n = min(n+max(1, c.Days), mostCaseCredits+1)
	}
	return n
}
