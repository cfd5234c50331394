package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/demo/school"
	"github.com/palmar/palmar/pkg/people/account/accountweb"
	"github.com/palmar/palmar/pkg/platform/config"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/words"
)

// DemoOptions say where the demo's data are and where it is served.
type DemoOptions struct {
	Dir       string
	Listen    string
	Version   string
	Languages string // by tag, separated by commas; empty: English
}

// Demo serves the made-up school on this machine until ctx ends; the first time
// it makes it.
func Demo(ctx context.Context, o DemoOptions, out, logs io.Writer) error {
	if !config.Loopback(o.Listen) {
		return core.Invalid("demo_not_local", "listen", o.Listen)
	}
	c, err := demoConfig(o)
	if err != nil {
		return err
	}
	made, err := demoData(ctx, c, out)
	if err != nil {
		return err
	}
	a, err := Open(ctx, c, NewLog(c, logs))
	if err != nil {
		return err
	}
	defer a.Close()
	if err := a.Migrate(ctx); err != nil {
		return err
	}
	if err := writeDemoKeys(ctx, a, c); err != nil {
		return err
	}
	return a.serve(ctx, Serving{
		Version: o.Version, Demo: demoAccounts(made), Hosts: []string{"localhost", "127.0.0.1", "::1"},
		Ready: func(address string) { tellDemo(ctx, out, c, made, address) },
	})
}

// demoConfig is made of the options alone: of what is configured for a real server
// nothing but the languages reaches the demo.
func demoConfig(o DemoOptions) (config.Config, error) {
	env := []string{
		config.Prefix + "DATA_DIR=" + o.Dir, config.Prefix + "LISTEN=" + o.Listen, config.Prefix + "LOG_LEVEL=WARN",
		config.Prefix + "PUBLIC_URL=http://" + o.Listen,
	}
	if o.Languages != "" {
		env = append(env, config.Prefix+"LANGUAGES="+o.Languages)
	}
	return config.Load(env)
}

// writeDemoKeys writes the public keys of the school into the demo's folder, for
// palmar verify --keys: nothing else vouches for a key on a made-up address.
func writeDemoKeys(ctx context.Context, a *App, c config.Config) error {
	document, err := a.Certify.PublicKeys(ctx, school.Slug)
	if err != nil {
		return err
	}
	return os.WriteFile(demoKeys(c), document, 0o600)
}

func demoKeys(c config.Config) string { return filepath.Join(c.DataDir, "keys.json") }

func demoFile(c config.Config) string { return filepath.Join(c.DataDir, "demo.json") }

// demoData finds the demo's data, or makes them. They are made in a folder
// aside and put in place when they are complete, so that a start that was
// interrupted leaves nothing half done.
func demoData(ctx context.Context, c config.Config, out io.Writer) (school.Made, error) {
	var made school.Made
	text, err := os.ReadFile(demoFile(c))
	if err == nil {
		return made, json.Unmarshal(text, &made)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return made, err
	}
	if _, err := os.Stat(sqlitePath(c)); err == nil {
		return made, core.Conflict("not_a_demo", "path", sqlitePath(c))
	}
	Tell(ctx, out, "cli.demo.making", "dir", c.DataDir)
	aside := filepath.Join(c.DataDir, "making")
	if err := os.RemoveAll(aside); err != nil {
		return made, err
	}
	if made, err = makeDemo(ctx, c, "sqlite:"+filepath.Join(aside, "palmar.db"), out); err != nil {
		return made, err
	}
	if err := os.Rename(filepath.Join(aside, "palmar.db"), sqlitePath(c)); err != nil {
		return made, err
	}
	if text, err = json.MarshalIndent(made, "", "  "); err != nil {
		return made, err
	}
	return made, errors.Join(os.WriteFile(demoFile(c), text, 0o600), os.RemoveAll(aside))
}

func makeDemo(ctx context.Context, c config.Config, address string, out io.Writer) (made school.Made, err error) {
	began := Source().Clock()
	progress := func(step words.Sentence) {
		seconds := fmt.Sprintf("%6.1f", Source().Clock().Sub(began).Seconds())
		Tell(ctx, out, "cli.demo.step", "seconds", seconds, "step", step)
	}
	secret, _, err := c.LoadSecret(Source().Rand)
	if err != nil {
		return made, err
	}
	db, err := store.Open(ctx, address, 0)
	if err != nil {
		return made, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := db.Migrate(ctx, func(words.Sentence) {}); err != nil {
		return made, err
	}
	progress(words.S("demo.database"))
	return FillDemo(ctx, c, db, secret, began, progress)
}

// FillDemo fills an empty database with the demo as of now.
func FillDemo(ctx context.Context, c config.Config, db *store.DB, secret []byte, now time.Time, progress func(words.Sentence)) (school.Made, error) {
	clock := school.NewClock(now)
	a := assemble(c, NewLog(c, io.Discard), core.Source{Clock: clock.Now, Rand: Source().Rand}, db, secret, nil)
	return school.Fill(ctx, school.Services{
		Account: a.Account, Logbook: a.Logbook, Certify: a.Certify, Licensure: a.Licensure, Continuing: a.Continuing, Specialty: a.Specialty, Employer: a.Employer, Grants: a.Grants,
		Disputes: a.Disputes,
	}, clock, progress)
}

func demoAccounts(made school.Made) []accountweb.DemoAccount {
	var all []accountweb.DemoAccount
	for _, a := range made.Accounts {
		who, name, _ := strings.Cut(a.Who, ": ")
		all = append(all, accountweb.DemoAccount{Who: name + ", " + who, Email: a.Email, Password: school.Password})
	}
	return all
}

func tellDemo(ctx context.Context, out io.Writer, c config.Config, made school.Made, address string) {
	base := "http://" + address
	if _, port, err := net.SplitHostPort(c.Listen); err == nil && port != "0" {
		base = c.PublicURL
	}
	fmt.Fprintln(out)
	Tell(ctx, out, "cli.demo.ready", "address", base, "dir", c.DataDir)
	fmt.Fprintln(out)
	Tell(ctx, out, "cli.demo.password", "password", school.Password)
	for _, a := range made.Accounts {
		fmt.Fprintf(out, "  %-34s %s\n", a.Email, a.Who)
	}
	fmt.Fprintln(out)
	Tell(ctx, out, "cli.demo.certificate", "link", base+"/c/"+credential.Code(made.Certificate).Compact())
	Tell(ctx, out, "cli.demo.keys", "file", demoKeys(c))
	Tell(ctx, out, "cli.demo.docs", "link", base+"/docs")
	fmt.Fprintln(out)
	Tell(ctx, out, "cli.demo.stop")
}
