package logbook

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"hash"
	"io"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/attendance"
	"github.com/palmar/palmar/pkg/core"
)

// Kept is what core.Import.Report holds as JSON.
type Kept struct {
	Tally   map[attendance.Code]int `json:"tally"`
	Refused []attendance.Refusal    `json:"refused"`
}

// EnrollmentClosed refuses a record of a student whose enrollment in the
// program takes no more hours.
const EnrollmentClosed attendance.Code = "enrollment_closed"

// DryRun judges an attendance file and writes nothing. It needs import.propose.
// Codes: those of attendance.Read, unknown_program.
func (s *Service) DryRun(ctx context.Context, a access.Actor, org core.OrganizationID, in ImportRequest) (ImportReport, error) {
	if err := access.Can(a, access.ImportPropose, access.Target{Organization: org}); err != nil {
		return ImportReport{}, err
	}
	var r ImportReport
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) error {
		j, err := s.judgeFile(ctx, tx, a, org, in)
		if err == nil {
			r = ImportReport{Import: j.noun, Report: j.report}
		}
		return err
	})
	return r, err
}

// Import takes in an attendance file in one transaction: students who are new
// are enrolled, and the accepted sessions wait for another member's approval.
// The same file again gives the first import and changes nothing. It needs
// import.propose. Codes: those of attendance.Read, unknown_program.
func (s *Service) Import(ctx context.Context, a access.Actor, org core.OrganizationID, in ImportRequest) (ImportReport, error) {
	if err := access.Can(a, access.ImportPropose, access.Target{Organization: org}); err != nil {
		return ImportReport{}, err
	}
	// A file can be read once, but a transaction may run several times.
	var file bytes.Buffer
	if _, err := io.Copy(&file, io.LimitReader(in.File, attendance.MaxFile+1)); err != nil {
		return ImportReport{}, err
	}
	var r ImportReport
	run := func(ctx context.Context, tx Tx) error {
		if err := tx.LockProgram(ctx, in.ProgramID); err != nil {
			return err
		}
		again := in
		again.File = bytes.NewReader(file.Bytes())
		j, err := s.judgeFile(ctx, tx, a, org, again)
		if err != nil {
			return err
		}
		r = ImportReport{Import: j.noun, Report: j.report}
		first, err := tx.ImportByDigest(ctx, j.noun.ProgramVersionID, j.noun.Digest)
		if err == nil {
			r.Import = first
			return nil
		}
		if !errors.Is(err, core.NotFound("")) {
			return err
		}
		r.Import, err = s.takeIn(ctx, tx, a, j)
		return err
	}
	err := s.store.Write(ctx, run)
	if core.CodeOf(err) == core.ErrDuplicate.Code { // somebody was enrolled in the meantime
		err = s.store.Write(ctx, run)
	}
	return r, err
}

// judged is a file that was read and what to do about it.
type judged struct {
	noun        core.Import
	report      attendance.Report
	version     core.ProgramVersion
	supervisors map[string]core.Member
	enrollments map[string]core.Enrollment
	now         time.Time
}

// judgeFile reads a file against what is recorded.
func (s *Service) judgeFile(ctx context.Context, tx Tx, a access.Actor, org core.OrganizationID, in ImportRequest) (*judged, error) {
	school, version, err := schoolAndVersion(ctx, tx, org, in.ProgramID)
	if err != nil {
		return nil, err
	}
	std, err := s.standardOf(ctx, tx, version.StandardID)
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
	options := attendance.Options{Location: school.Location(), AsOf: in.AsOf, Subject: std.SubjectCode, Supervisors: map[string]bool{}}
	for _, m := range members {
		j.supervisors[m.Email], options.Supervisors[m.Email] = m, true
	}
	digest := sha256.New()
	if err := j.read(ctx, tx, in.File, digest, options); err != nil {
		return nil, err
	}
	if j.enrollments, err = tx.EnrollmentsOf(ctx, in.ProgramID); err != nil {
		return nil, err
	}
	j.refuseClosed()
	return j, j.describe(a, org, in, digest)
}

