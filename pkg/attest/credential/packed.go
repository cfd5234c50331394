package credential

import (
	"context"
	"encoding/json"

	"github.com/palmar/palmar/pkg/words"
)

// packed is a credential that was kept with its status lists, so that it can be
// checked where they cannot be fetched.
type packed struct {
	Document   string `json:"document"`
	StatusList string `json:"status_list"`

	Suspensions string `json:"suspension_list"`
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
			err = invalid("reason.part_missing", "part", name)
		}
	}
	return err
}

// read has options look at the lists in the package where they give no answer
// otherwise. The answer names the day of the list it is from.
func (p packed) read(options Options) Options {
	kept := func(document string) Lists {
		return Lists{Resolver: options.Resolver, Now: options.Now, Fetch: func(context.Context, string) ([]byte, error) {
			if document == "" {
				return nil, unsupported("reason.suspension_unseen")
			}
			return []byte(document), nil
		}}
	}
	if p.StatusList != "" {
		options.Status = or(options.Status, kept(p.StatusList).Status)
	}
	options.Suspension = or(options.Suspension, kept(p.Suspensions).Suspension)
	return options
}

type lookUp func(ctx context.Context, issuer string, entry map[string]any) (Outcome, words.Sentence)

// or asks the second where the first could not check.
func or(first, second lookUp) lookUp {
	return func(ctx context.Context, issuer string, entry map[string]any) (Outcome, words.Sentence) {
		if first != nil {
			if outcome, reason := first(ctx, issuer, entry); outcome != CouldNotCheck {
				return outcome, reason
			}
		}
		return second(ctx, issuer, entry)
	}
}
