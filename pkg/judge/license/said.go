package license

import (
	"bytes"
	"cmp"
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/words"
)

// Strength is how well something is known of a license.
type Strength int

// The strengths. Register is a machine's look at the authority, or a list of it that
// the operator vouches for; Seen a person's look at it, which counts for their
// organization.
const (
	SelfReport Strength = iota + 1
	Document
	Seen
	Register
)

// Strengths by their names in the API, in order.
var strengths = []string{"", "self_report", "document", "seen", "register"}

// String implements fmt.Stringer.
func (s Strength) String() string { return strengths[s] }

// StrengthOf is the strength of a method; register tells that it was no person's look.
// One that is not known is the weakest.
func StrengthOf(method string, register bool) Strength {
	switch {
	case method == core.MethodPrimarySource && register:
		return Register
	case method == core.MethodPrimarySource:
		return Seen
	case method == core.MethodDocument:
		return Document
	}
	return SelfReport
}

// said is what someone said of one axis: a status since a day, and for a term its last
// day. looked is of which day the source spoke.
type said struct {
	status      string
	from, until core.Date
	since       core.Date // since when it is told to be so: from, or that of words before it
	own         core.Date // since when its own source told it to be so
	strength    Strength
	by          core.OrganizationID
	byName      string
	source      string
	looked      core.Date
	at          time.Time
	id          [16]byte
	event       *core.LicenseEvent // nil where a look alone says it
	counts      bool               // for who asks
	against     *said              // a later word that would lift what is final
}

// later compares when it was said: by the day of the look, then by when it was recorded.
func (s *said) later(t *said) int {
	return cmp.Or(s.looked.Compare(t.looked), s.at.Compare(t.at), bytes.Compare(s.id[:], t.id[:]))
}

// over tells whether a later word replaces what an earlier one said: it is as strong at
// least, what counts gives way to what counts alone, and what begins after the look, and
// after what it tells to come, is nothing that it could have seen.
func (s *said) over(t *said) bool {
	seen := !t.from.After(s.looked) || !t.from.After(s.from)
	return s.strength >= t.strength && (s.counts || !t.counts) && seen
}

// believed tells whether a word counts for who asks: a register for everyone, what
// someone saw for their own organization, for the holder, and for those who accept it.
func (h held) believed(s Strength, by core.OrganizationID) bool {
	return s == Register || s == Seen && (h.Own || h.Others || !by.IsZero() && by == h.For)
}

func (h held) heard(at time.Time) bool { return h.KnownAt.IsZero() || !at.After(h.KnownAt) }

// fresh tells whether a look is young enough on the day: one of a later day has to
// speak of it, which what it says since an earlier day does. A source that did not list
// the license later takes it back.
func (h held) fresh(s *said) bool {
	lost := h.lost()
	return !h.on.After(s.looked.AddDays(h.Limit())) && (lost == nil || lost.later(s) < 0 || !lost.over(s))
}

// lost is the last look by the day, that counts, at a source that did not list the
// license.
func (h held) lost() (last *said) {
	for i := range h.Checks {
		c := &h.Checks[i]
		if s := h.ofLook(c, core.Term); c.Outcome == core.CheckNotFound && h.heard(c.At) && s.counts && !s.from.After(h.on) && (last == nil || s.later(last) > 0) {
			last = s
		}
	}
	return last
}

func (h held) ofEvent(e *core.LicenseEvent) *said {
	s := &said{
		status: e.Status, from: e.EffectiveOn, since: e.EffectiveOn, own: e.EffectiveOn, until: e.Until, strength: StrengthOf(e.Method, e.Register), by: e.OrganizationID, byName: e.OrganizationName,
		source: e.Source, looked: e.CheckedOn, at: e.RecordedAt, id: e.ID, event: e,
	}
	s.counts = h.believed(s.strength, s.by)
	return s
}

// said are the words on an axis that were heard and speak of the day, in the order in
// which they were said: events, and what looks saw.
func (h held) said(axis core.Axis) (all []*said) {
	for _, e := range h.Known(axis, h.KnownAt) {
		if axis != core.Lifecycle || !e.EndedBy(h.on) {
			all = append(all, h.ofEvent(e))
		}
	}
	for i := range h.Checks {
		if c := &h.Checks[i]; c.Answered() && h.heard(c.At) {
			if s := h.ofLook(c, axis); s.status != "" {
				all = append(all, s)
			}
		}
	}
	all = slices.DeleteFunc(all, func(s *said) bool { return s.from.After(h.on) })
	slices.SortFunc(all, (*said).later)
	return all
}

