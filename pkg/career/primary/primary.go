// Package primary asks the registers of licensing authorities about single
// licenses: in a file that is kept up to date, or over HTTPS. It must never know
// who asks, nor what is recorded.
package primary

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/career/roster"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/license"
)

// Config is one source. Kind is file or http. Mapping names the columns of the
// file, or the fields of the JSON object that is answered. Of http: URL holds
// {number} and {title}; Timeout is that of one try (10 s where it is 0); Tries
// is how often it is asked at the most (3 where it is 0); Private lets it be at a
// private address, and without TLS.
type Config struct {
	Jurisdiction string            `json:"jurisdiction"`
	Name         string            `json:"name"`
	Kind         string            `json:"kind"`
	Path         string            `json:"path"`
	URL          string            `json:"url"`
	Header       map[string]string `json:"header"`
	Mapping      roster.Mapping    `json:"mapping"`
	TimeoutMS    int               `json:"timeout_ms"`
	Tries        int               `json:"tries"`
	Private      bool              `json:"private"`
}

// source answers for one jurisdiction.
type source interface {
	lookUp(ctx context.Context, title, number string) (licensure.Answer, error)
}

// Sources are the configured sources by jurisdiction. They are a
// licensure.Primary.
type Sources map[string]source

// Read reads a JSON file with a list of sources. Paths in it are relative to it.
func Read(path string) (Sources, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var all []Config
	dec := json.NewDecoder(strings.NewReader(string(data)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&all); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	for i := range all {
		if all[i].Kind == "file" && !filepath.IsAbs(all[i].Path) {
			all[i].Path = filepath.Join(filepath.Dir(path), all[i].Path)
		}
	}
	sources, err := New(all...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return sources, nil
}

// New makes sources; each jurisdiction has one.
func New(all ...Config) (Sources, error) {
	sources := Sources{}
	for i, c := range all {
		made, err := c.source()
		switch {
		case err != nil:
		case core.JurisdictionName(c.Jurisdiction) == "":
			err = fmt.Errorf("%q is no jurisdiction", c.Jurisdiction)
		case c.Name == "":
			err = fmt.Errorf("it has no name")
		case sources[c.Jurisdiction] != nil:
			err = fmt.Errorf("%s has a source already", c.Jurisdiction)
		default:
			err = c.Mapping.Check()
		}
		if err != nil {
			return nil, fmt.Errorf("source %d: %w", i+1, err)
		}
		sources[c.Jurisdiction] = made
	}
	return sources, nil
}

func (c Config) source() (source, error) {
	switch c.Kind {
	case "file":
		if c.Path == "" {
			return nil, fmt.Errorf("a file needs a path")
		}
		return file{c}, nil
	case "http":
		return newFeed(c)
	}
	return nil, fmt.Errorf("kind is file or http, not %q", c.Kind)
}

// Knows implements licensure.Primary.
func (s Sources) Knows(jurisdiction string) bool { return s[jurisdiction] != nil }

// LookUp implements licensure.Primary.
func (s Sources) LookUp(ctx context.Context, jurisdiction, title, number string) (licensure.Answer, error) {
	source := s[jurisdiction]
	if source == nil {
		return licensure.Answer{}, fmt.Errorf("primary: no source for %s", jurisdiction)
	}
	return source.lookUp(ctx, title, number)
}

// file is a list of a board that someone keeps up to date on the disk. It
// speaks of the day on which it was written.
type file struct{ Config }

func (f file) lookUp(ctx context.Context, title, number string) (licensure.Answer, error) {
	answer := licensure.Answer{Source: f.Name}
	in, err := os.Open(f.Path)
	if err != nil {
		return answer, err
	}
	defer in.Close()
	if info, err := in.Stat(); err == nil {
		answer.AsOf = core.DateOf(info.ModTime().In(time.UTC))
	}
	lines, err := roster.Open(in, f.Mapping)
	if err != nil {
		return answer, err
	}
	wanted := license.Canonical(f.Jurisdiction, number)
	for ctx.Err() == nil {
		line, refusal, err := lines.Next()
		if roster.Done(err) {
			return answer, licensure.ErrNotListed
		}
		if err != nil {
			return answer, err
		}
		if refusal == nil && license.Canonical(f.Jurisdiction, line.Number) == wanted && (line.Title == "" || license.SameTitle(line.Title, title)) {
			answer.Line = line
			return answer, nil
		}
	}
	return answer, ctx.Err()
}
