package config

import (
	"errors"
	"reflect"
	"slices"
	"strings"

	"github.com/caarlos0/env/v11"

	"github.com/palmar/palmar/pkg/words"
)

// Error is every setting that is wrong, one a line.
type Error struct{ Problems []Problem }

// Problem is what is wrong with a setting.
type Problem struct {
	Setting string
	What    words.Sentence
}

// In writes all problems in a language.
func (e *Error) In(l *words.Language) string {
	lines := []string{l.Say("settings.wrong", "count", len(e.Problems))}
	for _, p := range e.Problems {
		lines = append(lines, l.Say("settings.problem", "setting", p.Setting, "what", p.What))
	}
	return strings.Join(lines, "\n")
}

func (e *Error) Error() string { return e.In(words.English()) }

type problems struct{ all []Problem }

func (p *problems) add(name, id string, args ...any) {
	p.all = append(p.all, Problem{Prefix + name, words.S(id, args...)})
}

func (p *problems) err() error {
	if len(p.all) == 0 {
		return nil
	}
	return &Error{p.all}
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
		p.add(name, "setting.unknown")
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
		p.add(field.Tag.Get("env"), wanted(field.Type))
	}
	return p.err()
}

// wanted is the sentence for a value of another type.
func wanted(t reflect.Type) string {
	switch t.String() {
	case "int":
		return "setting.not_a_number"
	case "time.Duration":
		return "setting.not_a_duration"
	case "slog.Level":
		return "setting.not_a_level"
	}
	return "setting.unreadable"
}
