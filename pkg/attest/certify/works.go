package certify

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/act"
)

// The works of certification. Their names are kept with the items that wait.
const (
	workSignAgain   = "sign-again"
	workCertify     = "certify"
	workStatusLists = "status-lists"
	workDays        = "sign-off-days"
	workTranscripts = "closing-transcripts"
	workClosings    = "closings"
	workAudits      = "audit-days"
	workCheckpoints = "checkpoint-mails"
	workAttestation = "attestations"
)

// Works are what certification does in the background. An item is a lost key, a
// proposal of a cohort, a status list, the days of sign-offs of a school, a student of
// a school that closes, that school, a school and a day on which it gets a
// checkpoint, and what is attested of a license, so that none of them keeps another school waiting.
func (s *Service) Works() []act.Work {
	return []act.Work{
		{Name: workSignAgain, Do: s.signAgain, Due: s.lossesDue, Every: time.Hour},
		{Name: workCertify, Do: s.certifyItem, Due: s.runItemsDue, Every: time.Hour, Timeout: 2 * time.Minute, Parked: s.giveUpRunItem},
		{Name: workStatusLists, Do: s.renewStatusList, Due: s.statusListsDue, Every: time.Hour, Timeout: 2 * time.Minute},
		{Name: workDays, Do: s.logDays, Due: s.daysDue, Every: time.Hour},
		{Name: workTranscripts, Do: s.signTranscript, Due: s.transcriptsDue, Every: time.Hour, Timeout: 2 * time.Minute},
		{Name: workClosings, Do: s.closeSchool, Due: s.closingsDue, Every: time.Hour},
		{Name: workAudits, Do: s.logAudits, Due: s.auditsDue, Every: time.Hour},
		{Name: workCheckpoints, Do: s.mailCheckpoint, Due: s.checkpointsDue, Every: time.Hour},
		{Name: workAttestation, Do: s.holdAttestation, Due: s.attestationsDue, Every: time.Hour},
	}
}

// eachPage gives add the identifiers of all pages of a list, each of which begins
// after the last of the one before.
func eachPage[R any](ctx context.Context, kernel *act.Kernel[Tx], page func(ctx context.Context, tx Tx, after R) ([]R, error), id func(R) string, add func(...string) error) error {
	for after := *new(R); ; {
		rows, err := act.Peek(ctx, kernel, func(ctx context.Context, tx Tx) ([]R, error) { return page(ctx, tx, after) })
		if err != nil || len(rows) == 0 {
			return err
		}
		ids := make([]string, len(rows))
		for i, r := range rows {
			ids[i] = id(r)
		}
		if err := add(ids...); err != nil {
			return err
		}
		after = rows[len(rows)-1]
	}
}
