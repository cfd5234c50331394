package main

import "github.com/palmar/palmar/pkg/app"

type demoCommand struct {
	Data   string `help:"cli.help.demo.data" default:"data/demo" type:"path"`
	Listen string `help:"cli.help.listen" default:"127.0.0.1:8080"`
}

// Run serves the demo until the process is told to stop.
func (d demoCommand) Run(w world) error {
	return app.Demo(w.ctx, app.DemoOptions{Dir: d.Data, Listen: d.Listen, Version: version, Languages: languages(w.env)}, w.stdout, w.stderr)
}
