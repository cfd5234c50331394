package web

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/palmar/palmar/pkg/core"
)

// reading turns the texts of a form into values and gathers what cannot be
// read, so that a person sees all of it at once.
type reading struct {
	Values url.Values
	core.Collect
}

// Get is the first value of a field as it was sent.
func (f *reading) Get(name string) string { return f.Values.Get(name) }

// text is a field without the space around it.
func (f *reading) text(name string) string { return strings.TrimSpace(f.Get(name)) }

// date reads YYYY-MM-DD; an empty field is no date.
func (f *reading) date(name string) core.Date {
	if f.text(name) == "" {
		return core.Date{}
	}
	d, err := core.ParseDate(f.Get(name))
	_ = f.Check(name, err) // parsing gives faults alone
	return d
}

// minutes reads a length of time as people write it; an empty field is 0.
func (f *reading) minutes(name string) core.Minutes {
	if f.text(name) == "" {
		return 0
	}
	m, err := core.ParseMinutes(f.Get(name))
	_ = f.Check(name, err)
	return m
}

// version is the version of a record that the form was made from; without one
// it is 0, which is not compared.
func (f *reading) version() int {
	n, _ := strconv.Atoi(f.Get("version"))
	return n
}

// chosen reads the identifier of what was chosen in a select; an empty field is
// none.
func chosen[I ~[16]byte](f *reading, name string) I {
	if f.text(name) == "" {
		return I{}
	}
	id, err := core.ParseID[I](f.text(name))
	if err != nil {
		f.Add(name, "bad_choice", "Choose one of the list.")
	}
	return id
}

// read is the posted form, ready to be read.
func (r *request) read() (*reading, error) {
	values, err := r.form()
	return &reading{Values: values}, err
}
