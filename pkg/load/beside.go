package load

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"
)

// beside prints the phases of one path beside each other: what echo alone costs,
// what the statements do, and what Palmar adds to both.
func beside(w io.Writer, all []*Result) error {
	by := map[string]*Result{}
	for _, r := range all {
		by[r.Title] = r
	}
	for _, path := range []struct{ name, raw, own, palmar string }{
		{"check a code", titleRawCheck, titleOwnCheck, titleCheck}, {"log an entry", titleRawLog, titleOwnLog, titleLog},
	} {
		fmt.Fprintf(w, "%s, side by side\n", path.name)
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
		fmt.Fprintln(t, "phase\tp50 ms\tp99 ms\tp50 to pgx\tanswered/s\tprocessor ms\twithout hello's\t")
		for _, title := range []string{titleHello, path.own, path.raw, path.palmar + " on PostgreSQL", path.palmar + " on SQLite"} {
			r := by[title]
			if r == nil {
				continue
			}
			of := r.Of("")
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%.1f\t%s\t%s\t\n", title, ms(of.At(50)), ms(of.At(99)), ratio(of.At(50), by[path.raw]),
				float64(of.Good())/r.Took.Seconds(), known(r.CPU, r.perRequest()), known(r.CPU, r.perRequest()-by[titleHello].perRequest()))
		}
		if err := t.Flush(); err != nil {
			return err
		}
		if _, err := fmt.Fprintln(w); err != nil {
			return err
		}
	}
	return nil
}

func ratio(p50 time.Duration, to *Result) string {
	if to == nil || to.Of("").At(50) == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f", float64(p50)/float64(to.Of("").At(50)))
}

// known is a time of the processor, where it was measured.
func known(measured, d time.Duration) string {
	if measured == 0 {
		return "-"
	}
	return ms(d)
}
