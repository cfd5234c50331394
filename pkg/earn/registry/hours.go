package registry

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
)

// MonthlyHours is what a student earned in a month and up to its end, in
// minutes of the ledger, and the day of a withdrawal, if there was one by then.
type MonthlyHours struct {
	logbook.Enrollment
	InMonth, UpToEnd core.Minutes
	WithdrawnOn      core.Date
}

// MonthlyHours are the hours that a school reports for a month, by name: of
// every student who was enrolled, or earned something, or left in it. Texas
// wants them monthly, withdrawals among them (16 TAC 117.67, H). month is
// written as 2026-10, and last month where it is empty. It needs hours.export. Code: bad_month.
func (s *Service) MonthlyHours(ctx context.Context, a access.Actor, org core.OrganizationID, month string) ([]MonthlyHours, error) {
	return act.Read(ctx, s.act, a, access.HoursExport, func(ctx context.Context, r act.Reader[Tx]) ([]MonthlyHours, error) {
		if err := r.May(ctx, access.Target{Organization: org}); err != nil {
			return nil, err
		}
		if month == "" {
			o, err := r.Tx.Organization(ctx, org)
			if err != nil {
				return nil, err
			}
			today := o.Today(r.Now)
			month = today.AddDays(-today.Day).String()[:len("2026-10")]
		}
		first, err := core.ParseDate(month + "-01")
		if err != nil || len(month) != len("2026-10") {
			return nil, core.InvalidField("month", "bad_month")
		}
		last := first.AddDays(31)
		return r.Tx.MonthlyHours(ctx, org, first, last.AddDays(-last.Day))
	})
}

// WriteHours writes monthly hours as CSV, hours with two digits after the
// point. No cell is read as a formula by a spreadsheet.
func WriteHours(w io.Writer, rows []MonthlyHours) error {
	out := csv.NewWriter(w)
	_ = out.Write([]string{"name", "email", "program", "enrolled_on", "status", "withdrawn_on", "completed_on", "hours_in_month", "hours_total", "minutes_in_month", "minutes_total"})
	for _, r := range rows {
		_ = out.Write([]string{
			core.InertCell(r.Name), core.InertCell(r.Email), core.InertCell(r.ProgramTitle), r.EnrolledOn.String(), string(r.State), dayOf(r.WithdrawnOn), dayOf(r.CompletedOn),
			hours(r.InMonth), hours(r.UpToEnd), strconv.Itoa(int(r.InMonth)), strconv.Itoa(int(r.UpToEnd)),
		})
	}
	out.Flush()
	return out.Error()
}

// hours rounds down: nobody has more hours than minutes.
func hours(m core.Minutes) string { return fmt.Sprintf("%d.%02d", m/60, m%60*100/60) }

func dayOf(d core.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}
