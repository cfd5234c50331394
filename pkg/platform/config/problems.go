package config

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/caarlos0/env/v11"
)

// Error is every setting that is wrong, one a line.
type Error struct{ Lines []string }

func (e *Error) Error() string {
	return "the configuration has mistakes:\n  " + strings.Join(e.Lines, "\n  ")
}

type problems struct{ lines []string }

func (p *problems) add(name, format string, args ...any) {
	p.lines = append(p.lines, Prefix+name+" "+fmt.Sprintf(format, args...)+".")
}

func (p *problems) err() error {
	if len(p.lines) == 0 {
		return nil
	}
	return &Error{p.lines}
}

// unknown refuses a name that looks like a setting and is none: a typing error
// would otherwise go unnoticed.
func (p *problems) unknown(given map[string]string) {
	known := Names()
	var names []string
	for name := range given {
		rest, ours := strings.CutPrefix(name, Prefix)
		if ours && !strings.HasPrefix(rest, "TEST_") && !slices.Contains(known, name) {
			names = append(names, rest)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		p.add(name, "is no setting; correct its name or remove it (docs/operations.md lists all)")
	}
}

// Names are the names of all settings.
func Names() []string {
	var names []string
	t := reflect.TypeFor[variables]()
	for i := range t.NumField() {
		names = append(names, Prefix+t.Field(i).Tag.Get("env"))
	}
	return names
}

// readable names the variable of a value that has not even the right type. The
// value is left out: it may be a secret that went to the wrong name.
func readable(err error) error {
	var all env.AggregateError
	if !errors.As(err, &all) {
		return err
	}
	var p problems
	t := reflect.TypeFor[variables]()
	for _, one := range all.Errors {
		var parse env.ParseError
		if !errors.As(one, &parse) {
			return err
		}
		field, _ := t.FieldByName(parse.Name)
		p.add(field.Tag.Get("env"), "cannot be read; write %s", example(field.Type))
	}
	return p.err()
}

func example(t reflect.Type) string {
	switch t.String() {
	case "int":
		return "a whole number, such as 8"
	case "time.Duration":
		return "a duration, such as 20s"
	case "slog.Level":
		return "DEBUG, INFO, WARN or ERROR"
	}
	return "another value"
}
