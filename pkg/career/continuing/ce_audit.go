package continuing

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/core"
)

// CEAudit is a random check of the holders of a jurisdiction's license whose
// cycle ends on one of the days from EndsFrom to EndsTo.
//
// It begins with a secret seed, of which the digest (Commitment) is told at once,
// and with the people who can be drawn, of whom a digest is told too. Then comes
// a public Word that nobody knew before, such as a lottery's numbers; seed and
// word together draw the sample, and the seed is told. So neither who chose the
// seed nor who chose the word could choose the people. Seed is empty before.
type CEAudit struct {
	ID               core.CEAuditID
	OrganizationID   core.OrganizationID
	Jurisdiction     string
	EndsFrom, EndsTo core.Date
	Percent          int
	Commitment       string
	Seed             string
	Population       int
	PopulationDigest string
	CreatedAt        time.Time
	CreatedBy        core.AccountID
	CreatedByName    string
	Word             string
	DrawnAt          time.Time
	Version          int
}

// CEAuditPerson is someone who can be drawn, or was: Place counts the sample
// from 1, and is 0 for who was not. Outcome is accepted or rejected once someone
// decided.
type CEAuditPerson struct {
	AuditID       core.CEAuditID
	LicenseID     core.LicenseID
	TherapistID   core.TherapistID
	Name          string
	Number        string
	CycleFrom     core.Date
	CycleTo       core.Date
	Place         int
	Outcome       CEState
	Reason        string
	DecidedBy     core.AccountID
	DecidedByName string
	DecidedAt     time.Time
}

// CEDraw is all that is needed to draw an audit's sample again. Licenses and
// Sample are identifiers of licenses.
type CEDraw struct {
	Audit            core.CEAuditID   `json:"audit"`
	Percent          int              `json:"percent"`
	Commitment       string           `json:"commitment"`
	Seed             string           `json:"seed"`
	Word             string           `json:"word"`
	PopulationDigest string           `json:"population_digest"`
	Licenses         []core.LicenseID `json:"licenses"`
	Sample           []core.LicenseID `json:"sample"`
}

// CommitCE is the digest of a seed, both in hexadecimal.
func CommitCE(seed string) string {
	raw, err := hex.DecodeString(seed)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

// DigestCE is the SHA-256 of identifiers, sorted and one a line.
func DigestCE(ids []core.LicenseID) string {
	h := sha256.New()
	for _, id := range sortedIDs(ids) {
		h.Write([]byte(id.String() + "\n"))
	}
	return hex.EncodeToString(h.Sum(nil))
}

func sortedIDs(ids []core.LicenseID) []core.LicenseID {
	sorted := slices.Clone(ids)
	slices.SortFunc(sorted, func(a, b core.LicenseID) int { return bytes.Compare(a[:], b[:]) })
	return sorted
}

// SampleSize is how many of n a percentage is, rounded up, and at least one.
func SampleSize(n, percent int) int {
	return min(n, max(1, (n*percent+99)/100))
}

// DrawCE draws a sample: the identifiers are ordered by
// HMAC-SHA256(seed, word + "\n" + identifier), and the first are taken.
func DrawCE(seed, word string, ids []core.LicenseID, percent int) []core.LicenseID {
	raw, err := hex.DecodeString(seed)
	if err != nil || len(ids) == 0 {
		return nil
	}
	type ranked struct {
		id   core.LicenseID
		rank []byte
	}
	all := make([]ranked, len(ids))
	for i, id := range sortedIDs(ids) {
		mac := hmac.New(sha256.New, raw)
		mac.Write([]byte(word + "\n" + id.String()))
		all[i] = ranked{id, mac.Sum(nil)}
	}
	slices.SortFunc(all, func(a, b ranked) int { return bytes.Compare(a.rank, b.rank) })
	sample := make([]core.LicenseID, SampleSize(len(ids), percent))
	for i := range sample {
		sample[i] = all[i].id
	}
	return sample
}

// Verify draws the sample again. Codes: bad_commitment, bad_population,
// bad_sample.
func (d CEDraw) Verify() error {
	switch {
	case d.Seed == "" || !strings.EqualFold(CommitCE(d.Seed), d.Commitment):
		return core.Conflict("bad_commitment")
	case DigestCE(d.Licenses) != d.PopulationDigest:
		return core.Conflict("bad_population")
	case !slices.Equal(DrawCE(d.Seed, d.Word, d.Licenses, d.Percent), d.Sample):
		return core.Conflict("bad_sample")
	}
	return nil
}
