package app

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/config"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/words"
)

// works are all that is worked on in the background.
func (a *App) works() []act.Work {
	return slices.Concat(a.Certify.Works(), a.Logbook.Works(a.Config.PublicURL), a.Renewal.Works(), a.Grants.Works())
}

// parkedAtOnce is how many parked items one transaction looks at.
const parkedAtOnce = 200

// ParkedWork lists the items of background work that were given up, with all also
// those that someone dismissed.
func ParkedWork(ctx context.Context, c config.Config, all bool, out io.Writer) error {
	return examining(ctx, c, func(a *App) error {
		table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
		n := 0
		for after := (act.Item{}); ; {
			var parked []act.Parked
			err := a.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
				parked, err = tx.Parked(ctx, "", all, after, parkedAtOnce)
				return err
			})
			if err != nil {
				return err
			}
			if len(parked) == 0 {
				break
			}
			if n == 0 {
				TellHeadings(ctx, table, "heading.work", "heading.item", "heading.failed", "heading.tries", "heading.reason")
			}
			for _, p := range parked {
				fmt.Fprintf(table, "%s\t%s\t%s\t%d\t%s\n", p.Work, p.ID, p.At.UTC().Format(time.DateTime), p.Tries, words.In(ctx).Write(whyParked(p)))
			}
			n, after = n+len(parked), parked[len(parked)-1].Item
		}
		if n == 0 {
			Tell(ctx, out, "cli.work.none")
		}
		return table.Flush()
	})
}

func whyParked(p act.Parked) words.Sentence {
	why := words.S("cli.work.reason", "code", p.Code, "text", p.Message)
	if !p.DismissedAt.IsZero() {
		why = words.S("cli.work.dismissed", "day", core.DateOf(p.DismissedAt.UTC()), "reason", why)
	}
	return why
}

// RetryWork has a parked item tried again, or with no id all of a work that nobody
// dismissed. A running server does so.
func RetryWork(ctx context.Context, c config.Config, work, id string, out io.Writer) error {
	return examining(ctx, c, func(a *App) error {
		n, err := a.eachParked(ctx, work, id, func(ctx context.Context, tx *store.Tx, item act.Item) error {
			if err := tx.Unpark(ctx, item); err != nil {
				return err
			}
			return tx.Enqueue(ctx, item)
		})
		if err == nil {
			Tell(ctx, out, "cli.work.retried", "count", n)
		}
		return err
	})
}

// DismissWork keeps that a parked item stays undone, or with no id all of a work.
func DismissWork(ctx context.Context, c config.Config, work, id string, out io.Writer) error {
	return examining(ctx, c, func(a *App) error {
		n, err := a.eachParked(ctx, work, id, func(ctx context.Context, tx *store.Tx, item act.Item) error {
			return tx.DismissParked(ctx, item, a.Source.Now())
		})
		if err == nil {
			Tell(ctx, out, "cli.work.dismissed_all", "count", n)
		}
		return err
	})
}

// eachParked does something with an item, or with all of a work, and tells with
// how many.
func (a *App) eachParked(ctx context.Context, work, id string, do func(context.Context, *store.Tx, act.Item) error) (n int, err error) {
	if id != "" {
		item := act.Item{Work: work, ID: id}
		return 1, a.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return do(ctx, tx, item) })
	}
	for after := (act.Item{}); ; {
		var parked []act.Parked
		err := a.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			if parked, err = tx.Parked(ctx, work, false, after, parkedAtOnce); err != nil {
				return err
			}
			for _, p := range parked {
				if err := do(ctx, tx, p.Item); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return n, err
		}
		if len(parked) == 0 {
			break
		}
		n, after = n+len(parked), parked[len(parked)-1].Item
	}
	if n == 0 {
		return 0, core.NotFound("parked item")
	}
	return n, nil
}

// tellParked says of which work something was given up that nobody has looked at.
func (a *App) tellParked(ctx context.Context, out io.Writer) error {
	parked, err := a.parked(ctx)
	for _, work := range slices.Sorted(maps.Keys(parked)) {
		Tell(ctx, out, "cli.doctor.parked", "work", work, "count", parked[work])
	}
	return err
}

// parked is how many items of background work wait to be looked at, by work.
func (a *App) parked(ctx context.Context) (parked map[string]int, err error) {
	err = a.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		parked, err = tx.CountParked(ctx)
		return err
	})
	return parked, err
}

// examining opens the configured database for a command that needs no secret.
func examining(ctx context.Context, c config.Config, do func(*App) error) error {
	a, err := openExisting(ctx, c)
	if err != nil {
		return err
	}
	defer a.Close()
	if err := a.DB.CheckSchema(ctx); err != nil {
		return err
	}
	return do(a)
}
