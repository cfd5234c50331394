package logbook

import (
	"sync"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/standard"
)

// standingKey names a standing that never changes: what a standard says of an
// enrollment's ledger at a sequence.
type standingKey struct {
	enrollment core.EnrollmentID
	standard   core.StandardID
	seq        int64
	doubts     int
}

// mostRemembered bounds the memory: a standing has a few kilobytes, with many
// minutes that do not count a hundred.
const mostRemembered = 512

// remembered holds the standings that were asked for of late. The zero value is
// ready.
type remembered struct {
	mu sync.RWMutex
	by map[core.EnrollmentID]rememberedStanding
}

type rememberedStanding struct {
	key      standingKey
	standing standard.Standing
}

func (r *remembered) get(key standingKey) (standard.Standing, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	found, ok := r.by[key.enrollment]
	return found.standing, ok && found.key == key
}

// put remembers a standing in place of an older one of the same enrollment, or
// of any other when there is no more room.
func (r *remembered) put(key standingKey, st standard.Standing) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.by == nil {
		r.by = map[core.EnrollmentID]rememberedStanding{}
	}
	if old, known := r.by[key.enrollment]; known && old.key.seq > key.seq {
		return
	} else if !known && len(r.by) >= mostRemembered {
		for other := range r.by {
			delete(r.by, other)
			break
		}
	}
	r.by[key.enrollment] = rememberedStanding{key, st}
}
