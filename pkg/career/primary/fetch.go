package primary

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/palmar/palmar/pkg/platform/outgoing"
)

// Lists fetches the lists of sources, each from the very address that was approved. It is
// a licensure.Fetcher.
type Lists struct{ client *http.Client }

// NewLists makes a Lists that goes to public addresses alone.
func NewLists() *Lists {
	dialer := &net.Dialer{Timeout: usualTimeout, ControlContext: outgoing.RefusePrivate}
	return &Lists{&http.Client{
		Timeout:       5 * time.Minute,
		Transport:     &http.Transport{DialContext: dialer.DialContext, TLSHandshakeTimeout: usualTimeout, Proxy: nil},
		CheckRedirect: stay,
	}}
}

func stay(*http.Request, []*http.Request) error { return errors.New("the source leads elsewhere") }

// FetchList implements licensure.Fetcher.
func (l *Lists) FetchList(ctx context.Context, address string) (io.ReadCloser, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	if req.URL.Scheme != "https" {
		return nil, errors.New("a list is fetched over https")
	}
	res, err := l.client.Do(req)
	if err != nil {
		return nil, err
	}
	if res.StatusCode != http.StatusOK {
		res.Body.Close()
		return nil, fmt.Errorf("the source answered %d", res.StatusCode)
	}
	return res.Body, nil
}
