package logbook

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"hash"
	"io"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/attendance"
	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/platform/sheet"
	"github.com/palmar/palmar/pkg/words"
)

// ImportState is where an import stands.
type ImportState string

// The states of an import.
const (
	ImportProposed ImportState = "proposed"
	ImportApplying ImportState = "applying" // approved; none of it counts until all of it does
	ImportApproved ImportState = "approved"
	ImportRejected ImportState = "rejected"
)

// Import is an attendance file that was taken in. Its hours count once another
// member has approved it. Report is JSON: the tally by code and every refused
// record.
type Import struct {
	ID               core.ImportID
	OrganizationID   core.OrganizationID
	ProgramVersionID core.ProgramVersionID
	ProgramTitle     string
	State            ImportState
	Filename         string
	Digest           string
	AsOf             core.Date
	Records          int
	Accepted         int
	Unchanged        int
	Refused          int
	Report           []byte
	ProposedBy       core.AccountID
	ProposedByName   string
	ProposedAt       time.Time
	DecidedBy        core.AccountID
	DecidedByName    string
	DecidedAt        time.Time
	Reason           string
	Version          int
}

// ImportRequest is an attendance file for a program. AsOf is the import's day,
// by default today in the school's zone.
type ImportRequest struct {
	ProgramID core.ProgramID
	Filename  string
	File      io.Reader
	AsOf      core.Date
	Written   sheet.Choice // how the file is written, where that was asked
}

// ImportReport is what became of a file. Of a dry run, Import has no ID. Asked are
// accepted records of days that cannot be (Impossible), each with its code: who approves
// the import decides on them.
type ImportReport struct {
	Import Import
	Report attendance.Report
	Asked  []attendance.Refusal
}

// Imports keeps attendance imports. A miss is not_found, a change of another
// version is stale, the same file for the same program version a duplicate.
type Imports interface {
	InsertImport(ctx context.Context, i Import) error
	ImportByDigest(ctx context.Context, version core.ProgramVersionID, digest string) (Import, error)
	Import(ctx context.Context, id core.ImportID) (Import, error)
	FindImports(ctx context.Context, org core.OrganizationID, after core.ImportID, limit int) ([]Import, error)
	DecideImport(ctx context.Context, i Import) error
	// InsertImported writes submitted entries and moves the totals, in bulk.
	InsertImported(ctx context.Context, entries []core.Entry) error
	// PendingOf are an import's entries that wait, ordered by id.
	PendingOf(ctx context.Context, id core.ImportID) ([]core.Entry, error)
	// PendingAfter are an import's entries that wait after one, by id.
	PendingAfter(ctx context.Context, id core.ImportID, after core.EntryID, limit int) ([]core.Entry, error)
	// InImport tells whether an import has waiting entries of some therapists.
	InImport(ctx context.Context, id core.ImportID, therapists []core.TherapistID) (bool, error)
	// Applying are imports that are being applied, after one.
	Applying(ctx context.Context, after core.ImportID, limit int) ([]core.ImportID, error)
	// WithdrawPending withdraws an import's waiting entries.
	WithdrawPending(ctx context.Context, id core.ImportID) error
	// WithdrawImported withdraws some of an import's waiting entries.
	WithdrawImported(ctx context.Context, entries []core.EntryID) error
	// LiveSessions are the timed sessions of a program's students that are
	// submitted or signed, by email.
	LiveSessions(ctx context.Context, org core.OrganizationID, emails []string) (map[string][]core.Session, error)
}

// Kept is what core.Import.Report holds as JSON.
type Kept struct {
	Tally   map[attendance.Code]int `json:"tally"`
	Refused []attendance.Refusal    `json:"refused"`
	Asked   []attendance.Refusal    `json:"asked,omitempty"`
}

// EnrollmentClosed refuses a record of a student whose enrollment in the
// program takes no more hours.
const EnrollmentClosed attendance.Code = "enrollment_closed"

// OtherName refuses a record with the address of a student whom the school has under
// another name.
const OtherName attendance.Code = "other_name"

// StudentLeft refuses a record of someone who left the school and is not enrolled again.
const StudentLeft attendance.Code = "student_left"

