package account

import (
	"context"
	"slices"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
)

// Languages are those that a person or an organization may choose, by tag.
func (s *Service) Languages() []string { return s.Identity.languages }

var choosesLanguage = act.Declare(access.SelfWrite, act.NewEvent("account.language_choose", "account"))

// ChooseLanguage has pages, answers and mails come to the actor in a language, by
// its tag; empty: in that of the browser, and mails in the organization's. It wants
// self.write and a person. Code: unknown_language.
func (s *Identity) ChooseLanguage(ctx context.Context, a access.Actor, tag string) error {
	_, err := act.Do(ctx, s.act, a, choosesLanguage, act.Command[Tx, core.Account, core.Account]{
		Prepare: func(context.Context) error {
			var c core.Collect
			s.checkLanguage(&c, tag)
			return c.Err()
		},
		Find: func(ctx context.Context, tx Tx) (act.Found[core.Account], error) {
			if err := person(a); err != nil {
				return act.Found[core.Account]{}, err
			}
			account, err := tx.Account(ctx, a.AccountID)
			return act.Found[core.Account]{Thing: account}, err
		},
		Change: func(ctx context.Context, x act.Step[Tx], account core.Account) (core.Account, error) {
			if account.Language == tag {
				return account, act.ErrNothing
			}
			account.Language = tag
			return account, x.Tx.SetLanguage(ctx, account)
		},
		Tell: func(_, to core.Account) []act.Told {
			return act.Of(idText(a.AccountID), map[string]string{"language": to.Language})
		},
	})
	return err
}

// checkLanguage refuses a tag that is not among those that may be chosen.
func (d *desk) checkLanguage(c *core.Collect, tag string) {
	if tag != "" && !slices.Contains(d.languages, tag) {
		c.Add("language", "unknown_language", "languages", d.languages)
	}
}
