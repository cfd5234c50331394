package main

import "github.com/palmar/palmar/pkg/app"

type workCommand struct {
	List    workList    `cmd:"" help:"List what was given up, and why."`
	Retry   workRetry   `cmd:"" help:"Have it tried again, once what was wrong is mended."`
	Dismiss workDismiss `cmd:"" help:"Leave it undone."`
}

type workList struct {
	All bool `help:"Also what was dismissed."`
}

// Run lists what was given up.
func (l workList) Run(w world) error {
	c, err := w.config()
	if err != nil {
		return err
	}
	return app.ParkedWork(w.ctx, c, l.All, w.stdout)
}

// parkedItem is what the list names.
type parkedItem struct {
	Work string `arg:"" help:"The work, such as sign-again."`
	Item string `arg:"" optional:"" help:"The item; all of the work that nobody dismissed when it is absent."`
}

type workRetry struct{ parkedItem }

// Run has items tried again.
func (r workRetry) Run(w world) error {
	c, err := w.config()
	if err != nil {
		return err
	}
	return app.RetryWork(w.ctx, c, r.Work, r.Item, w.stdout)
}

type workDismiss struct{ parkedItem }

// Run dismisses items.
func (d workDismiss) Run(w world) error {
	c, err := w.config()
	if err != nil {
		return err
	}
	return app.DismissWork(w.ctx, c, d.Work, d.Item, w.stdout)
}
