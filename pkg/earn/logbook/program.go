package logbook

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"regexp"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/standard"
)

// PublishProgram is a program's new version; Standard is the standard's JSON.
// The title of a program that exists is kept and may be left out.
type PublishProgram struct {
	Code     string
	Title    string
	Standard []byte
}

// Programs keeps programs, their versions and standards. A miss is not_found.
type Programs interface {
	StandardBody(ctx context.Context, id core.StandardID) ([]byte, error)
	ProgramByCode(ctx context.Context, org core.OrganizationID, code string) (Program, error)
	// ClosedDays are those that touch the days from one to another; limit 0 is
	// all.
	ClosedDays(ctx context.Context, org core.OrganizationID, from, to core.Date, limit int) ([]core.ClosedDays, error)
	// LockProgram lets one command at a time work on a program.
	LockProgram(ctx context.Context, id core.ProgramID) error
	InsertProgram(ctx context.Context, p Program) error
	// InsertStandard numbers a standard within its name.
	InsertStandard(ctx context.Context, id core.StandardID, org core.OrganizationID, name, title string, body []byte, digest string, now time.Time) error
	InsertProgramVersion(ctx context.Context, v ProgramVersion) error
	// ProgramVersions are all versions of a program, newest first.
	ProgramVersions(ctx context.Context, id core.ProgramID) ([]ProgramVersion, error)
	// NewestVersions are the newest version of each program of a school after a
	// program, by id.
	NewestVersions(ctx context.Context, org core.OrganizationID, after core.ProgramID, limit int) ([]ProgramVersion, error)
	Confirmations
}

// Program is a school's course of study.
type Program struct {
	ID             core.ProgramID
	OrganizationID core.OrganizationID
	Code           string
	Title          string
	CreatedAt      time.Time
}

// ProgramVersion is a published state of a program and never changes; an
// enrollment keeps its own. StandardBody is the standard's JSON, as published.
// WrittenBy is who wrote its draft last, zero where it had none; of a version from
// before that was kept neither that nor PublishedBy is known.
type ProgramVersion struct {
	ID             core.ProgramVersionID
	ProgramID      core.ProgramID
	OrganizationID core.OrganizationID
	Code           string // the program's
	Number         int
	Title          string
	StandardID     core.StandardID
	StandardBody   []byte
	PublishedAt    time.Time
	Claims         []standard.Claim // about states, judged today by its rules, where one program is looked at

	PublishedBy     core.AccountID
	PublishedByName string
	WrittenBy       core.AccountID
	WrittenByName   string
	Confirmation
}

var codeShape = regexp.MustCompile(`^[a-z0-9]+(?:-[a-z0-9]+)*$`)

var publishesProgram = act.Declare(access.ProgramPublish, act.NewEvent("program.publish", "program_version"))

// PublishProgram publishes a new program, or the next version of the one with
// that code. Enrollments keep the version that they have. Nobody is certified by it
// before a second person has confirmed it (ConfirmProgram). It needs
// program.publish. Codes: bad_code, required, title_fixed, program_unchanged,
// not_of_hours, sample_standard, and those of standard.Parse.
func (s *programs) PublishProgram(ctx context.Context, a access.Actor, org core.OrganizationID, in PublishProgram) (ProgramVersion, error) {
	var std standard.Standard
	var title string
	return act.Do(ctx, s.act, a, publishesProgram, act.Command[Tx, struct{}, ProgramVersion]{
		At: access.Target{Organization: org},
		Prepare: func(context.Context) (err error) {
			title, std, err = in.read()
			return err
		},
		Change: func(ctx context.Context, x act.Step[Tx], _ struct{}) (ProgramVersion, error) {
			return s.publish(ctx, x, Draft{OrganizationID: org, Code: in.Code, Title: title}, std)
		},
		Tell: func(_ struct{}, v ProgramVersion) []act.Told { return tellPublished(v, std) },
	})
}

// read checks the input, all faults at once.
func (in PublishProgram) read() (title string, std standard.Standard, err error) {
	var c core.Collect
	if !codeShape.MatchString(in.Code) || len(in.Code) > 64 {
		c.Add("code", "bad_code.logbook")
	}
	title, err = core.CleanText(in.Title, 0, 200)
	_ = c.Check("title", err)
	std, err = standard.Parse(in.Standard)
	if err := c.Check("standard", err); err != nil {
		return title, std, err
	}
	return title, std, c.Err()
}

func tellPublished(v ProgramVersion, std standard.Standard) []act.Told {
	return act.Of(v.ID.String(), map[string]string{"code": v.Code, "standard": std.Key + " " + std.Version})
}

