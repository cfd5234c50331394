package licensure_test

import (
	"testing"

	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/license"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/kept/certifytest"
)

// An order is ended by its own authority, or by a word that names it.
func TestOrders_Authority(t *testing.T) {
	each(t, func(t *testing.T, w *certifytest.World) {
		l, err := w.Licensure.RecordLicense(ctx, w.Registrar, w.Student.TherapistID, florida())
		wantCode(t, err, "")
		order := licensure.AdverseInput{
			Kind: "suspension", Authority: "Leon  County Court", OrderNumber: "2026-7", StartsOn: day(2026, 10, 1),
			Method: core.MethodPrimarySource, CheckedOn: day(2026, 10, 2), Filename: "order.pdf", Order: pdf,
		}
		court, err := w.Licensure.RecordAdverse(ctx, w.Registrar, l.ID, 0, order)
		wantCode(t, err, "")
		order.Authority, order.OrderNumber, order.StartsOn = "", "B-1", day(2026, 10, 5)
		board, err := w.Licensure.RecordAdverse(ctx, w.Registrar, l.ID, 0, order)
		wantCode(t, err, "")

		word := licensure.EventInput{
			Axis: core.Discipline, Status: core.Reinstated, EffectiveOn: day(2026, 11, 1), Method: core.MethodPrimarySource, Source: "The board", CheckedOn: day(2026, 11, 1),
		}
		orders := func() map[core.LicenseEventID]license.Order {
			t.Helper()
			l, err := w.Licensure.License(ctx, w.Registrar, l.ID)
			wantCode(t, err, "")
			q := standard.OnDay(day(2026, 11, 20), certifytest.Start)
			q.For = w.School.ID
			found := map[core.LicenseEventID]license.Order{}
			for _, o := range license.Judge(l, q).Orders {
				found[o.ID] = o
			}
			return found
		}
		l, err = w.Licensure.RecordEvent(ctx, w.Registrar, l.ID, 0, word)
		wantCode(t, err, "")
		lifting := l.Last(core.Discipline).ID
		got := orders()
		if o := got[board.EventID]; o.InForce || o.LiftedBy == nil || o.LiftedBy.ID != lifting {
			t.Errorf("the board's own order: %+v", o)
		}
		if o := got[court.EventID]; !o.InForce || o.Authority != "Leon  County Court" {
			t.Errorf("the court's order, after a word of the board: %+v", o)
		}

		word.Authority = "LEON county court"
		if _, err = w.Licensure.RecordEvent(ctx, w.Registrar, l.ID, 0, word); err != nil || orders()[court.EventID].InForce {
			t.Errorf("the court's order, after its own word: %+v, %v", orders()[court.EventID], err)
		}
	})
}

// A word may name the one order that it ends; that says nothing of others.
func TestOrders_Named(t *testing.T) {
	each(t, func(t *testing.T, w *certifytest.World) {
		l, err := w.Licensure.RecordLicense(ctx, w.Registrar, w.Student.TherapistID, florida())
		wantCode(t, err, "")
		add := func(in licensure.EventInput) (core.License, error) {
			in.Method, in.Source, in.CheckedOn = core.MethodPrimarySource, "The board", day(2026, 11, 1)
			return w.Licensure.RecordEvent(ctx, w.Registrar, l.ID, 0, in)
		}
		suspended := licensure.EventInput{Axis: core.Discipline, Status: "suspended", EffectiveOn: day(2026, 9, 1)}
		l, err = add(suspended)
		wantCode(t, err, "")
		first := l.Last(core.Discipline).ID
		suspended.EffectiveOn, suspended.Authority = day(2026, 9, 2), "Department of Health"
		l, err = add(suspended)
		wantCode(t, err, "")
		other := l.Last(core.Discipline).ID

		for field, in := range map[string]licensure.EventInput{
			"lifts unknown_order":    {Axis: core.Discipline, Status: core.Reinstated, Lifts: core.NewID[core.LicenseEventID](w.Src)},
			"lifts order_not_lifted": {Axis: core.Discipline, Status: "probation", Lifts: first},
			"lifts not_an_order":     {Axis: core.Lifecycle, Status: core.Active, Lifts: first},
			"authority not_an_order": {Axis: core.Lifecycle, Status: core.Active, Authority: "A court"},
		} {
			in.EffectiveOn = day(2026, 11, 1)
			_, err := add(in)
			f := core.AsFault(err)
			if f == nil || len(f.Fields) != 1 || f.Fields[0].Name+" "+f.Fields[0].Code != field {
				t.Errorf("%s: %v", field, err)
			}
		}

		l, err = add(licensure.EventInput{Axis: core.Discipline, Status: core.Reinstated, EffectiveOn: day(2026, 11, 1), Lifts: other})
		wantCode(t, err, "")
		inForce := map[core.LicenseEventID]bool{}
		q := standard.OnDay(day(2026, 11, 20), certifytest.Start)
		q.For = w.School.ID
		for _, o := range license.Judge(l, q).Orders {
			inForce[o.ID] = o.InForce
		}
		if !inForce[first] || inForce[other] {
			t.Errorf("in force: %v; must be the board's alone", inForce)
		}
		l, err = add(licensure.EventInput{Axis: core.Discipline, Status: "none", EffectiveOn: day(2026, 11, 2), Lifts: first})
		wantCode(t, err, "")
		if p := license.Judge(l, q); p.Answer == license.Yes {
			t.Errorf("%s: lifting one order is not a look at all discipline", p.Reason())
		}
	})
}
