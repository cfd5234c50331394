package classroom_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/classroom"
	"github.com/palmar/palmar/pkg/platform/store"
)

// The audit tells what was done to a class, and of a clock whose it was.
func TestService_Audit(t *testing.T) {
	each(t, func(r *room) {
		c, off := r.planned(classroom.CheckInClock), r.planned(classroom.CheckInClock)
		_, err := r.service.Cancel(r.ctx, r.Registrar, off.ID, 0)
		r.ok(err)
		r.is("13:00:00")
		for range 2 { // the second changes nothing, and there is nothing to tell of it
			_, err = r.service.Clock(r.ctx, r.Student, c.ID, classroom.In, classroom.Proof{})
			r.ok(err)
		}
		r.is("15:00:00")
		_, err = r.service.Clock(r.ctx, r.Student, c.ID, classroom.Out, classroom.Proof{})
		r.ok(err)
		r.marked(c, absent(r.Enrollment2))
		_, err = r.service.Sign(r.ctx, r.fresh(r.Alvarez), c.ID, 0)
		r.ok(err)
		var told []string
		r.ok(r.DB.Read(r.ctx, func(ctx context.Context, tx *store.Tx) error {
			events, err := tx.AuditEvents(ctx, r.School.ID, core.AuditID{}, 100, true)
			for _, e := range events {
				if e.TargetKind != "class" {
					continue
				}
				if whose := e.TherapistID; !whose.IsZero() && (whose != r.Student.TherapistID || e.Action != "attendance.clock") {
					r.t.Errorf("%s names the therapist %s", e.Action, whose)
				} else if whose.IsZero() && e.Action == "attendance.clock" {
					r.t.Error("a clock is nobody's")
				}
				told = append(told, fmt.Sprint(map[string]string{c.ID.String(): "c", off.ID.String(): "off"}[e.TargetID], " ", e.Action, " ", e.Detail))
			}
			return err
		}))
		want := []string{
			"c class.plan map[]", "off class.plan map[]", "off class.cancel map[state:canceled]",
			"c attendance.clock map[by:clock direction:in]", "c attendance.clock map[by:clock direction:out]",
			"c class.mark map[marked:1]", "c class.sign map[state:signed]",
		}
		if got := strings.Join(told, "\n"); got != strings.Join(want, "\n") {
			r.t.Errorf("the audit tells\n%s", got)
		}
	})
}
