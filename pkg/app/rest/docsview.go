package rest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/palmar/palmar/api"
)

// docsView is what the template of /docs shows.
type docsView struct {
	Title, Version string
	Intro          [][]span
	Groups         []docsGroup
	Schemas        []docsSchema
}

type span struct {
	Text         string
	Code, Strong bool
}

type docsGroup struct {
	Name, Anchor string
	Open         bool
	Operations   []docsOperation
}

type docsOperation struct {
	ID, Summary, Method, Path string
	Public                    bool
	Parameters                []docsField
	Body                      docsContent
	Answers                   []docsAnswer
	Curl                      string
}

type docsField struct {
	Name, In, Meaning string
	Required          bool
	Type              docsType
}

// docsType is a type in words, around the name of a schema to be linked.
type docsType struct{ Before, Schema, After string }

type docsContent struct {
	Media string
	Type  docsType
}

type docsAnswer struct {
	Status, Meaning string
	docsContent
	Headers []string
}

type docsSchema struct {
	Name, Meaning string
	Type          docsType
	Fields        []docsField
}

func viewOf(t *openapi3.T) docsView {
	v := docsView{Title: t.Info.Title, Version: t.Info.Version, Intro: paragraphs(t.Info.Description)}
	byTag := map[string][]docsOperation{}
	for path, item := range t.Paths.Map() {
		for method, o := range item.Operations() {
			byTag[o.Tags[0]] = append(byTag[o.Tags[0]], docsOperationOf(method, path, item, o))
		}
	}
	at := positions()
	for _, tag := range t.Tags {
		operations := byTag[tag.Name]
		slices.SortFunc(operations, func(a, b docsOperation) int { return cmp.Compare(at[a.ID], at[b.ID]) })
		v.Groups = append(v.Groups, docsGroup{
			Name: tag.Name, Anchor: strings.ReplaceAll(strings.ToLower(tag.Name), " ", "-"), Open: len(v.Groups) == 0, Operations: operations,
		})
	}
	for _, name := range slices.Sorted(maps.Keys(t.Components.Schemas)) {
		s := t.Components.Schemas[name].Value
		v.Schemas = append(v.Schemas, docsSchema{Name: name, Meaning: sentence(s.Description), Type: plainType(s), Fields: fieldsOf(s)})
	}
	return v
}

// positions are the order in which the contract's author put the operations.
func positions() map[string]int {
	at := map[string]int{}
	for line := range bytes.Lines(api.Contract) {
		if id, found := bytes.CutPrefix(bytes.TrimSpace(line), []byte("operationId: ")); found {
			at[string(id)] = len(at)
		}
	}
	return at
}

// paragraphs reads the little of Markdown that the contract's text uses.
func paragraphs(text string) [][]span {
	var out [][]span
	for paragraph := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
		var spans []span
		for i, part := range strings.Split(paragraph, "`") {
			if i%2 == 1 {
				spans = append(spans, span{Text: part, Code: true})
				continue
			}
			for j, piece := range strings.Split(part, "**") {
				spans = append(spans, span{Text: piece, Strong: j%2 == 1})
			}
		}
		out = append(out, spans)
	}
	return out
}

func sentence(s string) string { return strings.TrimSuffix(strings.TrimSpace(s), ".") }

func docsOperationOf(method, path string, item *openapi3.PathItem, o *openapi3.Operation) docsOperation {
	d := docsOperation{
		ID: o.OperationID, Summary: o.Summary, Method: method, Path: path,
		Public: o.Security != nil && len(*o.Security) == 0,
	}
	parameters := slices.Concat(item.Parameters, o.Parameters)
	for _, p := range parameters {
		d.Parameters = append(d.Parameters, docsField{
			Name: p.Value.Name, In: p.Value.In, Required: p.Value.Required, Meaning: p.Value.Description, Type: typeOf(p.Value.Schema),
		})
	}
	var example any
	if o.RequestBody != nil {
		d.Body = contentOf(o.RequestBody.Value.Content)
		if media := o.RequestBody.Value.Content.Get("application/json"); media != nil {
			example = exampleOf(media.Schema.Value)
		}
	}
	for _, status := range slices.Sorted(maps.Keys(o.Responses.Map())) {
		r := o.Responses.Value(status).Value
		d.Answers = append(d.Answers, docsAnswer{
			Status: status, Meaning: *r.Description, docsContent: contentOf(r.Content), Headers: slices.Sorted(maps.Keys(r.Headers)),
		})
	}
	d.Curl = curl(d, parameters, example)
	return d
}

