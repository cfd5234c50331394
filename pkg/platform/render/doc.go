// Package render parses the embedded templates once and renders pages: to a
// buffer first, so that a page arrives whole or not at all. It knows the words
// of core, and must never know a service, the database, or who may do what.
//
// # A page
//
// A page is a file templates/SUBJECT/NAME.html that defines "main" and, if its
// title is fixed, "title". Its dot is a Page; what the handler gives is
// .Content. Its name is "SUBJECT/NAME".
//
//	{{define "title"}}Log a session{{end}}
//	{{define "main"}}{{with .Content}}
//	<div class="page-head"><div><h1>Log a session</h1><p>{{.Program}}</p></div></div>
//	<form method="post" action="/hours" class="narrow" data-session novalidate>
//	{{template "errors" .Form}}
//	{{template "field" (field .Form "date" "Day" "type" "date" "required" true)}}
//	{{template "field" (field .Form "subject" "Subject" "type" "select" "blank" "Choose a subject" "options" .Subjects)}}
//	<div class="actions"><button>Submit</button><button class="secondary" name="draft" value="1">Keep as draft</button></div>
//	</form>
//	{{end}}{{end}}
//
//	r, err := render.New(templates.FS)
//	err = r.Page(w, "logbook/session", render.Page{Title: "…", Nav: nav, Content: view{Form: render.NewForm(language, c.Request().PostForm, err)}})
//
// The policy of the pages forbids every inline style, script and handler: no
// style="", no <style>, no onclick, no hx-on. Inside {{with .Content}} the Page
// is $.
//
// # Partials
//
//	{{template "field" (field FORM NAME LABEL pairs…)}}
//	    type (text, email, password, date, time, number, search, tel, url, file,
//	    select, textarea, checkbox, radios), hint, value (instead of the form's),
//	    error, required, optional, disabled, readonly, autofocus (bools),
//	    autocomplete, inputmode, placeholder, min, max, step, accept, maxlength,
//	    rows (ints), options ([]Option), blank (text of the empty choice),
//	    checked-value (of a checkbox, "true" unless told), id
//	{{template "errors" FORM}}              summary with links to the fields; nothing if all is right
//	{{template "confirm-password" FORM}}    the field password, for a sign-in that is too old
//	{{template "progress" PROGRESS}}        ring and figures (Progress)
//	{{template "subject-bars" BARS}}        table with bars (SubjectBars)
//	{{template "pager" PAGER}}              first and next (Pager)
//	{{template "empty" (dict "Title" … "Text" … "Href" … "Action" …)}}
//	{{template "verdict" (dict "Outcome" "valid" "Title" … "Text" …)}}  valid, not_valid, could_not_check
//	{{template "icon" "check"}}             check cross question clock warning lock plus download link forward back
//
// # Functions
//
//	asset NAME         address of static/NAME, with its version
//	minutes M          12 h 5 min           hours M      12 h (never rounded up)
//	number N           8,412
//	t "ID" "NAME" V …  a sentence of the message files, put in its place before parsing
//	say ID "NAME" V …  the same at run time, for an id that is a value   write SENTENCE
//	date D             Sep 1, 2026          isodate TEXT, lastday T       relday D $.Today   3 days ago
//	moment T ZONE      Sep 1, 2026, 2:05 PM EDT               ago T NOW   2 days ago
//	clock T ZONE       2:05 PM              span FROM TO ZONE  9:00 AM–12:30 PM
//	chip STATE [WORDS] a colored label     word STATE, tone STATE    its parts
//	words LIST         Admin and Registrar
//	dict K V …         list V …             options VALUE LABEL …     []Option
//	ring VALID WAITING REQUIRED             bar VALID WAITING REQUIRED
//	burnup BURNUP                           sure CONFIDENCE
//
// # Classes
//
// page-head, page-actions, narrow, card (or article), cards, two, two even,
// facts and figures (dl of div), tabs (nav), table.stack (a td carries
// data-label), num, scroll, note, fields and fields three (side by side), check,
// filters, actions (sticks to the bottom of a phone; actions loose does not),
// timeline, certificate, code, copy, lines (keeps line breaks), muted, nowrap,
// visually-hidden, no-print; buttons: secondary, outline, danger, quiet, small.
// A link that looks like a button has role="button". Attributes that palmar.js
// knows: data-select-all, data-selected, data-copy, data-session,
// data-session-length, data-again; what they say comes by attributes too.
package render
