package credential

import (
	"context"
	"encoding/json"
)

// packed is a credential that was kept with its status list, so that it can be
// checked where the list cannot be fetched.
type packed struct {
	Document   string `json:"document"`
	StatusList string `json:"status_list"`
}

func readPacked(raw []byte) (packed, bool) {
	var p packed
	if len(raw) > maxDisclosureBytes || json.Unmarshal(raw, &p) != nil {
		return packed{}, false
	}
	return p, p.Document != ""
}

// wrapped holds what stands around a credential to the same strictness: nobody
// may read another document or another line in it.
func wrapped(raw []byte, names ...string) error {
	outer, err := parseBounded(raw, maxDisclosureBytes, maxWrappedValues)
	for _, name := range names {
		if _, exact := outer[name]; err == nil && !exact {
			err = invalid("there is no %s", name)
		}
	}
	return err
}

// status asks for the list as the options say, and reads the one in the package
// where that gives no answer. The answer names the day of the list it is from.
func (p packed) status(options Options) func(context.Context, string, map[string]any) (Outcome, string) {
	if p.StatusList == "" {
		return options.Status
	}
	kept := Lists{Resolver: options.Resolver, Now: options.Now, Fetch: func(context.Context, string) ([]byte, error) { return []byte(p.StatusList), nil }}
	return func(ctx context.Context, issuer string, entry map[string]any) (Outcome, string) {
		if options.Status != nil {
			if outcome, detail := options.Status(ctx, issuer, entry); outcome != CouldNotCheck {
				return outcome, detail
			}
		}
		outcome, detail := kept.Status(ctx, issuer, entry)
		return outcome, detail + ", as the package holds it"
	}
}
