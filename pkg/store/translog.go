package store

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/translog"
)

type logStateRow struct {
	ID     int64  `gorm:"primaryKey"`
	Origin string `gorm:"not null"`
	Public string `gorm:"not null"`
	Sealed []byte `gorm:"not null"`
	Size   int64  `gorm:"not null"`
}

type logEntryRow struct {
	Number int64  `gorm:"primaryKey"`
	Leaf   []byte `gorm:"not null"`
}

type logHashRow struct {
	Number int64  `gorm:"primaryKey"`
	Hash   []byte `gorm:"not null"`
}

type logCheckpointRow struct {
	Size     int64  `gorm:"primaryKey"`
	Note     string `gorm:"not null"`
	SignedAt moment `gorm:"not null"`
}

func (r logCheckpointRow) noun() translog.Checkpoint {
	return translog.Checkpoint{Size: r.Size, Note: r.Note, SignedAt: r.SignedAt.Time}
}

type logCosignatureRow struct {
	Size     int64  `gorm:"primaryKey"`
	Witness  string `gorm:"primaryKey"`
	Line     string `gorm:"not null"`
	StatedAt moment `gorm:"not null"`
}

type logOpeningRow struct {
	Number  int64  `gorm:"primaryKey"`
	Event   string `gorm:"not null"`
	Subject string `gorm:"not null"`
	Salt    []byte `gorm:"not null"`
	Payload string `gorm:"not null"`
}

func (r logOpeningRow) noun() translog.Opening {
	return translog.Opening{Number: r.Number, Event: r.Event, Subject: r.Subject, Salt: r.Salt, Payload: []byte(r.Payload)}
}

// LogHead is the log's state; in a writing transaction nobody else appends
// until the end.
func (tx *Tx) LogHead(context.Context) (translog.Head, error) {
	r, err := one[logStateRow](tx.g, "log", tx.forUpdate(`SELECT * FROM log_state WHERE id = 1`))
	return translog.Head{Origin: r.Origin, Public: r.Public, Sealed: r.Sealed, Size: r.Size}, err
}

// StartLog keeps the state of an empty log, unless another transaction has
// started it: read LogHead afterwards.
func (tx *Tx) StartLog(_ context.Context, h translog.Head) error {
	_, err := tx.exec(`INSERT INTO log_state (id, origin, public, sealed, size) VALUES (1, ?, ?, ?, 0) ON CONFLICT DO NOTHING`, h.Origin, h.Public, h.Sealed)
	return err
}

// LogHashes are stored hashes by their numbers; one that is missing is left out.
func (tx *Tx) LogHashes(_ context.Context, numbers []int64) (map[int64]tlog.Hash, error) {
	found := make(map[int64]tlog.Hash, len(numbers))
	for len(numbers) > 0 {
		part := numbers[:min(len(numbers), most)]
		numbers = numbers[len(part):]
		rows, err := many[logHashRow](tx.g, `SELECT number, hash FROM log_hashes WHERE number IN (?)`, part)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			if len(r.Hash) != tlog.HashSize {
				return nil, fmt.Errorf("hash %d of the log has %d bytes", r.Number, len(r.Hash))
			}
			found[r.Number] = tlog.Hash(r.Hash)
		}
	}
	return found, nil
}

// AppendLog keeps what was appended.
func (tx *Tx) AppendLog(_ context.Context, b translog.Batch) error {
	leaves, openings := make([][]any, len(b.Openings)), make([][]any, len(b.Openings))
	for i, o := range b.Openings {
		leaves[i] = []any{o.Number, o.Leaf()}
		openings[i] = []any{o.Number, o.Event, o.Subject, o.Salt, string(o.Payload)}
	}
	hashes := make([][]any, 0, len(b.Hashes))
	for number, h := range b.Hashes {
		hashes = append(hashes, []any{number, h[:]})
	}
	if err := tx.insertMany("log_entries", "number, leaf", leaves, ""); err != nil {
		return err
	}
	if err := tx.insertMany("log_openings", "number, event, subject, salt, payload", openings, ""); err != nil {
		return err
	}
	if err := tx.insertMany("log_hashes", "number, hash", hashes, ""); err != nil {
		return err
	}
	c := b.Checkpoint
	if err := tx.insert("log_checkpoints", &logCheckpointRow{Size: c.Size, Note: c.Note, SignedAt: at(c.SignedAt)}); err != nil {
		return err
	}
	return tx.changeOne(`UPDATE log_state SET size = ? WHERE id = 1 AND size = ?`, c.Size, c.Size-int64(len(b.Openings)))
}

// LogCheckpoint is the newest checkpoint.
func (tx *Tx) LogCheckpoint(context.Context) (translog.Checkpoint, error) {
	r, err := one[logCheckpointRow](tx.g, "checkpoint", `SELECT * FROM log_checkpoints ORDER BY size DESC LIMIT 1`)
	return r.noun(), err
}

