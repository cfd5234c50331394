package page

import "github.com/palmar/palmar/pkg/platform/render"

// Forms is a page of a few short forms, one below the other. It is described beside
// its handlers and needs no template of its own.
type Forms struct {
	Title, Lead string
	Back        Link // at the top; none without a path
	Forms       []ShortForm
}

// Link leads to a page.
type Link struct{ Path, Label string }

// ShortForm is one form: where it is posted to, its fields in their order, what is
// said below them, the words on its button, and where to instead. A heading tells
// several on a page from each other.
type ShortForm struct {
	Action        string
	Heading, Lead string
	Form          render.Form
	Fields        []render.Field
	Note          string
	Send          string
	Cancel        Link
}

// View is the page.
func (f Forms) View() View { return View{Name: "shared/forms", Title: f.Title, Content: f} }

// Field is a field of a form, with the options of the template function of that name.
func Field(form render.Form, name, label string, options ...any) render.Field {
	field, err := render.NewField(form, name, label, options...)
	if err != nil {
		panic("page: " + err.Error())
	}
	return field
}
