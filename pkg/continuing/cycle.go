package continuing

import (
	"cmp"
	"context"
	"slices"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/standard"
)

// MostPast is how many past cycles of a licence are shown.
const MostPast = 20

// Cycle is what the cycle of a licence makes of a therapist's activities. Known
// is false where no pack tells what is asked, or something that the pack needs is
// not on record; Why says so then, and Code names it.
//
// Done counts what was completed, whether it was reported or not; Proven only what
// was accepted; Projected also what is planned. Planned tells whether something
// is.
type Cycle struct {
	License    core.License
	Known      bool
	Code       string
	Why        string
	Pack       standard.Pack
	Span       standard.Span
	Done       standard.Judgement
	Proven     standard.Judgement
	Projected  standard.Judgement
	Planned    bool
	Activities []CycleActivity
	Leaves     []core.CELeave
}

// CycleActivity is an activity of a cycle, and why not all of it counts: Valid is
// what counts of it where that is less than it has.
type CycleActivity struct {
	core.CEActivity
	Full    bool
	Valid   core.Minutes
	Reasons []standard.Reason
	Duties  []Duty
}

// Record is all that cycles of a therapist are judged by.
type Record struct {
	Therapist  core.Therapist
	Licenses   []core.License
	Activities []core.CEActivity // with the completed courses of schools here
	Leaves     []core.CELeave
}

// Judge judges the cycle of a licence that a day lies in.
func (r Record) Judge(l core.License, on core.Date) Cycle {
	c := Cycle{License: l}
	pack, known := standard.CE(l.Jurisdiction)
	c.Pack = pack
	if !known {
		c.Code, c.Why = "no_pack", cmp.Or(pack.Note, "What "+l.Jurisdiction+" asks for is not known here. Ask the board.")
		return c
	}
	holder := standard.Holder{Number: l.Number, Issued: l.IssuedOn, Expires: l.ExpiresOn, Born: r.Therapist.BirthDate}
	span, err := pack.Cycle.Span(holder, on)
	if f := core.AsFault(err); f != nil {
		c.Code, c.Why = f.Code, f.Message
		return c
	}
	c.Known, c.Span = true, span
	leave := c.leave(r.Leaves)
	judge := func(counts func(core.CEActivity) bool) standard.Judgement {
		var credits []core.Credit
		for _, a := range r.Activities {
			if counts(a) {
				credits = append(credits, a.Credits()...)
			}
		}
		return pack.Judge(holder, span, leave, credits)
	}
	c.Done = judge(func(a core.CEActivity) bool { return a.State.Counts() })
	c.Proven = judge(func(a core.CEActivity) bool { return a.State == core.CEAccepted || a.State == core.CEAudited })
	c.Projected = judge(func(a core.CEActivity) bool { return a.State.Counts() || a.State == core.CEPlanned })
	last := span.To
	if leave.Until.After(last) {
		last = leave.Until
	}
	for _, a := range r.Activities {
		if !a.On.Before(span.From) && !a.On.After(last) {
			c.Planned = c.Planned || a.State == core.CEPlanned
			c.Activities = append(c.Activities, c.counted(a))
		}
	}
	return c
}

// leave is what was granted for the cycle.
func (c *Cycle) leave(all []core.CELeave) (granted standard.Leave) {
	for _, l := range all {
		if l.LicenseID != c.License.ID || l.CycleTo != c.Span.To {
			continue
		}
		c.Leaves = append(c.Leaves, l)
		switch {
		case l.State != core.CELeaveApproved:
		case l.Kind == core.CEExtension:
			granted.Until = l.Until
		case l.Minutes == 0:
			granted.All = true
		default:
			granted.Waived += l.Minutes
		}
	}
	return granted
}

// counted tells what the projected standing makes of an activity.
func (c *Cycle) counted(a core.CEActivity) CycleActivity {
	out := CycleActivity{CEActivity: a, Full: a.State.Counts() || a.State == core.CEPlanned, Duties: Duties(a, []core.License{c.License})}
	if !out.Full {
		return out
	}
	for _, credit := range a.Credits() {
		i := slices.IndexFunc(c.Projected.Uncounted, func(u standard.Uncounted) bool { return u.CreditID == credit.ID })
		if i < 0 {
			out.Valid += credit.Minutes
			continue
		}
		u := c.Projected.Uncounted[i]
		out.Full, out.Valid = false, out.Valid+u.Valid
		for _, reason := range u.Reasons {
			if !slices.Contains(out.Reasons, reason) {
				out.Reasons = append(out.Reasons, reason)
			}
		}
	}
	return out
}

