package logbook

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

// MostTransferLines is how many lines a transfer has at the most, and
// MostTransferred how many minutes a line.
const (
	MostTransferLines = 40
	MostTransferred   = core.Minutes(3000 * 60)
)

// TransferQuery asks for transfers, newest first. A zero field does not narrow.
type TransferQuery struct {
	Organization core.OrganizationID
	Enrollment   core.EnrollmentID
	After        core.TransferID
	Limit        int
}

// Transfers keeps hours of other schools and the documents that prove them. A
// miss is not_found, a change of another version stale.
type Transfers interface {
	InsertDocument(ctx context.Context, d core.Document) error
	Document(ctx context.Context, id core.DocumentID) (core.Document, error)
	InsertTransfer(ctx context.Context, t core.TransferRequest) error
	Transfer(ctx context.Context, id core.TransferID) (core.TransferRequest, error)
	FindTransfers(ctx context.Context, q TransferQuery) ([]core.TransferRequest, error)
	UpdateTransfer(ctx context.Context, t core.TransferRequest) error
	// CreditsOfTransfer are the unreversed credits of a transfer.
	CreditsOfTransfer(ctx context.Context, t core.TransferRequest) ([]core.Credit, error)
}

// TransferInput is a transfer as somebody wrote it.
type TransferInput struct {
	School, License, Transcript string
	CompletedOn                 core.Date
	Lines                       []core.TransferLine
}

// ProposeTransfer records hours of another school for another member to accept.
// It needs transfer.propose. Codes by field: required, too_long, future,
// unknown_subject, unknown_setting, bad_minutes, bad_grade, repeated, too_many;
// enrollment_closed.
func (s *Service) ProposeTransfer(ctx context.Context, a access.Actor, enrollment core.EnrollmentID, in TransferInput) (core.TransferRequest, error) {
	now := s.src.Now()
	var t core.TransferRequest
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		place, err := placeFor(ctx, tx, a, access.TransferPropose, enrollment, core.MemberID{})
		if err != nil {
			return err
		}
		if err := closed(place.Enrollment); err != nil {
			return err
		}
		std, err := s.standardOf(ctx, tx, place.StandardID)
		if err != nil {
			return err
		}
		t = core.TransferRequest{
			ID: newID[core.TransferID](s), OrganizationID: place.OrganizationID, EnrollmentID: place.ID, TherapistID: place.TherapistID,
			Name: place.Name, State: core.TransferProposed, CompletedOn: in.CompletedOn,
			ProposedBy: a.AccountID, ProposedByName: a.Name, ProposedAt: now, Version: 1,
		}
		if err := fillTransfer(&t, in, std.SubjectCode, core.Organization{Zone: place.Zone}.Today(now)); err != nil {
			return err
		}
		if err := tx.InsertTransfer(ctx, t); err != nil {
			return err
		}
		return s.audit(ctx, tx, a, now, t.OrganizationID, access.TransferPropose, "transfer", t.ID.String(), nil)
	})
	return t, err
}

func fillTransfer(t *core.TransferRequest, in TransferInput, subject func(string) (string, bool), today core.Date) error {
	var c core.Collect
	text := func(name, value string) string {
		clean, err := core.CleanText(value, 1, 200)
		_ = c.Check(name, err)
		return clean
	}
	t.Origin = core.Transfer{School: text("school", in.School), License: text("school_license", in.License), Transcript: text("transcript", in.Transcript)}
	switch {
	case in.CompletedOn.IsZero():
		c.Add("completed_on", "required", "Say when the student was last there.")
	case in.CompletedOn.After(today):
		c.Add("completed_on", "future", "%s is in the future.", in.CompletedOn)
	}
	switch {
	case len(in.Lines) == 0:
		c.Add("lines", "required", "Give at least one subject with its hours.")
	case len(in.Lines) > MostTransferLines:
		c.Add("lines", "too_many", "A transfer has at most %d lines.", MostTransferLines)
		return c.Err()
	}
	seen := map[[2]string]bool{}
	for i, line := range in.Lines {
		t.Lines = append(t.Lines, checkLine(&c, i, line, subject, seen))
	}
	return c.Err()
}

func checkLine(c *core.Collect, i int, line core.TransferLine, subject func(string) (string, bool), seen map[[2]string]bool) core.TransferLine {
	at := func(field string) string { return fmt.Sprintf("lines[%d].%s", i, field) }
	code, known := subject(line.Subject)
	if !known {
		c.Add(at("subject"), "unknown_subject", "%q is no subject of this program.", line.Subject)
	}
	line.Subject = code
	if line.Setting == "" {
		line.Setting = core.Classroom
	}
	if !line.Setting.Known() {
		c.Add(at("setting"), "unknown_setting", "The setting is classroom, lab, clinic or externship.")
	}
	if line.Minutes <= 0 || line.Minutes > MostTransferred {
		c.Add(at("minutes"), "bad_minutes", "Give between 1 and %d minutes.", MostTransferred)
	}
	if line.Grade < 0 || line.Grade > 100 {
		c.Add(at("grade"), "bad_grade", "A grade is a percentage from 1 to 100; leave it empty where there is none.")
	}
	if key := [2]string{line.Subject, string(line.Setting)}; known && seen[key] {
		c.Add(at("subject"), "repeated", "Give each subject and setting once; add up its hours.")
	} else {
		seen[key] = true
	}
	return line
}

