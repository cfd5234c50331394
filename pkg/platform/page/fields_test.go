package page

import (
	"net/url"
	"reflect"
	"testing"

	"github.com/palmar/palmar/pkg/core"
)

type mealInput struct {
	core.SessionInput
	Cook  core.MemberID `form:"cook_id"`
	Note  string        `form:"note"`
	Quiet bool
}

// A form that shows an input is read as that input again.
func TestReading_Into(t *testing.T) {
	cook, err := core.ParseID[core.MemberID]("0190a1b2-0000-7000-8000-000000000001")
	if err != nil {
		t.Fatal(err)
	}
	day, err := core.ParseDate("2026-03-02")
	if err != nil {
		t.Fatal(err)
	}
	for name, in := range map[string]mealInput{
		"all":          {core.SessionInput{Date: day, Start: "09:00", End: "12:00", Break: 15, Subject: "anatomy", Setting: core.Lab, Delivery: core.InPerson, Mode: core.SupervisionInClass, MakeUp: true}, cook, "Soup", false},
		"a length":     {SessionInput: core.SessionInput{Minutes: 210}},
		"nothing said": {},
	} {
		values := Filled(in)
		f := &Reading{Values: values}
		var read mealInput
		f.Into(&read)
		if !reflect.DeepEqual(read, in) || f.Err() != nil {
			t.Errorf("%s: %v is read as %+v, %v", name, values, read, f.Err())
		}
	}
	if got := Filled(mealInput{SessionInput: core.SessionInput{Break: 90}}).Get("break_minutes"); got != "90" {
		t.Errorf("a break of 90 minutes is shown as %q", got)
	}
	f := &Reading{Values: url.Values{"date": {"yesterday"}, "cook_id": {"the tall one"}, "minutes": {"long"}}}
	var read mealInput
	f.Into(&read)
	var codes []string
	for _, field := range core.AsFault(f.Err()).Fields {
		codes = append(codes, field.Name+" "+field.Code)
	}
	if want := []string{"date bad_date", "minutes bad_minutes", "cook_id bad_choice"}; !reflect.DeepEqual(codes, want) {
		t.Errorf("what cannot be read is told as %q, not %q", codes, want)
	}
}
