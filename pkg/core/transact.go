package core

import "context"

// Transactor runs a command's one transaction. T is the slice of the store
// that the command's package declares and uses.
//
// Write commits when fn returns nil and rolls back otherwise; a serialization
// failure runs fn again, so fn must not touch anything but tx and its own
// results. Within fn, use the ctx that it is given: a further Write or Read
// with it joins the same transaction. Read promises no transaction.
type Transactor[T any] interface {
	Write(ctx context.Context, fn func(ctx context.Context, tx T) error) error
	Read(ctx context.Context, fn func(ctx context.Context, tx T) error) error
}

// Mail is a message to one person, in plain text. One without an address is queued like
// others and sent to nobody, where it must not be told that there is no one.
type Mail struct {
	To      string `json:"to"`
	Subject string `json:"subject"`
	Text    string `json:"text"`
}