// DryRun judges an attendance file and writes nothing. Accepted records of days that
// cannot be are named, as by Import. It needs import.propose.
// Codes: those of attendance.Read, unknown_program.
func (s *imports) DryRun(ctx context.Context, a access.Actor, org core.OrganizationID, in ImportRequest) (ImportReport, error) {
	return act.Read(ctx, s.act, a, access.ImportPropose, func(ctx context.Context, r act.Reader[Tx]) (ImportReport, error) {
		if err := r.May(ctx, access.Target{Organization: org}); err != nil {
			return ImportReport{}, err
		}
		j, err := s.judgeFile(ctx, r.Tx, a, org, in)
		if err != nil {
			return ImportReport{}, err
		}
		return ImportReport{Import: j.record, Report: j.report, Asked: j.asked}, nil
	})
}

// mostJudged is how often a file is judged when what it was judged by changes
// before it can be taken in.
const mostJudged = 3

// errOutdated says that a file was judged by what is not so any more.
var errOutdated = core.Conflict("import_outdated")

var proposesImport = act.Declare(access.ImportPropose, act.NewEvent("import.propose", "import"))

// Import takes in an attendance file in one transaction: students who are new
// are enrolled from the day of their first accepted session on, and the accepted
// sessions wait for another member's approval. Those of days that cannot be are named
// (Asked), and the person who approves decides on them: nothing is refused for its day alone,
// and nothing guessed. The file is read before that transaction, and again where the record has changed in
// the meantime. The same file again gives the first import and changes nothing.
// It needs import.propose. Codes: those of attendance.Read, unknown_program,
// import_outdated.
func (s *imports) Import(ctx context.Context, a access.Actor, org core.OrganizationID, in ImportRequest) (ImportReport, error) {
	var file *sheet.Kept
	defer func() {
		if file != nil {
			_ = file.Close()
		}
	}()
	for try := 1; ; try++ {
		var j *judged
		r, err := act.Do(ctx, s.act, a, proposesImport, act.Command[Tx, struct{}, ImportReport]{
			At: access.Target{Organization: org},
			Prepare: func(ctx context.Context) (err error) {
				if file == nil { // it can be read once
					if file, err = sheet.Of(in.File, attendance.MaxFile); err != nil {
						return err
					}
				}
				in.File = io.NewSectionReader(file, 0, file.Size())
				j, err = act.Inspect(ctx, s.act, func(ctx context.Context, tx Tx) (*judged, error) {
					return s.judgeFile(ctx, tx, a, org, in)
				})
				return err
			},
			Change: func(ctx context.Context, x act.Step[Tx], _ struct{}) (ImportReport, error) {
				return s.takeIn(ctx, x, in.ProgramID, *j)
			},
			Tell: func(_ struct{}, r ImportReport) []act.Told {
				return act.Of(r.Import.ID.String(), map[string]string{"digest": r.Import.Digest})
			},
		})
		if try == mostJudged || !judgedByOther(err) {
			return r, err
		}
	}
}

// judgedByOther tells whether someone was enrolled, or a session logged, since
// the file was judged.
func judgedByOther(err error) bool {
	switch core.CodeOf(err) {
	case errOutdated.Code, core.ErrDuplicate.Code, core.ErrOverlap.Code:
		return true
	}
	return false
}

// judged is a file that was read and what to do about it.
type judged struct {
	record      Import
	report      attendance.Report
	version     ProgramVersion
	supervisors map[string]core.Member
	enrollments map[string]Enrollment
	students    map[string]account.Student // whom the school has, in the program or not
	withdrew    map[core.TherapistID]bool  // from the program
	asked       []attendance.Refusal
	askedOf     map[int]bool // their records
	now         time.Time
}

