package logbook

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
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
	InsertTransfer(ctx context.Context, t TransferRequest) error
	Transfer(ctx context.Context, id core.TransferID) (TransferRequest, error)
	FindTransfers(ctx context.Context, q TransferQuery) ([]TransferRequest, error)
	UpdateTransfer(ctx context.Context, t TransferRequest) error
	// CreditsOfTransfer are the unreversed credits of a transfer.
	CreditsOfTransfer(ctx context.Context, t TransferRequest) ([]core.Credit, error)
}

// TransferInput is a transfer as someone wrote it.
type TransferInput struct {
	School, License, Transcript string
	CompletedOn                 core.Date
	Lines                       []TransferLine
}

var (
	transferProposed = act.NewEvent("transfer.propose", "transfer")
	proposesTransfer = act.Declare(access.TransferPropose, transferProposed)
)

// ProposeTransfer records hours of another school for another member to accept.
// It needs transfer.propose. Codes by field: required, too_long, future,
// unknown_subject, unknown_setting, unknown_delivery, bad_minutes, bad_grade, repeated, too_many;
// enrollment_closed.
func (s *transfers) ProposeTransfer(ctx context.Context, a access.Actor, enrollment core.EnrollmentID, in TransferInput) (TransferRequest, error) {
	return act.Do(ctx, s.act, a, proposesTransfer, act.Command[Tx, Place, TransferRequest]{
		Find: placeOf(enrollment, core.MemberID{}),
		Change: func(ctx context.Context, x act.Step[Tx], place Place) (t TransferRequest, err error) {
			if err := closed(place.Enrollment); err != nil {
				return t, err
			}
			std, err := s.programs.standardOf(ctx, x.Tx, place.StandardID)
			if err != nil {
				return t, err
			}
			t = TransferRequest{
				ID: core.NewID[core.TransferID](s.src), OrganizationID: place.OrganizationID, EnrollmentID: place.ID, TherapistID: place.TherapistID,
				Name: place.Name, State: TransferProposed, CompletedOn: in.CompletedOn,
				ProposedBy: a.AccountID, ProposedByName: a.Name, ProposedAt: x.Now, Version: 1,
			}
			err = fillTransfer(&t, in, std.SubjectCode, core.Organization{Zone: place.Zone}.Today(x.Now))
			return t, err
		},
		Save: func(ctx context.Context, x act.Step[Tx], _ Place, t TransferRequest) error {
			return x.Tx.InsertTransfer(ctx, t)
		},
		Tell: func(_ Place, t TransferRequest) []act.Told { return tellTransfer(t, nil) },
	})
}

func fillTransfer(t *TransferRequest, in TransferInput, subject func(string) (string, bool), today core.Date) error {
	var c core.Collect
	text := func(name, value string) string {
		clean, err := core.CleanText(value, 1, 200)
		_ = c.Check(name, err)
		return clean
	}
	t.Origin = core.Transfer{School: text("school", in.School), License: text("school_license", in.License), Transcript: text("transcript", in.Transcript)}
	switch {
	case in.CompletedOn.IsZero():
		c.Add("completed_on", "required.completed_on")
	case in.CompletedOn.After(today):
		c.Add("completed_on", "future.completed_on", "completedOn", in.CompletedOn)
	}
	switch {
	case len(in.Lines) == 0:
		c.Add("lines", "required.lines")
	case len(in.Lines) > MostTransferLines:
		c.Add("lines", "too_many.lines", "mostTransferLines", MostTransferLines)
		return c.Err()
	}
	seen := map[TransferLine]bool{}
	for i, line := range in.Lines {
		t.Lines = append(t.Lines, checkLine(&c, i, line, subject, seen))
	}
	return c.Err()
}

