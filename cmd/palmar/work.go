package main

import "github.com/palmar/palmar/pkg/app"

type workCommand struct {
	List    workList    `cmd:"" help:"cli.help.work.list"`
	Retry   workRetry   `cmd:"" help:"cli.help.work.retry"`
	Dismiss workDismiss `cmd:"" help:"cli.help.work.dismiss"`
}

type workList struct {
	All bool `help:"cli.help.work.list.all"`
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
	Work string `arg:"" help:"cli.help.work.work"`
	Item string `arg:"" optional:"" help:"cli.help.work.item"`
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
