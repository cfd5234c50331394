package edge

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/pkg/core"
)

// maxJSON bounds a JSON body.
const maxJSON = 1 << 20

// read reads a JSON body strictly: no unknown fields, nothing after the end. What
// cannot be read, and then what is against the contract's rules, is named field by
// field.
func read(c echo.Context, into any) error {
	if err := decode(c, into); err != nil {
		return err
	}
	return check(into)
}

func decode(c echo.Context, into any) error {
	raw, err := io.ReadAll(io.LimitReader(c.Request().Body, maxJSON+1))
	if err != nil {
		return err
	}
	return decodeBytes(raw, into)
}

func decodeBytes(raw []byte, into any) error {
	if len(raw) > maxJSON {
		return &core.Fault{Kind: core.KindTooLarge, Code: "body_too_large", ID: "body_too_large.form"}
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	err := dec.Decode(into)
	if err == nil {
		if _, end := dec.Token(); errors.Is(end, io.EOF) {
			return nil
		}
		return refuse(http.StatusBadRequest, core.Invalid("bad_json.trailing"))
	}
	return explain(raw, reflect.TypeOf(into), err)
}

// explain says where a document differs from a type. A value of the right JSON
// type that is no date or identifier is a fault of that input (422), everything
// else one of the document (400 bad_json).
func explain(raw []byte, t reflect.Type, err error) error {
	var w walk
	if json.Valid(raw) {
		w.visit("", raw, t)
	}
	switch {
	case len(w.fields) == 0:
		return refuse(http.StatusBadRequest, core.Invalid("bad_json.body", "err", syntaxOf(err)))
	case w.malformed:
		return refuse(http.StatusBadRequest, &core.Fault{
			Kind: core.KindInvalid, Code: "bad_json", Fields: w.fields,
			ID: "bad_json.form", Args: []any{"fault", w.fields[0]},
		})
	}
	var c core.Collect
	for _, f := range w.fields {
		c.AddField(f)
	}
	return c.Err()
}

func syntaxOf(err error) string {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return "at byte " + strconv.FormatInt(syntax.Offset, 10) + " " + syntax.Error()
	}
	return "it ends too early"
}

// walk collects what is wrong with a document, value by value.
type walk struct {
	fields    []core.Field
	malformed bool
}

var readsText = reflect.TypeFor[encoding.TextUnmarshaler]()
var readsJSON = reflect.TypeFor[json.Unmarshaler]()

func (w *walk) visit(path string, raw json.RawMessage, t reflect.Type) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	ptr := reflect.PointerTo(t)
	switch {
	case ptr.Implements(readsText) || ptr.Implements(readsJSON) || string(raw) == "null":
	case t.Kind() == reflect.Struct:
		w.object(path, raw, t)
		return
	case t.Kind() == reflect.Slice:
		var items []json.RawMessage
		if json.Unmarshal(raw, &items) != nil {
			w.add(path, "bad_type.list")
		}
		for i, item := range items {
			w.visit(path+"["+strconv.Itoa(i)+"]", item, t.Elem())
		}
		return
	}
	err := json.Unmarshal(raw, reflect.New(t).Interface())
	if f := core.AsFault(err); f != nil {
		w.fields = append(w.fields, f.Field(path))
	} else if err != nil {
		w.add(path, wanted(t))
	}
}

func (w *walk) object(path string, raw json.RawMessage, t reflect.Type) {
	var members map[string]json.RawMessage
	if json.Unmarshal(raw, &members) != nil {
		w.add(path, "bad_type.object")
	}
	known := map[string]reflect.Type{}
	for i := range t.NumField() {
		known[jsonName(t.Field(i))] = t.Field(i).Type
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		value := members[name]
		at := strings.TrimPrefix(path+"."+name, ".")
		if typ, ok := known[name]; ok {
			w.visit(at, value, typ)
		} else {
			w.add(at, "unknown_field.json", "field", name)
		}
	}
}

func (w *walk) add(path, id string, args ...any) {
	w.malformed = true
	w.fields = append(w.fields, core.InvalidField(path, id, args...).Fields...)
}

func wanted(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Bool:
		return "bad_type.boolean"
	case reflect.Int, reflect.Int64:
		return "bad_type.integer"
	case reflect.String:
		return "bad_type.string"
	}
	return "bad_type.quoted"
}

func jsonName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	if name == "" {
		return f.Name
	}
	return name
}
