package credential

import (
	"fmt"

	"github.com/palmar/palmar/pkg/translog"
)

// CheckInLog is translog.Packed.Confirm as one of the checks of a verification. It could not be made
// where the package has no proof, or where nobody knows the log's key: with
// verifierKey "" the proof is held against the key that the package itself names,
// which can show it false but not true. The words of these witnesses are told.
func CheckInLog(p translog.Packed, verifierKey string, witnesses []translog.Witness) Check {
	check := Check{Name: CheckLog, Outcome: CouldNotCheck}
	if p.Log == nil {
		check.Detail = "the package holds no proof that its issue is in a log"
		return check
	}
	key := verifierKey
	if key == "" {
		key = p.Log.Log
	}
	tree, err := p.Confirm(key)
	switch {
	case err != nil:
		check.Outcome, check.Detail = NotValid, err.Error()
	case verifierKey == "":
		check.Detail = fmt.Sprintf("the proof leads to a checkpoint of %q with %d entries, under a key that nobody here knows as that log's", tree.Origin, tree.Size)
	default:
		check.Outcome = Valid
		check.Detail = fmt.Sprintf("its issue is in the log %s, no later than its checkpoint of %d entries", tree.Origin, tree.Size)
	}
	if check.Outcome != NotValid {
		check.Detail += p.Log.Cosigned(key, witnesses)
	}
	return check
}
