package e2e

import (
	"cmp"
	"encoding/json"
	"strings"

	"github.com/chromedp/chromedp"
)

// marked is the element that the next action is for; find sets the mark.
const marked chromedp.CSS = `[data-under-test]`

// finders look for an element as a person does: by what is to be read on it.
// They prefer what is read in full to what begins with the text.
const finders = `
(kind, text, part) => {
	document.querySelectorAll("[data-under-test]").forEach((e) => e.removeAttribute("data-under-test"));
	const plain = (s) => (s || "").replace(/\s+/g, " ").trim();
	const name = (e) => plain(e.getAttribute("aria-label") || e.innerText || e.textContent);
	const shown = (e) => e.checkVisibility();
	const among = { link: "a[href]", button: "button, a[role=button], summary", field: "label, legend, input[aria-label], select[aria-label]" }[kind];
	const all = [...document.querySelector(part).querySelectorAll(among)].filter(shown);
	let found = all.find((e) => name(e) === text) || all.find((e) => name(e).startsWith(text));
	if (found && kind === "field") {
		found = found.matches("input, select") ? found : found.control || found.closest("fieldset");
	}
	if (!found) return false;
	found.setAttribute("data-under-test", "");
	found.scrollIntoView({ block: "center" });
	return true;
}`

func (v *visitor) find(kind, text string) {
	v.t.Helper()
	if !ask[bool](v, call(finders, kind, text, cmp.Or(v.part, "body"))) {
		v.t.Fatalf("there is no %s %q on %s", kind, text, v.seen())
	}
}

// in is the same visitor, who looks at one part of the page.
func (v *visitor) in(part string) *visitor {
	narrowed := *v
	narrowed.part = part
	return &narrowed
}

// call is the JavaScript that calls a function with texts.
func call(function string, texts ...string) string {
	quoted := make([]string, len(texts))
	for i, text := range texts {
		q, _ := json.Marshal(text) // a string can always be written
		quoted[i] = string(q)
	}
	return "(" + function + ")(" + strings.Join(quoted, ", ") + ")"
}

// follow follows a link.
func (v *visitor) follow(text string) {
	v.t.Helper()
	v.find("link", text)
	v.turn("follow "+text, chromedp.Click(marked))
}

// followIn follows the first link in a part of the page.
func (v *visitor) followIn(part string) {
	v.t.Helper()
	v.turn("follow the first link in "+part, chromedp.Click(chromedp.CSS(part+" a[href]")))
}

// menu follows a link of the site's menu, which a narrow screen folds away.
func (v *visitor) menu(text string) {
	v.t.Helper()
	if v.screen.folded {
		v.unfold("Menu")
	}
	v.follow(text)
}

// press presses a button that sends its form.
func (v *visitor) press(text string) {
	v.t.Helper()
	v.find("button", text)
	v.turn("press "+text, chromedp.Click(marked))
}

// unfold opens what is folded away.
func (v *visitor) unfold(text string) {
	v.t.Helper()
	v.find("button", text)
	v.do("unfold "+text, chromedp.Click(marked))
}

// write puts a text into the field with a label; select takes the option that
// begins with it.
func (v *visitor) write(label, text string) {
	v.t.Helper()
	v.find("field", label)
	wrong := ask[string](v, call(`(text) => {
		const field = document.querySelector("[data-under-test]");
		if (field.tagName === "SELECT") {
			const option = [...field.options].find((o) => o.text.trim().startsWith(text));
			if (!option) return "it offers only " + [...field.options].map((o) => o.text.trim()).join(", ");
			field.value = option.value;
		} else {
			field.value = text;
		}
		if (field.value === "" && text !== "") return "it does not take it";
		field.dispatchEvent(new Event("input", { bubbles: true }));
		field.dispatchEvent(new Event("change", { bubbles: true }));
		return "";
	}`, text))
	if wrong != "" {
		v.t.Fatalf("%s cannot be %q: %s", label, text, wrong)
	}
}

// tick ticks the box, or the choice, with a label.
func (v *visitor) tick(label string) {
	v.t.Helper()
	v.find("field", label)
	v.do("tick "+label, chromedp.Click(marked))
}

// attach chooses a file.
func (v *visitor) attach(label, path string) {
	v.t.Helper()
	v.find("field", label)
	v.do("attach "+path, chromedp.SetUploadFiles(marked, []string{path}))
}

// fetch gets what a link leads to without leaving the page.
func (v *visitor) fetch(link string) []byte {
	v.t.Helper()
	v.find("link", link)
	return []byte(ask[string](v, `fetch(document.querySelector("[data-under-test]").href).then((r) => r.ok ? r.text() : Promise.reject(r.status))`))
}

func (v *visitor) signIn(email, password string) {
	v.t.Helper()
	v.open("/sign-in")
	v.write("Email", email)
	v.write("Password", password)
	v.press("Sign in")
}

// appears waits until a text is on the page, which changes on its own.
func (v *visitor) appears(text string) {
	v.t.Helper()
	ask[bool](v, call(`(text) => new Promise((done) => {
		const look = () => document.body.innerText.includes(text) && done(true);
		new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true });
		look();
	})`, text))
}