// read judges the file, and once more against the sessions of its students that
// are recorded already, if there are any.
func (j *judged) read(ctx context.Context, tx Imports, file io.Reader, digest hash.Hash, options attendance.Options) error {
	var kept bytes.Buffer
	var err error
	if j.report, err = attendance.Read(io.TeeReader(file, io.MultiWriter(&kept, digest)), options); err != nil {
		return err
	}
	existing, err := tx.LiveSessions(ctx, emailsOf(j.report.Accepted))
	if err != nil || len(existing) == 0 {
		return err
	}
	options.Existing = func(email string) []core.Session { return existing[email] }
	j.report, err = attendance.Read(&kept, options)
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
// cannot tell: records of students whose enrollment is closed, and of people
// who supervised themselves.
func (j *judged) refuseClosed() {
	accepted := j.report.Accepted[:0]
	for _, row := range j.report.Accepted {
		email := strings.ToLower(row.Email)
		e, enrolled := j.enrollments[email]
		refusal := attendance.Refusal{Record: row.Record}
		switch {
		case row.Unchanged:
		case enrolled && e.State != core.EnrollmentActive:
			refusal.Field, refusal.Code, refusal.Message = "email", EnrollmentClosed, "The student's enrollment is "+string(e.State)+" and takes no more hours."
		case row.SupervisorEmail == email:
			refusal.Field, refusal.Code, refusal.Message = "supervisor", attendance.UnknownSupervisor, "Nobody supervises their own session."
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

// describe makes the import's noun, without an identifier.
func (j *judged) describe(a access.Actor, org core.OrganizationID, in ImportRequest, digest hash.Hash) error {
	report, err := json.Marshal(Kept{Tally: j.report.Tally, Refused: j.report.Refused})
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
	j.noun = core.Import{
		OrganizationID: org, ProgramVersionID: j.version.ID, ProgramTitle: j.version.Title, State: core.ImportProposed,
		Filename: name, Digest: hex.EncodeToString(digest.Sum(nil)), AsOf: in.AsOf, Records: j.report.Records,
		Accepted: len(j.report.Accepted), Unchanged: unchanged, Refused: len(j.report.Refused), Report: report,
		ProposedBy: a.AccountID, ProposedByName: a.Name, ProposedAt: j.now, Version: 1,
	}
	return nil
}

// takeIn writes the import, its new students and their entries.
func (s *Service) takeIn(ctx context.Context, tx Tx, a access.Actor, j *judged) (core.Import, error) {
	i := j.noun
	i.ID = newID[core.ImportID](s)
	if err := tx.InsertImport(ctx, i); err != nil {
		return i, err
	}
	if err := s.enrollNew(ctx, tx, j); err != nil {
		return i, err
	}
	if err := tx.InsertImported(ctx, s.entriesOf(i, j)); err != nil {
		return i, err
	}
	return i, s.audit(ctx, tx, a, j.now, i.OrganizationID, access.ImportPropose, "import", i.ID.String(), map[string]string{"digest": i.Digest})
}

// enrollNew enrolls who is not in the program yet, from their first session on.
func (s *Service) enrollNew(ctx context.Context, tx Tx, j *judged) error {
	first := map[string]core.Date{}
	var people []Person
	for _, row := range j.report.Accepted {
		email := strings.ToLower(row.Email)
		if _, enrolled := j.enrollments[email]; enrolled || row.Unchanged {
			continue
		}
		on, known := first[email]
		if !known {
			people = append(people, s.person(email, nameOf(row)))
		}
		if !known || row.Session.Date.Before(on) {
			first[email] = row.Session.Date
		}
	}
	if len(people) == 0 {
		return nil
	}
	therapists, err := tx.EnsureStudents(ctx, j.version.OrganizationID, people, j.now)
	if err != nil {
		return err
	}
	enrollments := make([]core.Enrollment, len(people))
	for i, p := range people {
		enrollments[i] = s.enrollment(j.version, therapists[p.Email], first[p.Email])
		j.enrollments[p.Email] = enrollments[i]
	}
	return tx.InsertEnrollments(ctx, enrollments)
}

func nameOf(row attendance.Row) string {
	if name, err := core.CleanText(row.Name, 1, 200); err == nil {
		return name
	}
	return row.Email
}

// entriesOf makes the submitted entries of an import.
func (s *Service) entriesOf(i core.Import, j *judged) []core.Entry {
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
			ID: newID[core.EntryID](s), OrganizationID: i.OrganizationID, EnrollmentID: e.ID, TherapistID: e.TherapistID,
			State: core.EntrySubmitted, Session: row.Session, SupervisorID: j.supervisors[row.SupervisorEmail].ID, Note: note,
			ImportID: i.ID, CreatedAt: j.now, CreatedBy: i.ProposedBy, SubmittedAt: j.now, Version: 1,
		})
	}
	return entries
}
