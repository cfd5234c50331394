package logbook

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/standard"
)

// LongestDraft is how many bytes a draft has at the most.
const LongestDraft = 256 << 10

// Drafts keeps packs that are being written. A miss is not_found, a change of
// another version or of a published one stale.
type Drafts interface {
	InsertDraft(ctx context.Context, d Draft) error
	Draft(ctx context.Context, id core.DraftID) (Draft, error)
	FindDrafts(ctx context.Context, org core.OrganizationID, after core.DraftID, limit int) ([]Draft, error)
	UpdateDraft(ctx context.Context, d Draft) error
	DeleteDraft(ctx context.Context, id core.DraftID, version int) error
}

// DraftInput is a draft as someone wrote it. Body is a pack in YAML, and may be
// wrong: people save what is half done. A new draft without a body begins with
// what Start names: blank, sample, a program ("program:" and its id), or a pack of a
// state or an accreditor ("pack:" and its key).
type DraftInput struct {
	Code  string
	Title string
	Body  string
	Start string
}

// Judged is a draft with what is wrong with it: each problem begins with its
// line, and Failures are cases whose standing is not what they say. Cases is how
// many there are; 0 where it cannot be read.
type Judged struct {
	Draft
	Problems []core.Field
	Cases    int
	Failures []standard.Failure
	Sketch   *standard.Pack // as far as it is written; nil where its YAML cannot be read
	standard *standard.Standard
}

// Ready tells whether the draft can be published.
func (j Judged) Ready() bool {
	return j.standard != nil && j.Cases > 0 && len(j.Failures) == 0 && j.Published.IsZero()
}

// judgeDraft judges a draft by its own cases.
func judgeDraft(d Draft) Judged {
	j := Judged{Draft: d}
	if sketch, err := standard.Sketch([]byte(d.Body)); err == nil {
		j.Sketch = &sketch
	}
	p, err := standard.ParsePack([]byte(d.Body))
	if err == nil && p.Unknown {
		err = core.InvalidField("unknown", "not_of_kind.unknown")
	}
	if f := core.AsFault(err); f != nil {
		if j.Problems = f.Fields; len(f.Fields) == 0 {
			j.Problems = []core.Field{f.Field("body")}
		}
		return j
	}
	p.Standard = p.Worded()
	j.Cases, j.Failures, j.standard = len(p.Cases), standard.Check(p), &p.Standard
	return j
}

var startsDraft = act.Declare(access.DraftWrite, act.NewEvent("draft.start", "draft"))

// NewDraft keeps a new draft; one without body and start begins with the sample. It
// needs draft.write. Codes by field: bad_code, too_long, bad_text, bad_choice.
func (s *programs) NewDraft(ctx context.Context, a access.Actor, org core.OrganizationID, in DraftInput) (Judged, error) {
	return act.Do(ctx, s.act, a, startsDraft, act.Command[Tx, struct{}, Judged]{
		At: access.Target{Organization: org},
		Change: func(ctx context.Context, x act.Step[Tx], _ struct{}) (Judged, error) {
			if err := in.begin(ctx, x.Tx, org, core.DateOf(x.Now)); err != nil {
				return Judged{}, err
			}
			d := Draft{ID: core.NewID[core.DraftID](s.src), OrganizationID: org, CreatedAt: x.Now, CreatedBy: a.AccountID, Version: 1}
			err := in.fill(&d, a, x.Now)
			return judgeDraft(d), err
		},
		Save: func(ctx context.Context, x act.Step[Tx], _ struct{}, j Judged) error {
			return x.Tx.InsertDraft(ctx, j.Draft)
		},
		Tell: tellDraft[struct{}],
	})
}

func tellDraft[N any](_ N, j Judged) []act.Told { return act.Of(j.ID.String(), nil) }

// fill writes the input into a draft, all faults at once.
func (in DraftInput) fill(d *Draft, a access.Actor, now time.Time) error {
	var c core.Collect
	if !codeShape.MatchString(in.Code) || len(in.Code) > 64 {
		c.Add("code", "bad_code.logbook")
	}
	title, err := core.CleanText(in.Title, 0, 200)
	_ = c.Check("title", err)
	if len(in.Body) > LongestDraft {
		c.Add("body", "too_long.body", "longestDraft", LongestDraft>>10)
	}
	if !utf8.ValidString(in.Body) || strings.ContainsRune(in.Body, 0) {
		c.Add("body", "bad_text")
	}
	d.Code, d.Title, d.Body = in.Code, title, strings.ReplaceAll(in.Body, "\r\n", "\n")
	d.UpdatedAt, d.UpdatedBy, d.UpdatedByName = now, a.AccountID, a.Name
	return c.Err()
}

