package license_test

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/license"
)

var (
	orgA = core.OrganizationID{15: 0xa}
	orgB = core.OrganizationID{15: 0xb}

	fullTitles  = []string{"Massage Therapist", "L.M.T.", "LMBT", "Licensed  Massage & BODYWORK Therapist", "Massage Therapist License"}
	otherTitles = []string{"Registered Nurse", "Massage Apprentice", "Massage Establishment", "Student Massage Therapist", "Temporary Massage Therapist", "Cosmetology Operator", "Nurse Massage", "Massage Therapist, International", "Massage Technician"}
)

// drawing draws a history. What it draws is near the days at which an answer turns.
type drawing struct {
	*rand.Rand
	h *history
}

// drawn is the history of a number, always the same for a seed.
func drawn(seed, number uint64) history {
	d := drawing{rand.New(rand.NewPCG(seed, number)), &history{Today: core.Date{Year: 2026, Month: 11, Day: 10}}}
	d.ask()
	places := []string{"FL", "GA", "TX"}[:1+d.IntN(3)]
	for range 1 + d.IntN(4)*d.IntN(2) {
		d.h.Licenses = append(d.h.Licenses, d.license(pick(d, places)))
	}
	for _, code := range places {
		if rules := d.rules(); len(rules) > 0 {
			if d.h.Rules == nil {
				d.h.Rules = map[string][]ruleOf{}
			}
			d.h.Rules[code] = rules
		}
	}
	if d.chance(20) {
		d.h.Titles = map[string]map[string]license.Kind{pick(d, places): {"massage technician": pick(d, license.Kinds)}}
	}
	if d.chance(15) {
		d.h.KnownAt = d.known()
	}
	return *d.h
}

func pick[T any](d drawing, from []T) T { return from[d.IntN(len(from))] }

func (d drawing) chance(percent int) bool { return d.IntN(100) < percent }

func (d drawing) ask() {
	h := d.h
	h.Days = pick(d, []int{0, 1, 30, 30, 90, 90})
	switch d.IntN(20) {
	case 0, 1:
		h.On = h.Today.AddDays(pick(d, []int{1, 2, 30, 200}))
	case 2, 3, 4, 5:
		h.On = h.Today.AddDays(-pick(d, []int{1, 5, 29, 60, 300}))
	default:
		h.On = h.Today
	}
	switch d.IntN(6) {
	case 0:
	case 1, 2:
		h.For = orgA
	case 3:
		h.For = orgB
	case 4:
		h.Own = true
	case 5:
		h.For, h.Others = orgA, true
	}
}

// known is a moment of something that was recorded, or one shortly before.
func (d drawing) known() time.Time {
	l := pick(d, d.h.Licenses)
	switch {
	case len(l.Events) > 0 && d.chance(70):
		return pick(d, l.Events).RecordedAt.Add(-time.Duration(d.IntN(2)) * time.Second)
	case len(l.Looks) > 0:
		return pick(d, l.Looks).At.Add(-time.Duration(d.IntN(2)) * time.Second)
	}
	return d.h.On.In(time.UTC)
}

func (d drawing) license(code string) licenseOf {
	l := licenseOf{Jurisdiction: code, Title: pick(d, fullTitles), Number: fmt.Sprint(len(d.h.Licenses) + 1), Organization: pick(d, []core.OrganizationID{{}, orgA, orgB})}
	if d.chance(20) {
		l.Title = pick(d, otherTitles)
	}
	switch d.IntN(8) {
	case 0:
	case 1:
		l.IssuedOn = d.day()
	default:
		l.IssuedOn = d.h.On.AddDays(-400)
	}
	if d.chance(85) {
		d.begin(&l)
	}
	if d.chance(20) {
		d.turn(&l)
	}
	for range d.IntN(4) * d.IntN(3) {
		d.more(&l)
	}
	d.Shuffle(len(l.Events), func(i, j int) { l.Events[i], l.Events[j] = l.Events[j], l.Events[i] })
	if d.chance(6) {
		l.Holder = pick(d, []core.HolderState{core.Contested, core.Disowned})
	}
	return l
}

// begin is what is mostly known of a license: that it is active and until when, and a
// look that saw so.
func (d drawing) begin(l *licenseOf) {
	began := d.h.On.AddDays(-400)
	until := d.h.On.AddDays(pick(d, []int{300, 300, 300, 1, 0, 0, -1, -15, -31}))
	active := d.event(core.Lifecycle, core.Active)
	active.EffectiveOn, active.CheckedOn = began, began
	term := d.event(core.Term, core.Issued)
	term.EffectiveOn, term.CheckedOn, term.Until = began, began, until
	l.Events = append(l.Events, active, term)
	if d.chance(90) {
		look := d.look()
		look.Outcome, look.CheckedOn = core.CheckSame, d.h.On.AddDays(-pick(d, []int{0, 0, 0, 1, 1, 2, 5, 29, 30, 31, 89}))
		look.Register = look.Register || d.chance(40)
		look.Lifecycle, look.ExpiresOn, look.Discipline = core.Active, until, "none"
		d.forget(&look)
		l.Looks = append(l.Looks, look)
	}
}

