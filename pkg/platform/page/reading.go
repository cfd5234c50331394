package page

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/core"
)

// Reading turns the texts of a form into values and gathers what cannot be
// read, so that a person sees all of it at once.
type Reading struct {
	Values url.Values
	core.Collect
}

// Form is what was posted.
func (r *Request) Form() (url.Values, error) {
	values, err := r.FormParams()
	if err != nil {
		return nil, core.Invalid("bad_form")
	}
	return values, nil
}

// Read is the posted form, ready to be read.
func (r *Request) Read() (*Reading, error) {
	values, err := r.Form()
	return &Reading{Values: values}, err
}

// Get is the first value of a field as it was sent.
func (f *Reading) Get(name string) string { return f.Values.Get(name) }

// Text is a field without the space around it.
func (f *Reading) Text(name string) string { return strings.TrimSpace(f.Get(name)) }

// Choice is a yes or a no, nil where neither was chosen.
func (f *Reading) Choice(name string) *bool {
	switch yes := f.Get(name) == "true"; f.Get(name) {
	case "true", "false":
		return &yes
	}
	return nil
}

// Date reads YYYY-MM-DD; an empty field is no date.
func (f *Reading) Date(name string) core.Date { return parsed(f, name, core.ParseDate) }

// KnownAt reads the day at whose end something was known in an organization, which is now
// where the day is today, and not one to come; an empty field is no moment.
func (f *Reading) KnownAt(name string, org core.Organization, now time.Time) time.Time {
	day := f.Date(name)
	if day.IsZero() {
		return time.Time{}
	}
	if day.After(org.Today(now)) {
		f.Add(name, "date_in_future.known", "on", day)
	}
	end := day.AddDays(1).In(org.Location()).Add(-time.Microsecond)
	if end.After(now) {
		return now
	}
	return end
}

// Minutes reads a length of time as people write it; an empty field is 0.
func (f *Reading) Minutes(name string) core.Minutes { return parsed(f, name, core.ParseMinutes) }

// Wall reads a time of day; an empty field is midnight.
func (f *Reading) Wall(name string) core.WallTime { return parsed(f, name, core.ParseWallTime) }

// Number reads a whole number, which may be written as a sum of dollars; an empty
// field is 0.
func (f *Reading) Number(name string) int {
	n := f.Whole(name)
	if n < 0 {
		f.Add(name, "bad_number.page", "name", f.Text(name))
	}
	return n
}

// Whole is Number for a field whose own rule says which numbers it may have, those below
// zero included.
func (f *Reading) Whole(name string) int {
	digits := strings.NewReplacer(",", "", "$", "").Replace(f.Text(name))
	if digits == "" {
		return 0
	}
	n, err := strconv.Atoi(digits)
	if err != nil {
		f.Add(name, "bad_number.page", "name", f.Text(name))
		return 0
	}
	return n
}

// parsed reads a field that may be empty.
func parsed[T any](f *Reading, name string, parse func(string) (T, error)) T {
	var none T
	if f.Text(name) == "" {
		return none
	}
	value, err := parse(f.Get(name))
	_ = f.Check(name, err) // parsing gives faults alone
	return value
}

// Version is the version of a record that the form was made from; without one
// it is 0, which is not compared.
func (f *Reading) Version() int {
	n, _ := strconv.Atoi(f.Get("version"))
	return n
}

// Chosen reads the identifier of what was chosen in a select; an empty field is
// none.
func Chosen[I ~[16]byte](f *Reading, name string) I {
	if f.Text(name) == "" {
		return I{}
	}
	id, err := core.ParseID[I](f.Text(name))
	if err != nil {
		f.Add(name, "bad_choice.page")
	}
	return id
}