func checkLine(c *core.Collect, i int, line TransferLine, subject func(string) (string, bool), seen map[TransferLine]bool) TransferLine {
	at := func(field string) string { return fmt.Sprintf("lines[%d].%s", i, field) }
	code, known := subject(line.Subject)
	if !known {
		c.Add(at("subject"), "unknown_subject.subject", "subject", line.Subject)
	}
	line.Subject = code
	if line.Setting == "" {
		line.Setting = core.Classroom
	}
	if !line.Setting.Known() {
		c.Add(at("setting"), "unknown_setting")
	}
	if !slices.Contains(core.Deliveries, line.Way()) {
		c.Add(at("delivery"), "unknown_delivery")
	}
	if line.Minutes <= 0 || line.Minutes > MostTransferred {
		c.Add(at("minutes"), "bad_minutes.transfer", "mostTransferred", MostTransferred)
	}
	if line.Grade < 0 || line.Grade > 100 {
		c.Add(at("grade"), "bad_grade.session")
	}
	if key := (TransferLine{Subject: line.Subject, Setting: line.Setting, Delivery: line.Way()}); known && seen[key] {
		c.Add(at("subject"), "repeated.line")
	} else {
		seen[key] = true
	}
	return line
}

var attachesDocument = act.Declare(access.TransferPropose, act.NewEvent("transfer.attach", "transfer"))

// AttachDocument adds the transcript to a proposed transfer, in the place of one
// that was there. It needs transfer.propose. Codes: those of core.NewDocument,
// already_decided, signed_source, stale.
func (s *transfers) AttachDocument(ctx context.Context, a access.Actor, id core.TransferID, version int, name string, body []byte) (TransferRequest, error) {
	c := changingTransfer(id, version, TransferProposed, func(ctx context.Context, x act.Step[Tx], t *TransferRequest) error {
		if t.Signed() {
			return core.Conflict("signed_source")
		}
		d, err := core.NewDocument(name, body)
		if err != nil {
			return err
		}
		digest := sha256.Sum256(body)
		d.ID, d.OrganizationID, d.Digest, d.CreatedAt, d.CreatedBy = core.NewID[core.DocumentID](s.src), t.OrganizationID, hex.EncodeToString(digest[:]), x.Now, a.AccountID
		t.Document = d
		return x.Tx.InsertDocument(ctx, d)
	})
	return act.Do(ctx, s.act, a, attachesDocument, c)
}

var (
	transferAccepted = act.NewEvent("transfer.accept", "transfer")
	acceptsTransfer  = act.Declare(access.TransferDecide, transferAccepted)
)

// AcceptTransfer posts a transfer's hours to the ledger, one credit a line. It
// needs transfer.decide, another account than the one that proposed it, a password
// given within 15 minutes, and a document, or signed credits of another school that
// stand as they were proposed and may still be seen. Codes: same_person, own_record,
// document_required, source_changed, reauthentication_required, already_decided,
// enrollment_closed, stale.
func (s *transfers) AcceptTransfer(ctx context.Context, a access.Actor, id core.TransferID, version int) (TransferRequest, error) {
	return act.Do(ctx, s.act, a, acceptsTransfer, decidingTransfer(id, version, TransferProposed, func(ctx context.Context, x act.Step[Tx], t *TransferRequest) error {
		if err := a.Second(t.ProposedBy, t.ProposedByName, "same_person.transfer"); err != nil {
			return err
		}
		switch {
		case t.Signed():
			if err := sourceStands(ctx, x, *t); err != nil {
				return err
			}
		case t.Document.ID.IsZero():
			return core.Conflict("document_required")
		default:
			if err := lockOpen(ctx, x.Tx, t.EnrollmentID); err != nil {
				return err
			}
		}
		t.State = TransferAccepted
		return x.Tx.PostCredits(ctx, s.creditsOfTransfer(*t, a, x.Now))
	}))
}

// lockOpen locks an enrollment and wants it active.
func lockOpen(ctx context.Context, tx Enrollments, id core.EnrollmentID) error {
	enrollments, err := tx.LockEnrollments(ctx, []core.EnrollmentID{id})
	if err != nil {
		return err
	}
	return closed(enrollments[0])
}

