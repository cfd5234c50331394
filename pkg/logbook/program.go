package logbook

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"regexp"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/standard"
)

var codeShape = regexp.MustCompile(`^[a-z0-9]+(?:-[a-z0-9]+)*$`)

// PublishProgram publishes a new program, or the next version of the one with
// that code. Enrollments keep the version that they have. It needs
// program.publish. Codes: bad_code, required, title_fixed, program_unchanged,
// not_of_hours, and those of standard.Parse.
func (s *Service) PublishProgram(ctx context.Context, a access.Actor, org core.OrganizationID, in PublishProgram) (core.ProgramVersion, error) {
	if err := access.Can(a, access.ProgramPublish, access.Target{Organization: org}); err != nil {
		return core.ProgramVersion{}, err
	}
	var c core.Collect
	if !codeShape.MatchString(in.Code) || len(in.Code) > 64 {
		c.Add("code", "bad_code", "A code has at most 64 of a to z, 0 to 9 and single hyphens between them.")
	}
	title, err := core.CleanText(in.Title, 0, 200)
	_ = c.Check("title", err)
	std, err := standard.Parse(in.Standard)
	if err := c.Check("standard", err); err != nil {
		return core.ProgramVersion{}, err
	}
	if err := c.Err(); err != nil {
		return core.ProgramVersion{}, err
	}
	var v core.ProgramVersion
	err = s.store.Write(ctx, func(ctx context.Context, tx Tx) (err error) {
		v, err = s.publish(ctx, tx, a, org, in.Code, title, std)
		return err
	})
	return v, err
}

// publish writes the next version of a program.
func (s *Service) publish(ctx context.Context, tx Tx, a access.Actor, org core.OrganizationID, code, title string, std standard.Standard) (core.ProgramVersion, error) {
	if std.NeedsFacts() {
		return core.ProgramVersion{}, core.InvalidField("standard", "not_of_hours", "A program is judged by hours alone. Rules of the kinds holds and since belong to the standards of specialties.")
	}
	body, err := std.Marshal()
	if err != nil {
		return core.ProgramVersion{}, err
	}
	sum := sha256.Sum256(body)
	now := s.src.Now()
	program, newest, err := s.programFor(ctx, tx, org, code, title)
	if err != nil {
		return core.ProgramVersion{}, err
	}
	if newest != nil && sha256.Sum256(newest.StandardBody) == sum {
		return core.ProgramVersion{}, core.Conflict("program_unchanged", "Version %d of this program has this very standard.", newest.Number)
	}
	v := core.ProgramVersion{
		ID: newID[core.ProgramVersionID](s), ProgramID: program.ID, OrganizationID: org, Code: program.Code, Number: 1, Title: program.Title,
		StandardID: newID[core.StandardID](s), StandardBody: body, PublishedAt: now,
	}
	if newest != nil {
		v.Number = newest.Number + 1
	}
	if err := tx.InsertStandard(ctx, v.StandardID, org, std.Key, std.Title, body, hex.EncodeToString(sum[:]), now); err != nil {
		return v, err
	}
	if err := tx.InsertProgramVersion(ctx, v); err != nil {
		return v, err
	}
	return v, s.audit(ctx, tx, a, now, org, access.ProgramPublish, "program_version", v.ID.String(), map[string]string{"code": code, "standard": std.Key + " " + std.Version})
}

// programFor finds a program and its newest version, or makes the program.
func (s *Service) programFor(ctx context.Context, tx Tx, org core.OrganizationID, code, title string) (core.Program, *core.ProgramVersion, error) {
	program, err := tx.ProgramByCode(ctx, org, code)
	if err == nil {
		if title != "" && title != program.Title {
			return program, nil, core.InvalidField("title", "title_fixed", "The program is called %q and keeps its title.", program.Title)
		}
		versions, err := tx.ProgramVersions(ctx, program.ID)
		if err != nil || len(versions) == 0 {
			return program, nil, err
		}
		return program, &versions[0], nil
	}
	if !errors.Is(err, core.NotFound("")) {
		return program, nil, err
	}
	if title == "" {
		return program, nil, core.InvalidField("title", "required", "A new program needs a title.")
	}
	program = core.Program{ID: newID[core.ProgramID](s), OrganizationID: org, Code: code, Title: title, CreatedAt: s.src.Now()}
	return program, nil, tx.InsertProgram(ctx, program)
}

// Programs lists the newest version of each program of a school. It needs
// program.read.
func (s *Service) Programs(ctx context.Context, a access.Actor, org core.OrganizationID, page core.Page) (core.List[core.ProgramVersion], error) {
	if err := access.Can(a, access.ProgramRead, access.Target{Organization: org}); err != nil {
		return core.List[core.ProgramVersion]{}, err
	}
	after, err := cursorID[core.ProgramID](page)
	if err != nil {
		return core.List[core.ProgramVersion]{}, err
	}
	var rows []core.ProgramVersion
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		rows, err = tx.NewestVersions(ctx, org, after, page.Size()+1)
		return err
	})
	return cut(rows, page, func(v core.ProgramVersion) []string { return []string{v.ProgramID.String()} }), err
}

// Program is all versions of a program, newest first. It needs program.read.
func (s *Service) Program(ctx context.Context, a access.Actor, id core.ProgramID) ([]core.ProgramVersion, error) {
	var versions []core.ProgramVersion
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		versions, err = programVersions(ctx, tx, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := access.Can(a, access.ProgramRead, access.Target{Organization: versions[0].OrganizationID}); err != nil {
		return nil, err
	}
	return versions, nil
}

// programVersions are at least one.
func programVersions(ctx context.Context, tx Programs, id core.ProgramID) ([]core.ProgramVersion, error) {
	versions, err := tx.ProgramVersions(ctx, id)
	if err == nil && len(versions) == 0 {
		err = core.NotFound("program")
	}
	return versions, err
}
