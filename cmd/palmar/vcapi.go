package main

import "github.com/palmar/palmar/pkg/app"

type vcAPICommand struct {
	Listen string `help:"cli.help.listen" default:"127.0.0.1:8787"`
	TLS    string `name:"tls" help:"cli.help.vc_api.tls" default:"127.0.0.1:8788"`
}

// Run answers conformance suites until the process is told to stop.
func (v vcAPICommand) Run(w world) error { return app.VCAPI(w.ctx, v.Listen, v.TLS, w.stdout) }
