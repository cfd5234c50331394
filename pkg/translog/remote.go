package translog

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/palmar/palmar/pkg/words"
)

// Remote is a log that is read over the network, below an address such as
// https://palmar.example/log.
type Remote struct {
	Address string
	Client  *http.Client
}

const (
	remoteTimeout = 30 * time.Second
	remoteMost    = 2 << 20 // bytes of one answer
)

func (r Remote) get(ctx context.Context, path string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, remoteTimeout)
	defer cancel()
	address := strings.TrimRight(r.Address, "/") + "/" + path
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return nil, err
	}
	client := r.Client
	if client == nil {
		client = http.DefaultClient
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, remoteMost+1))
	switch {
	case err != nil:
		return nil, err
	case response.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("%s answers %d", address, response.StatusCode)
	case len(body) > remoteMost:
		return nil, fmt.Errorf("%s answers with more than %d bytes", address, remoteMost)
	}
	return body, nil
}

// Remembered is what a monitor keeps of a log between two audits: its key, and
// every checkpoint that it was shown.
type Remembered struct {
	Key         string   `json:"key"`
	Checkpoints []string `json:"checkpoints"` // signed, oldest first
}

// Audited is what an audit found. Problems is empty for a log that is as it was.
type Audited struct {
	Tree       Tree
	Before     int64 // the size at the audit before
	Entries    int64 // read and hashed now
	Checkpoint string
	Cosigned   []Cosignature
	Problems   []words.Sentence

	known map[int64]tlog.Hash // roots by size, as they were
}

// Audit reads a whole log, recomputes its root from the entries, and holds it
// against its signed checkpoint and against every checkpoint that is
// remembered. With key "" the key that is remembered is used; the first audit
// needs one. An error means that the log could not be read.
func (r Remote) Audit(ctx context.Context, before Remembered, witnesses []Witness) (Audited, error) {
	signed, err := r.get(ctx, "checkpoint")
	if err != nil {
		return Audited{}, err
	}
	a := Audited{Checkpoint: string(signed)}
	if a.Tree, a.Cosigned, err = Cosignatures(signed, before.Key, witnesses); err != nil {
		a.problem("audit.checkpoint", "err", err)
		return a, nil
	}
	a.remember(before)
	tree := &growing{map[int64]tlog.Hash{}}
	for a.Entries < a.Tree.Size {
		if err := r.bundle(ctx, &a, tree); err != nil {
			return a, err
		}
	}
	root, err := tlog.TreeHash(a.Tree.Size, tree)
	if err != nil {
		return a, err
	}
	if root != a.Tree.Root {
		a.problem("audit.root")
	}
	if a.Before > a.Tree.Size {
		a.problem("audit.shorter", "entries", a.Tree.Size, "before", a.Before)
	}
	return a, r.tiles(ctx, &a, tree)
}

func (a *Audited) remember(before Remembered) {
	a.known = make(map[int64]tlog.Hash, len(before.Checkpoints))
	for _, c := range before.Checkpoints {
		tree, err := OpenCheckpoint([]byte(c), before.Key)
		if err != nil {
			a.problem("audit.remembered", "err", err)
			continue
		}
		if root, twice := a.known[tree.Size]; twice && root != tree.Root {
			a.problem("audit.two_roots", "entries", tree.Size)
		}
		a.known[tree.Size] = tree.Root
		a.Before = max(a.Before, tree.Size)
	}
}

// bundle reads the next entries and adds them to the tree.
func (r Remote) bundle(ctx context.Context, a *Audited, tree *growing) error {
	n := a.Entries >> tileHeight
	width := min(int64(1)<<tileHeight, a.Tree.Size-n<<tileHeight)
	body, err := r.get(ctx, "tile/entries/"+tilePath(n, width))
	if err != nil {
		return err
	}
	for range width {
		if len(body) < 2 || len(body)-2 < int(binary.BigEndian.Uint16(body)) {
			return errors.New("a bundle of entries is cut off")
		}
		end := 2 + int(binary.BigEndian.Uint16(body))
		added := map[int64]tlog.Hash{}
		if err := tree.add(a.Entries, body[2:end], added); err != nil {
			return err
		}
		body = body[end:]
		a.Entries++
		a.compare(tree)
	}
	if len(body) > 0 {
		return errors.New("a bundle of entries holds more than it should")
	}
	return nil
}

// compare holds the tree as far as it was read against what was remembered of
// that size.
func (a *Audited) compare(tree *growing) {
	was, ok := a.known[a.Entries]
	if !ok {
		return
	}
	if root, err := tlog.TreeHash(a.Entries, tree); err != nil || root != was {
		a.problem("audit.changed", "entries", a.Entries)
	}
}

// problem adds what was found, once.
func (a *Audited) problem(id string, args ...any) {
	found := words.S(id, args...)
	if !slices.ContainsFunc(a.Problems, func(p words.Sentence) bool { return reflect.DeepEqual(p, found) }) {
		a.Problems = append(a.Problems, found)
	}
}

// tiles holds the hashes that the log serves against those of its entries.
func (r Remote) tiles(ctx context.Context, a *Audited, tree *growing) error {
	for level := 0; ; level++ {
		size := a.Tree.Size >> (tileHeight * level)
		if size == 0 {
			return nil
		}
		for n := int64(0); n<<tileHeight < size; n++ {
			width := min(int64(1)<<tileHeight, size-n<<tileHeight)
			body, err := r.get(ctx, fmt.Sprintf("tile/%d/%s", level, tilePath(n, width)))
			if err != nil {
				return err
			}
			want, err := tlog.ReadTileData(tlog.Tile{H: tileHeight, L: level, N: n, W: int(width)}, tree)
			if err != nil {
				return err
			}
			if string(want) != string(body) {
				a.problem("audit.tile", "tile", n, "level", level)
			}
		}
	}
}

// tilePath writes N and W of a tile as its path has them.
func tilePath(n, width int64) string {
	text := fmt.Sprintf("%03d", n%1000)
	for n >= 1000 {
		n /= 1000
		text = fmt.Sprintf("x%03d/%s", n%1000, text)
	}
	if width < 1<<tileHeight {
		text += fmt.Sprintf(".p/%d", width)
	}
	return text
}
