package app

import (
	"crypto/rand"
	"time"

	_ "time/tzdata" // time zones where the machine has none, such as in a container

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/config"
)

// Source is the machine's clock and randomness.
func Source() core.Source { return core.Source{Clock: time.Now, Rand: rand.Reader} }

func sourceOf(c config.Config) core.Source {
	src := Source()
	if c.Clock != nil {
		src.Clock = c.Clock
	}
	return src
}
