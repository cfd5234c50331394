package main

import (
	"context"
	"errors"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/palmar/palmar/pkg/app"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/config"
	"github.com/palmar/palmar/pkg/words"
)

// spoken is the context of a command in the language that the environment names
// first. A language that does not exist is for the configuration to refuse.
func spoken(ctx context.Context, env []string) context.Context {
	first, _, _ := strings.Cut(languages(env), ",")
	if offer, err := words.NewOffer(strings.TrimSpace(first)); err == nil {
		return offer.For(ctx, "")
	}
	return ctx
}

// languages are the tags that the environment names; empty: it names none.
func languages(env []string) string {
	for _, setting := range env {
		if tags, ok := strings.CutPrefix(setting, config.Prefix+"LANGUAGES="); ok {
			return tags
		}
	}
	return ""
}

// Say writes a sentence in the language of the command line.
func (w world) Say(id string, args ...any) string { return words.In(w.ctx).Say(id, args...) }

// tell prints a sentence as a line of its own.
func (w world) tell(id string, args ...any) { app.Tell(w.ctx, w.stdout, id, args...) }

// help puts the sentences in the places of their ids in the help texts.
func (w world) help(k *kong.Kong) error {
	k.Model.HelpFlag.Help = "cli.help.help"
	return kong.Visit(k.Model, func(node kong.Visitable, next kong.Next) error {
		switch node := node.(type) {
		case *kong.Application:
			node.Help = w.Say(node.Help)
		case *kong.Node:
			node.Help = w.Say(node.Help)
		case *kong.Value:
			node.Help = w.Say(node.Help)
		}
		return next(nil)
	})
}

// report tells an error and gives the exit code that belongs to it.
func (w world) report(err error) int {
	var code exit
	switch {
	case err == nil:
		return 0
	case errors.As(err, &code):
		return int(code)
	}
	w.complain(err)
	return 1
}

// complain tells an error, and for several inputs what is wrong with each.
func (w world) complain(err error) {
	app.Tell(w.ctx, w.stderr, "cli.failed", "text", w.message(err))
	if f := core.AsFault(err); f != nil && len(f.Fields) > 1 {
		for _, field := range f.Fields {
			app.Tell(w.ctx, w.stderr, "cli.field", "name", field.Name, "text", field)
		}
	}
}

// message is an error with the faults in it as sentences for a person.
func (w world) message(err error) string {
	text := err.Error()
	var settings *config.Error
	if errors.As(err, &settings) {
		text = strings.Replace(text, settings.Error(), settings.In(words.In(w.ctx)), 1)
	}
	for _, f := range faultsIn(err) {
		text = strings.Replace(text, f.Error(), words.In(w.ctx).Write(f.Sentence()), 1)
	}
	return text
}

// faultsIn are the outermost faults in an error.
func faultsIn(err error) []*core.Fault {
	switch e := err.(type) { //nolint:errorlint // it is taken apart here
	case *core.Fault:
		return []*core.Fault{e}
	case interface{ Unwrap() error }:
		return faultsIn(e.Unwrap())
	case interface{ Unwrap() []error }:
		var all []*core.Fault
		for _, part := range e.Unwrap() {
			all = append(all, faultsIn(part)...)
		}
		return all
	}
	return nil
}