// publish writes the next version of a program by a draft, which need not be kept.
func (s *programs) publish(ctx context.Context, x act.Step[Tx], d Draft, std standard.Standard) (ProgramVersion, error) {
	if std.NeedsFacts() {
		return ProgramVersion{}, core.InvalidField("standard", "not_of_hours")
	}
	if err := std.SampleOf(); err != nil {
		return ProgramVersion{}, err
	}
	if len(std.Subjects) == 0 { // nobody could log a session
		return ProgramVersion{}, core.InvalidField("subjects", "required.subjects")
	}
	body, err := std.Marshal()
	if err != nil {
		return ProgramVersion{}, err
	}
	sum := sha256.Sum256(body)
	program, newest, err := s.programFor(ctx, x.Tx, d.OrganizationID, d.Code, d.Title)
	if err != nil {
		return ProgramVersion{}, err
	}
	if newest != nil && sha256.Sum256(newest.StandardBody) == sum {
		return ProgramVersion{}, core.Conflict("program_unchanged", "number", newest.Number)
	}
	v := ProgramVersion{
		ID: core.NewID[core.ProgramVersionID](s.src), ProgramID: program.ID, OrganizationID: d.OrganizationID, Code: program.Code, Number: 1, Title: program.Title,
		StandardID: core.NewID[core.StandardID](s.src), StandardBody: body, PublishedAt: x.Now,
		PublishedBy: x.Actor.AccountID, PublishedByName: x.Actor.Name, WrittenBy: d.UpdatedBy, WrittenByName: d.UpdatedByName,
	}
	if newest != nil {
		v.Number = newest.Number + 1
	}
	if err := x.Tx.InsertStandard(ctx, v.StandardID, d.OrganizationID, std.Key, std.Title, body, hex.EncodeToString(sum[:]), x.Now); err != nil {
		return v, err
	}
	return v, x.Tx.InsertProgramVersion(ctx, v)
}

// programFor finds a program and its newest version, or makes the program.
func (s *programs) programFor(ctx context.Context, tx Tx, org core.OrganizationID, code, title string) (Program, *ProgramVersion, error) {
	program, err := tx.ProgramByCode(ctx, org, code)
	if err == nil {
		if title != "" && title != program.Title {
			return program, nil, core.InvalidField("title", "title_fixed", "title", program.Title)
		}
		versions, err := tx.ProgramVersions(ctx, program.ID)
		if err != nil || len(versions) == 0 {
			return program, nil, err
		}
		return program, &versions[0], nil
	}
	if !errors.Is(err, core.ErrNotFound) {
		return program, nil, err
	}
	if title == "" {
		return program, nil, core.InvalidField("title", "required.title")
	}
	program = Program{ID: core.NewID[core.ProgramID](s.src), OrganizationID: org, Code: code, Title: title, CreatedAt: s.src.Now()}
	return program, nil, tx.InsertProgram(ctx, program)
}

// Programs lists the newest version of each program of a school. It needs
// program.read.
func (s *programs) Programs(ctx context.Context, a access.Actor, org core.OrganizationID, page core.Page) (core.List[ProgramVersion], error) {
	return act.List(ctx, s.act, a, page, act.ByID(access.ProgramRead, access.Target{Organization: org},
		func(ctx context.Context, tx Tx, after core.ProgramID, limit int) ([]ProgramVersion, error) {
			return tx.NewestVersions(ctx, org, after, limit)
		},
		func(v ProgramVersion) core.ProgramID { return v.ProgramID }))
}

// Program is all versions of a program, newest first, with their claims about states
// judged on the school's day. It needs program.read.
func (s *programs) Program(ctx context.Context, a access.Actor, id core.ProgramID) ([]ProgramVersion, error) {
	return act.Read(ctx, s.act, a, access.ProgramRead, func(ctx context.Context, r act.Reader[Tx]) ([]ProgramVersion, error) {
		versions, err := versionsFor(ctx, r, id)
		if err != nil {
			return nil, err
		}
		return versions, judgeVersions(ctx, r, versions)
	})
}

// versionsFor are the versions of a program that the reader may read.
func versionsFor(ctx context.Context, r act.Reader[Tx], id core.ProgramID) ([]ProgramVersion, error) {
	versions, err := programVersions(ctx, r.Tx, id)
	if err != nil {
		return nil, err
	}
	return versions, r.May(ctx, access.Target{Organization: versions[0].OrganizationID})
}

// programVersions are at least one.
func programVersions(ctx context.Context, tx Programs, id core.ProgramID) ([]ProgramVersion, error) {
	versions, err := tx.ProgramVersions(ctx, id)
	if err == nil && len(versions) == 0 {
		err = core.NotFound("program")
	}
	return versions, err
}
