package translog

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/palmar/palmar/pkg/core"
)

// ReadTx is what the service needs of a transaction.
type ReadTx interface {
	Tx
	// LogCheckpoint is the newest checkpoint, or not_found.
	LogCheckpoint(ctx context.Context) (Checkpoint, error)
	CheckpointAt(ctx context.Context, size int64) (Checkpoint, error)
	Checkpoints(ctx context.Context, after int64, limit int) ([]Checkpoint, error)
	// LogLeaves are at most limit entries from a number on.
	LogLeaves(ctx context.Context, from int64, limit int) ([][]byte, error)
	// OpeningsOf are what was logged of a subject, oldest first.
	OpeningsOf(ctx context.Context, subject string) ([]Opening, error)
	LogOpenings(ctx context.Context, from int64, limit int) ([]Opening, error)
	LogHashCount(ctx context.Context) (int64, error)
	LogOpeningCount(ctx context.Context) (int64, error)
	CosignaturesOf(ctx context.Context, size int64) ([]Cosignature, error)
	// NewestCosigned is the newest size that a witness has cosigned, 0 for none.
	NewestCosigned(ctx context.Context) (int64, error)
	AddCosignature(ctx context.Context, size int64, c Cosignature) error
}

// Store is what the service runs in: it reads all of one moment, and writes in one
// transaction.
type Store interface {
	Snapshot(ctx context.Context, fn func(ctx context.Context, tx ReadTx) error) error
	Write(ctx context.Context, fn func(ctx context.Context, tx ReadTx) error) error
}

// Service shows the log.
type Service struct {
	store     Store
	witnesses []Witness
}

// NewService makes the service; only cosignatures of these witnesses are kept.
func NewService(store Store, witnesses []Witness) *Service {
	return &Service{store, witnesses}
}

const tileHeight = 8

// View is the log as it is now.
type View struct {
	Tree
	Key          string // the verifier key
	Checkpoint   Checkpoint
	Cosigned     int64 // the newest size that a witness has seen; 0: none
	Cosignatures []Cosignature
}

// View gives the newest checkpoint and what witnesses have said. Public. Code:
// not_found while the log is empty.
func (s *Service) View(ctx context.Context) (View, error) {
	var v View
	err := s.store.Snapshot(ctx, func(ctx context.Context, tx ReadTx) error {
		head, err := tx.LogHead(ctx)
		if err != nil {
			return err
		}
		v.Key = head.Public
		if v.Checkpoint, err = tx.LogCheckpoint(ctx); err != nil {
			return err
		}
		if v.Tree, err = OpenCheckpoint([]byte(v.Checkpoint.Note), v.Key); err != nil {
			return err
		}
		if v.Cosigned, err = tx.NewestCosigned(ctx); err != nil || v.Cosigned == 0 {
			return err
		}
		v.Cosignatures, err = tx.CosignaturesOf(ctx, v.Cosigned)
		return err
	})
	return v, err
}

// SignedCheckpoint is the newest checkpoint, or with cosigned the newest that a
// witness has cosigned, with the lines of the witnesses. Public. Code:
// not_found.
func (s *Service) SignedCheckpoint(ctx context.Context, cosigned bool) (string, error) {
	var text string
	err := s.store.Snapshot(ctx, func(ctx context.Context, tx ReadTx) error {
		c, err := tx.LogCheckpoint(ctx)
		if err != nil {
			return err
		}
		if cosigned {
			size, err := tx.NewestCosigned(ctx)
			if err != nil {
				return err
			}
			if c, err = tx.CheckpointAt(ctx, size); err != nil {
				return err
			}
		}
		text, err = Signed(ctx, tx, c)
		return err
	})
	return text, err
}

// Signed is a checkpoint with the lines of the witnesses that have cosigned it.
func Signed(ctx context.Context, tx ReadTx, c Checkpoint) (string, error) {
	words, err := tx.CosignaturesOf(ctx, c.Size)
	text := c.Note
	for _, w := range words {
		text += w.Line + "\n"
	}
	return text, err
}