func (s *transfers) creditsOfTransfer(t TransferRequest, a access.Actor, now time.Time) []core.Credit {
	credits := make([]core.Credit, len(t.Lines))
	origin := t.Origin
	origin.AcceptedBy = a.Name
	for i, line := range t.Lines {
		credits[i] = core.Credit{
			ID: core.NewID[core.CreditID](s.src), OrganizationID: t.OrganizationID, EnrollmentID: t.EnrollmentID, TherapistID: t.TherapistID,
			Kind: core.CreditTransfer, Minutes: line.Minutes, Subject: line.Subject, Setting: line.Setting, Delivery: line.Way(),
			Supervised: true, Date: t.CompletedOn, PostedAt: now, PostedBy: a.AccountID, Transfer: origin, TransferID: t.ID,
			Graded: line.Grade > 0, Grade: line.Grade,
		}
	}
	return credits
}

var declinesTransfer = act.Declare(access.TransferDecide, act.NewEvent("transfer.decline", "transfer"))

// DeclineTransfer refuses a proposed transfer with a reason. It needs
// transfer.decide and a password given within 15 minutes. Codes: required,
// own_record, reauthentication_required, already_decided, stale.
func (s *transfers) DeclineTransfer(ctx context.Context, a access.Actor, id core.TransferID, version int, reason string) (TransferRequest, error) {
	return act.Do(ctx, s.act, a, declinesTransfer, decidingTransfer(id, version, TransferProposed, func(_ context.Context, _ act.Step[Tx], t *TransferRequest) (err error) {
		t.State = TransferDeclined
		t.Reason, err = reasonOf(reason)
		return err
	}))
}

var reversesTransfer = act.Declare(access.TransferDecide, act.NewEvent("transfer.reverse", "transfer"))

// ReverseTransfer takes an accepted transfer's credits back with a reason. It
// needs transfer.decide and a password given within 15 minutes. Codes: required,
// own_record, reauthentication_required, already_decided, enrollment_closed,
// stale.
func (s *transfers) ReverseTransfer(ctx context.Context, a access.Actor, id core.TransferID, version int, reason string) (TransferRequest, error) {
	return act.Do(ctx, s.act, a, reversesTransfer, decidingTransfer(id, version, TransferAccepted, func(ctx context.Context, x act.Step[Tx], t *TransferRequest) (err error) {
		if t.Reason, err = reasonOf(reason); err != nil {
			return err
		}
		if err := lockOpen(ctx, x.Tx, t.EnrollmentID); err != nil {
			return err
		}
		posted, err := x.Tx.CreditsOfTransfer(ctx, *t)
		if err != nil {
			return err
		}
		for i, c := range posted {
			posted[i] = c.Reversal(core.NewID[core.CreditID](s.src), a.AccountID, x.Now)
		}
		t.State = TransferReversed
		return x.Tx.PostCredits(ctx, posted)
	}))
}

func reasonOf(reason string) (string, error) {
	text, err := core.CleanNote(reason, 1, LongestReason)
	var c core.Collect
	_ = c.Check("reason", err)
	return text, c.Err()
}

type changeTransfer func(ctx context.Context, x act.Step[Tx], t *TransferRequest) error

// decidingTransfer is a command that decides on a transfer that is in a state.
func decidingTransfer(id core.TransferID, version int, in TransferState, fn changeTransfer) act.Command[Tx, TransferRequest, TransferRequest] {
	return changingTransfer(id, version, in, func(ctx context.Context, x act.Step[Tx], t *TransferRequest) error {
		t.DecidedBy, t.DecidedByName, t.DecidedAt = x.Actor.AccountID, x.Actor.Name, x.Now
		return fn(ctx, x, t)
	})
}

// changingTransfer is a command that changes a transfer that is in a state.
func changingTransfer(id core.TransferID, version int, in TransferState, fn changeTransfer) act.Command[Tx, TransferRequest, TransferRequest] {
	return act.Command[Tx, TransferRequest, TransferRequest]{
		Version: version,
		Find: func(ctx context.Context, tx Tx) (act.Found[TransferRequest], error) {
			t, err := tx.Transfer(ctx, id)
			return act.Found[TransferRequest]{Thing: t, Owner: ownerOfTransfer(t), Version: t.Version}, err
		},
		Change: func(ctx context.Context, x act.Step[Tx], t TransferRequest) (TransferRequest, error) {
			if t.State != in {
				return t, core.Conflict("already_decided.transfer", "state", t.State)
			}
			err := fn(ctx, x, &t)
			t.Version++
			t.Document.Body = nil
			return t, err
		},
		Save: func(ctx context.Context, x act.Step[Tx], from, to TransferRequest) error {
			to.Version = from.Version
			return x.Tx.UpdateTransfer(ctx, to)
		},
		Tell: func(_, t TransferRequest) []act.Told {
			return tellTransfer(t, map[string]string{"state": string(t.State)})
		},
	}
}

