package kept

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"hash"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/earn/logbook/logbookdb"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/words"
)

// holding is how far the seals were examined.
type holding struct {
	tx    Tx
	found []words.Sentence
	days  map[core.Date]certify.AuditDay
	last  core.Date // the newest day that is logged
	day   running
	// named are the rows that audit rows vouch for, by table, which are to be looked for.
	named   map[string][]vouched
	seen    [2]map[string]bool // audit rows of this and the former page
	err     error
	decided map[decision]bool // that the audit tells of
}

// decision is what was decided on a session that is in doubt.
type decision struct {
	entry  string
	counts bool
}

// vouched is a row as an audit row names it.
type vouched struct {
	key     string
	version int64
	by      string
}

// running is the digest of a day that is being read.
type running struct {
	day   core.Date
	lines int64
	h     hash.Hash
}

func (h *holding) say(id string, args ...any) { h.found = append(h.found, words.S(id, args...)) }

// HoldSeals holds every row under a seal against it, the rows without one against
// what the log says of them, the audit against the digests of its days, and what
// its rows vouch for against what is there. It names what differs, and reads the
// tables a page at a time.
func (t Tx) HoldSeals(ctx context.Context, before map[string]certify.Rows, days []certify.AuditDay) ([]words.Sentence, error) {
	h := &holding{tx: t, days: make(map[core.Date]certify.AuditDay, len(days)), named: map[string][]vouched{}, seen: [2]map[string]bool{{}, {}}, decided: map[decision]bool{}}
	for _, d := range days {
		h.days[d.Day] = d
		if d.Day.After(h.last) {
			h.last = d.Day
		}
	}
	for _, s := range sealedTables {
		if err := h.table(s, before[s.name]); err != nil {
			return h.found, errors.Join(h.err, err) // the first is why
		}
	}
	if err := h.doubts(ctx); err != nil {
		return h.found, errors.Join(h.err, err)
	}
	ends, err := t.UnsoundTerms(ctx)
	for _, id := range ends {
		h.say("doctor.license_end", "id", id)
	}
	numbers, numbersErr := t.UnsoundNumbers(ctx)
	for _, id := range numbers {
		h.say("doctor.license_number", "id", id)
	}
	orders, ordersErr := t.UnsoundAdverse(ctx)
	for _, id := range orders {
		h.say("doctor.adverse_order", "id", id)
	}
	named, namedErr := t.UnsoundNames(ctx)
	for _, id := range named {
		h.say("doctor.name_words", "id", id)
	}
	return h.found, errors.Join(err, numbersErr, ordersErr, namedErr, h.err)
}

func (h *holding) table(s table, before certify.Rows) error {
	var u unsealed
	err := s.hold(h.tx.Tx, func(row store.Sealable, id string, c store.Condition, under core.Sealed) {
		switch c {
		case store.Changed:
			h.say("doctor.seal", "table", s.name, "id", id)
		case store.Unsealed:
			u.add(under)
		}
		if e, ok := row.(*store.AuditEvent); ok {
			h.audit(e, under)
		}
	})
	if err == nil && s.name == "audit_events" {
		h.endDay()
		h.lookUp()
		for _, d := range slices.SortedFunc(maps.Values(h.days), func(a, b certify.AuditDay) int { return a.Day.Compare(b.Day) }) {
			h.say("doctor.audit_day", "day", d.Day)
		}
	}
	switch {
	case u.lines == 0 && before.Lines == 0:
	case before.Lines == 0:
		h.say("doctor.unsealed", "table", s.name, "count", u.lines)
	case u.lines != before.Lines || !bytes.Equal(u.sum[:], before.Digest):
		h.say("doctor.unsealed_changed", "table", s.name, "stored", u.lines, "logged", before.Lines)
	}
	return err
}

// audit takes up the next row of the audit.
func (h *holding) audit(e *store.AuditEvent, under core.Sealed) {
	if day := core.DateOf(e.ID.Time()); day != h.day.day || h.day.h == nil {
		h.endDay()
		h.day = running{day: day, h: sha256.New()}
	}
	h.day.lines++
	h.day.h.Write(under)
	if len(h.seen[0]) >= sealedAtOnce {
		h.lookUp()
		h.seen[0], h.seen[1] = map[string]bool{}, h.seen[0]
	}
	id := e.ID.String()
	h.seen[0][id] = true
	if e.Action == string(logbook.DoubtDecided) {
		h.decided[decision{e.TargetID, e.Detail.V["counts"] == "yes"}] = true
	}
	for name := range strings.FieldsSeq(e.Vouches) {
		table, rest, _ := strings.Cut(name, "/")
		key, text, _ := strings.Cut(rest, "/")
		if table == "audit_events" && (h.seen[0][key] || h.seen[1][key]) {
			continue
		}
		version, _ := strconv.ParseInt(text, 10, 64)
		h.named[table] = append(h.named[table], vouched{key, version, id})
	}
}

