// Package templates embeds the layout, the partials, the pages and the static
// files (style, scripts, vendored libraries) of the web pages.
//
// It only embeds: how the files are parsed and served is the business of
// pkg/web/render, whose package comment tells how to write a page.
package templates

import "embed"

// FS holds layout.html, partials/, pages/, static/, paper/ (what is printed as
// PDF) and offline/, the parts of the page that checks a certificate on its own.
//
//go:embed layout.html partials pages static offline paper
var FS embed.FS
