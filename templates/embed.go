// Package templates embeds the layout, the partials, the pages and the static
// files (style, scripts, vendored libraries) of the web pages.
//
// It only embeds: how the files are parsed and served is the business of
// pkg/platform/render, whose package comment tells how to write a page.
package templates

import "embed"

// FS holds layout.html, error.html, partials/, a folder of pages for each subject, static/,
// paper/ (what is printed as PDF) and offline/, the parts of the page that checks
// a certificate on its own.
//
//go:embed layout.html error.html */*
var FS embed.FS