// judgeFile reads a file against what is recorded.
func (s *imports) judgeFile(ctx context.Context, tx Tx, a access.Actor, org core.OrganizationID, in ImportRequest) (*judged, error) {
	school, version, err := schoolAndVersion(ctx, tx, org, in.ProgramID)
	if err != nil {
		return nil, err
	}
	std, err := s.programs.standardOf(ctx, tx, version.StandardID)
	if err != nil {
		return nil, err
	}
	j := &judged{version: version, now: s.src.Now(), supervisors: map[string]core.Member{}}
	members, err := tx.SupervisorsOf(ctx, org)
	if err != nil {
		return nil, err
	}
	if in.AsOf.IsZero() {
		in.AsOf = school.Today(j.now)
	}
	options := attendance.Options{Written: in.Written, Location: school.Location(), AsOf: in.AsOf, Subject: std.SubjectCode, Supervisors: map[string]bool{}}
	for _, m := range members {
		j.supervisors[m.Email], options.Supervisors[m.Email] = m, true
	}
	file, err := sheet.Of(in.File, attendance.MaxFile)
	if err != nil {
		return nil, err
	}
	err = j.read(ctx, tx, org, file, options)
	digest := sha256.New()
	if err == nil {
		_, err = io.Copy(digest, io.NewSectionReader(file, 0, file.Size()))
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return nil, err
	}
	if j.enrollments, err = tx.EnrollmentsOf(ctx, in.ProgramID); err != nil {
		return nil, err
	}
	if j.students, err = tx.StudentsByEmail(ctx, org, emailsOf(j.report.Accepted)); err != nil {
		return nil, err
	}
	if err := j.findWithdrawn(ctx, tx, org); err != nil {
		return nil, err
	}
	j.refuseClosed()
	if err := j.askDays(ctx, tx, org); err != nil {
		return nil, err
	}
	return j, j.describe(a, org, in, digest)
}

// read judges the file, and once more against the sessions of its students that
// are recorded already, if there are any.
func (j *judged) read(ctx context.Context, tx Imports, org core.OrganizationID, file sheet.File, options attendance.Options) error {
	whole := func() io.Reader { return io.NewSectionReader(file, 0, file.Size()) }
	var err error
	if j.report, err = attendance.Read(whole(), options); err != nil {
		return err
	}
	existing, err := tx.LiveSessions(ctx, org, emailsOf(j.report.Accepted))
	if err != nil || len(existing) == 0 {
		return err
	}
	options.Existing = func(email string) []core.Session { return existing[email] }
	j.report, err = attendance.Read(whole(), options)
	return err
}

func emailsOf(rows []attendance.Row) []string {
	var emails []string
	seen := map[string]bool{}
	for _, row := range rows {
		if email := strings.ToLower(row.Email); !seen[email] {
			seen[email] = true
			emails = append(emails, email)
		}
	}
	return emails
}

// refuseClosed moves from the accepted to the refused what the file alone
// cannot tell: records of students whose enrollment is closed, or whom the school has
// under another name, and of people who supervised themselves.
func (j *judged) refuseClosed() {
	accepted := j.report.Accepted[:0]
	for _, row := range j.report.Accepted {
		email := strings.ToLower(row.Email)
		e, enrolled := j.enrollments[email]
		student, known := j.students[email]
		refusal := attendance.Refusal{Record: row.Record}
		switch {
		case row.Unchanged:
		case enrolled && e.State != core.EnrollmentActive:
			refusal.Field, refusal.Code, refusal.Message = "email", EnrollmentClosed, words.English().Say("import.enrollment_closed", "state", e.State)
		case !enrolled && known && j.withdrew[student.TherapistID]: // who comes back is enrolled by a person
			refusal.Field, refusal.Code, refusal.Message = "email", EnrollmentClosed, words.English().Say("import.enrollment_closed", "state", core.EnrollmentWithdrawn)
		case !enrolled && known && !student.LeftAt.IsZero():
			refusal.Field, refusal.Code, refusal.Message = "email", StudentLeft, words.English().Say("import.student_left", "name", student.Name)
		case row.Name != "" && known && student.Other(row.Name):
			refusal.Field, refusal.Code, refusal.Message = "name", OtherName, words.English().Say("import.other_name", "name", student.Name)
		case row.SupervisorEmail == email:
			refusal.Field, refusal.Code, refusal.Message = "supervisor", attendance.UnknownSupervisor, words.English().Say("import.own_session")
		}
		if refusal.Code == "" {
			accepted = append(accepted, row)
			continue
		}
		j.report.Tally[attendance.OK]--
		j.report.Tally[refusal.Code]++
		j.report.Refused = append(j.report.Refused, refusal)
	}
	j.report.Accepted = accepted
	slices.SortFunc(j.report.Refused, func(a, b attendance.Refusal) int { return cmp.Compare(a.Record, b.Record) })
}

