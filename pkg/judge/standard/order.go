package standard

import (
	"cmp"
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/core"
)

// Ordered is credits made ready to be judged: reversals taken out, in the order
// in which they are counted, each with its class. It is made once for any number
// of standards, and refers to the credits that it was made of.
type Ordered struct {
	lines   []line
	classes []class
}

// line is a credit in its place. Days are counted from 1970, weeks and months
// from before the year 0.
type line struct {
	credit           *core.Credit
	class            int
	day, week, month int32
	timed            bool
	start            int64
}

// weeksBefore 1970 there was no date, so that weeks are never negative.
const weeksBefore = 200_000

// class is all that rules can tell of a credit besides its date and its length.
// A history of thousands of credits has a few dozen.
type class struct {
	subject    string
	setting    core.Setting
	delivery   core.Delivery
	earned     core.CreditKind
	mode       core.SupervisionMode
	supervised bool
	makeUp     bool
	documented bool
	graded     bool
	grade      int
	handsOn    int
	program    string
}

// Order makes credits ready. Reversed credits and their reversals are left out,
// so are those without minutes. The others are ordered by date; on one date
// those without a start come first, then by start to the second, then by id.
func Order(credits []core.Credit) Ordered {
	var reversed map[core.CreditID]bool
	for i := range credits {
		if !credits[i].Reverses.IsZero() {
			if reversed == nil {
				reversed = map[core.CreditID]bool{}
			}
			reversed[credits[i].Reverses] = true
		}
	}
	o := Ordered{lines: make([]line, 0, len(credits))}
	known := map[class]int{}
	for i := range credits {
		c := &credits[i]
		if !c.Reverses.IsZero() || c.Minutes <= 0 || reversed[c.ID] {
			continue
		}
		of := classOf(c)
		at, ok := known[of]
		if !ok {
			at = len(o.classes)
			known[of] = at
			o.classes = append(o.classes, of)
		}
		o.lines = append(o.lines, place(c, at))
	}
	slices.SortFunc(o.lines, before)
	return o
}

func classOf(c *core.Credit) class {
	of := class{
		subject: c.Subject, setting: c.Setting, delivery: c.Delivery, earned: c.Kind, mode: c.Mode,
		supervised: !c.Unsupervised(), makeUp: c.MakeUp, documented: c.Transfer.Complete(), graded: c.Graded,
		handsOn: c.HandsOn,
		program: c.Program,
	}
	if c.Graded {
		of.grade = c.Grade
	}
	return of
}

func place(c *core.Credit, class int) line {
	day := dayOf(c.Date)
	l := line{
		credit: c, class: class, day: day, month: int32(c.Date.Year)*12 + int32(c.Date.Month),
		week: (day + 3 + 7*weeksBefore) / 7, // 1970 began on a Thursday
	}
	if !c.Start.IsZero() {
		l.timed, l.start = true, c.Start.Unix()
	}
	return l
}

func dayOf(d core.Date) int32 { return int32(d.In(time.UTC).Unix() / (24 * 60 * 60)) }

// before compares two lines. Credits of a ledger differ in their ids; what
// follows keeps the answer the same for made-up ones without ids too.
func before(a, b line) int {
	switch {
	case a.day != b.day:
		return cmp.Compare(a.day, b.day)
	case a.timed != b.timed:
		if b.timed {
			return -1
		}
		return 1
	case a.start != b.start:
		return cmp.Compare(a.start, b.start)
	}
	if c := slices.Compare(a.credit.ID[:], b.credit.ID[:]); c != 0 {
		return c
	}
	return alike(a.credit, b.credit)
}

func alike(a, b *core.Credit) int {
	x, y := classOf(a), classOf(b)
	return cmp.Or(slices.Compare(a.EntryID[:], b.EntryID[:]),
		cmp.Compare(a.Minutes, b.Minutes), cmp.Compare(a.Elapsed, b.Elapsed), cmp.Compare(a.Break, b.Break),
		cmp.Compare(x.subject, y.subject), cmp.Compare(x.setting, y.setting), cmp.Compare(x.delivery, y.delivery),
		cmp.Compare(x.earned, y.earned), cmp.Compare(x.mode, y.mode), compareBool(x.supervised, y.supervised),
		compareBool(x.makeUp, y.makeUp), compareBool(x.documented, y.documented), compareBool(x.graded, y.graded),
		cmp.Compare(x.grade, y.grade), cmp.Compare(x.handsOn, y.handsOn), cmp.Compare(x.program, y.program), cmp.Compare(a.Course, b.Course),
		cmp.Compare(a.Certified, b.Certified))
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}
