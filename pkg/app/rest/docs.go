package rest

import (
	"bytes"
	"encoding/json"
	"html/template"
	"net/http"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/api"
)

// docs are the contract for people and for programs, made when someone first
// asks for them.
type docs func() (made, error)

type made struct {
	page     []byte
	contract []byte
}

func newDocs(contract *openapi3.T) docs {
	return sync.OnceValues(func() (made, error) {
		page, err := template.New("docs").Parse(api.DocsPage)
		if err != nil {
			return made{}, err
		}
		var out bytes.Buffer
		if err := page.Execute(&out, viewOf(contract)); err != nil {
			return made{}, err
		}
		raw, err := json.Marshal(contract)
		return made{page: out.Bytes(), contract: raw}, err
	})
}

func (d docs) register(e *echo.Echo) {
	serve := func(path, media string, body func() ([]byte, error)) {
		e.GET(path, func(c echo.Context) error {
			text, err := body()
			if err != nil {
				return err
			}
			c.Response().Header().Set("Cache-Control", "no-cache")
			return c.Blob(http.StatusOK, media, text)
		})
	}
	is := func(text []byte) func() ([]byte, error) { return func() ([]byte, error) { return text, nil } }
	serve("/docs", "text/html; charset=utf-8", func() ([]byte, error) { m, err := d(); return m.page, err })
	serve("/docs/docs.css", "text/css; charset=utf-8", is(api.DocsStyle))
	serve("/openapi.yaml", "application/yaml", is(api.Contract))
	serve("/openapi.json", "application/json", func() ([]byte, error) { m, err := d(); return m.contract, err })
}
