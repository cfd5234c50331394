// Package api holds the contract, openapi.yaml, the server interface and types
// that are generated from it, and the template of its page.
package api

import _ "embed"

//go:generate go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2 -config config.yaml openapi.yaml

// Contract is openapi.yaml.
//
//go:embed openapi.yaml
var Contract []byte

// DocsPage is the html/template of /docs, DocsStyle its style sheet.
var (
	//go:embed docs.html
	DocsPage string
	//go:embed docs.css
	DocsStyle []byte
)