// turn is a word that refuses and a later one, mostly of the same source, that may end it.
func (d drawing) turn(l *licenseOf) {
	axis := pick(d, []core.Axis{core.Lifecycle, core.Discipline})
	was, is := []string{core.NullAndVoid, "relinquished", "inactive", "retired"}, []string{core.Reinstated, core.Active, "inactive"}
	if axis == core.Discipline {
		was, is = []string{"suspended", "surrendered", "revoked", "probation"}, []string{core.Reinstated, "none"}
	}
	first, then := d.event(axis, pick(d, was)), d.event(axis, pick(d, is))
	first.CheckedOn = d.h.On.AddDays(-60 - d.IntN(60))
	first.EffectiveOn, first.RecordedAt = first.CheckedOn, first.CheckedOn.In(time.UTC)
	if d.chance(80) {
		then.Method, then.Register, then.Organization = first.Method, first.Register, first.Organization
	}
	if d.chance(70) {
		then.CheckedOn = d.h.On.AddDays(-d.IntN(60))
		then.EffectiveOn, then.RecordedAt = then.CheckedOn, then.CheckedOn.In(time.UTC)
	}
	if d.chance(25) {
		first.Until = first.CheckedOn.AddDays(d.IntN(90))
	}
	if axis == core.Discipline && d.chance(25) {
		first.Authority = "County Court"
		then.Authority = pick(d, []string{"", "county court", "Department of Health"})
	}
	if axis == core.Discipline && d.chance(25) {
		then.Lifts = first.ID
	}
	l.Events = append(l.Events, first)
	if d.chance(80) {
		l.Events = append(l.Events, then)
	}
	if axis == core.Discipline && d.chance(50) {
		d.seen(l, first)
	}
}

// seen is a look that saw an order, the last at the discipline.
func (d drawing) seen(l *licenseOf, order eventOf) {
	for i := range l.Looks {
		l.Looks[i].Discipline = ""
	}
	look := d.look()
	look.Outcome, look.Register, look.Organization, look.Discipline = core.CheckSame, order.Register, order.Organization, order.Status
	look.CheckedOn = pick(d, []core.Date{d.h.On, d.h.On.AddDays(-20), d.h.On.AddDays(-60), order.CheckedOn, order.CheckedOn.AddDays(d.IntN(60))})
	look.At = d.moment(look.CheckedOn)
	l.Looks = append(l.Looks, look)
}

func (d drawing) forget(look *lookOf) {
	if d.chance(8) {
		look.Lifecycle = ""
	}
	if d.chance(8) {
		look.ExpiresOn = core.Date{}
	}
	if d.chance(8) {
		look.Discipline = ""
	}
}

// more adds a word.
func (d drawing) more(l *licenseOf) {
	var e eventOf
	switch d.IntN(12) {
	case 0, 1:
		e = d.event(core.Discipline, pick(d, core.DisciplineStatuses[2:]))
	case 2:
		e = d.event(core.Discipline, pick(d, []string{"suspended", "revoked", "surrendered"}))
	case 3, 4:
		e = d.event(core.Discipline, pick(d, []string{"none", core.Reinstated}))
	case 5:
		e = d.event(core.Lifecycle, pick(d, core.LifecycleStatuses))
	case 6:
		e = d.event(core.Lifecycle, pick(d, []string{core.Active, core.Reinstated, "inactive", core.NullAndVoid}))
	case 7, 8:
		e = d.event(core.Term, pick(d, core.TermStatuses))
		e.Until = d.day()
	case 9:
		if len(l.Events) == 0 {
			return
		}
		was := pick(d, l.Events)
		e = d.event(was.Axis, core.Withdrawn)
		e.EffectiveOn, e.Withdraws = was.EffectiveOn, was.ID
	default:
		look := d.look()
		look.Lifecycle, look.ExpiresOn, look.Discipline = core.Active, d.h.On.AddDays(pick(d, []int{300, 0, -1})), "none"
		if d.chance(20) {
			look.Lifecycle = pick(d, core.LifecycleStatuses)
		}
		if d.chance(20) {
			look.Discipline = pick(d, core.DisciplineStatuses)
		}
		d.forget(&look)
		l.Looks = append(l.Looks, look)
		return
	}
	if e.Axis != core.Term && d.chance(30) {
		e.Until = d.day()
	}
	d.identify(&e, l)
	l.Events = append(l.Events, e)
}