func contentOf(content openapi3.Content) docsContent {
	for media, body := range content {
		return docsContent{Media: media, Type: typeOf(body.Schema)}
	}
	return docsContent{}
}

func typeOf(ref *openapi3.SchemaRef) docsType {
	if name, ok := strings.CutPrefix(ref.Ref, "#/components/schemas/"); ok {
		return docsType{Schema: name}
	}
	return plainType(ref.Value)
}

func plainType(s *openapi3.Schema) docsType {
	switch {
	case len(s.Enum) > 0:
		words := make([]string, len(s.Enum))
		for i, word := range s.Enum {
			words[i] = fmt.Sprint(word)
		}
		return docsType{Before: strings.Join(words, " | ")}
	case s.Type.Is("array"):
		t := typeOf(s.Items)
		t.Before = "list of " + t.Before
		t.After += between(" items", s.MinItems, s.MaxItems)
		return t
	case s.Type.Is("string"):
		return docsType{Before: cmp.Or(s.Format, "string"), After: between(" characters", s.MinLength, s.MaxLength)}
	case s.Type.Is("integer") && s.Max != nil:
		least := 0.0
		if s.Min != nil {
			least = *s.Min
		}
		return docsType{Before: fmt.Sprintf("integer, %g to %g", least, *s.Max)}
	}
	return docsType{Before: strings.Join(s.Type.Slice(), " | ")}
}

func between(what string, least uint64, most *uint64) string {
	switch {
	case most != nil:
		return fmt.Sprintf(", %d to %d%s", least, *most, what)
	case least > 0:
		return fmt.Sprintf(", at least %d%s", least, what)
	}
	return ""
}

func fieldsOf(s *openapi3.Schema) []docsField {
	var fields []docsField
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		p := s.Properties[name]
		meaning := p.Value.Description
		if p.Ref != "" {
			meaning = ""
		}
		fields = append(fields, docsField{
			Name: name, Required: slices.Contains(s.Required, name), Meaning: meaning, Type: typeOf(p),
		})
	}
	slices.SortStableFunc(fields, func(a, b docsField) int {
		return slices.Index([]bool{true, false}, a.Required) - slices.Index([]bool{true, false}, b.Required)
	})
	return fields
}

// curl is a line to be copied; what is in capitals has to be filled in.
func curl(d docsOperation, parameters openapi3.Parameters, example any) string {
	path, lines := d.Path, []string{}
	for _, p := range parameters {
		switch {
		case p.Value.In == openapi3.ParameterInPath:
			path = strings.ReplaceAll(path, "{"+p.Value.Name+"}", "$"+strings.ToUpper(p.Value.Name))
		case p.Value.In == openapi3.ParameterInQuery && p.Value.Required:
			path += "?" + p.Value.Name + "=$" + strings.ToUpper(p.Value.Name)
		case p.Value.Name == "If-Match":
			lines = append(lines, `-H 'If-Match: "1"'`)
		case p.Value.Name == "Idempotency-Key":
			lines = append(lines, `-H "Idempotency-Key: $(uuidgen)"`)
		}
	}
	if !d.Public {
		lines = append([]string{`-H "Authorization: Bearer $TOKEN"`}, lines...)
	}
	if d.Body.Media != "" {
		lines = append(lines, "-H 'Content-Type: "+d.Body.Media+"'")
	}
	if example != nil {
		body, _ := json.Marshal(example)
		lines = append(lines, "-d '"+string(body)+"'")
	} else if d.Body.Media != "" {
		lines = append(lines, "--data-binary @FILE")
	}
	head := "curl "
	if d.Method != http.MethodGet && d.Method != http.MethodPost || d.Method == http.MethodPost && d.Body.Media == "" {
		head += "-X " + d.Method + " "
	}
	return strings.Join(append([]string{head + `"$PALMAR` + path + `"`}, lines...), " \\\n  ")
}

// exampleOf fills in what a schema wants at the least.
func exampleOf(s *openapi3.Schema) any {
	switch {
	case len(s.Enum) > 0:
		return s.Enum[0]
	case s.Type.Is("object"):
		out := map[string]any{}
		for _, name := range s.Required {
			out[name] = exampleOf(s.Properties[name].Value)
		}
		return out
	case s.Type.Is("array"):
		return []any{exampleOf(s.Items.Value)}
	case s.Type.Is("integer"):
		if s.Min != nil {
			return max(*s.Min, 1)
		}
		return 1
	case s.Type.Is("boolean"):
		return true
	}
	switch s.Format {
	case "date":
		return "2026-09-01"
	case "uuid":
		return "01890a5d-ac96-774b-bcce-b302099a8057"
	}
	return "…"
}
