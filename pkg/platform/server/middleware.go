package server

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/pkg/core"
)

var saneID = regexp.MustCompile(`^[A-Za-z0-9._-]{8,64}$`)

func requestID(c echo.Context) string { return c.Response().Header().Get(echo.HeaderXRequestID) }

// identify gives the request its identifier, the caller's own if it is sane,
// and tells the command's audit event where it came from.
func (s *Server) identify(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		id := r.Header.Get(echo.HeaderXRequestID)
		if !saneID.MatchString(id) {
			raw := make([]byte, 12)
			if _, err := io.ReadFull(s.o.Source.Rand, raw); err != nil {
				return err
			}
			id = hex.EncodeToString(raw)
		}
		c.Response().Header().Set(echo.HeaderXRequestID, id)
		origin := core.Origin{Address: c.RealIP(), Via: "page", RequestID: id}
		if strings.HasPrefix(r.URL.Path, APIPrefix) {
			origin.Via = "api"
		}
		c.SetRequest(r.WithContext(core.WithOrigin(r.Context(), origin)))
		return next(c)
	}
}

// language is that of the answer, as the browser asks.
func (s *Server) language(next echo.HandlerFunc) echo.HandlerFunc {
	if s.o.Languages == nil {
		return next
	}
	several := len(s.o.Languages.Tags()) > 1
	return func(c echo.Context) error {
		r := c.Request()
		if several {
			c.Response().Header().Add(echo.HeaderVary, "Accept-Language")
		}
		if ctx := s.o.Languages.For(r.Context(), r.Header.Get("Accept-Language")); ctx != r.Context() {
			c.SetRequest(r.WithContext(ctx))
		}
		return next(c)
	}
}

// record answers errors, and writes one log event and the figures of a request.
// The route's pattern stands for the path, which may hold a code or a link.
func (s *Server) record(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		start := s.o.Source.Clock()
		err := next(c)
		if err != nil {
			c.Error(err)
		}
		duration := s.o.Source.Clock().Sub(start)
		route, status := c.Path(), c.Response().Status
		if route == "" {
			route = "none"
		}
		s.o.Metrics.observe(c.Request().Method, route, status, duration)
		attrs := []slog.Attr{
			slog.String("request_id", requestID(c)), slog.String("method", c.Request().Method), slog.String("route", route),
			slog.Int("status", status), slog.Duration("duration", duration), slog.Int64("bytes", c.Response().Size),
		}
		if actor, ok := c.Get("actor_id").(string); ok {
			attrs = append(attrs, slog.String("actor", actor))
		}
		level := slog.LevelInfo
		switch {
		case status >= http.StatusInternalServerError:
			level = slog.LevelError
			attrs = append(attrs, slog.Any("error", err))
		case quiet(route):
			level = slog.LevelDebug
		}
		s.o.Log.LogAttrs(c.Request().Context(), level, "request", attrs...)
		return nil
	}
}

func quiet(route string) bool {
	return route == "/livez" || route == "/readyz" || route == "/favicon.ico" || strings.HasPrefix(route, "/static/")
}

func (s *Server) recoverPanic(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			r := recover()
			if r == nil {
				return
			}
			if r == http.ErrAbortHandler { //nolint:errorlint // the very value, by contract of net/http
				panic(r)
			}
			err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}()
		return next(c)
	}
}

const contentSecurity = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

func (s *Server) headers(next echo.HandlerFunc) echo.HandlerFunc {
	secure := strings.HasPrefix(s.o.PublicURL, "https://")
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("Content-Security-Policy", contentSecurity)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
		h.Set("X-Frame-Options", "DENY")
		if secure {
			h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
		}
		return next(c)
	}
}

// hosts refuses a name that the server does not go by: a stranger's page could
// otherwise reach a server on this machine through a name of its own. From here
// on the request's host is written as hosts are compared.
func (s *Server) hosts(next echo.HandlerFunc) echo.HandlerFunc {
	known := make([]string, len(s.o.Hosts))
	for i, host := range s.o.Hosts {
		known[i] = core.Host(host)
	}
	return func(c echo.Context) error {
		host := core.Host(c.Request().Host)
		c.Request().Host = host
		if h, _, err := net.SplitHostPort(host); err == nil {
			host = h
		}
		if len(known) > 0 && !slices.Contains(known, strings.Trim(host, "[]")) {
			return echo.NewHTTPError(http.StatusMisdirectedRequest, "This server does not go by that name.")
		}
		return next(c)
	}
}

var errCrossSite = core.Forbidden("cross_site")

// crossSite refuses what another site's page sends with the cookies of this
// one. A bearer token is no cookie: no browser adds it by itself.
func (s *Server) crossSite() echo.MiddlewareFunc {
	protection := http.NewCrossOriginProtection()
	if u, err := url.Parse(s.o.PublicURL); err == nil && u.Host != "" {
		_ = protection.AddTrustedOrigin(u.Scheme + "://" + core.Host(u.Host))
	}
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			r := c.Request()
			scheme, _, _ := strings.Cut(r.Header.Get(echo.HeaderAuthorization), " ")
			if !strings.EqualFold(scheme, "Bearer") && protection.Check(r) != nil {
				return errCrossSite
			}
			return next(c)
		}
	}
}

// limit bounds the body and, where a route may take longer than others, moves
// the deadlines.
func (s *Server) limit(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r, limit := c.Request(), s.o.Limits[c.Path()]
		if limit.Body == 0 {
			limit.Body = defaultBody
		}
		if limit.Time > 0 {
			until := s.o.Wall().Add(limit.Time)
			control := http.NewResponseController(c.Response().Writer)
			err := errors.Join(control.SetReadDeadline(until), control.SetWriteDeadline(until))
			if err != nil && !errors.Is(err, http.ErrNotSupported) {
				return err
			}
		}
		if r.ContentLength > limit.Body {
			c.Response().Header().Set(echo.HeaderConnection, "close")
			return tooLarge(limit.Body)
		}
		if r.Body != nil && r.Body != http.NoBody {
			r.Body = &limitedBody{ReadCloser: r.Body, left: limit.Body, limit: limit.Body}
		}
		return next(c)
	}
}

func tooLarge(limit int64) error {
	size := fmt.Sprintf("%d MB", limit>>20)
	if limit < 1<<20 {
		size = fmt.Sprintf("%d kB", limit>>10)
	}
	return &core.Fault{Kind: core.KindTooLarge, Code: "body_too_large", Args: []any{"size", size}}
}

// limitedBody gives a fault instead of more than limit bytes.
type limitedBody struct {
	io.ReadCloser
	left, limit int64
}

func (b *limitedBody) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, tooLarge(b.limit)
	}
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.ReadCloser.Read(p)
	b.left -= int64(n)
	if b.left < 0 {
		return 0, tooLarge(b.limit)
	}
	return n, err
}
