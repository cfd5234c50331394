package certify

import (
	"context"
	"errors"

	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/translog"
)

// Package is everything that is needed to check a credential later and
// elsewhere: the signed bytes of both forms, the signed status lists as they are
// now, and the proof that the issue is in the log. What is older than the lists
// or the log has none.
type Package struct {
	Document   string `json:"document"`
	JWT        string `json:"jwt,omitempty"`
	StatusList string `json:"status_list,omitempty"`
	// Suspensions is the list beside the status list, which says by the same
	// entry whether the credential is suspended.
	Suspensions string              `json:"suspension_list,omitempty"`
	Log         *translog.Inclusion `json:"log,omitempty"`
}

// Package is the package of the credential with a code. Public. Code:
// not_found, alike for a code that is unknown and one that is none.
func (s *papers) Package(ctx context.Context, code string) (Package, error) {
	parsed, err := credential.ParseCode(code)
	if err != nil {
		return Package{}, core.NotFound("certificate")
	}
	var list StatusList
	p, err := act.Inspect(ctx, s.act, func(ctx context.Context, tx Tx) (Package, error) {
		c, _, err := tx.CheckedCredential(ctx, string(parsed))
		if errors.Is(err, core.ErrNotFound) {
			b, err := escrowed(ctx, tx, string(parsed))
			return b.Package, err
		}
		if err != nil {
			return Package{}, err
		}
		p := Package{Document: string(c.Document), JWT: c.JWT}
		logged, err := tx.OpeningsOf(ctx, c.ID.String())
		if err != nil {
			return p, err
		}
		if p.Log, err = translog.Include(ctx, tx, logged, translog.EventIssue, translog.EventResign); err == nil && !c.StatusListID.IsZero() {
			list, err = tx.StatusList(ctx, c.StatusListID)
		}
		return p, err
	})
	if err != nil || list.ID.IsZero() {
		return p, err
	}
	list, err = s.lists.upToDate(ctx, list)
	p.StatusList, p.Suspensions = string(list.Document), string(list.Suspensions)
	return p, err
}

// Confirm says whether the log entry of a package tells of its credential's
// issue, under the log's key.
func (p Package) Confirm(key string) (translog.Tree, error) {
	return translog.Packed{Document: p.Document, JWT: p.JWT, Log: p.Log}.Confirm(key)
}
