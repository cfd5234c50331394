package main

import "github.com/palmar/palmar/pkg/app"

type workCommand struct {
	List    workList    `cmd:"" help:"List what failed, and why."`
	Retry   workRetry   `cmd:"" help:"Retry it, after the cause is fixed."`
	Dismiss workDismiss `cmd:"" help:"Dismiss it."`
}

type workList struct {
	All bool `help:"Include dismissed items."`
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
	Item string `arg:"" optional:"" help:"The item. Default: all items of the work that are not dismissed."`
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