// AttachDocument adds the transcript to a proposed transfer, in the place of one
// that was there. It needs transfer.propose. Codes: those of core.NewDocument,
// already_decided, stale.
func (s *Service) AttachDocument(ctx context.Context, a access.Actor, id core.TransferID, version int, name string, body []byte) (core.TransferRequest, error) {
	return s.changeTransfer(ctx, a, id, version, access.TransferPropose, core.TransferProposed, func(ctx context.Context, tx Tx, t *core.TransferRequest, now time.Time) error {
		d, err := core.NewDocument(name, body)
		if err != nil {
			return err
		}
		digest := sha256.Sum256(body)
		d.ID, d.OrganizationID, d.Digest, d.CreatedAt, d.CreatedBy = newID[core.DocumentID](s), t.OrganizationID, hex.EncodeToString(digest[:]), now, a.AccountID
		t.Document = d
		return tx.InsertDocument(ctx, d)
	})
}

// AcceptTransfer posts a transfer's hours to the ledger, one credit a line. It
// needs transfer.decide, another account than the one that proposed it, a
// document, and a password given within 15 minutes. Codes: same_person,
// own_record, document_required, reauthentication_required, already_decided,
// enrollment_closed, stale.
func (s *Service) AcceptTransfer(ctx context.Context, a access.Actor, id core.TransferID, version int) (core.TransferRequest, error) {
	return s.decideTransfer(ctx, a, id, version, core.TransferProposed, func(ctx context.Context, tx Tx, t *core.TransferRequest, now time.Time) error {
		if t.ProposedBy == a.AccountID {
			return core.Forbidden("same_person", "Another member than the one who proposed the transfer has to accept it.")
		}
		if t.Document.ID.IsZero() {
			return core.Conflict("document_required", "Attach the other school's transcript first.")
		}
		enrollments, err := tx.LockEnrollments(ctx, []core.EnrollmentID{t.EnrollmentID})
		if err != nil {
			return err
		}
		if err := closed(enrollments[0]); err != nil {
			return err
		}
		t.State = core.TransferAccepted
		return tx.PostCredits(ctx, s.creditsOfTransfer(*t, a, now))
	})
}

func (s *Service) creditsOfTransfer(t core.TransferRequest, a access.Actor, now time.Time) []core.Credit {
	credits := make([]core.Credit, len(t.Lines))
	origin := t.Origin
	origin.AcceptedBy = a.Name
	for i, line := range t.Lines {
		credits[i] = core.Credit{
			ID: newID[core.CreditID](s), OrganizationID: t.OrganizationID, EnrollmentID: t.EnrollmentID, TherapistID: t.TherapistID,
			Kind: core.CreditTransfer, Minutes: line.Minutes, Subject: line.Subject, Setting: line.Setting, Delivery: core.InPerson,
			Supervised: true, Date: t.CompletedOn, PostedAt: now, PostedBy: a.AccountID, Transfer: origin, TransferID: t.ID,
			Graded: line.Grade > 0, Grade: line.Grade,
		}
	}
	return credits
}

// DeclineTransfer refuses a proposed transfer with a reason. It needs
// transfer.decide and a password given within 15 minutes. Codes: required,
// own_record, reauthentication_required, already_decided, stale.
func (s *Service) DeclineTransfer(ctx context.Context, a access.Actor, id core.TransferID, version int, reason string) (core.TransferRequest, error) {
	return s.decideTransfer(ctx, a, id, version, core.TransferProposed, func(_ context.Context, _ Tx, t *core.TransferRequest, _ time.Time) (err error) {
		t.State = core.TransferDeclined
		t.Reason, err = reasonOf(reason)
		return err
	})
}

// ReverseTransfer takes an accepted transfer's credits back with a reason. It
// needs transfer.decide and a password given within 15 minutes. Codes: required,
// own_record, reauthentication_required, already_decided, enrollment_closed,
// stale.
func (s *Service) ReverseTransfer(ctx context.Context, a access.Actor, id core.TransferID, version int, reason string) (core.TransferRequest, error) {
	return s.decideTransfer(ctx, a, id, version, core.TransferAccepted, func(ctx context.Context, tx Tx, t *core.TransferRequest, now time.Time) (err error) {
		if t.Reason, err = reasonOf(reason); err != nil {
			return err
		}
		enrollments, err := tx.LockEnrollments(ctx, []core.EnrollmentID{t.EnrollmentID})
		if err != nil {
			return err
		}
		if err := closed(enrollments[0]); err != nil {
			return err
		}
		posted, err := tx.CreditsOfTransfer(ctx, *t)
		if err != nil {
			return err
		}
		for i, c := range posted {
			posted[i] = c.Reversal(newID[core.CreditID](s), a.AccountID, now)
		}
		t.State = core.TransferReversed
		return tx.PostCredits(ctx, posted)
	})
}