// activities are completed courses of schools here as activities: CE at once,
// without a report. What the school does not divide by subject is about massage.
func activities(completed []CompletedCE) []core.CEActivity {
	out := make([]core.CEActivity, len(completed))
	for i, c := range completed {
		a := core.CEActivity{
			ID: core.CEActivityID(c.ID), TherapistID: c.TherapistID, TherapistName: c.Name, OrganizationID: c.OrganizationID, State: core.CEAccepted,
			Title: c.CourseTitle, Type: cmp.Or(c.CE.Type, core.CELive), On: c.CompletedOn, Approved: c.Minutes, HandsOn: min(c.CE.HandsOn, c.Minutes),
			Amount:      core.CEAmount{Minutes: c.Minutes, Words: c.Minutes.CEs(), Unit: core.UnitMinutes, Hour: core.HourMinutes},
			Participant: c.Name, ProviderName: c.School, Signed: true, CompletionID: c.ID, CreatedAt: c.RecordedAt, ReportedAt: c.RecordedAt, DecidedAt: c.RecordedAt,
		}
		rest := c.Minutes
		for _, line := range c.CE.Lines {
			if line.Minutes = min(line.Minutes, rest); line.Minutes > 0 {
				a.Lines = append(a.Lines, line)
				rest -= line.Minutes
			}
		}
		if rest > 0 {
			a.Lines = append(a.Lines, core.CELine{Subject: standard.Massage, Minutes: rest})
		}
		out[i] = a
	}
	return out
}

// record loads all that a therapist's cycles are judged by.
func record(ctx context.Context, tx Tx, therapist core.TherapistID) (r Record, err error) {
	if r.Therapist, err = tx.Therapist(ctx, therapist); err != nil {
		return r, err
	}
	if r.Licenses, err = tx.LicensesOf(ctx, therapist); err != nil {
		return r, err
	}
	if r.Activities, err = tx.CEActivitiesOf(ctx, therapist); err != nil {
		return r, err
	}
	completed, err := tx.CompletedCEOf(ctx, therapist)
	if err != nil {
		return r, err
	}
	r.Activities = append(r.Activities, activities(completed)...)
	slices.SortStableFunc(r.Activities, func(a, b core.CEActivity) int { return a.On.Compare(b.On) })
	r.Leaves, err = tx.CELeavesOf(ctx, therapist)
	return r, err
}

// Cycles are the cycles of a therapist's licences that a day lies in, one a
// licence: an activity is reported once and stands in each. Permission: ce.read at
// any school that knows the therapist.
func (s *Service) Cycles(ctx context.Context, a access.Actor, therapist core.TherapistID, on core.Date) ([]Cycle, error) {
	var cycles []Cycle
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) error {
		if _, err := mayAs(ctx, tx, a, access.CERead, therapist); err != nil {
			return err
		}
		r, err := record(ctx, tx, therapist)
		if err != nil {
			return err
		}
		cycles = make([]Cycle, len(r.Licenses))
		for i, l := range r.Licenses {
			cycles[i] = r.Judge(l, on)
		}
		return nil
	})
	return cycles, err
}

// History are the cycles of a licence from that of a day back to the first of
// which anything is known, at most MostPast. Permission: ce.read.
func (s *Service) History(ctx context.Context, a access.Actor, license core.LicenseID, on core.Date) ([]Cycle, error) {
	var cycles []Cycle
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) error {
		r, l, err := s.licensed(ctx, tx, a, access.CERead, license)
		if err != nil {
			return err
		}
		earliest := l.IssuedOn
		if earliest.IsZero() && len(r.Activities) > 0 {
			earliest = r.Activities[0].On
		}
		for c := r.Judge(l, on); len(cycles) < MostPast; c = r.Judge(l, c.Span.From.AddDays(-1)) {
			if len(cycles) > 0 && !c.Known {
				return nil
			}
			cycles = append(cycles, c)
			if !c.Known || c.Span.First || earliest.IsZero() || !c.Span.From.After(earliest) {
				return nil
			}
		}
		return nil
	})
	return cycles, err
}

// CycleOf is the cycle of a licence that a day lies in. Permission: ce.read.
func (s *Service) CycleOf(ctx context.Context, a access.Actor, license core.LicenseID, on core.Date) (Cycle, core.Therapist, error) {
	var c Cycle
	var r Record
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) error {
		var l core.License
		var err error
		if r, l, err = s.licensed(ctx, tx, a, access.CERead, license); err != nil {
			return err
		}
		c = r.Judge(l, on)
		return nil
	})
	return c, r.Therapist, err
}

// CycleAt is the cycle of a licence that a day lies in; it is for other parts of
// Palmar and asks for no permission.
func (s *Service) CycleAt(ctx context.Context, l core.License, on core.Date) (c Cycle, err error) {
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) error {
		r, err := record(ctx, tx, l.TherapistID)
		c = r.Judge(l, on)
		return err
	})
	return c, err
}

// licensed loads the record behind a licence for who may do an action to it.
func (s *Service) licensed(ctx context.Context, tx Tx, a access.Actor, action access.Action, license core.LicenseID) (Record, core.License, error) {
	l, err := tx.License(ctx, license)
	if err != nil {
		return Record{}, l, err
	}
	if _, err := mayAs(ctx, tx, a, action, l.TherapistID); err != nil {
		return Record{}, core.License{}, err
	}
	r, err := record(ctx, tx, l.TherapistID)
	return r, l, err
}
