package employer

import (
	"crypto/sha256"
	"sync"

	"github.com/palmar/palmar/pkg/attest/credential"
)

// cache remembers between size and twice size reports: when the young
// generation is full, the old one is forgotten and the young becomes the old.
// What is asked for stays young.
type cache struct {
	mu         sync.Mutex
	size       int
	young, old map[[sha256.Size]byte]credential.Report
}

func newCache(size int) *cache {
	return &cache{size: size, young: map[[sha256.Size]byte]credential.Report{}}
}

func (c *cache) get(digest [sha256.Size]byte) (credential.Report, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if r, ok := c.young[digest]; ok {
		return r, true
	}
	r, ok := c.old[digest]
	if ok {
		c.add(digest, r)
	}
	return r, ok
}

func (c *cache) put(digest [sha256.Size]byte, r credential.Report) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.add(digest, r)
}

func (c *cache) add(digest [sha256.Size]byte, r credential.Report) {
	if len(c.young) >= c.size {
		c.old, c.young = c.young, make(map[[sha256.Size]byte]credential.Report, c.size/8)
	}
	c.young[digest] = r
}
