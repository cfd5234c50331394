// Package licensureweb shows licenses, what people hold beside them, and boards'
// lists.
package licensureweb

import (
	"html/template"

	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/career/licensure/licensurepage"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

// Beside renders what subjects of higher floors show of a therapist on the page that
// an office has of them, with moments in a zone.
type Beside func(r *page.Request, person core.Therapist, zone string) (template.HTML, error)

// All are the pages of licensure.
func All(l *licensure.Service, a *account.Service, beside Beside) []page.Pages {
	return []page.Pages{&Licenses{l, beside}, &Holdings{l}, &Lists{l, a}, &Sources{l}, &Contests{l}, &Due{l}}
}

func methodOptions(r *page.Request) (options []render.Option) {
	for _, m := range core.Methods {
		options = append(options, render.Option{Value: m, Label: r.Say(licensurepage.HowKnown(m))})
	}
	return options
}
