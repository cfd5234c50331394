package attendance

import (
	"iter"

	"github.com/palmar/palmar/pkg/core"
)

// calendar holds a student's timed sessions by the day of their start (UTC), so
// that what overlaps a session is found among its neighbors.
type calendar struct{ days map[int64][]held }

// held is a session and the record it came from, 0 where it was recorded before
// this file.
type held struct {
	session core.Session
	record  int
}

func day(s core.Session) int64 { return s.Start.Unix() / (24 * 60 * 60) }

func (c *calendar) add(s core.Session, record int) {
	if s.Timed() {
		c.days[day(s)] = append(c.days[day(s)], held{s, record})
	}
}

// overlapping gives what shares time with s. No session is longer than a day.
func (c *calendar) overlapping(s core.Session) iter.Seq[held] {
	return func(yield func(held) bool) {
		for d := day(s) - 2; d <= day(s)+1; d++ {
			for _, h := range c.days[d] {
				if h.session.Overlaps(s) && !yield(h) {
					return
				}
			}
		}
	}
}

// recorded tells whether the very session was recorded before this file.
func (c *calendar) recorded(s core.Session) bool {
	for h := range c.overlapping(s) {
		if h.record == 0 && identical(h.session, s) {
			return true
		}
	}
	return false
}

func identical(a, b core.Session) bool {
	return a.Date == b.Date && a.Start.Equal(b.Start) && a.End.Equal(b.End) && a.Break == b.Break && a.Minutes == b.Minutes &&
		a.Subject == b.Subject && a.Setting == b.Setting && a.Delivery == b.Delivery
}
