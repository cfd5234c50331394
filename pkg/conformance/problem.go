package conformance

import "fmt"

// problem is an error as the specifications name it.
type problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Detail string `json:"detail"`
}

func (p *problem) Error() string { return p.Detail }

func wrong(title, format string, args ...any) error {
	return &problem{"https://www.w3.org/TR/vc-data-model#" + title, title, fmt.Sprintf(format, args...)}
}
