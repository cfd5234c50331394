package app

import (
	"context"
	"fmt"
	"strings"

	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/career/renewal"
	"github.com/palmar/palmar/pkg/core"
)

// joinRenewal has the checklist of a renewal tell what is recorded elsewhere in
// Palmar.
func (a *App) joinRenewal() {
	a.Renewal.Knowing(renewal.StepEducation, a.educationFor)
	a.Renewal.Knowing(renewal.StepCPR, a.heldFor(licensure.HoldingCPR))
	a.Renewal.Knowing(renewal.StepInsurance, a.heldFor(licensure.HoldingInsurance))
}

// educationFor is the continuing education of the cycle that the license's last
// day lies in. It is done when all that is asked for was accepted; where the cycle
// is not known it knows nothing.
func (a *App) educationFor(ctx context.Context, l core.License, _ core.Date) (renewal.Finding, error) {
	c, err := a.Continuing.CycleAt(ctx, l, l.ExpiresOn)
	if err != nil || !c.Known {
		return renewal.Finding{}, err
	}
	f := renewal.Finding{State: renewal.StepMissing, Link: "/therapists/" + l.TherapistID.String() + "/ce"}
	cycle := fmt.Sprintf("the cycle from %s to %s", c.Span.From.Words(), c.Span.To.Words())
	switch {
	case c.Proven.Required == 0 && c.Proven.Answer.Met():
		f.State, f.Why = renewal.StepDone, "None is asked for in "+cycle+"."
	case c.Proven.Answer.Met():
		f.State, f.Why = renewal.StepDone, "Accepted for "+cycle+"."
	case c.Done.Answer.Met():
		f.Why = "All of it is recorded for " + cycle + ", but not all was accepted yet."
	case c.Done.Answer.Asks():
		f.Why = fmt.Sprintf("%s are recorded for %s. %s", c.Done.Valid, cycle, strings.Join(c.Done.AskText(), " "))
	default:
		f.Why = fmt.Sprintf("%s of %s count in %s.", c.Done.Valid, c.Done.Required, cycle)
	}
	return f, nil
}

// heldFor is something held beside the license, which has to hold on the license's
// last day, or today where that is later.
func (a *App) heldFor(kind licensure.HoldingKind) renewal.Source {
	return func(ctx context.Context, l core.License, today core.Date) (renewal.Finding, error) {
		on := l.ExpiresOn
		if on.Before(today) {
			on = today
		}
		h, found, err := a.Licensure.LongestHeld(ctx, l.TherapistID, kind, today)
		if err != nil || !found {
			return renewal.Finding{}, err
		}
		f := renewal.Finding{State: renewal.StepDone, Link: "/therapists/" + l.TherapistID.String() + "/qualifications"}
		f.Why = h.Name + " is recorded, in force until " + h.ExpiresOn.Words() + "."
		if h.Method == core.MethodSelfReport {
			f.Why += " The holder’s own word."
		}
		if !h.Good(on) {
			f.State, f.Why = renewal.StepMissing, f.Why+" It ends before the license does."
		}
		return f, nil
	}
}
