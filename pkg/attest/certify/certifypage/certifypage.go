// Package certifypage is what pages of several subjects show of certificates.
package certifypage

import (
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/page"
)

// Line is a certificate with the link to hand on.
type Line struct {
	core.Credential
	Path, Link string
}

// Lines are certificates on a site with a public address.
func Lines(publicURL string, all []core.Credential) []Line {
	lines := make([]Line, len(all))
	for i, c := range all {
		path := page.CertificatePath(c.Code)
		lines[i] = Line{c, path, publicURL + path}
	}
	return lines
}
