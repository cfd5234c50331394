package web

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strings"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/translog"
)

// What anybody's verifier and monitor reads: files, not pages.
var publishedRoutes = []Route{
	{http.MethodGet, "/status/:list", Public, (*request).serveStatusList},
	{http.MethodGet, "/status/:list/suspension", Public, (*request).serveSuspensions},
	{http.MethodGet, "/log", Public, (*request).showPublicLog},
	{http.MethodGet, "/log/checkpoint", Public, (*request).serveCheckpoint},
	{http.MethodGet, "/log/cosigned", Public, (*request).serveCosigned},
	{http.MethodGet, "/log/tile/*", Public, (*request).serveTile},
}

// published answers with something that other sites' programs may read.
func (r *request) published(mediaType, cache string, data []byte) error {
	sum := sha256.Sum256(data)
	etag := `"` + hex.EncodeToString(sum[:16]) + `"`
	header := r.Response().Header()
	header.Set("Cache-Control", cache)
	header.Set("ETag", etag)
	header.Set("Access-Control-Allow-Origin", "*")
	header.Set("Cross-Origin-Resource-Policy", "cross-origin")
	if r.Request().Header.Get("If-None-Match") == etag {
		return r.NoContent(http.StatusNotModified)
	}
	return r.Blob(http.StatusOK, mediaType, data)
}

const (
	cacheShort   = "public, max-age=300"
	cacheForever = "public, max-age=31536000, immutable"
)

func (r *request) serveStatusList() error {
	list, err := r.statusList()
	if err != nil {
		return err
	}
	return r.published("application/vc+ld+json", cacheShort, list.Document)
}

func (r *request) serveSuspensions() error {
	list, err := r.statusList()
	if err == nil && list.Suspensions == nil {
		err = core.NotFound("status list")
	}
	if err != nil {
		return err
	}
	return r.published("application/vc+ld+json", cacheShort, list.Suspensions)
}

func (r *request) statusList() (core.StatusList, error) {
	at, err := id[core.StatusListID](r, "list")
	if err != nil {
		return core.StatusList{}, err
	}
	return r.web.Certify.StatusList(r.ctx(), at)
}

func (r *request) serveCheckpoint() error { return r.checkpoint(false) }

func (r *request) serveCosigned() error { return r.checkpoint(true) }

func (r *request) checkpoint(cosigned bool) error {
	text, err := r.web.Translog.SignedCheckpoint(r.ctx(), cosigned)
	if err != nil {
		return err
	}
	return r.published("text/plain; charset=utf-8", "no-cache", []byte(text))
}

func (r *request) serveTile() error {
	data, whole, err := r.web.Translog.Tile(r.ctx(), strings.TrimPrefix(r.Param("*"), "/"))
	if err != nil {
		return err
	}
	cache := cacheShort
	if whole {
		cache = cacheForever
	}
	return r.published("application/octet-stream", cache, data)
}

type logPage struct {
	translog.View
	Empty   bool
	Address string
}

func (r *request) showPublicLog() error {
	page := logPage{Address: r.web.PublicURL + "/log"}
	var err error
	page.View, err = r.web.Translog.View(r.ctx())
	if errors.Is(err, core.NotFound("")) {
		page.Empty, err = true, nil
	}
	if err != nil {
		return err
	}
	return r.page("public/log", "The public log", page)
}