// CheckpointAt is the checkpoint of one size.
func (tx *Tx) CheckpointAt(_ context.Context, size int64) (translog.Checkpoint, error) {
	r, err := one[logCheckpointRow](tx.g, "checkpoint", `SELECT * FROM log_checkpoints WHERE size = ?`, size)
	return r.noun(), err
}

// Checkpoints are at most limit checkpoints after a size, in their order.
func (tx *Tx) Checkpoints(_ context.Context, after int64, limit int) ([]translog.Checkpoint, error) {
	rows, err := many[logCheckpointRow](tx.g, `SELECT * FROM log_checkpoints WHERE size > ? ORDER BY size LIMIT ?`, after, limit)
	return mapped(rows, logCheckpointRow.noun), err
}

// LogLeaves are at most limit entries from a number on.
func (tx *Tx) LogLeaves(_ context.Context, from int64, limit int) ([][]byte, error) {
	rows, err := many[logEntryRow](tx.g, `SELECT * FROM log_entries WHERE number >= ? AND number < ? ORDER BY number`, from, from+int64(limit))
	return mapped(rows, func(r logEntryRow) []byte { return r.Leaf }), err
}

// OpeningsOf are what was logged of a subject, oldest first.
func (tx *Tx) OpeningsOf(_ context.Context, subject string) ([]translog.Opening, error) {
	rows, err := many[logOpeningRow](tx.g, `SELECT * FROM log_openings WHERE subject = ? ORDER BY number`, subject)
	return mapped(rows, logOpeningRow.noun), err
}

// LogOpenings are the openings of at most limit entries from a number on.
func (tx *Tx) LogOpenings(_ context.Context, from int64, limit int) ([]translog.Opening, error) {
	rows, err := many[logOpeningRow](tx.g, `SELECT * FROM log_openings WHERE number >= ? AND number < ? ORDER BY number`, from, from+int64(limit))
	return mapped(rows, logOpeningRow.noun), err
}

// LogHashCount is how many hashes are stored.
func (tx *Tx) LogHashCount(context.Context) (int64, error) {
	r, err := one[struct{ N int64 }](tx.g, "log", `SELECT COUNT(*) AS n FROM log_hashes`)
	return r.N, err
}

// LogOpeningCount is of how many entries the openings are kept.
func (tx *Tx) LogOpeningCount(context.Context) (int64, error) {
	r, err := one[struct{ N int64 }](tx.g, "log", `SELECT COUNT(*) AS n FROM log_openings`)
	return r.N, err
}

// CosignaturesOf are the witnesses' words on the checkpoint of a size.
func (tx *Tx) CosignaturesOf(_ context.Context, size int64) ([]translog.Cosignature, error) {
	rows, err := many[logCosignatureRow](tx.g, `SELECT * FROM log_cosignatures WHERE size = ? ORDER BY witness`, size)
	return mapped(rows, func(r logCosignatureRow) translog.Cosignature {
		return translog.Cosignature{Witness: r.Witness, Line: r.Line, StatedAt: r.StatedAt.Time}
	}), err
}

// NewestCosigned is the newest size that a witness has cosigned, 0 for none.
func (tx *Tx) NewestCosigned(context.Context) (int64, error) {
	r, err := one[struct{ N int64 }](tx.g, "log", `SELECT COALESCE(MAX(size), 0) AS n FROM log_cosignatures`)
	return r.N, err
}

// AddCosignature keeps a witness's word; a second one on the same checkpoint
// takes the place of the first.
func (tx *Tx) AddCosignature(_ context.Context, size int64, c translog.Cosignature) error {
	_, err := tx.exec(`INSERT INTO log_cosignatures (size, witness, line, stated_at) VALUES (?, ?, ?, ?)
		ON CONFLICT (size, witness) DO UPDATE SET line = excluded.line, stated_at = excluded.stated_at`, size, c.Witness, c.Line, at(c.StatedAt))
	return err
}

type logDayRow struct {
	OrganizationID core.OrganizationID `gorm:"primaryKey"`
	Day            core.Date           `gorm:"primaryKey"`
	EndsAt         moment              `gorm:"not null"`
	Seed           []byte              `gorm:"not null"`
	Lines          int64               `gorm:"not null"`
	Root           []byte              `gorm:"not null"`
	Number         int64               `gorm:"not null"`
}

func (r logDayRow) noun() core.LoggedDay {
	return core.LoggedDay{OrganizationID: r.OrganizationID, Day: r.Day, Ends: r.EndsAt.Time, Seed: r.Seed, Lines: r.Lines, Root: r.Root, Number: r.Number}
}