// Tile is a tile of hashes or a bundle of entries by its path below the log's
// address, such as "0/x001/234.p/8" or "entries/000" (c2sp.org/tlog-tiles).
// Whole tiles never change. Public. Code: not_found.
func (s *Service) Tile(ctx context.Context, path string) (data []byte, whole bool, err error) {
	level, rest, _ := strings.Cut(path, "/")
	if level == "entries" {
		level = "data"
	}
	tile, err := tlog.ParseTilePath(fmt.Sprintf("tile/%d/%s/%s", tileHeight, level, rest))
	if err != nil {
		return nil, false, core.NotFound("tile")
	}
	err = s.store.Snapshot(ctx, func(ctx context.Context, tx ReadTx) error {
		head, err := tx.LogHead(ctx)
		if err != nil {
			return err
		}
		first := tile.N << tileHeight
		have := head.Size >> (tileHeight * max(tile.L, 0))
		if first+int64(tile.W) > have {
			return core.NotFound("tile")
		}
		if tile.L < 0 {
			data, err = bundle(ctx, tx, first, tile.W)
			return err
		}
		data, err = tlog.ReadTileData(tile, reader{ctx, tx})
		return err
	})
	return data, tile.W == 1<<tileHeight, err
}

func bundle(ctx context.Context, tx ReadTx, first int64, width int) ([]byte, error) {
	leaves, err := tx.LogLeaves(ctx, first, width)
	var out []byte
	for _, leaf := range leaves {
		out = binary.BigEndian.AppendUint16(out, uint16(len(leaf)))
		out = append(out, leaf...)
	}
	return out, err
}

// reader reads stored hashes within a transaction.
type reader struct {
	ctx context.Context
	tx  Tx
}

// ReadHashes implements tlog.HashReader.
func (r reader) ReadHashes(numbers []int64) ([]tlog.Hash, error) {
	found, err := r.tx.LogHashes(r.ctx, numbers)
	if err != nil {
		return nil, err
	}
	return (&growing{found}).ReadHashes(numbers)
}

// Include opens the newest of some openings that tells of one of the events,
// with a proof to a checkpoint and the cosignatures that are kept of it; nil where
// there is none. Anyone who is
// given it must be allowed to see what it says.
func Include(ctx context.Context, tx ReadTx, openings []Opening, events ...string) (*Inclusion, error) {
	for _, o := range slices.Backward(openings) {
		if slices.Contains(events, o.Event) {
			in, err := include(ctx, tx, o)
			return &in, err
		}
	}
	return nil, nil
}

var errCosignature = core.Invalid("bad_cosignature")

// Cosign keeps the words of witnesses on a checkpoint: signed is the checkpoint
// with their lines; it gives the log with them. Public, since only the configured witnesses can make such a
// line. Code: bad_cosignature.
func (s *Service) Cosign(ctx context.Context, signed []byte) (View, error) {
	err := s.store.Write(ctx, func(ctx context.Context, tx ReadTx) error {
		head, err := tx.LogHead(ctx)
		if errors.Is(err, core.ErrNotFound) {
			return errCosignature
		}
		if err != nil {
			return err
		}
		tree, found, err := Cosignatures(signed, head.Public, s.witnesses)
		if err != nil || len(found) == 0 {
			return errCosignature
		}
		known, err := tx.CheckpointAt(ctx, tree.Size)
		if errors.Is(err, core.ErrNotFound) {
			return errCosignature
		}
		if err != nil {
			return err
		}
		if ours, err := OpenCheckpoint([]byte(known.Note), head.Public); err != nil || ours != tree {
			return errCosignature
		}
		for _, word := range found {
			if err := tx.AddCosignature(ctx, tree.Size, word); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return View{}, err
	}
	return s.View(ctx)
}
