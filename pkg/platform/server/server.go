package server

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/words"
)

// APIPrefix starts every path of the API; everything else is pages.
const APIPrefix = "/v1/"

// Limits of every request that has none of its own.
const (
	defaultBody    = 1 << 20
	defaultTime    = 30 * time.Second
	headerTimeout  = 10 * time.Second
	idleTimeout    = 2 * time.Minute
	maxHeaderBytes = 32 << 10
)

// Options are what the server is made of.
type Options struct {
	Log    *slog.Logger
	Source core.Source
	// Wall is the machine's clock, by which connections go; Source may have another.
	Wall func() time.Time
	// Routes are those of the API and of the pages.
	Routes []Routes
	// APIError and PageError answer an error under APIPrefix and elsewhere.
	APIError, PageError echo.HTTPErrorHandler
	// Static serves what lies under /static/, and /favicon.ico.
	Static http.Handler
	// Ready tells what keeps the server from answering, or nil.
	Ready func(context.Context) error
	// PublicURL is where people reach the server. Over https, browsers are told
	// to stay there.
	PublicURL string
	// Proxies are whose X-Forwarded-For is believed.
	Proxies []netip.Prefix
	// Hosts are the names the server answers to; empty: any.
	Hosts []string
	// Limits of routes, by pattern, that differ from 1 MiB and 30 seconds.
	Limits map[string]Limit
	// Throttle are the patterns of routes at which a stranger can guess.
	Throttle []string
	// Budgets are those of routes, by method and pattern such as "GET /directory".
	Budgets map[string]core.Budget
	// Languages are those that answers may be in; nil is English.
	Languages *words.Offer
	// Metrics counts requests; it may be nil.
	Metrics *Metrics
}

// Routes adds what an adapter answers to the router.
type Routes interface{ Register(e *echo.Echo) }

// Limit is what a route takes: bytes of a body, and time for reading and
// answering. Zero is the default.
type Limit struct {
	Body int64
	Time time.Duration
}

// Server answers requests until it is stopped.
type Server struct {
	o        Options
	echo     *echo.Echo
	guesses  *throttle
	budgets  *budgets
	draining atomic.Bool
}

// New assembles a server.
func New(o Options) *Server {
	s := &Server{o: o, echo: echo.New(), guesses: newThrottle(o.Source.Clock), budgets: newBudgets(o.Source.Clock)}
	e := s.echo
	e.HideBanner, e.HidePort = true, true
	e.IPExtractor = extractor(o.Proxies)
	e.HTTPErrorHandler = s.answerError
	e.Use(s.identify, s.language, s.record, s.recoverPanic, s.headers, s.hosts, s.crossSite(), s.limit, s.throttle, s.budget,
		middleware.GzipWithConfig(middleware.GzipConfig{Level: 5, MinLength: 1024}))
	e.GET("/livez", func(c echo.Context) error { return c.String(http.StatusOK, "live\n") })
	e.GET("/readyz", s.ready)
	if o.Static != nil {
		e.GET("/static/*", echo.WrapHandler(o.Static))
		e.GET("/favicon.ico", echo.WrapHandler(o.Static))
	}
	for _, r := range o.Routes {
		r.Register(e)
	}
	return s
}

// Echo is the router, to be read by tests.
func (s *Server) Echo() *echo.Echo { return s.echo }

// ServeHTTP answers one request. HEAD is GET without the body.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodHead {
		get := *r
		get.Method = http.MethodGet
		r = &get
	}
	s.echo.ServeHTTP(w, r)
}

// Serve answers requests at a listener until ctx ends. Then readiness ends, the
// listener closes, and what is in flight has grace to finish.
func (s *Server) Serve(ctx context.Context, l net.Listener, grace time.Duration) error {
	h := &http.Server{
		Handler: s, ReadHeaderTimeout: headerTimeout, ReadTimeout: defaultTime, WriteTimeout: defaultTime,
		IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeaderBytes,
		ErrorLog: slog.NewLogLogger(s.o.Log.Handler(), slog.LevelDebug),
	}
	return serve(ctx, h, l, grace, func() { s.draining.Store(true) })
}

func serve(ctx context.Context, h *http.Server, l net.Listener, grace time.Duration, draining func()) error {
	failed := make(chan error, 1)
	go func() { failed <- h.Serve(l) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	draining()
	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	err := h.Shutdown(limited)
	if errors.Is(err, context.DeadlineExceeded) {
		return errors.Join(errors.New("some requests did not finish in time and were cut off"), h.Close())
	}
	return err
}

func (s *Server) ready(c echo.Context) error {
	c.Response().Header().Set("Cache-Control", "no-store")
	if s.draining.Load() {
		return c.String(http.StatusServiceUnavailable, "stopping\n")
	}
	if s.o.Ready != nil {
		ctx, cancel := context.WithTimeout(c.Request().Context(), 3*time.Second)
		defer cancel()
		if err := s.o.Ready(ctx); err != nil {
			s.o.Log.WarnContext(ctx, "not ready", "error", err)
			return c.String(http.StatusServiceUnavailable, "the database does not answer, or its schema is not this program's\n")
		}
	}
	return c.String(http.StatusOK, "ready\n")
}

// answerError lets the API or the pages say what went wrong.
func (s *Server) answerError(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	answer := s.o.PageError
	if strings.HasPrefix(c.Request().URL.Path, APIPrefix) {
		answer = s.o.APIError
	}
	if answer != nil {
		answer(err, c)
	}
	if !c.Response().Committed {
		_ = c.String(http.StatusInternalServerError, "Something went wrong here. It was noted as "+requestID(c)+".\n")
	}
}

func extractor(proxies []netip.Prefix) echo.IPExtractor {
	if len(proxies) == 0 {
		return echo.ExtractIPDirect()
	}
	trust := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, p := range proxies {
		trust = append(trust, echo.TrustIPRange(&net.IPNet{
			IP: p.Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen()),
		}))
	}
	return echo.ExtractIPFromXFFHeader(trust...)
}
