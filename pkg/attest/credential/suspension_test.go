package credential

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
)

// A certificate of Palmar is held against the list of suspensions beside the one
// that it names, from the issuer's site or from the package; any other is not.
func TestVerify_Suspension(t *testing.T) {
	key := testKey(t, 7)
	code, err := NewCode(zeros{})
	if err != nil {
		t.Fatal(err)
	}
	claim := completionClaim(key)
	claim.ID, claim.Status = "https://palmar.example/c/"+code.Compact(), &Status{ListURL: listAddress, Index: 9}
	ours := issue(t, claim, key)
	claim.ID = "https://palmar.example/badges/1"
	foreign := issue(t, claim, key)
	beside := func(set ...int) []byte {
		list := statusList(key, set...)
		list.ID, list.Purpose = SuspensionsAt(listAddress), Suspension
		return issueList(t, list, key)
	}
	clear, suspended, revocations := beside(), beside(9), issueList(t, statusList(key), key)
	const away, none = "away", "none"
	fetch := func(published string, list []byte) FetchStatusList {
		return func(_ context.Context, address string) ([]byte, error) {
			switch {
			case address == listAddress:
				return revocations, nil
			case published == away:
				return nil, errors.New("no route to host")
			case published == none:
				return nil, fmt.Errorf("%w: the host answered 404", ErrNoList)
			}
			return list, nil
		}
	}
	for name, test := range map[string]struct {
		document  []byte
		packed    []byte // nil: no package
		published string
		list      []byte
		want      Outcome
	}{
		"the site says no":                    {ours, nil, "", clear, Valid},
		"the site says suspended":             {ours, nil, "", suspended, NotValid},
		"the site has none":                   {ours, nil, none, nil, Valid},
		"the site is away":                    {ours, nil, away, nil, CouldNotCheck},
		"the site gives the other list":       {ours, nil, "", revocations, CouldNotCheck},
		"the package says no":                 {ours, clear, away, nil, Valid},
		"the package says suspended":          {ours, suspended, away, nil, NotValid},
		"the package lacks it":                {ours, []byte{}, away, nil, CouldNotCheck},
		"the package holds the other list":    {ours, revocations, away, nil, CouldNotCheck},
		"suspended since":                     {ours, clear, "", suspended, NotValid},
		"reinstated since":                    {ours, suspended, "", clear, Valid},
		"of another issuer's site, away":      {foreign, nil, away, nil, Valid},
		"of another issuer's site, suspended": {foreign, nil, "", suspended, Valid},
	} {
		t.Run(name, func(t *testing.T) {
			raw := test.document
			if test.packed != nil {
				if raw, err = json.Marshal(packed{string(raw), string(revocations), string(test.packed)}); err != nil {
					t.Fatal(err)
				}
			}
			lists := Lists{Now: nextDay, Fetch: fetch(test.published, test.list)}
			report := Verify(t.Context(), raw, Options{Now: nextDay, Status: lists.Status, Suspension: lists.Suspension})
			if failed, ok := report.Failed(); report.Outcome != test.want || ok && failed.Name != CheckSuspension {
				t.Errorf("%+v", report)
			}
		})
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }
