package app

import (
	"crypto/rand"
	"time"

	_ "time/tzdata" // time zones where the machine has none, such as in a container

	"github.com/palmar/palmar/pkg/core"
)

// Source is the machine's clock and randomness.
func Source() core.Source { return core.Source{Clock: time.Now, Rand: rand.Reader} }
