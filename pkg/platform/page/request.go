package page

import (
	"context"
	"net/url"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/render"
	"github.com/palmar/palmar/pkg/platform/server"
	"github.com/palmar/palmar/pkg/words"
)

// Request is one request of a person: the echo context, who asks, and the ways
// to answer.
type Request struct {
	echo.Context
	Site  *Site
	Actor access.Actor
	Place core.OrganizationID // the organization that the page is about, where the address does not name it
}

// Ctx is the context of the request.
func (r *Request) Ctx() context.Context { return r.Request().Context() }

// is says who asks. The answer is in the language that they have chosen.
func (r *Request) is(actor access.Actor) {
	r.Actor = actor
	if ctx := words.Prefer(r.Ctx(), actor.Language); ctx != r.Ctx() {
		r.SetRequest(r.Request().WithContext(ctx))
	}
}

// Cost says that a request spends n of its route's budget, and not one.
func Cost(r *Request, n int) { server.Cost(r.Context, n) }

// Language is that of the answer.
func (r *Request) Language() *words.Language { return words.In(r.Ctx()) }

// FormOf is the form after err was met with these values, in the language of the
// answer.
func FormOf(r *Request, values url.Values, err error) render.Form {
	return render.NewForm(r.Language(), values, err)
}

// Say writes a sentence in the language of the answer.
func (r *Request) Say(id string, args ...any) string { return r.Language().Say(id, args...) }

// Choices are options whose labels are ids of sentences, written.
func Choices(r *Request, options []render.Option) []render.Option {
	out := make([]render.Option, len(options))
	for i, o := range options {
		out[i] = render.Option{Value: o.Value, Label: r.Say(o.Label)}
	}
	return out
}

// States are the choices of a jurisdiction, by name.
func States() (options []render.Option) {
	for _, j := range core.Jurisdictions {
		options = append(options, render.Option{Value: j.Code, Label: j.Name + " (" + j.Code + ")"})
	}
	return options
}

// OptionsOf makes choices of words of the record, such as core.Settings, labeled as
// chips write them.
func OptionsOf[T ~string](r *Request, values []T) []render.Option {
	return render.Options(r.Language(), values)
}

// Languages are choices of languages by their tags, each named in itself; none is the
// sentence for no choice.
func Languages(r *Request, tags []string, none string) []render.Option {
	out := []render.Option{{Label: r.Say(none)}}
	for _, tag := range tags {
		out = append(out, render.Option{Value: tag, Label: words.Of(tag).Say("form.language"), Lang: tag})
	}
	return out
}

// Now is the moment by the site's clock.
func (r *Request) Now() time.Time { return r.Site.Source.Now() }

// ID reads an identifier from the path; one that cannot be read is not found.
func ID[I ~[16]byte](r *Request, name string) (I, error) {
	parsed, err := core.ParseID[I](r.Param(name))
	if err != nil {
		return parsed, core.NotFound("page")
	}
	return parsed, nil
}

// Organization is the one in the address; its existence is the services' to
// tell.
func (r *Request) Organization() (core.OrganizationID, error) {
	return ID[core.OrganizationID](r, "organization")
}

// Part is the part of a list that the address asks for.
func (r *Request) Part() core.Page {
	limit, _ := strconv.Atoi(r.QueryParam("limit"))
	return core.Page{Limit: limit, Cursor: r.QueryParam("cursor")}
}

// Pager leads on from a part of a list, keeping the address's other parameters.
func (r *Request) Pager(next, label string) render.Pager {
	p := render.Pager{Label: label}
	q := r.QueryParams()
	link := func(cursor string) string {
		q := cloneValues(q)
		q.Del("cursor")
		if cursor != "" {
			q.Set("cursor", cursor)
		}
		if len(q) == 0 {
			return r.Request().URL.Path
		}
		return r.Request().URL.Path + "?" + q.Encode()
	}
	if q.Get("cursor") != "" {
		p.First = link("")
	}
	if next != "" {
		p.Next = link(next)
	}
	return p
}

// Cut is the part of a list that is at hand as a whole which the address asks
// for, and the cursor of the next, as Pager takes it.
func Cut[T any](r *Request, all []T, size int) (part []T, next string) {
	from, _ := strconv.Atoi(r.QueryParam("cursor"))
	from = min(max(from, 0), len(all))
	to := min(from+size, len(all))
	if to < len(all) {
		next = strconv.Itoa(to)
	}
	return all[from:to], next
}

func cloneValues(v url.Values) url.Values {
	out := make(url.Values, len(v))
	for k, list := range v {
		out[k] = append([]string(nil), list...)
	}
	return out
}
