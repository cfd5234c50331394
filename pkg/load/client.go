package load

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/platform/config"
)

// person speaks to a server as someone, or as nobody without a token.
type person struct {
	site  *client
	token string
}

// client keeps connections to a server of this machine.
type client struct {
	base string
	http *http.Client
}

// newClient refuses a server that is not on this machine.
func newClient(base string, lanes int) (*client, error) {
	u, err := url.Parse(base)
	if err != nil {
		return nil, err
	}
	if !config.Loopback(u.Host) {
		return nil, fmt.Errorf("%s is not on this machine; load is sent to no other", base)
	}
	return &client{base, &http.Client{
		Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: lanes, DisableCompression: true},
	}}, nil
}

func (c *client) close() { c.http.CloseIdleConnections() }

// page opens a page as a browser does, with its redirects, compressed.
func (p person) page(ctx context.Context, path string) error {
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, p.site.base+path, http.NoBody)
	if err != nil {
		return err
	}
	q.Header.Set("Accept-Encoding", "gzip")
	if p.token != "" {
		q.Header.Set("Cookie", "palmar="+p.token)
	}
	_, err = p.site.send(q, http.StatusOK)
	return err
}

// call is a request of the API; into gets the answer unless it is nil.
func (p person) call(ctx context.Context, method, path string, body, into any, header ...string) error {
	var text []byte
	if body != nil {
		var err error
		if text, err = json.Marshal(body); err != nil {
			return err
		}
	}
	q, err := http.NewRequestWithContext(ctx, method, p.site.base+path, bytes.NewReader(text))
	if err != nil {
		return err
	}
	q.Header.Set("Content-Type", "application/json")
	if p.token != "" {
		q.Header.Set("Authorization", "Bearer "+p.token)
	}
	for i := 0; i+1 < len(header); i += 2 {
		q.Header.Set(header[i], header[i+1])
	}
	answer, err := p.site.send(q, http.StatusOK, http.StatusCreated)
	if err != nil || into == nil {
		return err
	}
	return json.Unmarshal(answer, into)
}

// send gives the answer's body; a status that is not wanted is an error.
func (c *client) send(q *http.Request, wanted ...int) ([]byte, error) {
	a, err := c.http.Do(q)
	if err != nil {
		return nil, err
	}
	defer a.Body.Close()
	body, err := io.ReadAll(a.Body)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(wanted, a.StatusCode) {
		return nil, fmt.Errorf("%s %s answers %d %.300s", q.Method, q.URL.Path, a.StatusCode, body)
	}
	return body, nil
}
