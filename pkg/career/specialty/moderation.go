package specialty

import (
	"context"
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
)

// What one network may have of the directory in a day. Looks are entries that are shown:
// 3,000 are 120 full pages, which nobody reads, and a list of 100,000 therapists would
// take a month. A person reports one entry, or two.
var (
	LookBudget   = core.Budget{Name: "directory looks", Most: 3_000, Spent: "budget_spent.looks"}
	ReportBudget = core.Budget{Name: "directory reports", Most: 20, Spent: "budget_spent.reports"}
)

// ReportReason is what a stranger says to be wrong with an entry.
type ReportReason string

// The reasons.
const (
	NotThisPerson ReportReason = "not_this_person"
	NotLicensed   ReportReason = "not_licensed"
	WrongContact  ReportReason = "wrong_contact"
	OtherReason   ReportReason = "other"
)

// ReportReasons are all reasons, in the order in which they are shown.
var ReportReasons = []ReportReason{NotThisPerson, NotLicensed, WrongContact, OtherReason}

// Outcome is what became of a report; nothing yet where it is empty.
type Outcome string

// The outcomes.
const (
	OutcomeKept      Outcome = "kept"
	OutcomeTakenDown Outcome = "taken_down"
)

// Report is what a stranger reported of an entry. DecidedFor is the school for which it
// was decided on, zero where the operator did.
type Report struct {
	ID             core.ReportID
	TherapistID    core.TherapistID
	Name           string
	Reason         ReportReason
	Note           string
	ReportedAt     time.Time
	Outcome        Outcome
	DecidedFor     core.OrganizationID
	DecidedForName string
	DecidedBy      core.AccountID
	DecidedAt      time.Time
}

// TakeDown is that a school, or with a zero Organization the operator, took an entry
// down. It is down until each that did has lifted it.
type TakeDown struct {
	ID               core.TakeDownID
	TherapistID      core.TherapistID
	Name             string
	OrganizationID   core.OrganizationID
	OrganizationName string
	Reason           string
	TakenBy          core.AccountID
	TakenAt          time.Time
	LiftedBy         core.AccountID
	LiftedAt         time.Time // zero: it is down
	Version          int
}

func (d TakeDown) owner() access.Target {
	return access.Target{Organization: d.OrganizationID, Therapist: d.TherapistID}
}

// ModerationQuery asks for reports or take-downs of the entries that stand on a school's
// word, or of all: those that wait for a decision or are down, or those that do no more.
//
// Not is whose entry is left out of reports: nobody reads those about their own.
type ModerationQuery struct {
	Organization  core.OrganizationID
	Not           core.TherapistID
	Open          bool
	AfterReport   core.ReportID
	AfterTakeDown core.TakeDownID
	Now           time.Time
	Limit         int
}

// Moderation is what is reported of the directory, and what was taken down.
type Moderation interface {
	// Vouching are the schools on whose word an entry stands: who issued a certificate
	// that is good, or recorded a license that is known from more than the own word.
	Vouching(ctx context.Context, therapist core.TherapistID, now time.Time) ([]core.OrganizationID, error)
	InsertReport(ctx context.Context, r Report) error
	Report(ctx context.Context, id core.ReportID) (Report, error)
	Reports(ctx context.Context, q ModerationQuery) ([]Report, error)
	ReportsOf(ctx context.Context, therapist core.TherapistID, limit int) ([]Report, error)
	// DecideReport is stale where it is decided on, DecideReportsOf leaves those alone.
	DecideReport(ctx context.Context, r Report) error
	DecideReportsOf(ctx context.Context, r Report) error
	// InsertTakeDown gives down_already where the school, or the operator, did it before.
	InsertTakeDown(ctx context.Context, d TakeDown) error
	TakeDown(ctx context.Context, id core.TakeDownID) (TakeDown, error)
	TakeDowns(ctx context.Context, q ModerationQuery) ([]TakeDown, error)
	DownOf(ctx context.Context, therapist core.TherapistID) ([]TakeDown, error)
	// LiftTakeDown is stale where that was done.
	LiftTakeDown(ctx context.Context, d TakeDown) error
}

// none is what is found by a command that begins with nothing.
type none struct{}

// moderation keeps the directory clean: strangers report, schools and the operator
// decide.
type moderation struct {
	act     *act.Kernel[Tx]
	src     core.Source
	baseURL string // of the pages; without one it sends no mails
}

const (
	mostReport  = 1_000 // characters of a report's note, and of why an entry is taken down
	mostReports = 100   // of one entry that are shown together
)

