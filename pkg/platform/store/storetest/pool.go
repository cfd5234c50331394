package storetest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/words"
)

// pool hands out databases of a PostgreSQL server, each to one test at a time. They
// stay on the server from one run to the next, since making and dropping one costs
// more than most tests do: a test gets one that is emptied, and as it was migrated.
type pool struct {
	server url.URL // of the database "postgres"
	prefix string  // of their names; changes with every migration

	mu    sync.Mutex
	admin *pgx.Conn // holds the locks
	taken map[int]bool
	looks string // what a database looks like that is fresh
}

const mostPooled = 200

// take gives the address of an empty database, and what gives it back.
func (p *pool) take(ctx context.Context) (address string, giveBack func(), err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.begin(ctx); err != nil {
		return "", nil, err
	}
	for n := range mostPooled {
		if p.taken[n] {
			continue
		}
		var free bool
		if err := p.admin.QueryRow(ctx, "SELECT pg_try_advisory_lock($1)", p.lock(n)).Scan(&free); err != nil {
			return "", nil, err
		}
		if !free {
			continue // another package's tests have it
		}
		p.taken[n] = true
		if err := p.ready(ctx, p.name(n)); err != nil {
			return "", nil, err
		}
		return p.address(p.name(n)), func() { p.put(n) }, nil
	}
	return "", nil, errors.New("more databases are in use than tests could want")
}

// put gives a database back.
func (p *pool) put(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, err := p.admin.Exec(context.Background(), "SELECT pg_advisory_unlock($1)", p.lock(n)); err == nil {
		delete(p.taken, n)
	}
}

func (p *pool) name(n int) string { return fmt.Sprintf("%s_%d", p.prefix, n) }

func (p *pool) address(name string) string {
	u := p.server
	u.Path = name
	return u.String()
}

// lock is the number of the lock on a database; -1 is that on the template.
func (p *pool) lock(n int) int64 {
	h := fnv.New64a()
	fmt.Fprint(h, p.name(n))
	return int64(h.Sum64())
}

// begin connects, and makes the template unless an earlier run has.
func (p *pool) begin(ctx context.Context) (err error) {
	if p.looks != "" {
		return nil
	}
	if p.admin == nil {
		if p.admin, err = pgx.Connect(ctx, p.server.String()); err != nil {
			return err
		}
		// So long as this process runs, nobody sweeps its databases away.
		if _, err := p.admin.Exec(ctx, "SELECT pg_advisory_lock_shared($1)", runs(p.prefix)); err != nil {
			return err
		}
	}
	if _, err := p.admin.Exec(ctx, "SELECT pg_advisory_lock($1)", p.lock(-1)); err != nil {
		return err
	}
	defer func() { _, _ = p.admin.Exec(ctx, "SELECT pg_advisory_unlock($1)", p.lock(-1)) }()
	if p.looks, err = p.comment(ctx, p.prefix); err != nil || p.looks != "" {
		return err
	}
	if err := p.sweep(ctx); err != nil {
		return err
	}
	if err := p.make(ctx, p.prefix, ""); err != nil {
		return err
	}
	db, err := store.Open(ctx, p.address(p.prefix), 2)
	if err != nil {
		return err
	}
	err = db.Migrate(ctx, func(words.Sentence) {})
	if err := errors.Join(err, db.Close()); err != nil {
		return err
	}
	if err := p.within(ctx, p.prefix, func(conn *pgx.Conn) (err error) { p.looks, err = look(ctx, conn); return err }); err != nil {
		return err
	}
	// Only a template that was made to its end has a comment.
	_, err = p.admin.Exec(ctx, "COMMENT ON DATABASE "+p.prefix+" IS '"+p.looks+"'")
	return err
}

// comment is what is said of a database; nothing where there is none.
func (p *pool) comment(ctx context.Context, name string) (said string, err error) {
	err = p.admin.QueryRow(ctx, "SELECT COALESCE(shobj_description(oid, 'pg_database'), '') FROM pg_database WHERE datname = $1", name).Scan(&said)
	if errors.Is(err, pgx.ErrNoRows) {
		err = nil
	}
	return said, err
}

// make makes a database, instead of one of that name; from "" an empty one.
func (p *pool) make(ctx context.Context, name, from string) error {
	if _, err := p.admin.Exec(ctx, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)"); err != nil {
		return err
	}
	if from != "" {
		from = " TEMPLATE " + from + " STRATEGY FILE_COPY"
	}
	_, err := p.admin.Exec(ctx, "CREATE DATABASE "+name+from)
	return err
}

