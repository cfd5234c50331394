package page

import (
	"encoding"
	"fmt"
	"net/url"
	"reflect"
	"strconv"
	"strings"

	"github.com/palmar/palmar/pkg/core"
)

// Into reads the fields of a form that a command's input, to which in points, names
// by the tag form: texts, words, dates, lengths of time, identifiers that were chosen,
// and boxes that were ticked. With ",number" in its tag, a length is shown as a number of minutes.
func (f *Reading) Into(in any) {
	eachField(reflect.ValueOf(in).Elem(), func(name string, _ bool, field reflect.Value) {
		switch to := field.Addr().Interface().(type) {
		case *core.Date:
			*to = f.Date(name)
		case *core.Minutes:
			*to = f.Minutes(name)
		case *bool:
			*to = f.Text(name) != ""
		case encoding.TextUnmarshaler:
			if text := f.Text(name); text != "" && to.UnmarshalText([]byte(text)) != nil {
				f.Add(name, "bad_choice.page")
			}
		default:
			field.SetString(f.Text(name))
		}
	})
}

// Filled are the values with which a form shows an input that Into reads.
func Filled(in any) url.Values {
	values := url.Values{}
	eachField(reflect.ValueOf(in), func(name string, number bool, field reflect.Value) {
		if field.IsZero() {
			return
		}
		text := fmt.Sprint(field.Interface())
		if number {
			text = strconv.FormatInt(field.Int(), 10)
		}
		values.Set(name, text)
	})
	return values
}

// eachField calls fn with the fields of a struct, and of those within it, that have a
// name in forms.
func eachField(of reflect.Value, fn func(name string, number bool, field reflect.Value)) {
	for i := range of.NumField() {
		field := of.Type().Field(i)
		name, option, _ := strings.Cut(field.Tag.Get("form"), ",")
		switch {
		case field.Anonymous:
			eachField(of.Field(i), fn)
		case name != "":
			fn(name, option == "number", of.Field(i))
		}
	}
}
