package continuing

import (
	"context"
	"fmt"
	"strings"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
)

// MostApprovals is how many numbers a provider has at the most.
const MostApprovals = 60

// ProviderInput is a provider as someone wrote it.
type ProviderInput struct {
	Name           string
	Contact        string
	HandsOnPercent int
	Numbers        []CEApproval
}

func (in *ProviderInput) check() error {
	var f form
	f.line("name", &in.Name, 1, 200)
	f.line("contact", &in.Contact, 0, 200)
	if in.HandsOnPercent < 0 || in.HandsOnPercent > 100 {
		f.Add("hands_on_percent", "bad_percent.hands_on")
	}
	if len(in.Numbers) > MostApprovals {
		f.Add("numbers", "too_many.numbers", "mostApprovals", MostApprovals)
		return f.Err()
	}
	seen := map[string]bool{}
	for i := range in.Numbers {
		n := &in.Numbers[i]
		at := func(name string) string { return fmt.Sprintf("numbers[%d].%s", i, name) }
		n.Body = strings.ToUpper(n.Body)
		f.line(at("body"), &n.Body, 1, 20)
		f.line(at("number"), &n.Number, 1, 60)
		if !n.To.IsZero() && n.To.Before(n.From) {
			f.Add(at("to"), "bad_range.standard", "to", n.To)
		}
		if key := n.Body + " " + n.Number; seen[key] {
			f.Add(at("number"), "repeated.number")
		} else {
			seen[key] = true
		}
	}
	return f.Err()
}

var writesProvider = act.Declare(access.CEProviderWrite, act.NewEvent("ce_provider.write", "ce_provider"))

// AddProvider adds a provider to those that a school knows; without a school, to
// those that every school knows, which an operator does. Permission:
// ce_provider.write. Codes by field: required, too_long, bad_percent, bad_range,
// repeated, too_many.
func (s *Service) AddProvider(ctx context.Context, a access.Actor, org core.OrganizationID, in ProviderInput) (CEProvider, error) {
	return act.Do(ctx, s.act, a, writesProvider, act.Command[Tx, struct{}, CEProvider]{
		At:      access.Target{Organization: org},
		Prepare: func(context.Context) error { return in.check() },
		Change: func(_ context.Context, x act.Step[Tx], _ struct{}) (CEProvider, error) {
			return CEProvider{
				ID: core.NewID[core.CEProviderID](s.src), OrganizationID: org, Name: in.Name, Contact: in.Contact, HandsOnPercent: in.HandsOnPercent,
				Numbers: in.Numbers, CreatedAt: x.Now, Version: 1,
			}, nil
		},
		Save: func(ctx context.Context, x act.Step[Tx], _ struct{}, p CEProvider) error {
			return x.Tx.InsertCEProvider(ctx, p)
		},
		Tell: tellProvider[struct{}],
	})
}

func tellProvider[N any](_ N, p CEProvider) []act.Told { return act.Of(p.ID.String(), nil) }

// UpdateProvider replaces a provider. What was reported before keeps what the
// certificate said. Permission: ce_provider.write. Codes: those of AddProvider,
// stale.
func (s *Service) UpdateProvider(ctx context.Context, a access.Actor, id core.CEProviderID, version int, in ProviderInput) (CEProvider, error) {
	return act.Do(ctx, s.act, a, writesProvider, act.Command[Tx, CEProvider, CEProvider]{
		Version: version,
		Find: func(ctx context.Context, tx Tx) (act.Found[CEProvider], error) {
			p, err := tx.CEProvider(ctx, id)
			return act.Found[CEProvider]{Thing: p, Owner: access.Target{Organization: p.OrganizationID}, Version: p.Version}, err
		},
		Change: func(_ context.Context, _ act.Step[Tx], p CEProvider) (CEProvider, error) {
			err := in.check()
			p.Name, p.Contact, p.HandsOnPercent, p.Numbers = in.Name, in.Contact, in.HandsOnPercent, in.Numbers
			p.Version++
			return p, err
		},
		Save: func(ctx context.Context, x act.Step[Tx], from, to CEProvider) error {
			to.Version = from.Version
			return x.Tx.UpdateCEProvider(ctx, to)
		},
		Tell: tellProvider[CEProvider],
	})
}

// Providers lists who a school knows, with those that every school knows, newest
// first. Permission: ce_provider.read. Code: bad_cursor.
func (s *Service) Providers(ctx context.Context, a access.Actor, org core.OrganizationID, page core.Page) (core.List[CEProvider], error) {
	known := act.ByID(access.CEProviderRead, access.Target{Organization: org}, func(ctx context.Context, tx Tx, after core.CEProviderID, limit int) ([]CEProvider, error) {
		return tx.CEProviders(ctx, org, after, limit)
	}, func(p CEProvider) core.CEProviderID { return p.ID })
	known.Alone = false // their numbers are a statement of their own
	return act.List(ctx, s.act, a, page, known)
}

// Provider is one provider. Permission: ce_provider.read for its school; one that
// every school knows, for operators.
func (s *Service) Provider(ctx context.Context, a access.Actor, id core.CEProviderID) (CEProvider, error) {
	return act.Read(ctx, s.act, a, access.CEProviderRead, func(ctx context.Context, r act.Reader[Tx]) (CEProvider, error) {
		p, err := r.Tx.CEProvider(ctx, id)
		if err != nil {
			return CEProvider{}, err
		}
		return p, r.May(ctx, access.Target{Organization: p.OrganizationID})
	})
}