// sweep drops the databases of other migrations of which there is no run.
func (p *pool) sweep(ctx context.Context) error {
	rows, err := p.admin.Query(ctx, "SELECT datname FROM pg_database d WHERE datname LIKE 'palmar\\_test\\_%' AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datname = d.datname)")
	if err != nil {
		return err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	for _, name := range names {
		if strings.HasPrefix(name, p.prefix) || err != nil {
			continue
		}
		prefix, idle := strings.Join(strings.SplitN(name, "_", 4)[:3], "_"), false
		if err = p.admin.QueryRow(ctx, "SELECT pg_try_advisory_lock($1)", runs(prefix)).Scan(&idle); err != nil || !idle {
			continue
		}
		_, err = p.admin.Exec(ctx, "DROP DATABASE IF EXISTS "+name)
		_, _ = p.admin.Exec(ctx, "SELECT pg_advisory_unlock($1)", runs(prefix))
	}
	return err
}

// runs is the number of the lock that runs with a prefix hold.
func runs(prefix string) int64 {
	h := fnv.New64a()
	fmt.Fprint(h, prefix, " runs")
	return int64(h.Sum64())
}

// ready empties a database, or makes it where it is not there or looks otherwise: a
// test may have taken a trigger or a column away.
func (p *pool) ready(ctx context.Context, name string) error {
	var there bool
	if err := p.admin.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name).Scan(&there); err != nil {
		return err
	}
	if there {
		_, err := p.admin.Exec(ctx, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name)
		looks := ""
		if err == nil {
			err = p.within(ctx, name, func(conn *pgx.Conn) (err error) {
				if err = empty(ctx, conn); err == nil {
					looks, err = look(ctx, conn)
				}
				return err
			})
		}
		if err == nil && looks == p.looks {
			return nil
		}
	}
	if _, err := p.admin.Exec(ctx, "SELECT pg_advisory_lock($1)", p.lock(-1)); err != nil { // one copy at a time
		return err
	}
	defer func() { _, _ = p.admin.Exec(ctx, "SELECT pg_advisory_unlock($1)", p.lock(-1)) }()
	return p.make(ctx, name, p.prefix)
}

// empty takes all rows out of a database, whatever its triggers and keys say.
func empty(ctx context.Context, conn *pgx.Conn) error {
	_, err := conn.Exec(ctx, `DO $$
		DECLARE t regclass; filled boolean;
		BEGIN
			SET LOCAL session_replication_role = replica;
			FOR t IN SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname NOT IN ('schema_versions', 'river_migration') LOOP
				IF pg_relation_size(t) > 1048576 THEN
					EXECUTE format('TRUNCATE %s CASCADE', t);
				ELSIF pg_relation_size(t) > 0 THEN
					EXECUTE format('SELECT EXISTS (SELECT FROM %s)', t) INTO filled;
					IF filled THEN EXECUTE format('DELETE FROM %s', t); END IF;
				END IF;
			END LOOP;
			-- The planner has to know nothing of what was there.
			DELETE FROM pg_statistic WHERE starelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace);
			UPDATE pg_class SET reltuples = -1, relpages = 0, relallvisible = 0
				WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'i') AND (reltuples > 0 OR relpages > 0);
			PERFORM setval(oid, 1, false) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'S' AND relname NOT LIKE 'schema_versions%';
		END $$`)
	return err
}

// look sums up what a database is made of, and the rows that it keeps. A copy of the
// template has the template's object numbers.
func look(ctx context.Context, conn *pgx.Conn) (sum string, err error) {
	err = conn.QueryRow(ctx, `SELECT concat_ws(' ',
		(SELECT sum(hashtextextended(t::text, 0)) FROM pg_trigger t WHERE NOT tgisinternal),
		(SELECT sum(hashtextextended(concat_ws(' ', oid, conname, conrelid, convalidated, conbin), 0)) FROM pg_constraint WHERE connamespace = 'public'::regnamespace),
		(SELECT sum(hashtextextended(concat_ws(' ', attrelid, attname, atttypid, atttypmod, attnotnull, attisdropped), 0)) FROM pg_attribute a
			JOIN pg_class c ON c.oid = attrelid WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'i', 'v')),
		(SELECT sum(hashtextextended(concat_ws(' ', oid, proname, prosrc), 0)) FROM pg_proc WHERE pronamespace = 'public'::regnamespace),
		(SELECT sum(hashtextextended(v::text, 0)) FROM schema_versions v))`).Scan(&sum)
	return sum, err
}

// within connects to a database.
func (p *pool) within(ctx context.Context, name string, fn func(*pgx.Conn) error) error {
	conn, err := pgx.Connect(ctx, p.address(name))
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	return fn(conn)
}

// pooled gives a test a database of a server until the test ends. One that a test
// failed with is left alone until the next run.
func (p *pool) pooled(t testing.TB) string {
	t.Helper()
	address, giveBack, err := p.take(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the database is left as it is until the next run: %s", address)
			return
		}
		giveBack()
	})
	return address
}

// migrations is a hash over all that a fresh database comes from.
func migrations() (string, error) {
	h := sha256.New()
	queue, err := store.QueueVersion()
	if err != nil {
		return "", err
	}
	fmt.Fprintln(h, queue)
	var paths []string
	err = fs.WalkDir(store.Migrations(), ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			paths = append(paths, path)
		}
		return err
	})
	slices.Sort(paths)
	for _, path := range paths {
		b, readErr := fs.ReadFile(store.Migrations(), path)
		err = errors.Join(err, readErr)
		fmt.Fprintln(h, path, len(b))
		h.Write(b)
	}
	return hex.EncodeToString(h.Sum(nil)), err
}