// identify says whose order it is, and which one is lifted.
func (d drawing) identify(e *eventOf, l *licenseOf) {
	if e.Axis != core.Discipline || e.Status == core.Withdrawn {
		return
	}
	if d.chance(20) {
		e.Authority = pick(d, []string{"County Court", "county  court ", "Department of Health"})
	}
	if ends := e.Status == "none" || e.Status == core.Reinstated; ends && len(l.Events) > 0 && d.chance(40) {
		e.Lifts = pick(d, l.Events).ID
	}
}

// day is one of few, so that days meet.
func (d drawing) day() core.Date {
	limit := d.h.Days
	if limit == 0 {
		limit = license.Limit
	}
	return d.h.On.AddDays(pick(d, []int{-limit - 1, -limit, 1 - limit, -200, -100, -20, -10, -5, -2, -1, -1, 0, 0, 1, 20}))
}

func (d drawing) moment(on core.Date) time.Time {
	return on.In(time.UTC).Add(time.Duration(d.IntN(3))*24*time.Hour + time.Duration(d.IntN(3))*time.Second)
}

func (d drawing) event(axis core.Axis, status string) eventOf {
	e := eventOf{ID: core.LicenseEventID(d.id()), Axis: axis, Status: status, CheckedOn: d.day()}
	e.EffectiveOn = e.CheckedOn
	if d.chance(25) {
		e.EffectiveOn = d.day()
	}
	e.RecordedAt = d.moment(e.CheckedOn)
	switch d.IntN(10) {
	case 0, 1, 2, 3:
		e.Method, e.Register = core.MethodPrimarySource, true
	case 4, 5, 6:
		e.Method = core.MethodPrimarySource
	case 7:
		e.Method = core.MethodDocument
	default:
		e.Method = core.MethodSelfReport
	}
	if e.Method != core.MethodSelfReport {
		e.Organization = pick(d, []core.OrganizationID{orgA, orgA, orgB, {}})
	}
	return e
}

func (d drawing) look() lookOf {
	look := lookOf{ID: core.LicenseCheckID(d.id()), CheckedOn: d.day(), Register: d.chance(50), Organization: pick(d, []core.OrganizationID{orgA, orgA, orgB, {}})}
	look.At = d.moment(look.CheckedOn)
	look.Outcome = pick(d, []core.CheckOutcome{core.CheckSame, core.CheckSame, core.CheckChanged, core.CheckNotFound, core.CheckCouldNotCheck})
	return look
}

func (d drawing) id() (id [16]byte) {
	binary.BigEndian.PutUint64(id[:], d.Uint64())
	binary.BigEndian.PutUint64(id[8:], d.Uint64())
	return id
}

func (d drawing) rules() (rules []ruleOf) {
	add := func(percent int, r ruleOf) {
		if d.chance(percent) {
			rules = append(rules, r)
		}
	}
	add(15, ruleOf{Kind: license.RegimePractices, Statuses: pick(d, [][]string{{core.Active}, {core.Active, "inactive"}, {core.Active, core.Expired, core.Delinquent}})})
	add(15, ruleOf{Kind: license.RegimeFinal, Statuses: pick(d, [][]string{{"retired"}, {"inactive", core.Expired}})})
	add(10, ruleOf{Kind: license.RegimeDisciplined, Statuses: []string{"probation"}, Practice: d.chance(50)})
	add(10, ruleOf{Kind: license.RegimeDisciplined, Statuses: pick(d, [][]string{{"restricted", "conditions"}, {"suspended"}, {"revoked"}, nil}), Practice: d.chance(50)})
	add(20, ruleOf{Kind: license.RegimeUnrenewed, Statuses: pick(d, [][]string{nil, {core.Active}, {"inactive"}}), Becomes: pick(d, []string{core.Delinquent, core.NullAndVoid, core.Expired})})
	add(20, ruleOf{Kind: license.RegimeLate, Statuses: pick(d, [][]string{{core.Expired}, {core.Delinquent}, nil}), Days: pick(d, []int{1, 15, 30}), Practice: d.chance(60)})
	add(10, ruleOf{Kind: license.RegimeLate, Statuses: []string{core.NullAndVoid}, Days: 60, Practice: d.chance(60)})
	add(10, ruleOf{Kind: license.RegimeNotDiscipline, Statuses: []string{"administrative_suspension"}})
	d.Shuffle(len(rules), func(i, j int) { rules[i], rules[j] = rules[j], rules[i] })
	return rules
}