// doubts holds what was decided on sessions that share time against the audit, and
// the sessions against the doubts.
func (h *holding) doubts(ctx context.Context) error {
	for after := (logbookdb.Decision{}); ; {
		found, err := h.tx.OverlapDecisions(ctx, after, sealedAtOnce)
		if err != nil {
			return err
		}
		if len(found) == 0 {
			break
		}
		for _, d := range found {
			if !h.decided[decision{d.EntryID.String(), d.Counts()}] {
				h.say("doctor.doubt", "id", d.EntryID)
			}
		}
		after = found[len(found)-1]
	}
	missing, err := h.tx.UndoubtedOverlaps(ctx, sealedAtOnce)
	for _, id := range missing {
		h.say("doctor.no_doubt", "id", id)
	}
	return err
}

// endDay holds a day of the audit against what was logged of it.
func (h *holding) endDay() {
	if h.day.h == nil {
		return
	}
	logged, known := h.days[h.day.day]
	delete(h.days, h.day.day)
	switch {
	case known && (logged.Lines != h.day.lines || !bytes.Equal(logged.Digest, h.day.h.Sum(nil))):
		h.say("doctor.audit_day", "day", h.day.day)
	case !known && !h.day.day.After(h.last):
		h.say("doctor.audit_unlogged", "day", h.day.day)
	}
	h.day = running{}
}

// lookUp looks for what audit rows vouch for.
func (h *holding) lookUp() {
	for name, rows := range h.named {
		delete(h.named, name)
		i := slices.IndexFunc(sealedTables, func(s table) bool { return s.name == name })
		column, version := "id", "1"
		switch {
		case name == "log_entries":
			column = "number"
		case i < 0:
			continue // of a later version of the program
		default:
			version = sealedTables[i].version
		}
		there, asked := map[string]int64{}, slices.Clone(rows)
		asked = slices.DeleteFunc(asked, func(r vouched) bool { return !isKey(column, r.key) })
		for part := range slices.Chunk(asked, sealedAtOnce) {
			if err := h.tx.versions(name, column, version, part, there); err != nil && h.err == nil {
				h.err = err
			}
		}
		for _, r := range rows {
			if v, found := there[r.key]; h.err == nil && (!found || v < r.version) {
				h.say("doctor.vouched", "table", name, "id", r.key, "audit", r.by)
			}
		}
	}
}

// isKey tells whether a column can have a key at all: PostgreSQL refuses a comparison
// with one that it cannot, and with it the rest of the transaction.
func isKey(column, key string) bool {
	if column == "number" {
		_, err := strconv.ParseInt(key, 10, 64)
		return err == nil
	}
	_, err := core.ParseID[core.AuditID](key)
	return err == nil
}

// versions reads which of some rows are there, and their versions.
func (t Tx) versions(name, column, version string, rows []vouched, into map[string]int64) error {
	keys := make([]string, sealedAtOnce) // always as many: a prepared statement for each number would need more memory than the rows
	for i := range keys {
		keys[i] = rows[min(i, len(rows)-1)].key
	}
	found, err := store.All[struct {
		Key     string
		Version int64
	}](t.Gorm().Table(name).Select("CAST("+column+" AS text) AS key, "+version+" AS version").Where(column+" IN ?", keys))
	for _, f := range found {
		into[f.Key] = f.Version
	}
	return err
}

// AuditDigest is the digest of the audit's rows of a day, and how many they are.
func (t Tx) AuditDigest(_ context.Context, begins time.Time) (certify.Rows, error) {
	h, lines, b := sha256.New(), int64(0), make(core.Sealed, 0, 1024)
	from, to := core.FirstID[core.AuditID](begins), core.FirstID[core.AuditID](begins.Add(24*time.Hour))
	for after := from; ; {
		rows, err := store.All[store.AuditEvent](t.Gorm().Where("id > ? AND id < ?", after.String(), to.String()).Order("id").Limit(sealedAtOnce))
		if err != nil || len(rows) == 0 {
			return certify.Rows{Lines: lines, Digest: h.Sum(nil)}, err
		}
		for i := range rows {
			if _, b, err = t.HoldSeal(b, &rows[i]); err != nil {
				return certify.Rows{}, err
			}
			h.Write(b)
			lines++
		}
		after = rows[len(rows)-1].ID
	}
}

// FirstAudit is when the first row of the audit was written from a moment on, zero
// where there is none.
func (t Tx) FirstAudit(_ context.Context, from time.Time) (time.Time, error) {
	found, err := store.All[core.AuditID](t.Gorm().Model(&store.AuditEvent{}).Select("id").
		Where("id > ?", core.FirstID[core.AuditID](from).String()).Order("id").Limit(1))
	if err != nil || len(found) == 0 {
		return time.Time{}, err
	}
	return found[0].Time(), nil
}
