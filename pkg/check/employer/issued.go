package employer

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/words"
)

// CheckIssued is the name of the check that a document of a school here is one that it
// issued: a key that was stolen or retired can sign what never was.
const CheckIssued = "issued"

// issuedHere compares a document that a key of a school here has signed with what the
// school issued. asked is false where no such key has.
func (s *Service) issuedHere(ctx context.Context, k *kept, r credential.Report) (check credential.Check, asked bool) {
	signed := slices.ContainsFunc(r.Checks, func(c credential.Check) bool {
		return c.Name == credential.CheckSignature && c.Outcome == credential.Valid
	})
	if !signed || !k.here {
		return check, false
	}
	check.Name = CheckIssued
	check.Outcome, check.Reason = s.compared(ctx, k, r)
	return check, true
}

func (s *Service) compared(ctx context.Context, k *kept, r credential.Report) (credential.Outcome, words.Sentence) {
	_, code, _ := strings.Cut(r.ID, "/c/")
	var lost certify.Restore
	c, err := act.Inspect(ctx, s.act, func(ctx context.Context, tx Tx) (core.Credential, error) {
		c, _, err := checked(ctx, tx, code)
		if errors.Is(err, core.ErrNotFound) {
			var restoreErr error
			if lost, restoreErr = tx.RestoredOver(ctx, r.ValidFrom); restoreErr != nil {
				err = restoreErr
			}
		}
		return c, err
	})
	ofSchool := k.escrow || c.OrganizationID == k.org
	switch {
	case err != nil && !errors.Is(err, core.ErrNotFound):
		return credential.CouldNotCheck, words.S("employer.issued_unread")
	case err != nil && !lost.At.IsZero():
		return credential.CouldNotCheck, words.S("employer.lost_by_restore", "from", words.Moment(lost.BackTo), "to", words.Moment(lost.At))
	case err != nil || !ofSchool:
		return credential.NotValid, words.S("employer.not_issued")
	case !sameAsIssued(c, r.Signed):
		return credential.NotValid, words.S("employer.altered")
	}
	return credential.Valid, words.S("employer.as_issued")
}

// sameAsIssued compares what was signed: a JWT by its bytes, a document by its
// canonical form without the proof.
func sameAsIssued(c core.Credential, signed string) bool {
	if strings.HasPrefix(signed, "{") {
		return credential.SameContent([]byte(signed), c.Document)
	}
	return c.JWT != "" && signed == c.JWT
}
