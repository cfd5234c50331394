package act

import "github.com/palmar/palmar/pkg/access"

// Deed is a kind of command: what someone must be allowed to do, and what it
// tells. Declare makes it, in a variable beside the command.
type Deed struct {
	action access.Action
	events []Event
}

// Declare makes a deed. Of the events that it may tell the first is told where a
// command names none. It panics, so that the program does not start, where the
// action has no rule or may be done by someone who can only read, and where
// nothing is told or something that is no event.
func Declare(action access.Action, told ...Event) Deed {
	if !access.Writes(action) {
		panic("act: " + string(action) + " is no action that writes")
	}
	if len(told) == 0 {
		panic("act: a command under " + string(action) + " tells nothing")
	}
	for _, e := range told {
		if _, known := events[e]; !known {
			panic("act: " + string(e) + " is no event")
		}
	}
	return Deed{action, told}
}
