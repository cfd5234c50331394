package core

import (
	"strconv"
	"time"
)

// Sealed is what is under a seal: name, length and value of each field. A field
// that is empty adds nothing, so that one that comes later leaves older seals
// good.
type Sealed []byte

// Text adds a text.
func (b *Sealed) Text(name, value string) {
	if value == "" {
		return
	}
	*b = append(*b, name...)
	*b = append(*b, ' ')
	*b = strconv.AppendInt(*b, int64(len(value)), 10)
	*b = append(*b, ' ')
	*b = append(*b, value...)
	*b = append(*b, '\n')
}

// ID adds an identifier; that of nothing adds nothing.
func (b *Sealed) ID(name string, id []byte) {
	for _, v := range id {
		if v != 0 {
			b.Text(name, string(id))
			return
		}
	}
}

// Number adds a number; 0 adds nothing.
func (b *Sealed) Number(name string, n int64) {
	if n != 0 {
		var digits [20]byte
		b.Text(name, string(strconv.AppendInt(digits[:0], n, 10)))
	}
}

// Moment adds an instant, to the microsecond, as both databases keep it.
func (b *Sealed) Moment(name string, t time.Time) {
	if !t.IsZero() {
		b.Number(name, t.UnixMicro())
	}
}

// Date adds a day.
func (b *Sealed) Date(name string, d Date) {
	b.Number(name, int64(d.Year)*10000+int64(d.Month)*100+int64(d.Day))
}

// True adds that something is so.
func (b *Sealed) True(name string, yes bool) {
	if yes {
		b.Number(name, 1)
	}
}
