package primary

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/career/roster"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/license"
	"github.com/palmar/palmar/pkg/platform/outgoing"
)

// What a feed may do at the most, and how long is waited before it is asked
// again: twice as long each time.
const (
	mostAnswer   = 256 << 10
	firstWait    = 200 * time.Millisecond
	usualTimeout = 10 * time.Second
	usualTries   = 3
)

// feed is a register that is asked over HTTP and answers with a JSON object.
type feed struct {
	Config
	client *http.Client
	wait   func(context.Context, time.Duration) error
}

func newFeed(c Config) (*feed, error) {
	u, err := url.Parse(strings.NewReplacer("{number}", "1", "{title}", "t").Replace(c.URL))
	switch {
	case err != nil:
		return nil, err
	case !strings.Contains(c.URL, "{number}"):
		return nil, errors.New("the url holds {number}, where the number is put")
	case u.Scheme != "https" && (u.Scheme != "http" || !c.Private):
		return nil, errors.New("the url begins with https://")
	}
	if c.TimeoutMS <= 0 {
		c.TimeoutMS = int(usualTimeout / time.Millisecond)
	}
	if c.Tries <= 0 {
		c.Tries = usualTries
	}
	f := &feed{Config: c, wait: pause}
	dialer := &net.Dialer{Timeout: usualTimeout}
	if !c.Private {
		dialer.ControlContext = outgoing.RefusePrivate
	}
	f.client = &http.Client{
		Timeout:   time.Duration(c.TimeoutMS) * time.Millisecond,
		Transport: &http.Transport{DialContext: dialer.DialContext, TLSHandshakeTimeout: usualTimeout, MaxIdleConnsPerHost: 2, Proxy: nil},
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return errors.New("the register leads elsewhere")
		},
	}
	return f, nil
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// lookUp asks, and asks again where that can help.
func (f *feed) lookUp(ctx context.Context, title, number string) (licensure.Answer, error) {
	wait := firstWait
	for try := 1; ; try++ {
		answer, again, err := f.once(ctx, title, number)
		if err == nil || !again || try == f.Tries {
			return answer, err
		}
		if err := f.wait(ctx, wait); err != nil {
			return answer, err
		}
		wait *= 2
	}
}

// address is where a license is asked about: with the number exactly as it was recorded,
// escaped as the part of the address in which it stands asks for.
func (f *feed) address(title, number string) string {
	path, query, asks := strings.Cut(f.URL, "?")
	put := func(in string, escape func(string) string) string {
		return strings.NewReplacer("{number}", escape(number), "{title}", escape(title)).Replace(in)
	}
	if path = put(path, url.PathEscape); !asks {
		return path
	}
	return path + "?" + put(query, url.QueryEscape)
}

// once asks once; again tells whether another try can help.
func (f *feed) once(ctx context.Context, title, number string) (answer licensure.Answer, again bool, err error) {
	answer.Source = f.Name
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, f.address(title, number), nil)
	if err != nil {
		return answer, false, err
	}
	for name, value := range f.Header {
		req.Header.Set(name, value)
	}
	req.Header.Set("Accept", "application/json")
	res, err := f.client.Do(req)
	if err != nil {
		return answer, !errors.Is(err, outgoing.ErrPrivateAddress), err
	}
	defer res.Body.Close()
	switch {
	case res.StatusCode == http.StatusNotFound:
		return answer, false, licensure.ErrNotListed
	case res.StatusCode == http.StatusTooManyRequests, res.StatusCode >= 500:
		return answer, true, fmt.Errorf("the register answered %d", res.StatusCode)
	case res.StatusCode != http.StatusOK:
		return answer, false, fmt.Errorf("the register answered %d", res.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, mostAnswer+1))
	if err != nil {
		return answer, true, err
	}
	if len(body) > mostAnswer {
		return answer, false, errors.New("the answer is too long")
	}
	return f.read(answer, body, number)
}

// read takes a JSON object by the mapping. Its field as_of, YYYY-MM-DD, is the
// day of which it speaks.
func (f *feed) read(answer licensure.Answer, body []byte, number string) (licensure.Answer, bool, error) {
	var object map[string]any
	if err := json.Unmarshal(body, &object); err != nil {
		return answer, false, errors.New("the answer is no JSON object")
	}
	values := map[string]string{}
	for name, v := range object {
		switch v := v.(type) {
		case string:
			values[name] = v
		case float64:
			values[name] = fmt.Sprint(int64(v))
		}
	}
	if d, err := core.ParseDate(values["as_of"]); err == nil {
		answer.AsOf = d
	}
	line, refusal := roster.One(values, f.Mapping)
	switch {
	case refusal != nil:
		return answer, false, fmt.Errorf("the answer cannot be read: %s: %s", refusal.Field, refusal.Message)
	case license.Canonical(f.Jurisdiction, line.Number) != license.Canonical(f.Jurisdiction, number):
		return answer, false, errors.New("the answer is of another number")
	}
	answer.Line = line
	return answer, false, nil
}