var savesDraft = act.Declare(access.DraftWrite, act.NewEvent("draft.save", "draft"))

// SaveDraft writes a draft again. It needs draft.write. Codes: those of NewDraft,
// draft_published, stale.
func (s *programs) SaveDraft(ctx context.Context, a access.Actor, id core.DraftID, version int, in DraftInput) (Judged, error) {
	return act.Do(ctx, s.act, a, savesDraft, changesDraft(id, version, a, func(Draft) (DraftInput, error) { return in, nil }))
}

// EditDraft changes one thing of a draft's pack and writes it again: with the cases
// of its boundaries as they are then, and those that people wrote. Comments of the
// YAML are lost. It needs draft.write. Codes: those of SaveDraft, of standard.Sketch
// and of edit.
func (s *programs) EditDraft(ctx context.Context, a access.Actor, id core.DraftID, version int, edit func(*standard.Pack) error) (Judged, error) {
	return act.Do(ctx, s.act, a, savesDraft, changesDraft(id, version, a, func(d Draft) (DraftInput, error) {
		body, err := edited(d.Body, edit)
		return DraftInput{Code: d.Code, Title: d.Title, Body: string(body)}, err
	}))
}

func changesDraft(id core.DraftID, version int, a access.Actor, change func(Draft) (DraftInput, error)) act.Command[Tx, Draft, Judged] {
	return act.Command[Tx, Draft, Judged]{
		Version: version,
		Find:    findDraft(id),
		Change: func(_ context.Context, x act.Step[Tx], d Draft) (Judged, error) {
			err := unpublished(d)
			var in DraftInput
			if err == nil {
				in, err = change(d)
			}
			if err == nil {
				err = in.fill(&d, a, x.Now)
			}
			d.Version++
			return judgeDraft(d), err
		},
		Save: func(ctx context.Context, x act.Step[Tx], from Draft, to Judged) error {
			to.Version = from.Version
			return x.Tx.UpdateDraft(ctx, to.Draft)
		},
		Tell: tellDraft[Draft],
	}
}

var dropsDraft = act.Declare(access.DraftWrite, act.NewEvent("draft.drop", "draft"))

// DropDraft removes a draft. It needs draft.write. Codes: draft_published, stale.
func (s *programs) DropDraft(ctx context.Context, a access.Actor, id core.DraftID, version int) (Draft, error) {
	return act.Do(ctx, s.act, a, dropsDraft, act.Command[Tx, Draft, Draft]{
		Version: version,
		Find:    findDraft(id),
		Change:  func(_ context.Context, _ act.Step[Tx], d Draft) (Draft, error) { return d, unpublished(d) },
		Save: func(ctx context.Context, x act.Step[Tx], d, _ Draft) error {
			return x.Tx.DeleteDraft(ctx, id, d.Version)
		},
		Tell: func(_, d Draft) []act.Told { return act.Of(d.ID.String(), nil) },
	})
}

func findDraft(id core.DraftID) func(context.Context, Tx) (act.Found[Draft], error) {
	return func(ctx context.Context, tx Tx) (act.Found[Draft], error) {
		d, err := tx.Draft(ctx, id)
		return act.Found[Draft]{Thing: d, Owner: access.Target{Organization: d.OrganizationID}, Version: d.Version}, err
	}
}

func unpublished(d Draft) error {
	if d.Published.IsZero() {
		return nil
	}
	return core.Conflict("draft_published")
}

// Draft is one draft with what is wrong with it. It needs draft.read.
func (s *programs) Draft(ctx context.Context, a access.Actor, id core.DraftID) (Judged, error) {
	return act.Look(ctx, s.act, a, access.DraftRead, func(ctx context.Context, r act.Reader[Tx]) (Judged, error) {
		return draftFor(ctx, r, id)
	})
}

