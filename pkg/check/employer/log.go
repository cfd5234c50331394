package employer

import (
	"context"
	"errors"

	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/translog"
	"github.com/palmar/palmar/pkg/words"
)

// inLog holds the proof in a package against the public log of this
// installation. The proof of another log could not be checked, since nobody here
// knows that log's key, unless it is false. It gives nothing for a file that is
// no package.
func (s *Service) inLog(ctx context.Context, raw []byte) (credential.Check, bool) {
	p, ok := translog.ReadPacked(raw)
	if !ok {
		return credential.Check{}, false
	}
	head, err := act.Peek(ctx, s.act, func(ctx context.Context, tx Tx) (translog.Head, error) { return tx.LogHead(ctx) })
	if err != nil && !errors.Is(err, core.ErrNotFound) {
		return credential.Check{Name: credential.CheckLog, Outcome: credential.CouldNotCheck, Reason: words.S("employer.log_key_unread")}, true
	}
	if p.Log != nil && p.Log.Log != head.Public {
		return credential.CheckInLog(p, "", s.witnesses), true
	}
	return credential.CheckInLog(p, head.Public, s.witnesses), true
}
