package logbook

import (
	"context"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/standard"
)

// LongestDraft is how many bytes a draft has at the most.
const LongestDraft = 256 << 10

// Drafts keeps packs that are being written. A miss is not_found, a change of
// another version or of a published one stale.
type Drafts interface {
	InsertDraft(ctx context.Context, d core.Draft) error
	Draft(ctx context.Context, id core.DraftID) (core.Draft, error)
	FindDrafts(ctx context.Context, org core.OrganizationID, after core.DraftID, limit int) ([]core.Draft, error)
	UpdateDraft(ctx context.Context, d core.Draft) error
	DeleteDraft(ctx context.Context, id core.DraftID, version int) error
}

// DraftInput is a draft as somebody wrote it. Body is a pack in YAML, and may be
// wrong: people save what is half done.
type DraftInput struct {
	Code  string
	Title string
	Body  string
}

// Judged is a draft with what is wrong with it: each problem begins with its
// line, and Failures are cases whose standing is not what they say. Cases is how
// many there are; 0 where it cannot be read.
type Judged struct {
	core.Draft
	Problems []core.Field
	Cases    int
	Failures []standard.Failure
	standard *standard.Standard
}

// Ready tells whether the draft can be published.
func (j Judged) Ready() bool {
	return j.standard != nil && j.Cases > 0 && len(j.Failures) == 0 && j.Published.IsZero()
}

// judgeDraft judges a draft by its own cases.
func judgeDraft(d core.Draft) Judged {
	j := Judged{Draft: d}
	p, err := standard.ParsePack([]byte(d.Body))
	if err == nil && p.Unknown {
		err = core.InvalidField("unknown", "not_of_kind", "A program's rules are known; leave this out.")
	}
	if f := core.AsFault(err); f != nil {
		if j.Problems = f.Fields; len(f.Fields) == 0 {
			j.Problems = []core.Field{{Name: "body", Code: f.Code, Message: f.Message}}
		}
		return j
	}
	j.Cases, j.Failures, j.standard = len(p.Cases), standard.Check(p), &p.Standard
	return j
}

// StartDraft is what a new draft begins with: the newest standard of a program
// as a pack, or Palmar's example for a zero one. It needs draft.write.
func (s *Service) StartDraft(ctx context.Context, a access.Actor, org core.OrganizationID, program core.ProgramID) (DraftInput, error) {
	if err := access.Can(a, access.DraftWrite, access.Target{Organization: org}); err != nil {
		return DraftInput{}, err
	}
	if program.IsZero() {
		body, err := standard.WritePack(standard.Demo())
		return DraftInput{Body: string(body)}, err
	}
	versions, err := s.Program(ctx, a, program)
	if err != nil {
		return DraftInput{}, err
	}
	std, err := standard.Parse(versions[0].StandardBody)
	if err != nil {
		return DraftInput{}, err
	}
	body, err := standard.WritePack(std)
	return DraftInput{Code: versions[0].Code, Title: versions[0].Title, Body: string(body)}, err
}

// NewDraft keeps a new draft, with an empty body one that begins as StartDraft
// says. It needs draft.write. Codes by field: bad_code, too_long, bad_text.
func (s *Service) NewDraft(ctx context.Context, a access.Actor, org core.OrganizationID, in DraftInput) (Judged, error) {
	if err := access.Can(a, access.DraftWrite, access.Target{Organization: org}); err != nil {
		return Judged{}, err
	}
	now := s.src.Now()
	d := core.Draft{ID: newID[core.DraftID](s), OrganizationID: org, CreatedAt: now, CreatedBy: a.AccountID, Version: 1}
	if in.Body == "" {
		begin, err := s.StartDraft(ctx, a, org, core.ProgramID{})
		if err != nil {
			return Judged{}, err
		}
		in.Body = begin.Body
	}
	if err := s.fillDraft(&d, a, in); err != nil {
		return Judged{}, err
	}
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		if err := tx.InsertDraft(ctx, d); err != nil {
			return err
		}
		return s.audit(ctx, tx, a, now, org, access.DraftWrite, "draft", d.ID.String(), nil)
	})
	return judgeDraft(d), err
}

func (s *Service) fillDraft(d *core.Draft, a access.Actor, in DraftInput) error {
	var c core.Collect
	if !codeShape.MatchString(in.Code) || len(in.Code) > 64 {
		c.Add("code", "bad_code", "A code has at most 64 of a to z, 0 to 9 and single hyphens between them.")
	}
	title, err := core.CleanText(in.Title, 0, 200)
	_ = c.Check("title", err)
	if len(in.Body) > LongestDraft {
		c.Add("body", "too_long", "A draft has at most %d KB.", LongestDraft>>10)
	}
	if !utf8.ValidString(in.Body) || strings.ContainsRune(in.Body, 0) {
		c.Add("body", "bad_text", "A draft is text in UTF-8.")
	}
	d.Code, d.Title, d.Body = in.Code, title, strings.ReplaceAll(in.Body, "\r\n", "\n")
	d.UpdatedAt, d.UpdatedBy, d.UpdatedByName = s.src.Now(), a.AccountID, a.Name
	return c.Err()
}

// SaveDraft writes a draft anew. It needs draft.write. Codes: those of NewDraft,
// draft_published, stale.
func (s *Service) SaveDraft(ctx context.Context, a access.Actor, id core.DraftID, version int, in DraftInput) (Judged, error) {
	var d core.Draft
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) (err error) {
		if d, err = draftFor(ctx, tx, a, access.DraftWrite, id, version); err != nil {
			return err
		}
		if err := s.fillDraft(&d, a, in); err != nil {
			return err
		}
		if err := tx.UpdateDraft(ctx, d); err != nil {
			return err
		}
		d.Version++
		return s.audit(ctx, tx, a, d.UpdatedAt, d.OrganizationID, access.DraftWrite, "draft", id.String(), nil)
	})
	return judgeDraft(d), err
}

