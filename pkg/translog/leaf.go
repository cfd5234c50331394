package translog

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
)

// The events of the log. A day is the root of what supervisors signed off at a
// school on one day of UTC.
const (
	EventIssue     = "credential.issue"
	EventResign    = "credential.resign"
	EventRevoke    = "credential.revoke"
	EventSuspend   = "credential.suspend"
	EventReinstate = "credential.reinstate"
	EventReplace   = "credential.replace"
	EventErase     = "credential.erase" // what opened its record of hours
	EventKeyAdd    = "key.add"
	EventKeyRetire = "key.retire"
	EventKeyRevoke = "key.revoke"
	EventDay       = "day.sign-off"
	EventClose     = "school.close"
	EventAudit     = "day.audit"    // the audit of one day of UTC
	EventSeals     = "record.seals" // what was kept before rows were sealed
)

// Event is something to be logged: Subject is what it is about (the id of a
// credential, key or school), Detail is written as JSON and committed to.
type Event struct {
	Name    string
	Subject string
	Detail  any
}

// Opening is what an entry commits to. Payload and salt together give the
// commitment; without them the entry says nothing but that there was an event.
type Opening struct {
	Number  int64
	Event   string
	Subject string
	Salt    []byte
	Payload []byte
}

const saltSize = 32

// leaf is what stands in the log.
type leaf struct {
	Version    int    `json:"v"`
	Event      string `json:"event"`
	Commitment string `json:"commitment"`
}

// Leaf writes the entry of an opening: {"v":1,"event":…,"commitment":…}, where
// the commitment is the base64url of SHA-256(salt || payload).
func (o Opening) Leaf() []byte {
	h := sha256.New()
	h.Write(o.Salt)
	h.Write(o.Payload)
	raw, err := json.Marshal(leaf{1, o.Event, base64.RawURLEncoding.EncodeToString(h.Sum(nil))})
	if err != nil {
		panic(err) // numbers and texts alone always marshal
	}
	return raw
}

// open draws a salt for an event.
func open(number int64, e Event, random io.Reader) (Opening, error) {
	payload, err := json.Marshal(e.Detail)
	if err != nil {
		return Opening{}, fmt.Errorf("log %s: %w", e.Name, err)
	}
	o := Opening{Number: number, Event: e.Name, Subject: e.Subject, Salt: make([]byte, saltSize), Payload: payload}
	_, err = io.ReadFull(random, o.Salt)
	return o, err
}
