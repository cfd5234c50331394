package render

import "fmt"

// Field is one input with its label, as the partial "field" draws it. The
// template function field makes it.
type Field struct {
	ID, Name, Label, Kind, Value, Hint, Error string
	Required, Optional, Disabled, ReadOnly    bool
	Autofocus, Checked                        bool
	Autocomplete, InputMode, Placeholder      string
	Min, Max, Step, Accept                    string
	MaxLength, Rows                           int
	Options                                   []Option
	Blank, CheckedValue                       string
}

// DescribedBy names the elements that hold the hint and the error.
func (f Field) DescribedBy() string {
	ids := ""
	if f.Hint != "" {
		ids = f.ID + "-hint"
	}
	if f.Error != "" {
		if ids != "" {
			ids += " "
		}
		ids += f.ID + "-error"
	}
	return ids
}

var fieldKinds = map[string]bool{
	"text": true, "email": true, "password": true, "date": true, "time": true, "number": true, "search": true,
	"tel": true, "color": true, "url": true, "file": true, "select": true, "textarea": true, "checkbox": true, "radios": true,
}

// NewField makes the field name of a form; options are pairs of a name and a
// value, as the package comment lists them. A password or file is never filled
// in again.
func NewField(form Form, name, label string, options ...any) (Field, error) {
	f := Field{
		ID: form.FieldID(name), Name: name, Label: label, Kind: "text",
		Value: form.Get(name), Error: form.ErrorOf(name), CheckedValue: "true",
	}
	if form.labels != nil {
		form.labels.known[name] = label
	}
	if len(options)%2 != 0 {
		return f, fmt.Errorf("field %s: options come in pairs", name)
	}
	for i := 0; i < len(options); i += 2 {
		if err := f.set(options[i], options[i+1]); err != nil {
			return f, fmt.Errorf("field %s: %w", name, err)
		}
	}
	if !fieldKinds[f.Kind] {
		return f, fmt.Errorf("field %s: unknown type %q", name, f.Kind)
	}
	if f.Kind == "password" || f.Kind == "file" {
		f.Value = ""
	}
	f.Checked = f.Kind == "checkbox" && form.Has(name, f.CheckedValue)
	return f, nil
}

func (f *Field) set(option, value any) error {
	texts := map[string]*string{
		"type": &f.Kind, "hint": &f.Hint, "error": &f.Error, "value": &f.Value, "autocomplete": &f.Autocomplete,
		"inputmode": &f.InputMode, "placeholder": &f.Placeholder, "min": &f.Min, "max": &f.Max, "step": &f.Step,
		"accept": &f.Accept, "blank": &f.Blank, "checked-value": &f.CheckedValue, "id": &f.ID,
	}
	flags := map[string]*bool{
		"required": &f.Required, "optional": &f.Optional, "disabled": &f.Disabled,
		"readonly": &f.ReadOnly, "autofocus": &f.Autofocus,
	}
	key, _ := option.(string)
	if p := texts[key]; p != nil {
		*p = fmt.Sprint(value)
		return nil
	}
	ok := false
	switch {
	case flags[key] != nil:
		*flags[key], ok = value.(bool)
	case key == "maxlength":
		f.MaxLength, ok = value.(int)
	case key == "rows":
		f.Rows, ok = value.(int)
	case key == "options":
		f.Options, ok = value.([]Option)
	default:
		return fmt.Errorf("unknown option %q", option)
	}
	if !ok {
		return fmt.Errorf("option %q cannot be a %T", key, value)
	}
	return nil
}