// FirstUnlogged is, of each school, when the first credit was posted after the
// last day that is logged, if that was before an instant.
func (tx *Tx) FirstUnlogged(_ context.Context, before time.Time) (map[core.OrganizationID]time.Time, error) {
	type row struct {
		ID    core.OrganizationID
		First moment
	}
	rows, err := many[row](tx.g, `SELECT o.id, (
			SELECT c.posted_at FROM credits c WHERE c.organization_id = o.id AND c.posted_at < ?
				AND c.posted_at >= COALESCE((SELECT MAX(d.ends_at) FROM log_days d WHERE d.organization_id = o.id), ?)
			ORDER BY c.posted_at LIMIT 1) AS first
		FROM organizations o WHERE o.kind = 'school'`, at(before), at(time.Unix(0, 0)))
	found := map[core.OrganizationID]time.Time{}
	for _, r := range rows {
		if !r.First.IsZero() {
			found[r.ID] = r.First.Time
		}
	}
	return found, err
}

// PostedAt are the credits that were posted at some schools from an instant to
// another, in the order of their ids.
func (tx *Tx) PostedAt(_ context.Context, orgs []core.OrganizationID, from, to time.Time) ([]core.Credit, error) {
	condition, arg := in(tx, "c.organization_id", orgs)
	return tx.credits(condition+" AND c.posted_at >= ? AND c.posted_at < ? ORDER BY c.id", arg, at(from), at(to))
}

// InsertLoggedDays keeps what opens the roots of days.
func (tx *Tx) InsertLoggedDays(_ context.Context, days []core.LoggedDay) error {
	rows := make([]logDayRow, len(days))
	for i, d := range days {
		rows[i] = logDayRow{d.OrganizationID, d.Day, at(d.Ends), d.Seed, d.Lines, d.Root, d.Number}
	}
	return tx.insert("log_days", rows)
}

// NewestDays is the newest day of each school that the log tells of.
func (tx *Tx) NewestDays(context.Context) ([]translog.Opening, error) {
	rows, err := many[logOpeningRow](tx.g, `SELECT * FROM log_openings WHERE number IN
		(SELECT MAX(number) FROM log_openings WHERE event = 'day.sign-off' GROUP BY subject)`)
	return mapped(rows, logOpeningRow.noun), err
}

// LoggedDaysAt tells which of some entries of the log a kept day names.
func (tx *Tx) LoggedDaysAt(_ context.Context, numbers []int64) (map[int64]bool, error) {
	found := map[int64]bool{}
	if len(numbers) == 0 {
		return found, nil
	}
	rows, err := many[int64](tx.g, `SELECT number FROM log_days WHERE number IN (?)`, numbers)
	for _, n := range rows {
		found[n] = true
	}
	return found, err
}

// OpeningsAt are the openings of some entries.
func (tx *Tx) OpeningsAt(_ context.Context, numbers []int64) ([]translog.Opening, error) {
	rows, err := many[logOpeningRow](tx.g, `SELECT * FROM log_openings WHERE number IN (?)`, numbers)
	return mapped(rows, logOpeningRow.noun), err
}

// OpeningsFrom are at most limit openings from a number on, with or without an
// entry.
func (tx *Tx) OpeningsFrom(_ context.Context, next int64, limit int) ([]translog.Opening, error) {
	rows, err := many[logOpeningRow](tx.g, `SELECT * FROM log_openings WHERE number >= ? ORDER BY number LIMIT ?`, next, limit)
	return mapped(rows, logOpeningRow.noun), err
}

// ChangesLinked are the changes of the credential with a code, as its link has
// it, that the log tells of, whatever they are kept under.
func (tx *Tx) ChangesLinked(_ context.Context, code string) ([]translog.Opening, error) {
	rows, err := many[logOpeningRow](tx.g, `SELECT * FROM log_openings WHERE event IN
		('credential.revoke', 'credential.suspend', 'credential.reinstate', 'credential.replace') AND payload LIKE ? ORDER BY number`, `%/c/`+code+`"%`)
	return mapped(rows, logOpeningRow.noun), err
}

// LoggedDays are at most limit days of all schools after one, in the order of
// the log.
func (tx *Tx) LoggedDays(_ context.Context, after int64, limit int) ([]core.LoggedDay, error) {
	rows, err := many[logDayRow](tx.g, `SELECT * FROM log_days WHERE number > ? ORDER BY number LIMIT ?`, after, limit)
	return mapped(rows, logDayRow.noun), err
}

// OpeningsOfMany are what was logged of some subjects, oldest first.
func (tx *Tx) OpeningsOfMany(_ context.Context, subjects []string) ([]translog.Opening, error) {
	rows, err := many[logOpeningRow](tx.g, `SELECT * FROM log_openings WHERE subject IN (?) ORDER BY number`, subjects)
	return mapped(rows, logOpeningRow.noun), err
}
