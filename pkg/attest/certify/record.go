package certify

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"io"
	"slices"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/core"
)

// RecordLine is one line of the record behind a credential's hours, in whole
// minutes: the total first, then each subject, then each session (credit) by
// date. What counts of them is the standard's to say and stands in the
// credential; these are the minutes that were signed.
type RecordLine struct {
	Kind     string          `json:"kind"` // total, subject or session
	Date     string          `json:"date,omitempty"`
	Subject  string          `json:"subject,omitempty"`
	Setting  core.Setting    `json:"setting,omitempty"`
	Delivery core.Delivery   `json:"delivery,omitempty"`
	Earned   core.CreditKind `json:"earned,omitempty"`
	School   string          `json:"school,omitempty"` // of a transfer
	Minutes  core.Minutes    `json:"minutes"`
	Sessions int             `json:"sessions,omitempty"`
	From     string          `json:"from,omitempty"`
	To       string          `json:"to,omitempty"`
	Credit   *core.CreditID  `json:"credit,omitempty"`
}

// The kinds of a RecordLine.
const (
	LineTotal   = "total"
	LineSubject = "subject"
	LineSession = "session"
)

// recordOfHours are the lines of credits.
func recordOfHours(standing []core.Credit) []RecordLine {
	slices.SortFunc(standing, func(a, b core.Credit) int {
		return cmp.Or(a.Date.Compare(b.Date), bytes.Compare(a.ID[:], b.ID[:]))
	})
	total := RecordLine{Kind: LineTotal, Sessions: len(standing)}
	bySubject := map[string]*RecordLine{}
	var subjects []string
	var sessions []RecordLine
	for i, c := range standing {
		if i == 0 {
			total.From = c.Date.String()
		}
		total.To = c.Date.String()
		total.Minutes += c.Minutes
		sum, known := bySubject[c.Subject]
		if !known {
			sum = &RecordLine{Kind: LineSubject, Subject: c.Subject}
			bySubject[c.Subject] = sum
			subjects = append(subjects, c.Subject)
		}
		sum.Minutes += c.Minutes
		sum.Sessions++
		sessions = append(sessions, RecordLine{
			Kind: LineSession, Date: c.Date.String(), Subject: c.Subject, Setting: c.Setting, Delivery: c.Delivery,
			Earned: c.Kind, School: c.Transfer.School, Minutes: c.Minutes, Credit: &c.ID,
		})
	}
	slices.Sort(subjects)
	lines := []RecordLine{total}
	for _, subject := range subjects {
		lines = append(lines, *bySubject[subject])
	}
	return append(lines, sessions...)
}

// standingCredits are those that no other takes back.
func standingCredits(credits []core.Credit) []core.Credit {
	reversed := map[core.CreditID]bool{}
	for _, c := range credits {
		reversed[c.Reverses] = true
	}
	return slices.DeleteFunc(slices.Clone(credits), func(c core.Credit) bool { return !c.Reverses.IsZero() || reversed[c.ID] })
}

func newRecord[T any](seed []byte, lines []T) (*credential.Record, error) {
	raw := make([]json.RawMessage, len(lines))
	for i, line := range lines {
		text, err := json.Marshal(line)
		if err != nil {
			return nil, err
		}
		raw[i] = text
	}
	return credential.NewRecord(seed, raw)
}

// commit has a claim commit to the credits behind it.
func (s *proposals) commit(claim *credential.Claim, credits []core.Credit) (*CredentialRecord, error) {
	seed := make([]byte, 32)
	if _, err := io.ReadFull(s.src.Rand, seed); err != nil {
		return nil, err
	}
	standing := standingCredits(credits)
	record, err := newRecord(seed, recordOfHours(standing))
	if err != nil {
		return nil, err
	}
	commitment, err := record.Commitment()
	if err != nil {
		return nil, err
	}
	claim.Record = &commitment
	ids := make([]core.CreditID, len(standing))
	for i, c := range standing {
		ids[i] = c.ID
	}
	return &CredentialRecord{Seed: seed, Credits: ids, Lines: commitment.Size, Root: commitment.Root[:]}, nil
}

// ShowInput is what of the record is to be shown: the totals, subjects by their
// codes, sessions by the ids of their credits.
type ShowInput struct {
	Total    bool
	Subjects []string
	Sessions []core.CreditID
}

// mostShown bounds the lines of one disclosure.
const mostShown = 2_000

