package home

import "github.com/palmar/palmar/pkg/platform/page"

// showHelp explains the words of the field. Each has an id, such as /help#cohort.
func (p *Pages) showHelp(r *page.Request) error {
	return r.Page("home/help", r.Say("home.help.title"), nil)
}
