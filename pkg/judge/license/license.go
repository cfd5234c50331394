// Package license judges what a license lets its holder do on a day, by what was
// known then and by the rules of its jurisdiction. It is pure: careers, attestations
// and checks ask it. docs/licenses.md says the same in words, from which a second
// implementation is written.
package license

import (
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/words"
)

// Limit is for how many days a look at a source counts where nothing else is chosen; an
// organization may choose 1 to core.MostLookDays.
const Limit = 30

// Asked is a question about licenses, and who asks. The day is On, or where that is zero
// the day that the jurisdiction has at At, or where that is zero too, at Now. Now is when
// the question is asked: of a later day only a refusal can be certain, and where it is
// zero every day is one. KnownAt takes only what was recorded by then; zero is all.
// Regime gives the rules of a jurisdiction; nil is the zero Regime.
//
// For is the organization that asks, whose own looks count for it; zero is a stranger,
// for whom registers alone count. Own is the holder, and Others an organization that has
// chosen to accept what others saw: for both every look counts. Days is how old a look
// may be on the day; 0 is Limit.
type Asked struct {
	On      core.Date
	At      time.Time
	Now     time.Time
	KnownAt time.Time
	Regime  func(jurisdiction string) Regime

	For    core.OrganizationID
	Own    bool
	Others bool
	Days   int
}

// By is the question as an organization asks it.
func (q Asked) By(org core.Organization) Asked {
	q.For, q.Others, q.Days = org.ID, org.AcceptsLooks, org.LookDays
	return q
}

func (q Asked) regime(jurisdiction string) Regime {
	if q.Regime == nil {
		return Regime{}
	}
	return q.Regime(jurisdiction)
}

func (q Asked) day(r Regime) core.Date {
	switch {
	case !q.On.IsZero():
		return q.On
	case !q.At.IsZero():
		return r.Day(q.At)
	}
	return r.Day(q.Now)
}

// Limit is how old a look may be on the day, in days.
func (q Asked) Limit() int {
	if q.Days == 0 {
		return Limit
	}
	return q.Days
}

// Day is the day that is asked about in a jurisdiction.
func (q Asked) Day(jurisdiction string) core.Date { return q.day(q.regime(jurisdiction)) }

// Answer says whether someone may practice. There are three, and what is not known is
// never a yes.
type Answer string

// The answers.
const (
	Yes           Answer = "yes"
	No            Answer = "no"
	CouldNotCheck Answer = "could_not_check"
)

// Answers to whether the protected title may be used.
const (
	TitleYes     = "yes"
	TitleNo      = "no"
	TitleUnknown = "unknown"
)

// Practice says whether a license lets its holder practice on a day, and why. Lifecycle
// is the status that the day has, which may follow from the end of a term alone;
// Standing is the most restrictive discipline in force, and Disciplined whether the
// jurisdiction calls it so. ExpiresOn is the last day of the term that counts, RenewBy
// the last day of a late renewal that is still open. Rule is the jurisdiction's rule
// that decided, nil where none had to, and Back what it says of the way back. Sources
// are what each axis is known by, those that decided first; CheckedOn, Method and Source
// are the newest of them. LookedOn is the oldest of the looks behind a yes, and
// LooksUntil the last day for which it is young enough.
type Practice struct {
	Answer      Answer
	Kind        Kind
	Because     []words.Sentence
	On          core.Date
	KnownAt     time.Time
	Lifecycle   string
	Standing    string
	Disciplined bool
	Title       string
	ExpiresOn   core.Date
	RenewBy     core.Date
	LookedOn    core.Date
	LooksUntil  core.Date
	Rule        *RegimeRule
	Back        string
	Sources     []Source
	CheckedOn   core.Date
	Method      string
	Source      string
	// Barred tells that a discipline takes the right to practice away, by a word that
	// counts; Doubted that one does by a word that does not count for who asks, or that
	// another stands against. BarredSince is its first day.
	Barred, Doubted bool
	BarredSince     core.Date
	// Orders are those that were heard and had begun by the day.
	Orders []Order
}

// May tells whether the answer is yes.
func (p Practice) May() bool { return p.Answer == Yes }

// Reason is the reasons in English, as it is kept and signed.
func (p Practice) Reason() string { return words.English().WriteAll(p.Because) }

// Source is what is known of one axis: the status, by how strong a word, of whom, when
// it was looked at, whether it counts for who asks, and whether it is disputed.
type Source struct {
	Axis     core.Axis
	Status   string
	Since    core.Date
	Until    core.Date
	Strength Strength
	By       core.OrganizationID // whose member looked; zero: the therapist, or a register
	ByName   string
	Name     string
	LookedOn core.Date
	Counts   bool
	core.Disputed
}

// Judge answers whether a license lets its holder practice, by the three axes, the
// looks at them, and the rules of the jurisdiction. A refusal that counts is a no, and
// does not age; else it is a yes where lifecycle, term and discipline are each answered
// by a look that counts and is young enough; else it could not be checked.
func Judge(l core.License, q Asked) Practice {
	h := q.held(l)
	if l.Partial {
		return Practice{Answer: CouldNotCheck, Kind: h.rules.KindOf(l.Title), On: h.on, KnownAt: q.KnownAt, Lifecycle: "unknown", Standing: "none", Title: TitleUnknown, Because: because("license.partial")}
	}
	return h.whose(h.practice())
}

// StatusAt is the event of an axis that says what the answer shows, or nil: what counts
// for who asks, else the last word of anyone. Where a look alone says it there is none.
func StatusAt(l core.License, axis core.Axis, q Asked) *core.LicenseEvent {
	if s := q.held(l).shown(axis); s != nil {
		return s.event
	}
	return nil
}

// Known is what an answer shows of an axis; false where nothing is known of it.
func Known(l core.License, axis core.Axis, q Asked) (Source, bool) {
	if s := q.held(l).shown(axis); s != nil {
		return s.sourceOf(axis), true
	}
	return Source{}, false
}

func (h held) shown(axis core.Axis) *said {
	if axis == core.Discipline {
		return h.orders().worst()
	}
	return h.weigh(axis).shown()
}

// held is a license with what it is judged by, for one who asks.
type held struct {
	core.License
	Asked
	rules Regime
	on    core.Date
}

func (q Asked) held(l core.License) held {
	r := q.regime(l.Jurisdiction)
	return held{l, q, r, q.day(r)}
}

// future tells whether the day has not come where the license is.
func (h held) future() bool { return h.on.After(h.rules.Day(h.Now)) }

func (h held) named() string { return h.Jurisdiction + " " + h.License.Title + " " + h.Number }

func because(id string, args ...any) []words.Sentence { return []words.Sentence{words.S(id, args...)} }

// say writes a part of an answer in English: what is kept with what was decided by it.
func say(id string, args ...any) string { return words.English().Say(id, args...) }
