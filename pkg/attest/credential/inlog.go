package credential

import (
	"errors"

	"github.com/palmar/palmar/pkg/translog"
	"github.com/palmar/palmar/pkg/words"
)

// CheckInLog is translog.Packed.Confirm as one of the checks of a verification. It could not be made
// where the package has no proof, or where nobody knows the log's key: with
// verifierKey "" the proof is held against the key that the package itself names,
// which can show it false but not true. The words of these witnesses are told.
func CheckInLog(p translog.Packed, verifierKey string, witnesses []translog.Witness) Check {
	check := Check{Name: CheckLog, Outcome: CouldNotCheck}
	if p.Log == nil {
		check.Reason = words.S("reason.not_logged")
		return check
	}
	key := verifierKey
	if key == "" {
		key = p.Log.Log
	}
	tree, err := p.Confirm(key)
	switch {
	case err != nil:
		check.Outcome, check.Reason = NotValid, unlogged(err)
	case verifierKey == "":
		check.Reason = words.S("reason.unknown_log")
	default:
		check.Outcome, check.Reason = Valid, words.S("reason.logged", "count", tree.Size)
	}
	if check.Outcome != NotValid {
		check.Beside = p.Log.Cosigned(key, witnesses)
	}
	return check
}

// unlogged is why a proof does not show that a credential is in the log.
func unlogged(err error) words.Sentence {
	switch {
	case errors.Is(err, translog.ErrUnsigned):
		return words.S("reason.log_not_signed")
	case errors.Is(err, translog.ErrNotIncluded):
		return words.S("reason.not_in_log")
	case errors.Is(err, translog.ErrAnother):
		return words.S("reason.log_of_another")
	}
	return words.S("reason.bad_log_proof")
}