// ofLook is what a look saw on an axis, of its own day on; without a status where it saw
// nothing of it.
func (h held) ofLook(c *core.LicenseCheck, axis core.Axis) *said {
	s := &said{strength: Seen, by: c.OrganizationID, byName: c.OrganizationName, source: c.Source, looked: c.CheckedOn, from: c.CheckedOn, since: c.CheckedOn, own: c.CheckedOn, at: c.At, id: c.ID}
	if c.Register {
		s.strength = Register
	}
	switch axis {
	case core.Lifecycle:
		s.status = c.Lifecycle
	case core.Discipline:
		s.status = c.Discipline
	default:
		if s.until = c.ExpiresOn; !s.until.IsZero() {
			s.status = core.Issued
		}
	}
	s.counts = h.believed(s.strength, s.by)
	return s
}

// standing are the words that nothing later replaced. What is final is replaced by a
// reinstatement alone: a word that would lift it otherwise stands against it.
func (h held) standing(axis core.Axis) (stand []*said) {
	for _, s := range h.said(axis) {
		stand = slices.DeleteFunc(stand, func(t *said) bool {
			if !s.over(t) {
				return false
			}
			if axis == core.Lifecycle && h.final(t.status) && s.status != core.Reinstated {
				if !h.refuses(axis, s) {
					t.against = s
				}
				return false
			}
			s.goesOn(t, axis)
			return true
		})
		stand = append(stand, s)
	}
	return stand
}

// goesOn takes from an earlier word that says the same since when it is so, from one of the
// same speaker since when that one says so, and of a look
// the event that began it.
func (s *said) goesOn(t *said, axis core.Axis) {
	same := axis == core.Term && s.until == t.until || axis != core.Term && s.status == t.status
	if same && s.speaker() == t.speaker() && t.own.Before(s.own) {
		s.own = t.own
	}
	switch {
	case !same:
		return
	case s.event == nil:
		s.event, s.status, s.since = t.event, t.status, t.since
	case t.since.Before(s.since):
		s.since = t.since
	}
}

// speaker is who says something: a register, or what is known in one way through one
// organization, or through the therapist.
type speaker struct {
	strength Strength
	by       core.OrganizationID
	register string
}

func (s *said) speaker() speaker {
	if s.strength == Register {
		return speaker{strength: Register, register: s.source}
	}
	return speaker{strength: s.strength, by: s.by}
}

// final tells whether only a reinstatement, or a new license, lifts a status.
func (h held) final(status string) bool {
	return status == core.NullAndVoid || status == "relinquished" || h.rules.Rule(RegimeFinal, status) != nil
}

// refuses tells whether a word takes the right to practice away on the day.
func (h held) refuses(axis core.Axis, s *said) bool {
	if axis == core.Term {
		if s.until.IsZero() || !h.on.After(s.until) {
			return false
		}
		late := h.late()
		return late == nil || !late.Practice || h.on.After(s.until.AddDays(late.Days))
	}
	refuses, _ := h.rules.refuses(core.Lifecycle, s.status)
	return refuses
}

// finding is what the words on an axis come to, each the last of its sort: a refusal
// that counts, one that does not count or that another word stands against, a word that
// allows and is young enough, and one that would if it counted or were younger.
type finding struct{ no, doubt, yes, last *said }

// shown is the word of a finding that an answer shows.
func (f finding) shown() *said {
	return cmp.Or(f.no, f.doubt, f.yes, f.last)
}

func (h held) weigh(axis core.Axis) (f finding) {
	for _, s := range slices.Backward(h.standing(axis)) {
		at := &f.last
		switch refuses := h.refuses(axis, s); {
		case refuses && s.counts && s.against == nil:
			at = &f.no
		case refuses:
			at = &f.doubt
		case s.counts && h.fresh(s):
			at = &f.yes
		}
		if *at == nil {
			*at = s
		}
	}
	return f
}

func (s *said) sourceOf(axis core.Axis) Source {
	out := Source{
		Axis: axis, Status: s.status, Since: s.own, Until: s.until, Strength: s.strength, By: s.by, ByName: s.byName, Name: s.source, LookedOn: s.looked, Counts: s.counts,
	}
	if s.event != nil {
		out.Disputed = s.event.Disputed
	}
	if s.strength == Register { // no matter for whom
		out.By, out.ByName = core.OrganizationID{}, ""
	}
	return out
}

// told is who said something and when, as a sentence.
func (s *said) told() words.Sentence { return s.sourceOf("").Told() }

// Told is who said it and when, as a sentence.
func (s Source) Told() words.Sentence {
	switch {
	case s.Strength == Register:
		return words.S("license.by.register", "source", s.Name, "date", s.LookedOn)
	case s.Strength == SelfReport:
		return words.S("license.by.self_report", "date", s.LookedOn)
	case s.Strength == Document && s.ByName != "":
		return words.S("license.by.document", "organization", s.ByName, "date", s.LookedOn)
	case s.Strength == Document:
		return words.S("license.by.document.unnamed", "date", s.LookedOn)
	case s.ByName != "":
		return words.S("license.by.seen", "organization", s.ByName, "source", s.Name, "date", s.LookedOn)
	}
	return words.S("license.by.seen.unnamed", "source", s.Name, "date", s.LookedOn)
}
