package httpapi

import (
	"bytes"
	"encoding/json"
	"html/template"
	"net/http"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/api"
)

// docs are the contract for people and for programs, made once.
type docs struct {
	page     []byte
	contract []byte
}

func newDocs(contract *openapi3.T) (docs, error) {
	page, err := template.New("docs").Parse(api.DocsPage)
	if err != nil {
		return docs{}, err
	}
	var out bytes.Buffer
	if err := page.Execute(&out, viewOf(contract)); err != nil {
		return docs{}, err
	}
	raw, err := json.Marshal(contract)
	return docs{page: out.Bytes(), contract: raw}, err
}

func (d docs) register(e *echo.Echo) {
	serve := func(path, media string, body []byte) {
		e.GET(path, func(c echo.Context) error {
			c.Response().Header().Set("Cache-Control", "no-cache")
			return c.Blob(http.StatusOK, media, body)
		})
	}
	serve("/docs", "text/html; charset=utf-8", d.page)
	serve("/docs/docs.css", "text/css; charset=utf-8", api.DocsStyle)
	serve("/openapi.yaml", "application/yaml", api.Contract)
	serve("/openapi.json", "application/json", d.contract)
}
