package certify

import (
	"bytes"
	"context"
	"errors"
	"slices"

	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/translog"
)

// lists verifies the signed status lists and holds them against the states and
// the log.
func (d *doctor) lists(ctx context.Context, tx Tx) error {
	for after := (core.StatusListID{}); ; {
		page, err := tx.StatusListsFrom(ctx, after, examined)
		if err != nil {
			return err
		}
		if len(page) == 0 {
			break
		}
		after = page[len(page)-1].ID
		ids := make([]core.StatusListID, len(page))
		for i, list := range page {
			ids[i] = list.ID
		}
		set, err := tx.StatusSets(ctx, ids)
		if err != nil {
			return err
		}
		for _, list := range page {
			if n := d.listed[list.ID]; n != list.Used {
				d.say("doctor.list_used", "id", list.ID, "used", list.Used, "listed", n)
			}
			delete(d.listed, list.ID)
			d.list(ctx, list, set[list.ID])
		}
	}
	for id, n := range d.listed {
		d.say("doctor.list_missing", "id", id, "count", n)
	}
	return nil
}

func (d *doctor) list(ctx context.Context, list StatusList, set StatusSet) {
	if list.Document == nil || list.ValidUntil.IsZero() || !list.ValidUntil.After(d.now) {
		return // it is signed again before anybody reads it
	}
	d.signedList(ctx, list, list.Document, list.Address, set.Revoked)
	d.signedList(ctx, list, list.Suspensions, credential.SuspensionsAt(list.Address), set.Suspended)
}

func (d *doctor) signedList(ctx context.Context, list StatusList, document []byte, address string, set []int) {
	read, err := credential.ReadStatusList(ctx, document, d.keysOf[list.OrganizationID], d.now)
	if err != nil {
		d.say("doctor.list_unreadable", "id", list.ID, "err", err)
		return
	}
	if read.ID != address || !bytes.Equal(bitsOf(set), read.Bits) {
		d.say("doctor.list_differs", "id", list.ID)
	}
}

// daysAt a time are read; the credits of one day after the other.
const daysAt = 100

// days recomputes the roots of the days from the ledger.
func (d *doctor) days(ctx context.Context, tx Tx) error {
	for after := int64(-1); ; {
		page, err := tx.LoggedDays(ctx, after, daysAt)
		if err != nil || len(page) == 0 {
			return err
		}
		after = page[len(page)-1].Number
		numbers := make([]int64, len(page))
		for i, day := range page {
			numbers[i] = day.Number
		}
		opened, err := tx.OpeningsAt(ctx, numbers)
		if err != nil {
			return err
		}
		logged := map[int64]translog.Opening{}
		for _, o := range opened {
			logged[o.Number] = o
		}
		for _, day := range page {
			if err := d.day(ctx, tx, day, logged[day.Number]); err != nil {
				return err
			}
		}
	}
}

func (d *doctor) day(ctx context.Context, tx Tx, day LoggedDay, logged translog.Opening) error {
	root, err := dayRoot(ctx, tx, day)
	if err != nil && !errors.Is(err, errNoRoot) {
		return err
	}
	if err != nil || !bytes.Equal(root.Root[:], day.Root) || root.Size != day.Lines {
		d.say("doctor.day_credits", "day", day.Day, "school", day.OrganizationID)
	}
	var said DayDetail
	if logged.Event != translog.EventDay || logged.Detail(&said) != nil || said != dayDetail(day) {
		d.say("doctor.day_root", "day", day.Day, "school", day.OrganizationID)
	}
	return nil
}

// told goes the other way: from each entry of the log to what it tells of, which
// has to be there.
func (d *doctor) told(ctx context.Context, tx Tx) error {
	schools, err := tx.ClosedSchools(ctx)
	if err != nil {
		return err
	}
	d.closed = make(map[core.OrganizationID]closeDetail, len(schools))
	for _, o := range schools {
		d.closed[o.ID] = closeDetail{o.ID, o.ClosedCause, o.ClosedAt}
	}
	for next := int64(0); ; {
		page, err := tx.OpeningsFrom(ctx, next, examined)
		if err != nil {
			return err
		}
		if len(page) == 0 {
			for id := range d.closed {
				d.say("doctor.school_unlogged", "school", id)
			}
			return nil
		}
		next = page[len(page)-1].Number + 1
		if err := d.toldOf(ctx, tx, page); err != nil {
			return err
		}
	}
}

// toldClosed holds a school's closing in the log against the school.
func (d *doctor) toldClosed(o translog.Opening) {
	var said closeDetail
	if err := o.Detail(&said); err != nil || said != d.closed[said.Organization] || o.Subject != said.Organization.String() {
		d.say("doctor.entry_school", "entry", o.Number, "event", o.Event, "school", o.Subject)
		return
	}
	delete(d.closed, said.Organization)
}

func (d *doctor) toldOf(ctx context.Context, tx Tx, page []translog.Opening) error {
	var credentials []core.CredentialID
	var days []int64
	for _, o := range page {
		switch o.Event {
		case translog.EventDay:
			days = append(days, o.Number)
		case translog.EventClose:
			d.toldClosed(o)
		case translog.EventAudit:
			if !d.audited[o.Number] {
				d.say("doctor.entry_day", "entry", o.Number, "event", o.Event)
			}
		case translog.EventSeals: // seals looks at what it says
		case translog.EventKeyAdd, translog.EventKeyRetire, translog.EventKeyRevoke:
			if !d.known[o.Subject] {
				d.say("doctor.entry_key", "entry", o.Number, "event", o.Event, "key", o.Subject)
			}
		default:
			id, err := core.ParseID[core.CredentialID](o.Subject)
			if err != nil {
				d.say("doctor.entry_no_certificate", "entry", o.Number, "event", o.Event)
				continue
			}
			credentials = append(credentials, id)
		}
	}
	there, err := tx.KnownCredentials(ctx, credentials)
	if err != nil {
		return err
	}
	for _, id := range slices.CompactFunc(credentials, func(a, b core.CredentialID) bool { return a == b }) {
		if !there[id] {
			d.say("doctor.certificate_missing", "id", id)
		}
	}
	kept, err := tx.LoggedDaysAt(ctx, days)
	for _, n := range days {
		if err == nil && !kept[n] {
			d.say("doctor.entry_day", "entry", n, "event", translog.EventDay)
		}
	}
	return err
}
