package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"time"

	"github.com/palmar/palmar/pkg/app/pages"
	"github.com/palmar/palmar/pkg/app/rest"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/people/account/accountweb"
	"github.com/palmar/palmar/pkg/platform/config"
	"github.com/palmar/palmar/pkg/platform/edge"
	"github.com/palmar/palmar/pkg/platform/jobs"
	"github.com/palmar/palmar/pkg/platform/mail"
	"github.com/palmar/palmar/pkg/platform/render"
	"github.com/palmar/palmar/pkg/platform/server"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/words"
	"github.com/palmar/palmar/templates"
)

// Serving is what a server is beside its configuration.
type Serving struct {
	// Version of the program.
	Version string
	// Demo are the accounts that the sign-in page offers; empty: none.
	Demo []accountweb.DemoAccount
	// Hosts are the names that the server answers to; empty: any.
	Hosts []string
	// Listener is where requests come in; nil: the configured address. Serve
	// closes it.
	Listener net.Listener
	// Source is the clock and the randomness; without a clock, the machine's.
	Source core.Source
	// Ready is called once when requests are answered, with the address.
	Ready func(address string)
}

// Serve runs `palmar serve`: it migrates the database, tells the link of the
// first administrator on out while there is no account, and answers requests
// until ctx ends.
func Serve(ctx context.Context, c config.Config, log *slog.Logger, out io.Writer, s Serving) error {
	if s.Listener != nil {
		defer s.Listener.Close()
	}
	src := s.Source
	if src.Clock == nil {
		src = sourceOf(c)
	}
	a, err := openBy(ctx, c, log, src)
	if err != nil {
		return err
	}
	defer a.Close()
	if err := a.Migrate(ctx); err != nil {
		return err
	}
	if err := a.firstLink(ctx, out); err != nil {
		return err
	}
	return a.serve(ctx, s)
}

func (a *App) firstLink(ctx context.Context, out io.Writer) error {
	token, needed, err := a.Account.Bootstrap(ctx)
	if err != nil || !needed {
		return err
	}
	_, err = fmt.Fprintf(out, "\n%s\n\n    %s\n\n", words.In(ctx).Say("cli.serve.first_link"), a.Config.PublicURL+"/invitations/"+token)
	return err
}

// serve answers requests until ctx ends. What is in flight is finished first,
// then the jobs, and the database is the caller's to close.
func (a *App) serve(ctx context.Context, s Serving) error {
	metrics := server.NewMetrics(s.Version)
	a.watchPools(metrics)
	metrics.Register(&parkedGauge{a})
	h, err := a.Handler(s, metrics)
	if err != nil {
		return err
	}
	runner, err := a.runner()
	if err != nil {
		return err
	}
	l, err := a.listen(s)
	if err != nil {
		return err
	}
	defer l.Close()
	side, err := a.serveMetrics(ctx, metrics)
	if err != nil {
		return err
	}
	if err := runner.Start(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	a.Log.InfoContext(ctx, "ready", "config", a.Config, "address", l.Addr().String(), "version", s.Version)
	if s.Ready != nil {
		s.Ready(l.Addr().String())
	}
	err = h.Serve(ctx, l, a.Config.ShutdownTimeout)
	a.Log.InfoContext(ctx, "stopping")
	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	return errors.Join(err, runner.Stop(limited), side())
}

func (a *App) listen(s Serving) (net.Listener, error) {
	if s.Listener != nil {
		return s.Listener, nil
	}
	l, err := net.Listen("tcp", a.Config.Listen)
	if err != nil {
		return nil, cannotListen("LISTEN", err)
	}
	return l, nil
}

// Handler assembles the API and the pages.
func (a *App) Handler(s Serving, metrics *server.Metrics) (*server.Server, error) {
	api, err := rest.New(rest.Services{
		Account: a.Account, Grants: a.Grants, Disputes: a.Disputes, Logbook: a.Logbook, Certify: a.Certify, Licensure: a.Licensure, Continuing: a.Continuing, Specialty: a.Specialty, Registry: a.Registry, Classroom: a.Classroom, Employer: a.Employer, Renewal: a.Renewal, Translog: a.Translog,
	}, rest.Options{
		BaseURL: a.Config.PublicURL, Source: a.Source,
		Answers: store.Bind(a.DB, func(tx *store.Tx) edge.Answers { return kept.On(tx) }),
	})
	if err != nil {
		return nil, err
	}
	renderer, err := render.New(templates.FS)
	if err != nil {
		return nil, err
	}
	static, err := render.Static(templates.FS)
	if err != nil {
		return nil, err
	}
	site := pages.New(pages.Services{
		Account: a.Account, Grants: a.Grants, Disputes: a.Disputes, Logbook: a.Logbook, Certify: a.Certify, Licensure: a.Licensure, Continuing: a.Continuing, Specialty: a.Specialty, Registry: a.Registry, Classroom: a.Classroom, Employer: a.Employer, Renewal: a.Renewal, Translog: a.Translog,
	}, renderer, pages.Options{
		PublicURL: a.Config.PublicURL, Secure: a.Config.Secure(), Demo: s.Demo, Source: a.Source, Log: a.Log,
	})
	languages, err := words.NewOffer(a.Config.Languages...)
	if err != nil {
		return nil, err
	}
	return server.New(server.Options{
		Log: a.Log, Source: a.Source, Wall: Source().Clock, Languages: languages,
		Routes:   []server.Routes{api, site},
		APIError: edge.ErrorHandler, PageError: site.Error,
		Static: static, Ready: a.ready, PublicURL: a.Config.PublicURL, Proxies: a.Config.TrustedProxies, Hosts: s.Hosts,
		Limits: limits(api, site), Throttle: guessable(api, site), Budgets: budgets(api, site), Metrics: metrics,
	}), nil
}

func (a *App) ready(ctx context.Context) error {
	if err := a.DB.Ping(ctx); err != nil {
		return err
	}
	return a.DB.CheckSchema(ctx)
}

func (a *App) runner() (*jobs.Runner, error) {
	m := a.Config.Mail
	var mailer jobs.Mailer = mail.Dir(m.Dir)
	if m.Host != "" {
		mailer = mail.SMTP{
			Host: m.Host, Port: m.Port, TLS: m.TLS, Plain: m.Plain, User: m.User, Password: m.Password.Reveal(), From: m.From,
		}
	}
	return jobs.New(a.DB, jobs.Options{
		Mailer: mailer, Source: a.Source, Log: a.Log, Clean: func(ctx context.Context, tx *store.Tx, now time.Time) (map[string]int64, error) {
			return kept.On(tx).Clean(ctx, now, now.Add(-account.SessionIdle))
		},
		Works: a.works(),
	})
}

// serveMetrics answers /metrics where a port for it is configured; stop waits
// for its end.
func (a *App) serveMetrics(ctx context.Context, m *server.Metrics) (stop func() error, err error) {
	if a.Config.MetricsListen == "" {
		return func() error { return nil }, nil
	}
	l, err := net.Listen("tcp", a.Config.MetricsListen)
	if err != nil {
		return nil, cannotListen("METRICS_LISTEN", err)
	}
	ended := make(chan error, 1)
	go func() { ended <- m.Serve(ctx, l, a.Log) }()
	return func() error { return <-ended }, nil
}