// describe makes the import, without an identifier.
func (j *judged) describe(a access.Actor, org core.OrganizationID, in ImportRequest, digest hash.Hash) error {
	report, err := json.Marshal(Kept{Tally: j.report.Tally, Refused: j.report.Refused, Asked: j.asked})
	if err != nil {
		return err
	}
	unchanged := 0
	for _, row := range j.report.Accepted {
		if row.Unchanged {
			unchanged++
		}
	}
	name, err := core.CleanText(path.Base(strings.ReplaceAll(in.Filename, `\`, "/")), 1, 200)
	if err != nil {
		name = "attendance.csv"
	}
	j.record = Import{
		OrganizationID: org, ProgramVersionID: j.version.ID, ProgramTitle: j.version.Title, State: ImportProposed,
		Filename: name, Digest: hex.EncodeToString(digest.Sum(nil)), AsOf: in.AsOf, Records: j.report.Records,
		Accepted: len(j.report.Accepted), Unchanged: unchanged, Refused: len(j.report.Refused), Report: report,
		ProposedBy: a.AccountID, ProposedByName: a.Name, ProposedAt: j.now, Version: 1,
	}
	return nil
}

// takeIn writes the import, its new students and their entries, unless the file
// is in already or was judged by what is not so any more.
func (s *imports) takeIn(ctx context.Context, x act.Step[Tx], program core.ProgramID, j judged) (ImportReport, error) {
	r := ImportReport{Import: j.record, Report: j.report, Asked: j.asked}
	if err := x.Tx.LockProgram(ctx, program); err != nil {
		return r, err
	}
	first, err := x.Tx.ImportByDigest(ctx, j.record.ProgramVersionID, j.record.Digest)
	if err == nil {
		r.Import = first
		return r, act.ErrNothing
	}
	if !errors.Is(err, core.ErrNotFound) {
		return r, err
	}
	if err := j.still(ctx, x.Tx, program); err != nil {
		return r, err
	}
	j.enrollments = maps.Clone(j.enrollments) // this may run again
	r.Import.ID = core.NewID[core.ImportID](s.src)
	if err := x.Tx.InsertImport(ctx, r.Import); err != nil {
		return r, err
	}
	if err := s.enrollNew(ctx, x.Tx, &j); err != nil {
		return r, err
	}
	return r, x.Tx.InsertImported(ctx, s.entriesOf(r.Import, &j))
}

// still is errOutdated where versions, supervisors or enrollments are others than
// those by which the file was judged. Sessions that share time the database
// refuses.
func (j judged) still(ctx context.Context, tx Tx, program core.ProgramID) error {
	versions, err := programVersions(ctx, tx, program)
	if err != nil {
		return err
	}
	members, err := tx.SupervisorsOf(ctx, j.record.OrganizationID)
	if err != nil {
		return err
	}
	enrollments, err := tx.EnrollmentsOf(ctx, program)
	if err != nil {
		return err
	}
	same := versions[0].ID == j.version.ID && len(members) == len(j.supervisors) &&
		maps.EqualFunc(enrollments, j.enrollments, func(a, b Enrollment) bool { return a.ID == b.ID && a.State == b.State })
	for _, m := range members {
		same = same && j.supervisors[m.Email].ID == m.ID
	}
	if !same {
		return errOutdated
	}
	return nil
}

func nameOf(row attendance.Row) string {
	if name, err := core.CleanText(row.Name, 1, 200); err == nil {
		return name
	}
	return row.Email
}

// entriesOf makes the submitted entries of an import.
func (s *imports) entriesOf(i Import, j *judged) []core.Entry {
	var entries []core.Entry
	for _, row := range j.report.Accepted {
		if row.Unchanged {
			continue
		}
		e := j.enrollments[strings.ToLower(row.Email)]
		note, err := core.CleanNote(row.Note, 0, LongestNote)
		if err != nil {
			note = ""
		}
		entries = append(entries, core.Entry{
			ID: core.NewID[core.EntryID](s.src), OrganizationID: i.OrganizationID, EnrollmentID: e.ID, TherapistID: e.TherapistID,
			State: core.EntrySubmitted, Session: row.Session, SupervisorID: j.supervisors[row.SupervisorEmail].ID, Note: note,
			ImportID: i.ID, CreatedAt: j.now, CreatedBy: i.ProposedBy, SubmittedAt: j.now, Version: 1,
		})
	}
	return entries
}