func ownerOfTransfer(t TransferRequest) access.Target {
	return access.Target{Organization: t.OrganizationID, Therapist: t.TherapistID}
}

// transferFor is a transfer that the reader may read.
func transferFor(ctx context.Context, r act.Reader[Tx], id core.TransferID) (TransferRequest, error) {
	t, err := r.Tx.Transfer(ctx, id)
	if err != nil {
		return t, err
	}
	return t, r.May(ctx, ownerOfTransfer(t))
}

// Transfer is one transfer. It needs transfer.read.
func (s *transfers) Transfer(ctx context.Context, a access.Actor, id core.TransferID) (TransferRequest, error) {
	return act.Read(ctx, s.act, a, access.TransferRead, func(ctx context.Context, r act.Reader[Tx]) (TransferRequest, error) {
		t, err := transferFor(ctx, r, id)
		if err == nil {
			t.Source.Subjects, err = s.subjectsOf(ctx, r.Tx, t)
		}
		if err == nil && t.Signed() && t.State == TransferProposed {
			g, sight, failed := openTo(ctx, r.Tx, t.TherapistID, t.OrganizationID)
			t.Source.Ended, err = g.ID != t.Source.GrantID || len(sight.Granted(r.Now)) == 0, failed
		}
		return t, err
	})
}

// TransferDocument is a transfer's transcript. It needs transfer.read.
func (s *transfers) TransferDocument(ctx context.Context, a access.Actor, id core.TransferID) (core.Document, error) {
	return act.Read(ctx, s.act, a, access.TransferRead, func(ctx context.Context, r act.Reader[Tx]) (core.Document, error) {
		t, err := transferFor(ctx, r, id)
		if err != nil {
			return core.Document{}, err
		}
		return r.Tx.Document(ctx, t.Document.ID)
	})
}

// Transfers lists a school's transfers, newest first. It needs transfer.read
// for the school.
func (s *transfers) Transfers(ctx context.Context, a access.Actor, org core.OrganizationID, page core.Page) (core.List[TransferRequest], error) {
	list := listTransfers(func(ctx context.Context, r act.Reader[Tx]) (TransferQuery, error) {
		return TransferQuery{Organization: org}, r.May(ctx, access.Target{Organization: org})
	})
	list.Alone = true
	return act.List(ctx, s.act, a, page, list)
}

// TransfersOf lists an enrollment's transfers, newest first. It needs
// transfer.read.
func (s *transfers) TransfersOf(ctx context.Context, a access.Actor, enrollment core.EnrollmentID, page core.Page) (core.List[TransferRequest], error) {
	return act.List(ctx, s.act, a, page, listTransfers(func(ctx context.Context, r act.Reader[Tx]) (TransferQuery, error) {
		place, err := placeFor(ctx, r, enrollment)
		return TransferQuery{Organization: place.OrganizationID, Enrollment: enrollment}, err
	}))
}

// listTransfers is the listing of what a query asks for, which asks access.
func listTransfers(query func(context.Context, act.Reader[Tx]) (TransferQuery, error)) act.Listing[Tx, TransferRequest] {
	return act.Listing[Tx, TransferRequest]{
		Action: access.TransferRead, Parts: 1,
		Find: func(ctx context.Context, r act.Reader[Tx], part act.Part) ([]TransferRequest, error) {
			q, err := query(ctx, r)
			if err == nil {
				q.After, err = act.AfterID[core.TransferID](part, 0)
			}
			if err != nil {
				return nil, err
			}
			q.Limit = part.Limit
			return r.Tx.FindTransfers(ctx, q)
		},
		Key: func(t TransferRequest) []string { return []string{t.ID.String()} },
	}
}