func (in ShowInput) wants(line RecordLine) bool {
	switch line.Kind {
	case LineTotal:
		return in.Total
	case LineSubject:
		return slices.Contains(in.Subjects, line.Subject)
	}
	return slices.Contains(in.Sessions, *line.Credit)
}

// RecordOf are the lines of the record behind a credential, rebuilt from the
// ledger as it is now. Permission: credential.read. Codes: not_found,
// no_record, record_changed: the ledger is not any more what was certified.
func (s *proposals) RecordOf(ctx context.Context, a access.Actor, id core.CredentialID) ([]RecordLine, error) {
	return act.Read(ctx, s.act, a, access.CredentialRead, func(ctx context.Context, r act.Reader[Tx]) ([]RecordLine, error) {
		_, lines, _, err := rebuiltFor(ctx, r, id)
		return lines, err
	})
}

// Show makes a disclosure of a credential: the credential itself with the
// chosen lines, each with the proof that leads to the signed commitment.
// Permission: credential.read. Codes: not_found, no_record, record_changed,
// nothing_chosen, too_many.
func (s *proposals) Show(ctx context.Context, a access.Actor, id core.CredentialID, in ShowInput) (credential.Disclosure, error) {
	return act.Read(ctx, s.act, a, access.CredentialRead, func(ctx context.Context, r act.Reader[Tx]) (credential.Disclosure, error) {
		c, lines, record, err := rebuiltFor(ctx, r, id)
		if err != nil {
			return credential.Disclosure{}, err
		}
		var chosen []int
		for i, line := range lines {
			if in.wants(line) {
				chosen = append(chosen, i)
			}
		}
		if err := mayShow(len(chosen)); err != nil {
			return credential.Disclosure{}, err
		}
		shown, err := record.Show(chosen...)
		return credential.Disclosure{Credential: c.Document, Lines: shown}, err
	})
}

// mayShow is nil for a number of lines that one disclosure may have.
func mayShow(lines int) error {
	switch {
	case lines == 0:
		return core.Invalid("nothing_chosen.lines")
	case lines > mostShown:
		return core.Invalid("too_many.shown", "mostShown", mostShown)
	}
	return nil
}

var errNoRecord = core.Conflict("no_record.single")

// rebuiltFor is the record behind a credential that the reader may read.
func rebuiltFor(ctx context.Context, r act.Reader[Tx], id core.CredentialID) (core.Credential, []RecordLine, *credential.Record, error) {
	c, err := credentialFor(ctx, r, id, access.ScopeHoursDetail)
	if err != nil {
		return c, nil, nil, err
	}
	lines, record, err := rebuilt(ctx, r.Tx, c)
	return c, lines, record, err
}

// rebuilt makes the record behind a credential once more from the ledger.
func rebuilt(ctx context.Context, tx Tx, c core.Credential) ([]RecordLine, *credential.Record, error) {
	kept, err := tx.CredentialRecord(ctx, c.ID)
	if f := core.AsFault(err); f != nil && f.Kind == core.KindNotFound {
		return nil, nil, errNoRecord
	}
	if err != nil {
		return nil, nil, err
	}
	credits, err := tx.CreditsOf(ctx, c.EnrollmentID, core.CreditID{}, 0)
	if err != nil {
		return nil, nil, err
	}
	return reopen(c, kept, credits)
}

// reopen makes a record from what opens it and the credits of its enrollment,
// and holds it against what the credential signs.
func reopen(c core.Credential, kept CredentialRecord, credits []core.Credit) ([]RecordLine, *credential.Record, error) {
	behind := make(map[core.CreditID]bool, len(kept.Credits))
	for _, id := range kept.Credits {
		behind[id] = true
	}
	standing := slices.DeleteFunc(slices.Clone(credits), func(x core.Credit) bool { return !behind[x.ID] })
	lines := recordOfHours(standing)
	record, err := newRecord(kept.Seed, lines)
	if err != nil {
		return nil, nil, errRecordChanged
	}
	commitment, err := record.Commitment()
	if err != nil {
		return nil, nil, err
	}
	if signed := signedCommitment(c.Document); signed == nil || *signed != commitment || !bytes.Equal(kept.Root, commitment.Root[:]) {
		return nil, nil, errRecordChanged
	}
	return lines, record, nil
}

var errRecordChanged = core.Conflict("record_changed")

func signedCommitment(document []byte) *credential.Commitment {
	claim, err := credential.ClaimOf(document)
	if err != nil {
		return nil
	}
	return claim.Record
}
