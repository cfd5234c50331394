package core

import (
	"strconv"
	"time"
)

// sealed is what is under a seal: name, length and value of each field.
type sealed []byte

func (b *sealed) text(name, value string) {
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

// add writes an identifier; that of nothing adds nothing.
func (b *sealed) add(name string, id []byte) {
	for _, v := range id {
		if v != 0 {
			b.text(name, string(id))
			return
		}
	}
}

func (b *sealed) number(name string, n int64) {
	if n != 0 {
		var digits [20]byte
		b.text(name, string(strconv.AppendInt(digits[:0], n, 10)))
	}
}

// moment is to the microsecond, as both databases keep it.
func (b *sealed) moment(name string, t time.Time) {
	if !t.IsZero() {
		b.number(name, t.UnixMicro())
	}
}
