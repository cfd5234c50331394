package continuing

import (
	"cmp"
	"context"
	"slices"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/standard"
)

// MostPast is how many past cycles of a license are shown.
const MostPast = 20

// Cycle is what the cycle of a license makes of a therapist's activities. Known
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
	Done       standard.Judgment
	Proven     standard.Judgment
	Projected  standard.Judgment
	Planned    bool
	Activities []CycleActivity
	Leaves     []CELeave
}

// CycleActivity is an activity of a cycle, and why not all of it counts: Valid is
// what counts of it where that is less than it has.
type CycleActivity struct {
	CEActivity
	Full    bool
	Valid   core.Minutes
	Reasons []standard.Reason
	Duties  []Duty
}

// Record is all that cycles of a therapist are judged by.
type Record struct {
	Therapist  core.Therapist
	Licenses   []core.License
	Activities []CEActivity // with the completed courses of schools here
	Leaves     []CELeave
}

// Judge judges the cycle of a license that a day lies in.
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
		c.Code, c.Why = f.Code, f.Message()
		return c
	}
	c.Known, c.Span = true, span
	leave := c.leave(r.Leaves)
	judge := func(counts func(CEActivity) bool) standard.Judgment {
		var credits []core.Credit
		for _, a := range r.Activities {
			if counts(a) {
				credits = append(credits, a.Credits()...)
			}
		}
		return pack.Judge(holder, span, leave, credits)
	}
	c.Done = judge(func(a CEActivity) bool { return a.State.Counts() })
	c.Proven = judge(func(a CEActivity) bool { return a.State == CEAccepted || a.State == CEAudited })
	c.Projected = judge(func(a CEActivity) bool { return a.State.Counts() || a.State == CEPlanned })
	last := span.To
	if leave.Until.After(last) {
		last = leave.Until
	}
	for _, a := range r.Activities {
		if !a.On.Before(span.From) && !a.On.After(last) {
			c.Planned = c.Planned || a.State == CEPlanned
			c.Activities = append(c.Activities, c.counted(a))
		}
	}
	return c
}

// leave is what was granted for the cycle.
func (c *Cycle) leave(all []CELeave) (granted standard.Leave) {
	for _, l := range all {
		if l.LicenseID != c.License.ID || l.CycleTo != c.Span.To {
			continue
		}
		c.Leaves = append(c.Leaves, l)
		switch {
		case l.State != CELeaveApproved:
		case l.Kind == CEExtension:
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
func (c *Cycle) counted(a CEActivity) CycleActivity {
	out := CycleActivity{CEActivity: a, Full: a.State.Counts() || a.State == CEPlanned, Duties: Duties(a, []core.License{c.License})}
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
func activities(completed []CompletedCE) []CEActivity {
	out := make([]CEActivity, len(completed))
	for i, c := range completed {
		a := CEActivity{
			ID: core.CEActivityID(c.ID), TherapistID: c.TherapistID, TherapistName: c.Name, OrganizationID: c.OrganizationID, State: CEAccepted,
			Title: c.CourseTitle, Type: cmp.Or(c.CE.Type, CELive), On: c.CompletedOn, Approved: c.Minutes, HandsOn: min(c.CE.HandsOn, c.Minutes),
			Amount:      CEAmount{Minutes: c.Minutes, Words: CEs(c.Minutes), Unit: UnitMinutes, Hour: HourMinutes},
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
			a.Lines = append(a.Lines, CELine{Subject: standard.Massage, Minutes: rest})
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
	slices.SortStableFunc(r.Activities, func(a, b CEActivity) int { return a.On.Compare(b.On) })
	r.Leaves, err = tx.CELeavesOf(ctx, therapist)
	return r, err
}

// Cycles are the cycles of a therapist's licenses that a day lies in, one a
// license: an activity is reported once and stands in each. Permission: ce.read,
// by the therapist or under a grant of continuing education.
func (s *Service) Cycles(ctx context.Context, a access.Actor, therapist core.TherapistID, on core.Date) ([]Cycle, error) {
	return act.Read(ctx, s.act, a, access.CERead, func(ctx context.Context, r act.Reader[Tx]) ([]Cycle, error) {
		if err := r.May(ctx, of(therapist, core.OrganizationID{})); err != nil {
			return nil, err
		}
		all, err := record(ctx, r.Tx, therapist)
		if err != nil {
			return nil, err
		}
		cycles := make([]Cycle, len(all.Licenses))
		for i, l := range all.Licenses {
			cycles[i] = all.Judge(l, on)
		}
		return cycles, nil
	})
}

// History are the cycles of a license from that of a day back to the first of
// which anything is known, at most MostPast. Permission: ce.read.
func (s *Service) History(ctx context.Context, a access.Actor, license core.LicenseID, on core.Date) ([]Cycle, error) {
	return act.Read(ctx, s.act, a, access.CERead, func(ctx context.Context, r act.Reader[Tx]) ([]Cycle, error) {
		all, l, err := licensed(ctx, r, license)
		if err != nil {
			return nil, err
		}
		return all.history(l, on), nil
	})
}

func (r Record) history(l core.License, on core.Date) (cycles []Cycle) {
	earliest := l.IssuedOn
	if earliest.IsZero() && len(r.Activities) > 0 {
		earliest = r.Activities[0].On
	}
	for c := r.Judge(l, on); len(cycles) < MostPast; c = r.Judge(l, c.Span.From.AddDays(-1)) {
		if len(cycles) > 0 && !c.Known {
			break
		}
		cycles = append(cycles, c)
		if !c.Known || c.Span.First || earliest.IsZero() || !c.Span.From.After(earliest) {
			break
		}
	}
	return cycles
}

// CycleOf is the cycle of a license that a day lies in. Permission: ce.read.
func (s *Service) CycleOf(ctx context.Context, a access.Actor, license core.LicenseID, on core.Date) (Cycle, core.Therapist, error) {
	var all Record
	c, err := act.Read(ctx, s.act, a, access.CERead, func(ctx context.Context, r act.Reader[Tx]) (c Cycle, err error) {
		var l core.License
		if all, l, err = licensed(ctx, r, license); err == nil {
			c = all.Judge(l, on)
		}
		return c, err
	})
	return c, all.Therapist, err
}

// CycleAt is the cycle of a license that a day lies in; it is for other parts of
// Palmar and asks for no permission.
func (s *Service) CycleAt(ctx context.Context, l core.License, on core.Date) (Cycle, error) {
	return act.Inspect(ctx, s.act, func(ctx context.Context, tx Tx) (Cycle, error) {
		r, err := record(ctx, tx, l.TherapistID)
		return r.Judge(l, on), err
	})
}

// licensed is the record behind a license that the reader may read.
func licensed(ctx context.Context, r act.Reader[Tx], license core.LicenseID) (Record, core.License, error) {
	l, err := r.Tx.License(ctx, license)
	if err == nil {
		err = r.May(ctx, of(l.TherapistID, core.OrganizationID{}))
	}
	if err != nil {
		return Record{}, core.License{}, err
	}
	all, err := record(ctx, r.Tx, l.TherapistID)
	return all, l, err
}