func reasonOf(reason string) (string, error) {
	text, err := core.CleanNote(reason, 1, LongestReason)
	var c core.Collect
	_ = c.Check("reason", err)
	return text, c.Err()
}

type changeTransfer func(context.Context, Tx, *core.TransferRequest, time.Time) error

func (s *Service) decideTransfer(ctx context.Context, a access.Actor, id core.TransferID, version int, in core.TransferState, fn changeTransfer) (core.TransferRequest, error) {
	return s.changeTransfer(ctx, a, id, version, access.TransferDecide, in, func(ctx context.Context, tx Tx, t *core.TransferRequest, now time.Time) error {
		if err := access.Fresh(a, now); err != nil {
			return err
		}
		if err := fn(ctx, tx, t, now); err != nil {
			return err
		}
		t.DecidedBy, t.DecidedByName, t.DecidedAt = a.AccountID, a.Name, now
		return nil
	})
}

// changeTransfer loads a transfer that is in a state, lets fn change it and
// writes it back.
func (s *Service) changeTransfer(ctx context.Context, a access.Actor, id core.TransferID, version int, action access.Action, in core.TransferState, fn changeTransfer) (core.TransferRequest, error) {
	now := s.src.Now()
	var t core.TransferRequest
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) (err error) {
		if t, err = transferFor(ctx, tx, a, action, id); err != nil {
			return err
		}
		if version != 0 && version != t.Version {
			return core.ErrStale
		}
		if t.State != in {
			return core.Conflict("already_decided", "This transfer is %s.", t.State)
		}
		if err := fn(ctx, tx, &t, now); err != nil {
			return err
		}
		if err := tx.UpdateTransfer(ctx, t); err != nil {
			return err
		}
		t.Version++
		t.Document.Body = nil
		return s.audit(ctx, tx, a, now, t.OrganizationID, action, "transfer", id.String(), map[string]string{"state": string(t.State)})
	})
	return t, err
}

func transferFor(ctx context.Context, tx Transfers, a access.Actor, action access.Action, id core.TransferID) (core.TransferRequest, error) {
	t, err := tx.Transfer(ctx, id)
	if err != nil {
		return t, err
	}
	return t, access.Can(a, action, access.Target{Organization: t.OrganizationID, Therapist: t.TherapistID})
}

// Transfer is one transfer. It needs transfer.read.
func (s *Service) Transfer(ctx context.Context, a access.Actor, id core.TransferID) (core.TransferRequest, error) {
	var t core.TransferRequest
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		t, err = transferFor(ctx, tx, a, access.TransferRead, id)
		return err
	})
	return t, err
}

// TransferDocument is a transfer's transcript. It needs transfer.read.
func (s *Service) TransferDocument(ctx context.Context, a access.Actor, id core.TransferID) (core.Document, error) {
	var d core.Document
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) error {
		t, err := transferFor(ctx, tx, a, access.TransferRead, id)
		if err != nil {
			return err
		}
		d, err = tx.Document(ctx, t.Document.ID)
		return err
	})
	return d, err
}

// Transfers lists a school's transfers, newest first. It needs transfer.read
// for the school.
func (s *Service) Transfers(ctx context.Context, a access.Actor, org core.OrganizationID, page core.Page) (core.List[core.TransferRequest], error) {
	if err := access.Can(a, access.TransferRead, access.Target{Organization: org}); err != nil {
		return core.List[core.TransferRequest]{}, err
	}
	return s.transfers(ctx, TransferQuery{Organization: org}, page)
}

// TransfersOf lists an enrollment's transfers, newest first. It needs
// transfer.read.
func (s *Service) TransfersOf(ctx context.Context, a access.Actor, enrollment core.EnrollmentID, page core.Page) (core.List[core.TransferRequest], error) {
	e, err := s.Enrollment(ctx, a, enrollment)
	if err != nil {
		return core.List[core.TransferRequest]{}, err
	}
	if err := access.Can(a, access.TransferRead, access.Target{Organization: e.OrganizationID, Therapist: e.TherapistID}); err != nil {
		return core.List[core.TransferRequest]{}, err
	}
	return s.transfers(ctx, TransferQuery{Organization: e.OrganizationID, Enrollment: enrollment}, page)
}

func (s *Service) transfers(ctx context.Context, q TransferQuery, page core.Page) (core.List[core.TransferRequest], error) {
	var rows []core.TransferRequest
	var err error
	if q.After, err = cursorID[core.TransferID](page); err != nil {
		return core.List[core.TransferRequest]{}, err
	}
	q.Limit = page.Size() + 1
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		rows, err = tx.FindTransfers(ctx, q)
		return err
	})
	return cut(rows, page, func(t core.TransferRequest) []string { return []string{t.ID.String()} }), err
}