// DropDraft removes a draft. It needs draft.write. Codes: draft_published, stale.
func (s *Service) DropDraft(ctx context.Context, a access.Actor, id core.DraftID, version int) (core.Draft, error) {
	now := s.src.Now()
	var d core.Draft
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) (err error) {
		if d, err = draftFor(ctx, tx, a, access.DraftWrite, id, version); err != nil {
			return err
		}
		if err := tx.DeleteDraft(ctx, id, d.Version); err != nil {
			return err
		}
		return s.audit(ctx, tx, a, now, d.OrganizationID, access.DraftWrite, "draft", id.String(), map[string]string{"state": "dropped"})
	})
	return d, err
}

// draftFor is a draft that is not published, in the version that somebody saw.
func draftFor(ctx context.Context, tx Drafts, a access.Actor, action access.Action, id core.DraftID, version int) (core.Draft, error) {
	d, err := tx.Draft(ctx, id)
	if err != nil {
		return d, err
	}
	if err := access.Can(a, action, access.Target{Organization: d.OrganizationID}); err != nil {
		return d, err
	}
	if !d.Published.IsZero() {
		return d, core.Conflict("draft_published", "This draft is published and does not change; begin a new one.")
	}
	if version != 0 && version != d.Version {
		return d, core.ErrStale
	}
	return d, nil
}

// Draft is one draft with what is wrong with it. It needs draft.read.
func (s *Service) Draft(ctx context.Context, a access.Actor, id core.DraftID) (Judged, error) {
	var d core.Draft
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		if d, err = tx.Draft(ctx, id); err != nil {
			return err
		}
		return access.Can(a, access.DraftRead, access.Target{Organization: d.OrganizationID})
	})
	if err != nil {
		return Judged{}, err
	}
	return judgeDraft(d), nil
}

// Drafts lists a school's drafts, newest first. It needs draft.read.
func (s *Service) Drafts(ctx context.Context, a access.Actor, org core.OrganizationID, page core.Page) (core.List[core.Draft], error) {
	if err := access.Can(a, access.DraftRead, access.Target{Organization: org}); err != nil {
		return core.List[core.Draft]{}, err
	}
	after, err := cursorID[core.DraftID](page)
	if err != nil {
		return core.List[core.Draft]{}, err
	}
	var rows []core.Draft
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		rows, err = tx.FindDrafts(ctx, org, after, page.Size()+1)
		return err
	})
	return cut(rows, page, func(d core.Draft) []string { return []string{d.ID.String()} }), err
}

// PublishDraft publishes a draft as the next version of its program, in one
// transaction, and freezes it. It needs program.publish. Codes: draft_invalid,
// cases_failed, draft_published, stale, and those of PublishProgram.
func (s *Service) PublishDraft(ctx context.Context, a access.Actor, id core.DraftID, version int) (core.ProgramVersion, error) {
	var v core.ProgramVersion
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		d, err := draftFor(ctx, tx, a, access.ProgramPublish, id, version)
		if err != nil {
			return err
		}
		j := judgeDraft(d)
		if len(j.Problems) > 0 {
			return &core.Fault{Kind: core.KindConflict, Code: "draft_invalid", Message: "The draft cannot be read as a pack yet.", Fields: j.Problems}
		}
		if len(j.Failures) > 0 {
			return failed(j.Failures)
		}
		if v, err = s.publish(ctx, tx, a, d.OrganizationID, d.Code, d.Title, *j.standard); err != nil {
			return err
		}
		d.Published, d.UpdatedAt, d.UpdatedBy = v.ID, v.PublishedAt, a.AccountID
		return tx.UpdateDraft(ctx, d)
	})
	return v, err
}

func failed(failures []standard.Failure) error {
	f := core.Conflict("cases_failed", "%d of the draft's cases fail.", len(failures))
	for _, one := range failures {
		f.Fields = append(f.Fields, core.Field{Name: "cases", Code: "case_failed", Message: one.Case + ": " + one.What})
	}
	return f
}

// BackTestDraft tells whose standing a draft would change, among the enrollments
// of its program, against the program's newest version. It changes nothing, and
// students keep the version of their enrolment. It needs draft.read. Codes:
// draft_invalid.
func (s *Service) BackTestDraft(ctx context.Context, a access.Actor, id core.DraftID) (BackTest, error) {
	j, err := s.Draft(ctx, a, id)
	if err != nil {
		return BackTest{}, err
	}
	if j.standard == nil {
		return BackTest{}, &core.Fault{Kind: core.KindConflict, Code: "draft_invalid", Message: "The draft cannot be read as a pack yet.", Fields: j.Problems}
	}
	var newest core.ProgramVersion
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) error {
		program, err := tx.ProgramByCode(ctx, j.OrganizationID, j.Code)
		if err != nil {
			return err
		}
		versions, err := programVersions(ctx, tx, program.ID)
		if err == nil {
			newest = versions[0]
		}
		return err
	})
	if errors.Is(err, core.NotFound("")) {
		return BackTest{}, nil // a new program has no enrollments
	}
	if err != nil {
		return BackTest{}, err
	}
	before, err := standard.Parse(newest.StandardBody)
	if err != nil {
		return BackTest{}, err
	}
	return s.backTest(ctx, EnrollmentQuery{Organization: j.OrganizationID, Program: newest.ProgramID}, before, *j.standard)
}
