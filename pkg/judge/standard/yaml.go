package standard

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/palmar/palmar/pkg/core"
)

// ParsePack reads a pack from YAML and validates it. Each fault names the path
// of its field and begins its message with the line. Codes: bad_yaml,
// unknown_field, bad_type, bad_date, unknown_fixture, and those of Validate.
func ParsePack(data []byte) (Pack, error) {
	var p Pack
	var root yaml.Node
	if err := yaml.Unmarshal(data, &root); err != nil || root.Kind == 0 {
		return Pack{}, badYAML(err)
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(&p); err != nil {
		return Pack{}, located(&root, misread(&root, err))
	}
	if err := dec.Decode(&struct{}{}); !errors.Is(err, io.EOF) {
		return Pack{}, core.Invalid("bad_yaml.trailing")
	}
	if err := fractions(&root); err != nil {
		return Pack{}, located(&root, err)
	}
	if err := p.validate(); err != nil {
		return Pack{}, located(&root, err)
	}
	for i := range p.Cases {
		p.caseLines = append(p.caseLines, lineOf(&root, fmt.Sprintf("cases[%d]", i)))
	}
	return p, nil
}

// worded are the fields that hold words, which may look like a number with a
// fraction: version: 2.0.
var worded = []string{"key", "version", "title", "text", "source", "note", "name", "number", "license", "school", "transcript", "accepted_by", "about"}

// fractions refuses numbers that are not whole, which the decoder would cut off.
func fractions(root *yaml.Node) error {
	var c core.Collect
	walk(root, "", func(at string, n *yaml.Node) bool {
		field := at[strings.LastIndex(at, ".")+1:]
		if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!float" && !slices.Contains(worded, field) {
			c.Add(at, "bad_number.fraction", "value", n.Value)
		}
		return false
	})
	return c.Err()
}

func badYAML(err error) error {
	if err == nil {
		return core.Invalid("bad_yaml.empty")
	}
	return core.Invalid("bad_yaml.document", "err", strings.TrimPrefix(err.Error(), "yaml: "))
}

// yamlFault is what the decoder writes about one field.
var yamlFault = regexp.MustCompile("^line (\\d+): (?:cannot unmarshal \\S+ `(.*?)(?:\\.\\.\\.)?` into|field (\\S+) not found|mapping key \"(.*)\" already)?")

// misread turns what the decoder says into faults with paths.
func misread(root *yaml.Node, err error) error {
	var c core.Collect
	var types *yaml.TypeError
	if f := core.AsFault(err); f != nil {
		path := find(root, func(n *yaml.Node) bool { return slices.Contains(f.Args, any(n.Value)) })
		return f.Of(path)
	}
	if !errors.As(err, &types) {
		return badYAML(err)
	}
	for _, message := range types.Errors {
		m := yamlFault.FindStringSubmatch(message)
		if m == nil {
			return badYAML(err)
		}
		line, _ := strconv.Atoi(m[1])
		value := m[2] + m[3] + m[4]
		path := find(root, func(n *yaml.Node) bool { return n.Line == line && strings.HasPrefix(n.Value, value) })
		switch {
		case m[3] != "":
			c.Add(path, "unknown_field.yaml", "m", m[3])
		case m[4] != "":
			c.Add(path, "repeated.yaml_field", "m", m[4])
		default:
			c.Add(path, "bad_type.value", "value", value)
		}
	}
	return c.Err()
}

// located puts the line of its field before the message of each fault.
func located(root *yaml.Node, err error) error {
	f := core.AsFault(err)
	if f == nil {
		return err
	}
	for i := range f.Fields {
		at := f.Fields[i]
		f.Fields[i].ID, f.Fields[i].Args = "at.line", []any{"line", lineOf(root, at.Name), "field", at.Name, "fault", at}
	}
	if len(f.Fields) > 0 {
		f.ID, f.Args = f.Fields[0].ID, f.Fields[0].Args
		if more := len(f.Fields) - 1; more > 0 {
			f.ID, f.Args = "at.first_of", []any{"count", more, "fault", f.Fields[0]}
		}
	}
	return f
}

// lineOf is the line of a path, or of as much of it as is there.
func lineOf(root *yaml.Node, path string) int {
	line, longest := 1, -1
	walk(root, "", func(at string, n *yaml.Node) bool {
		rest, within := strings.CutPrefix(path, at)
		if within && len(at) > longest && (rest == "" || rest[0] == '.' || rest[0] == '[') {
			line, longest = n.Line, len(at)
		}
		return false
	})
	return line
}

// find is the path of the first key or value that is meant.
func find(root *yaml.Node, meant func(*yaml.Node) bool) string {
	found := ""
	walk(root, "", func(at string, n *yaml.Node) bool {
		if n.Kind == yaml.ScalarNode && meant(n) {
			found = at
			return true
		}
		return false
	})
	return found
}

// walk visits each key and each value with its path until a visit says to stop.
func walk(n *yaml.Node, path string, visit func(path string, n *yaml.Node) bool) (stopped bool) {
	switch n.Kind {
	case yaml.DocumentNode:
		return walk(n.Content[0], path, visit)
	case yaml.SequenceNode:
		for i, item := range n.Content {
			at := fmt.Sprintf("%s[%d]", path, i)
			if visit(at, item) || walk(item, at, visit) {
				return true
			}
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			at := strings.TrimPrefix(path+"."+n.Content[i].Value, ".")
			if visit(at, n.Content[i]) || visit(at, n.Content[i+1]) || walk(n.Content[i+1], at, visit) {
				return true
			}
		}
	}
	return false
}