var reportsEntry = act.Declare(access.SelfWrite, act.NewEvent("directory.report", "directory_report"))

// ReportEntry keeps what someone says to be wrong with an entry. Anybody may; the answer
// is the same whether or not it was reported before. Codes: not_found (no such entry is
// shown); unknown_reason (reason); too_long, bad_character (note).
func (s *moderation) ReportEntry(ctx context.Context, a access.Actor, therapist core.TherapistID, reason ReportReason, note string) error {
	_, err := act.Do(ctx, s.act, access.System, reportsEntry, act.Command[Tx, DirectoryProfile, Report]{
		Prepare: func(context.Context) (err error) {
			var c core.Collect
			if !slices.Contains(ReportReasons, reason) {
				c.Add("reason", "unknown_reason")
			}
			note, err = core.CleanNote(note, 0, mostReport)
			_ = c.Check("note", err) // cleaning gives faults alone
			return c.Err()
		},
		Find: func(ctx context.Context, tx Tx) (act.Found[DirectoryProfile], error) {
			entry, err := shownEntry(ctx, tx, therapist, s.src.Now())
			return act.Found[DirectoryProfile]{Thing: entry.DirectoryProfile, Owner: access.Target{Therapist: therapist}}, err
		},
		Change: func(_ context.Context, x act.Step[Tx], _ DirectoryProfile) (Report, error) {
			return Report{ID: core.NewID[core.ReportID](s.src), TherapistID: therapist, Reason: reason, Note: note, ReportedAt: x.Now}, nil
		},
		Save: func(ctx context.Context, x act.Step[Tx], _ DirectoryProfile, r Report) error {
			return x.Tx.InsertReport(ctx, r)
		},
		Tell: func(_ DirectoryProfile, r Report) []act.Told {
			return []act.Told{{By: &a, Subject: r.ID.String(), Details: map[string]string{"reason": string(r.Reason)}}}
		},
	})
	return err
}

// shownEntry is an entry as strangers find it; not_found where they do not.
func shownEntry(ctx context.Context, tx Tx, therapist core.TherapistID, now time.Time) (found, error) {
	if therapist.IsZero() {
		return found{}, core.NotFound("directory entry")
	}
	rows, _, err := searchListed(ctx, tx, DirectoryQuery{Facets: []Facet{{"listed", ""}}, Only: therapist, Now: now, Limit: 1})
	if err == nil && len(rows) == 0 {
		err = core.NotFound("directory entry")
	}
	if err != nil {
		return found{}, err
	}
	return rows[0], nil
}

// moderator is for whom an actor decides: the school, or where they are the operator and
// no member of it, nobody but the operator.
func moderator(a access.Actor, org core.OrganizationID) core.OrganizationID {
	if a.Operator && len(a.Roles(org)) == 0 {
		return core.OrganizationID{}
	}
	return org
}

// by is who moderates: a school, or nobody but the operator. Whether the actor may for
// them is asked before anything is told of the entry; beside is the entry itself, since
// nobody decides on their own.
func by(org core.OrganizationID) access.Target { return access.Target{Organization: org} }

func beside(org core.OrganizationID, therapist core.TherapistID) []access.Target {
	return []access.Target{{Organization: org, Therapist: therapist}}
}

// vouched wants an entry to stand on a school's word, or no school to be named.
func vouched(ctx context.Context, tx Tx, org core.OrganizationID, therapist core.TherapistID, now time.Time) error {
	if org.IsZero() {
		return nil
	}
	schools, err := tx.Vouching(ctx, therapist, now)
	if err == nil && !slices.Contains(schools, org) {
		err = core.NotFound("directory entry")
	}
	return err
}

var takesDown = act.Declare(access.DirectoryModerate, act.NewEvent("directory.take_down", "directory_take_down"))