// draftFor is a draft that the reader may read.
func draftFor(ctx context.Context, r act.Reader[Tx], id core.DraftID) (Judged, error) {
	d, err := r.Tx.Draft(ctx, id)
	if err == nil {
		err = r.May(ctx, access.Target{Organization: d.OrganizationID})
	}
	if err != nil {
		return Judged{}, err
	}
	return judgeDraft(d), nil
}

// Drafts lists a school's drafts, newest first. It needs draft.read.
func (s *programs) Drafts(ctx context.Context, a access.Actor, org core.OrganizationID, page core.Page) (core.List[Draft], error) {
	return act.List(ctx, s.act, a, page, act.ByID(access.DraftRead, access.Target{Organization: org},
		func(ctx context.Context, tx Tx, after core.DraftID, limit int) ([]Draft, error) {
			return tx.FindDrafts(ctx, org, after, limit)
		},
		func(d Draft) core.DraftID { return d.ID }))
}

// PublishDraft publishes a draft as the next version of its program, in one
// transaction, and freezes it; who wrote it last is kept with the version. It needs program.publish. Codes: draft_invalid,
// cases_failed, draft_published, stale, and those of PublishProgram.
func (s *programs) PublishDraft(ctx context.Context, a access.Actor, id core.DraftID, version int) (ProgramVersion, error) {
	var std standard.Standard
	return act.Do(ctx, s.act, a, publishesProgram, act.Command[Tx, Draft, ProgramVersion]{
		Version: version,
		Find:    findDraft(id),
		Change: func(ctx context.Context, x act.Step[Tx], d Draft) (ProgramVersion, error) {
			j := judgeDraft(d)
			if err := j.publishable(); err != nil {
				return ProgramVersion{}, err
			}
			std = *j.standard
			return s.publish(ctx, x, d, std)
		},
		Save: func(ctx context.Context, x act.Step[Tx], d Draft, v ProgramVersion) error {
			d.Published, d.UpdatedAt, d.UpdatedBy = v.ID, v.PublishedAt, a.AccountID
			return x.Tx.UpdateDraft(ctx, d)
		},
		Tell: func(_ Draft, v ProgramVersion) []act.Told { return tellPublished(v, std) },
	})
}

// publishable says why a draft cannot be published, if it cannot.
func (j Judged) publishable() error {
	if err := unpublished(j.Draft); err != nil {
		return err
	}
	if len(j.Problems) > 0 {
		return &core.Fault{Kind: core.KindConflict, Code: "draft_invalid", Fields: j.Problems}
	}
	if len(j.Failures) > 0 {
		return failed(j.Failures)
	}
	return nil
}

func failed(failures []standard.Failure) error {
	f := core.Conflict("cases_failed", "count", len(failures))
	for _, one := range failures {
		f.Fields = append(f.Fields, core.Field{Name: "cases", Code: "case_failed", Args: []any{"name", one.Case, "what", one.What}})
	}
	return f
}

// BackTestDraft tells whose standing a draft would change, among the enrollments
// of its program, against the program's newest version. It changes nothing, and
// students keep the version of their enrollment. It needs draft.read. Codes:
// draft_invalid.
func (s *programs) BackTestDraft(ctx context.Context, a access.Actor, id core.DraftID) (BackTest, error) {
	return act.Read(ctx, s.act, a, access.DraftRead, func(ctx context.Context, r act.Reader[Tx]) (BackTest, error) {
		j, err := draftFor(ctx, r, id)
		if err != nil {
			return BackTest{}, err
		}
		if j.standard == nil {
			return BackTest{}, &core.Fault{Kind: core.KindConflict, Code: "draft_invalid", Fields: j.Problems}
		}
		program, err := r.Tx.ProgramByCode(ctx, j.OrganizationID, j.Code)
		if errors.Is(err, core.ErrNotFound) {
			return BackTest{}, nil // a new program has no enrollments
		}
		if err != nil {
			return BackTest{}, err
		}
		versions, err := programVersions(ctx, r.Tx, program.ID)
		if err != nil {
			return BackTest{}, err
		}
		before, err := standard.Parse(versions[0].StandardBody)
		if err != nil {
			return BackTest{}, err
		}
		q := EnrollmentQuery{Organization: j.OrganizationID, Program: program.ID}
		return backTest(ctx, r.Tx, q, before, *j.standard, r.Now)
	})
}
