package act

import (
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/access"
)

// Event is the name of something that happened, subject.verb. It is what the
// audit calls its action, and what mail, alerts and webhooks subscribe to.
type Event string

// events says what each event is about: the kind of its subject.
var events = map[Event]string{}

// NewEvent is an event, which stands beside the command that tells it, and the kind of
// its subject. It panics, so that the program does not start, where the name is no
// subject.verb, or another event's.
func NewEvent(name, about string) Event {
	subject, verb, _ := strings.Cut(name, ".")
	_, taken := events[Event(name)]
	if subject == "" || verb == "" || about == "" || taken {
		panic("act: " + name + " is no name of a new event")
	}
	events[Event(name)] = about
	return Event(name)
}

// Told is one thing that a command has done. Event may be left out for the first
// that the deed declares, Owner for that of what was found. By is who did it where
// the program acts for someone whom the command finds out, such as by a password;
// zero is a stranger, and nil is who runs the command. Details are facts without
// personal data.
type Told struct {
	Event   Event
	Owner   access.Target
	By      *access.Actor
	Subject string
	Details map[string]string
	// Leaves are what the public log commits to of it, if anything.
	Leaves []Leaf
	// About is the thing itself, for those who subscribe. It is not kept.
	About any
}

// by is who did it, in a command of an actor.
func (t *Told) by(a access.Actor) access.Actor {
	if t.By != nil {
		return *t.By
	}
	return a
}

// Leaf is an entry of the public log: what happened to which subject, and what
// is committed to of it.
type Leaf struct {
	Name    string
	Subject string
	Detail  any
}

// Happened is what subscribers hear: who did it and when, and what was told.
type Happened struct {
	Told
	Actor access.Actor
	At    time.Time
}

// Of tells a command's own event of a subject.
func Of(subject string, details map[string]string) []Told {
	return []Told{{Subject: subject, Details: details}}
}