// TakeDown takes an entry out of the directory for a school on whose word it stands, or,
// with a zero organization, for the operator. What was reported of it is decided by
// that, and the therapist is told by mail. Permission: directory.moderate, and nobody
// for their own entry. Codes: not_found (the entry, or not the school's to take down),
// down_already; required, too_long, bad_character (reason).
func (s *moderation) TakeDown(ctx context.Context, a access.Actor, org core.OrganizationID, therapist core.TherapistID, reason string) (TakeDown, error) {
	org = moderator(a, org)
	return act.Do(ctx, s.act, a, takesDown, act.Command[Tx, none, TakeDown]{
		Find: func(context.Context, Tx) (act.Found[none], error) {
			return act.Found[none]{Owner: by(org), Others: beside(org, therapist)}, nil
		},
		Change: func(ctx context.Context, x act.Step[Tx], _ none) (TakeDown, error) {
			if _, err := x.Tx.DirectoryProfile(ctx, therapist); err != nil {
				return TakeDown{}, err
			}
			if err := vouched(ctx, x.Tx, org, therapist, x.Now); err != nil {
				return TakeDown{}, err
			}
			text, err := because(reason)
			if err != nil {
				return TakeDown{}, err
			}
			d := TakeDown{ID: core.NewID[core.TakeDownID](s.src), TherapistID: therapist, OrganizationID: org, Reason: text, TakenBy: a.AccountID, TakenAt: x.Now, Version: 1}
			if err := x.Tx.InsertTakeDown(ctx, d); err != nil {
				return d, err
			}
			return x.Tx.TakeDown(ctx, d.ID)
		},
		Save: func(ctx context.Context, x act.Step[Tx], _ none, d TakeDown) error {
			err := x.Tx.DecideReportsOf(ctx, Report{TherapistID: therapist, Outcome: OutcomeTakenDown, DecidedFor: org, DecidedBy: a.AccountID, DecidedAt: x.Now})
			if err == nil {
				err = x.Tx.RefreshAbilities(ctx, therapist) // nobody finds them by the area any more
			}
			if err != nil {
				return err
			}
			return s.mailTherapist(ctx, x.Tx, d, "mail.directory_down.subject", "mail.directory_down.body")
		},
		Tell: func(_ none, d TakeDown) []act.Told { return []act.Told{{Owner: d.owner(), Subject: d.ID.String()}} },
	})
}

func because(reason string) (string, error) {
	var c core.Collect
	text, err := core.CleanNote(reason, 1, mostReport)
	_ = c.Check("reason", err) // cleaning gives faults alone
	return text, c.Err()
}

var liftsEntry = act.Declare(access.DirectoryModerate, act.NewEvent("directory.lift", "directory_take_down"))

// Lift lifts what was taken down; the entry is back once all is, if the therapist wants
// it to be. Permission: directory.moderate of the school that took it down, or the
// operator. Codes: not_found, lifted_already.
func (s *moderation) Lift(ctx context.Context, a access.Actor, id core.TakeDownID) (TakeDown, error) {
	return act.Do(ctx, s.act, a, liftsEntry, act.Command[Tx, TakeDown, TakeDown]{
		Find: func(ctx context.Context, tx Tx) (act.Found[TakeDown], error) {
			d, err := tx.TakeDown(ctx, id)
			return act.Found[TakeDown]{Thing: d, Owner: d.owner(), Version: d.Version}, err
		},
		Change: func(_ context.Context, x act.Step[Tx], d TakeDown) (TakeDown, error) {
			if !d.LiftedAt.IsZero() {
				return d, core.Conflict("lifted_already")
			}
			d.LiftedBy, d.LiftedAt = a.AccountID, x.Now
			d.Version++
			return d, nil
		},
		Save: func(ctx context.Context, x act.Step[Tx], _, d TakeDown) error {
			if err := x.Tx.LiftTakeDown(ctx, d); err != nil {
				return err
			}
			if err := x.Tx.RefreshAbilities(ctx, d.TherapistID); err != nil {
				return err
			}
			return s.mailTherapist(ctx, x.Tx, d, "mail.directory_lifted.subject", "mail.directory_lifted.body")
		},
		Tell: func(_, d TakeDown) []act.Told { return act.Of(d.ID.String(), nil) },
	})
}

var keepsEntry = act.Declare(access.DirectoryModerate, act.NewEvent("directory.keep", "directory_report"))

// Keep decides that nothing is to be done about a report, for a school on whose word the
// entry stands, or, with a zero organization, for the operator. Permission:
// directory.moderate, and nobody for their own entry. Codes: not_found, decided_already.
func (s *moderation) Keep(ctx context.Context, a access.Actor, org core.OrganizationID, id core.ReportID) (Report, error) {
	org = moderator(a, org)
	return act.Do(ctx, s.act, a, keepsEntry, act.Command[Tx, Report, Report]{
		Find: func(ctx context.Context, tx Tx) (act.Found[Report], error) {
			r, err := tx.Report(ctx, id)
			if core.CodeOf(err) == "not_found" {
				err = nil // whether the actor may is asked first
			}
			return act.Found[Report]{Thing: r, Owner: by(org), Others: beside(org, r.TherapistID)}, err
		},
		Change: func(ctx context.Context, x act.Step[Tx], r Report) (Report, error) {
			if r.ID.IsZero() {
				return r, core.NotFound("report")
			}
			if err := vouched(ctx, x.Tx, org, r.TherapistID, x.Now); err != nil {
				return r, err
			}
			if r.Outcome != "" {
				return r, core.Conflict("decided_already")
			}
			r.Outcome, r.DecidedFor, r.DecidedBy, r.DecidedAt = OutcomeKept, org, a.AccountID, x.Now
			if err := x.Tx.DecideReport(ctx, r); err != nil {
				return r, err
			}
			return x.Tx.Report(ctx, id)
		},
		Tell: func(_, r Report) []act.Told {
			return []act.Told{{Owner: access.Target{Organization: org, Therapist: r.TherapistID}, Subject: r.ID.String()}}
		},
	})
}

