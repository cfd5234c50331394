package act

import (
	"context"
	"reflect"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

// Part is what is asked for of a list: at most Limit rows after the row whose
// key is After, which has no parts for the first page.
type Part struct {
	After []string
	Limit int
}

// Listing is a list that is paged. Parts is how many parts a row's key has; they
// are identifiers, dates and numbers, never a name or an address, since a cursor
// stands in addresses and logs.
type Listing[T Tx, R any] struct {
	Action access.Action
	Parts  int
	// Alone says that the list is one statement, which needs no snapshot.
	Alone bool
	// Find asks May or Scope and gives the rows of a part.
	Find func(ctx context.Context, r Reader[T], part Part) ([]R, error)
	Key  func(row R) []string
	// Total counts the whole list where people need to know it.
	Total func(ctx context.Context, r Reader[T]) (int, error)
}

// List is the one way to page. It gives the code bad_cursor.
func List[T Tx, R any](ctx context.Context, k *Kernel[T], a access.Actor, page core.Page, l Listing[T, R]) (core.List[R], error) {
	after, err := core.DecodeCursor(l.name(), page.Cursor, l.Parts)
	if err != nil {
		return core.List[R]{}, err
	}
	run := k.store.Snapshot
	if l.Alone {
		run = k.store.Single
	}
	return read(ctx, k, run, a, l.Action, func(ctx context.Context, r Reader[T]) (list core.List[R], err error) {
		size := page.Size()
		rows, err := l.Find(ctx, r, Part{after, size + 1})
		if err != nil {
			return list, err
		}
		list.Items = rows
		if len(rows) > size {
			list.Items, list.Next = rows[:size], core.EncodeCursor(l.name(), l.Key(rows[size-1])...)
		}
		if l.Total != nil {
			list.Total, err = l.Total(ctx, r)
		}
		return list, err
	})
}

// name tells a list from others, whose cursors are none of it: by what is asked, and by
// what is listed.
func (l Listing[T, R]) name() string {
	return string(l.Action) + " " + reflect.TypeFor[R]().String()
}

// AfterID reads the n-th part of a key as an identifier, zero for the first page.
func AfterID[I ~[16]byte](p Part, n int) (I, error) {
	if len(p.After) == 0 {
		return I{}, nil
	}
	id, err := core.ParseID[I](p.After[n])
	if err != nil {
		return id, core.ErrBadCursor
	}
	return id, nil
}

// AfterDate reads the n-th part of a key as a date, zero for the first page.
func AfterDate(p Part, n int) (core.Date, error) {
	if len(p.After) == 0 {
		return core.Date{}, nil
	}
	d, err := core.ParseDate(p.After[n])
	if err != nil {
		return d, core.ErrBadCursor
	}
	return d, nil
}

// ByID is the listing of an owner's things in the order of their identifiers,
// which find reads by one statement.
func ByID[T Tx, R any, I interface {
	~[16]byte
	String() string
}](action access.Action, owner access.Target, find func(ctx context.Context, tx T, after I, limit int) ([]R, error), id func(R) I) Listing[T, R] {
	return Listing[T, R]{
		Action: action, Parts: 1, Alone: true,
		Find: func(ctx context.Context, r Reader[T], part Part) ([]R, error) {
			after, err := AfterID[I](part, 0)
			if err == nil {
				err = r.May(ctx, owner)
			}
			if err != nil {
				return nil, err
			}
			return find(ctx, r.Tx, after, part.Limit)
		},
		Key: func(row R) []string { return []string{id(row).String()} },
	}
}
