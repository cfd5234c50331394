package page

import (
	"net/url"

	"github.com/palmar/palmar/pkg/platform/render"
)

// Form is what is done with a form that was posted.
//
// Read turns what was sent into the command's input and notes on f what cannot
// be read; the command is run where nothing was. With Confirm, the password in
// the field "password" is taken again first, where one was given. Again is the
// page with the form that has to be fixed: the same view that showed it, which
// fills in a form without values by itself.
type Form struct {
	Confirm bool
	Read    func(f *Reading) Command
	Again   func(form render.Form) (View, error)
}

// Command changes something and says what the browser comes to see.
type Command func() (Next, error)

// Next is what follows a form that was accepted: To another page, a View, or a File.
type Next interface{ answer(r *Request) error }

// To sends the browser on, with a message for the page that it comes to.
func To(path, message string) Next { return onward{path, message} }

type onward struct{ to, message string }

func (n onward) answer(r *Request) error { return r.Done(n.to, n.message) }

func (v View) answer(r *Request) error { return r.Show(v, nil) }

// As is the page with another status than 200.
func (v View) As(status int) Next { return stated{v, status} }

type stated struct {
	View
	status int
}

func (s stated) answer(r *Request) error { return r.Answer(s.status, s.Name, s.Title, s.Content) }

// Submit reads a posted form, runs its command, and sends the browser on. A
// fault that can be fixed is shown in the form, with the fault's status; an
// error that is not the form's matter is passed on.
func (r *Request) Submit(form Form) error {
	f, err := r.Read()
	if err != nil {
		return err
	}
	next, err := form.run(r, f)
	if err == nil {
		return next.answer(r)
	}
	return r.Refill(err, f.Values, form.Again)
}

// Refill shows what was filled in with what has to be fixed, or passes on an error
// that is not the form's matter. Submit does it; what cannot be read as a form,
// such as a file, does it by itself.
func (r *Request) Refill(err error, values url.Values, again func(render.Form) (View, error)) error {
	fault := fixable(err)
	if fault == nil {
		return err
	}
	form := FormOf(r, values, fault)
	v, err := again(form)
	if err != nil {
		return err
	}
	page := r.frame(v.Title)
	page.Content = v.Content
	body, err := drawn(r, v.Name, page)
	if err == nil && form.Missed() {
		body, err = drawn(r, v.Name, page)
	}
	if err != nil {
		return err
	}
	return r.HTML(StatusOf(fault), body)
}

func (form Form) run(r *Request, f *Reading) (Next, error) {
	command := form.Read(f)
	if err := f.Err(); err != nil {
		return nil, err
	}
	if form.Confirm {
		if err := r.Confirm(f.Values); err != nil {
			return nil, err
		}
	}
	return command()
}