// Reports lists what was reported of entries that stand on a school's word, or, with a
// zero organization, of all, newest first: what waits for a decision, or what was
// decided on. What is reported of the actor's own entry is not among them. Permission: directory_report.read. Code: bad_cursor.
func (s *moderation) Reports(ctx context.Context, a access.Actor, org core.OrganizationID, open bool, page core.Page) (core.List[Report], error) {
	return act.List(ctx, s.act, a, page, act.ByID(access.DirectoryReportRead, access.Target{Organization: org},
		func(ctx context.Context, tx Tx, after core.ReportID, limit int) ([]Report, error) {
			return tx.Reports(ctx, ModerationQuery{Organization: org, Not: a.TherapistID, Open: open, AfterReport: after, Now: s.src.Now(), Limit: limit})
		}, func(r Report) core.ReportID { return r.ID }))
}

// TakeDowns lists what a school took down, or, with a zero organization, what anyone did,
// newest first: what is down, or what was lifted. Permission: directory_report.read.
// Code: bad_cursor.
func (s *moderation) TakeDowns(ctx context.Context, a access.Actor, org core.OrganizationID, open bool, page core.Page) (core.List[TakeDown], error) {
	return act.List(ctx, s.act, a, page, act.ByID(access.DirectoryReportRead, access.Target{Organization: org},
		func(ctx context.Context, tx Tx, after core.TakeDownID, limit int) ([]TakeDown, error) {
			return tx.TakeDowns(ctx, ModerationQuery{Organization: org, Open: open, AfterTakeDown: after, Now: s.src.Now(), Limit: limit})
		}, func(d TakeDown) core.TakeDownID { return d.ID }))
}

// Moderated is an entry as those who decide on it see it: whether strangers are shown
// it, the newest reports, and who has it down.
type Moderated struct {
	TherapistID core.TherapistID
	Name        string
	Shown       bool
	Entry       Listed // what strangers are shown
	Reports     []Report
	Down        []TakeDown
}

// Moderated finds an entry for a school on whose word it stands, or that has it down; or,
// with a zero organization, for the operator. Permission: directory_report.read. Code:
// not_found.
func (s *moderation) Moderated(ctx context.Context, a access.Actor, org core.OrganizationID, therapist core.TherapistID) (Moderated, error) {
	org = moderator(a, org)
	return act.Read(ctx, s.act, a, access.DirectoryReportRead, func(ctx context.Context, r act.Reader[Tx]) (m Moderated, err error) {
		for _, target := range append(beside(org, therapist), by(org)) {
			if err := r.May(ctx, target); err != nil {
				return m, err
			}
		}
		if _, err := r.Tx.DirectoryProfile(ctx, therapist); err != nil {
			return m, err
		}
		if m.Down, err = r.Tx.DownOf(ctx, therapist); err != nil {
			return m, err
		}
		theirs := slices.ContainsFunc(m.Down, func(d TakeDown) bool { return d.OrganizationID == org })
		if err := vouched(ctx, r.Tx, org, therapist, r.Now); err != nil && !theirs {
			return m, err
		}
		t, err := r.Tx.Therapist(ctx, therapist)
		if err != nil {
			return m, err
		}
		m.TherapistID, m.Name = therapist, t.Name
		if m.Reports, err = r.Tx.ReportsOf(ctx, therapist, mostReports); err != nil {
			return m, err
		}
		entry, err := shownEntry(ctx, r.Tx, therapist, r.Now)
		if core.CodeOf(err) == "not_found" {
			return m, nil
		}
		if err != nil {
			return m, err
		}
		all, err := withConditions(ctx, r.Tx, []found{entry}, r.Now)
		if err == nil {
			m.Shown, m.Entry = true, all[0]
		}
		return m, err
	})
}
