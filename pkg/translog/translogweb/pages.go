// Package translogweb are the pages of the public log, and the files of it that
// anybody's verifier and monitor reads.
package translogweb

import (
	"errors"
	"strings"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/translog"
)

// Pages are the pages of the public log.
type Pages struct {
	Log *translog.Service
}

// Routes lists every page and file.
func (p *Pages) Routes() []page.Route {
	return []page.Route{
		page.Get("/log", page.Public, p.show),
		page.Get("/log/checkpoint", page.Public, p.serveCheckpoint),
		page.Get("/log/cosigned", page.Public, p.serveCosigned),
		page.Get("/log/tile/*", page.Public, p.serveTile),
	}
}

// Menu is empty: the log is for strangers.
func (p *Pages) Menu() []page.MenuItem { return nil }

type logPage struct {
	translog.View
	Empty   bool
	Address string
}

func (p *Pages) show(r *page.Request) error {
	content := logPage{Address: r.Site.PublicURL + "/log"}
	var err error
	content.View, err = p.Log.View(r.Ctx())
	if errors.Is(err, core.ErrNotFound) {
		content.Empty, err = true, nil
	}
	return r.Show(page.View{Name: "translog/log", Title: r.Say("translog.pages.the_public_log"), Content: content}, err)
}

func (p *Pages) serveCheckpoint(r *page.Request) error { return p.checkpoint(r, false) }

func (p *Pages) serveCosigned(r *page.Request) error { return p.checkpoint(r, true) }

func (p *Pages) checkpoint(r *page.Request, cosigned bool) error {
	text, err := p.Log.SignedCheckpoint(r.Ctx(), cosigned)
	if err != nil {
		return err
	}
	return r.Publish("text/plain; charset=utf-8", "no-cache", []byte(text))
}

func (p *Pages) serveTile(r *page.Request) error {
	data, whole, err := p.Log.Tile(r.Ctx(), strings.TrimPrefix(r.Param("*"), "/"))
	if err != nil {
		return err
	}
	cache := page.CacheShort
	if whole {
		cache = page.CacheForever
	}
	return r.Publish("application/octet-stream", cache, data)
}
