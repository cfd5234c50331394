// Package api holds the contract, openapi.yaml, the models that are generated from
// it, and the template of its page.
package api

import _ "embed"

//go:generate go run ./internal/merge account grant dispute logbook classroom registry licensure specialty continuing renewal translog certify employer shared

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
