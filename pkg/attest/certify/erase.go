package certify

import (
	"context"
	"errors"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/translog"
)

// EraseDetail is what the log commits to of the erasure of what opened a
// credential's record of hours.
type EraseDetail struct {
	Link string    `json:"link"`
	At   time.Time `json:"at"`
}

var erasesRecord = act.Declare(access.RecordErase, act.NewEvent("record.erase", "credential"))

// EraseRecord removes what opens the record of hours behind the certificate with
// a code: nobody can show a line of it any more, and the certificate stays what
// it is. The log says that it was erased, without which the doctor takes an
// absent record for one that someone has taken out. It is the operator's own
// command and asks no permission. Codes: not_found, no_record.
func (s *escrows) EraseRecord(ctx context.Context, code string) error {
	parsed, err := credential.ParseCode(code)
	if err != nil {
		return core.NotFound("certificate")
	}
	_, err = act.Do(ctx, s.act, access.System, erasesRecord, act.Command[Tx, core.Credential, act.Leaf]{
		Find: func(ctx context.Context, tx Tx) (act.Found[core.Credential], error) {
			c, _, err := tx.CheckedCredential(ctx, string(parsed)) // one in escrow its holder keeps
			return act.Found[core.Credential]{Thing: c, Owner: holderOf(c)}, err
		},
		Change: func(_ context.Context, x act.Step[Tx], c core.Credential) (act.Leaf, error) {
			return s.proposals.eraseEvent(c, x.Now), nil
		},
		Save: func(ctx context.Context, x act.Step[Tx], c core.Credential, _ act.Leaf) error {
			err := x.Tx.EraseCredentialRecord(ctx, c.ID)
			if errors.Is(err, core.ErrNotFound) {
				err = core.Conflict("no_record.erased")
			}
			return err
		},
		Tell: func(c core.Credential, erased act.Leaf) []act.Told {
			return []act.Told{{Subject: c.ID.String(), Leaves: []act.Leaf{erased}}}
		},
	})
	return err
}

func (s *proposals) eraseEvent(c core.Credential, now time.Time) act.Leaf {
	return act.Leaf{Name: translog.EventErase, Subject: c.ID.String(), Detail: EraseDetail{Link: s.link(c), At: now}}
}
