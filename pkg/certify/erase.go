package certify

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/credential"
	"github.com/palmar/palmar/pkg/translog"
)

// EraseDetail is what the log commits to of the erasure of what opened a
// credential's record of hours.
type EraseDetail struct {
	Link string    `json:"link"`
	At   time.Time `json:"at"`
}

// EraseRecord removes what opens the record of hours behind the certificate with
// a code: nobody can show a line of it any more, and the certificate stays what
// it is. The log says that it was erased, without which the doctor takes an
// absent record for one that somebody has taken out. It is the operator's own
// command and asks no permission. Codes: not_found, no_record.
func (s *Service) EraseRecord(ctx context.Context, code string) error {
	parsed, err := credential.ParseCode(code)
	if err != nil {
		return core.NotFound("certificate")
	}
	return s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		c, _, err := tx.CheckedCredential(ctx, string(parsed))
		if err == nil && c.ID.IsZero() {
			err = core.NotFound("certificate") // in escrow: its holder keeps it
		}
		if err != nil {
			return err
		}
		if err := tx.EraseCredentialRecord(ctx, c.ID); err != nil {
			if f := core.AsFault(err); f != nil && f.Kind == core.KindNotFound {
				return core.Conflict("no_record", "This certificate has no record that could be erased.")
			}
			return err
		}
		now := s.src.Now()
		event := translog.Event{Name: translog.EventErase, Subject: c.ID.String(), Detail: EraseDetail{Link: s.link(c), At: now}}
		if _, err := s.log.Append(ctx, tx, event); err != nil {
			return err
		}
		return s.audit(ctx, tx, access.Actor{Name: "operator"}, now, c.OrganizationID, "credential.erase", "credential", c.ID.String(), nil)
	})
}
