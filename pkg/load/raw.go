package load

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook/logbookapi"
	"github.com/palmar/palmar/pkg/earn/logbook/logbookdb"
)

// raw gives PostgreSQL the statements of Palmar's check and log, by hand and
// with nothing around them but echo: what a request costs that has to do this
// much. It judges nothing, and its answers are short.
type raw struct {
	src    core.Source
	pool   *pgxpool.Pool
	pupils []rawPupil
}

// rawPupil is what the statements name of a student who has signed in.
type rawPupil struct {
	token        []byte // its hash
	account      core.AccountID
	therapist    core.TherapistID
	enrollment   core.EnrollmentID
	organization core.OrganizationID
	supervisor   core.MemberID
}

// entry is a session of the student, handed in.
func (p rawPupil) entry(id core.EntryID, s core.Session, now time.Time) core.Entry {
	return core.Entry{
		ID: id, OrganizationID: p.organization, EnrollmentID: p.enrollment, TherapistID: p.therapist, State: core.EntrySubmitted,
		Session: s, SupervisorID: p.supervisor, CreatedAt: now, CreatedBy: p.account, SubmittedAt: now,
	}
}

// connections of the raw server and of pgbench are as many as Palmar's.
const connections = 8

func openRaw(ctx context.Context, src core.Source, address string, s *school) (*raw, error) {
	c, err := pgxpool.ParseConfig(address)
	if err != nil {
		return nil, err
	}
	c.MaxConns = connections
	pool, err := pgxpool.NewWithConfig(ctx, c)
	if err != nil {
		return nil, err
	}
	r := &raw{src: src, pool: pool}
	for _, p := range s.pupils {
		one := rawPupil{
			therapist: p.therapist, enrollment: p.enrollment, organization: s.id, supervisor: p.to.member,
		}
		err := pool.QueryRow(ctx, `SELECT s.token_hash, s.account_id FROM sessions s JOIN therapists t ON t.account_id = s.account_id
			WHERE t.id = $1 ORDER BY s.created_at DESC LIMIT 1`, one.therapist).Scan(&one.token, &one.account)
		if err != nil {
			pool.Close()
			return nil, err
		}
		r.pupils = append(r.pupils, one)
	}
	return r, nil
}

// Register adds the raw paths to a router.
func (r *raw) Register(e *echo.Echo) {
	e.GET("/raw/check/:code", r.check)
	e.POST("/raw/log/:pupil", r.log)
}

func (r *raw) check(c echo.Context) error {
	found, err := rows(c.Request().Context(), r.pool, sqlCheck, c.Param("code"))
	if err != nil {
		return err
	}
	if found == 0 {
		return echo.ErrNotFound
	}
	return c.JSON(http.StatusOK, map[string]any{"code": c.Param("code"), "rows": found})
}

func (r *raw) log(c echo.Context) error {
	n, err := strconv.Atoi(c.Param("pupil"))
	if err != nil || n < 0 || n >= len(r.pupils) {
		return echo.ErrNotFound
	}
	var in logbookapi.EntryInput
	if err := c.Bind(&in); err != nil {
		return err
	}
	ctx, p := c.Request().Context(), r.pupils[n]
	if _, err := rows(ctx, r.pool, sqlSession, p.token); err != nil {
		return err
	}
	if _, err := rows(ctx, r.pool, sqlMembers, p.account); err != nil {
		return err
	}
	id := core.NewID[core.EntryID](r.src)
	if err := pgx.BeginFunc(ctx, r.pool, func(tx pgx.Tx) error { return r.insert(ctx, tx, p, id, in) }); err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, map[string]any{"id": id, "version": 1})
}

func (r *raw) insert(ctx context.Context, tx pgx.Tx, p rawPupil, id core.EntryID, in logbookapi.EntryInput) error {
	if _, err := rows(ctx, tx, sqlPlace, p.supervisor, p.enrollment); err != nil {
		return err
	}
	if _, err := rows(ctx, tx, sqlPauses, one(p.enrollment)); err != nil {
		return err
	}
	if _, err := rows(ctx, tx, sqlDay, p.organization, one(p.therapist), in.Date.String()); err != nil {
		return err
	}
	now := r.src.Now()
	start, err := time.Parse("15:04", in.Start)
	if err != nil {
		return err
	}
	start = in.Date.In(time.UTC).Add(start.Sub(start.Truncate(24 * time.Hour)))
	session := core.Session{
		Date: in.Date, Zone: "America/New_York", Start: start, End: start.Add(5 * time.Minute), Minutes: 5,
		Subject: in.Subject, Setting: in.Setting, Delivery: in.Delivery,
	}
	if _, err = tx.Exec(ctx, sqlEntry, logbookdb.Inserted(p.entry(id, session, now))...); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, sqlAudit, core.NewID[core.AuditID](r.src).String(), now, p.organization, p.therapist, p.account, "api", "127.0.0.1", "entry.log", "entry", id.String(),
		`{"state":"submitted"}`, "", make([]byte, 32))
	return err
}

// one is an array of one identifier, as PostgreSQL reads it.
func one[K any](id core.ID[K]) string { return "{" + id.String() + "}" }

type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// rows reads all that a query gives, every column of it.
func rows(ctx context.Context, q querier, sql string, args ...any) (n int, err error) {
	found, err := q.Query(ctx, sql, args...)
	if err != nil {
		return 0, err
	}
	defer found.Close()
	for ; found.Next(); n++ {
		if _, err := found.Values(); err != nil {
			return n, err
		}
	}
	return n, found.Err()
}

// registers is what adds its paths to a router.
type registers interface{ Register(e *echo.Echo) }

// hello is echo's example.
type hello struct{}

// Register adds the path.
func (hello) Register(e *echo.Echo) {
	e.GET("/", func(c echo.Context) error { return c.String(http.StatusOK, "Hello, World!") })
}

// serveEcho serves with a bare echo until stop is called.
func serveEcho(ctx context.Context, paths registers, lanes int) (c *client, stop func() error, err error) {
	e := echo.New()
	paths.Register(e)
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, err
	}
	if c, err = newClient("http://"+l.Addr().String(), lanes); err != nil {
		return nil, nil, err
	}
	h := &http.Server{Handler: e, ReadHeaderTimeout: time.Minute}
	ended := make(chan error, 1)
	go func() { ended <- h.Serve(l) }()
	return c, func() error {
		c.close()
		err := h.Close()
		if e := <-ended; !errors.Is(e, http.ErrServerClosed) {
			err = errors.Join(err, e)
		}
		return err
	}, nil
}
