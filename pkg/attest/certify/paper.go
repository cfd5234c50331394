package certify

import (
	"context"
	"errors"
	"slices"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/attest/paper"
	"github.com/palmar/palmar/pkg/core"
)

// Papers are how schools' certificates look on paper.
type Papers interface {
	PaperStyle(ctx context.Context, org core.OrganizationID, stage paper.StyleStage) (paper.Style, error)
	KeepPaperStyle(ctx context.Context, s paper.Style) error
}

// StyleInput is a style as someone writes it. A nil Logo keeps the draft's,
// DropLogo removes it.
type StyleInput struct {
	Layout, Size, Accent, Preamble, Footer string
	Signatories                            []paper.Signatory
	Logo                                   []byte
	DropLogo                               bool
}

// StyleView is the style that is being tried, and the one in use. What a school
// never chose is the default, with version 0.
type StyleView struct{ Draft, Used paper.Style }

// Tried tells whether the draft differs from what is in use.
func (v StyleView) Tried() bool {
	return v.Draft.Version > 0 && v.Draft.ChangedAt.After(v.Used.ChangedAt)
}

// PaperStyle shows a school's styles. Permission: paper.read.
func (s *papers) PaperStyle(ctx context.Context, a access.Actor, org core.OrganizationID) (StyleView, error) {
	return act.Read(ctx, s.act, a, access.PaperRead, func(ctx context.Context, r act.Reader[Tx]) (StyleView, error) {
		if err := r.May(ctx, access.Target{Organization: org}); err != nil {
			return StyleView{}, err
		}
		return stylesOf(ctx, r.Tx, org)
	})
}

func stylesOf(ctx context.Context, tx Tx, org core.OrganizationID) (v StyleView, err error) {
	if v.Used, err = paperStyle(ctx, tx, org, paper.StyleUsed); err != nil {
		return v, err
	}
	v.Draft, err = tx.PaperStyle(ctx, org, paper.StyleDraft)
	if errors.Is(err, core.ErrNotFound) {
		v.Draft, err = v.Used, nil
		v.Draft.Stage, v.Draft.Version = paper.StyleDraft, 0
	}
	return v, err
}

func paperStyle(ctx context.Context, tx Papers, org core.OrganizationID, stage paper.StyleStage) (paper.Style, error) {
	kept, err := tx.PaperStyle(ctx, org, stage)
	if errors.Is(err, core.ErrNotFound) {
		kept, err = paper.DefaultPaperStyle(org), nil
		kept.Stage = stage
	}
	return kept, err
}

var triesStyle = act.Declare(access.PaperWrite, act.NewEvent("paper.try", "paper_style"))

// TryStyle keeps a style as the draft, which only the school sees. Version is
// the draft's that was read. Permission: paper.write. Codes: those of
// core.PaperStyle.Check, stale.
func (s *papers) TryStyle(ctx context.Context, a access.Actor, org core.OrganizationID, version int, in StyleInput) (paper.Style, error) {
	style := paper.Style{
		OrganizationID: org, Stage: paper.StyleDraft, Layout: in.Layout, Size: in.Size, Accent: in.Accent, Preamble: in.Preamble, Footer: in.Footer,
		Signatories: slices.Clone(in.Signatories), Logo: in.Logo,
	}
	return act.Do(ctx, s.act, a, triesStyle, act.Command[Tx, struct{}, paper.Style]{
		At:      access.Target{Organization: org},
		Prepare: func(context.Context) error { return style.Check() },
		Change: func(ctx context.Context, x act.Step[Tx], _ struct{}) (paper.Style, error) {
			tried := style
			tried.Version, tried.ChangedAt, tried.ChangedBy = version+1, x.Now, a.AccountID
			if in.Logo != nil || in.DropLogo {
				return tried, nil
			}
			v, err := stylesOf(ctx, x.Tx, org)
			tried.Logo, tried.LogoType = v.Draft.Logo, v.Draft.LogoType // which was looked at when it came
			return tried, err
		},
		Save: func(ctx context.Context, x act.Step[Tx], _ struct{}, tried paper.Style) error {
			tried.Version = version
			return x.Tx.KeepPaperStyle(ctx, tried)
		},
		Tell: tellStyle[paper.Style](org),
	})
}

func tellStyle[R any](org core.OrganizationID) func(struct{}, R) []act.Told {
	return func(struct{}, R) []act.Told { return act.Of(org.String(), nil) }
}

var usesStyle = act.Declare(access.PaperWrite, act.NewEvent("paper.use", "paper_style"))

// UseStyle has the draft print everything from now on; certificates that were
// issued before look like it too, and say what they always said. Version is
// the draft's that was previewed. Permission: paper.write. Codes: no_draft,
// stale.
func (s *papers) UseStyle(ctx context.Context, a access.Actor, org core.OrganizationID, version int) (StyleView, error) {
	return act.Do(ctx, s.act, a, usesStyle, act.Command[Tx, struct{}, StyleView]{
		At: access.Target{Organization: org},
		Change: func(ctx context.Context, x act.Step[Tx], _ struct{}) (StyleView, error) {
			v, err := stylesOf(ctx, x.Tx, org)
			switch {
			case err != nil:
				return v, err
			case v.Draft.Version == 0:
				return v, core.Conflict("no_draft")
			case v.Draft.Version != version:
				return v, core.ErrStale
			}
			before := v.Used.Version
			v.Used = v.Draft
			v.Used.Stage, v.Used.Version, v.Used.ChangedAt, v.Used.ChangedBy = paper.StyleUsed, before+1, x.Now, a.AccountID
			return v, nil
		},
		Save: func(ctx context.Context, x act.Step[Tx], _ struct{}, v StyleView) error {
			v.Used.Version--
			return x.Tx.KeepPaperStyle(ctx, v.Used)
		},
		Tell: tellStyle[StyleView](org),
	})
}

// PreviewStyle prints a sample of a kind with the draft. Permission:
// paper.read. Codes: unknown_kind, unprintable.
func (s *papers) PreviewStyle(ctx context.Context, a access.Actor, org core.OrganizationID, kind core.CredentialKind) ([]byte, error) {
	var school core.Organization
	v, err := act.Read(ctx, s.act, a, access.PaperRead, func(ctx context.Context, r act.Reader[Tx]) (v StyleView, err error) {
		if err := r.May(ctx, access.Target{Organization: org}); err != nil {
			return v, err
		}
		kinds := []core.CredentialKind{core.CredentialCompletion, core.CredentialSpecialty, core.CredentialLicense, core.CredentialTranscript}
		if !slices.Contains(kinds, kind) {
			return v, core.InvalidField("kind", "unknown_kind.certify")
		}
		if school, err = r.Tx.Organization(ctx, org); err != nil {
			return v, err
		}
		return stylesOf(ctx, r.Tx, org)
	})
	if err != nil {
		return nil, err
	}
	return paper.Sample(v.Draft, credential.Kind(kind), school, s.src.Now())
}

// PaperWithSessions prints a credential with every session behind it, as state
// boards ask for. Permission: credential.read. Codes: not_found, no_record,
// record_changed, unprintable.
func (s *papers) PaperWithSessions(ctx context.Context, a access.Actor, id core.CredentialID) ([]byte, error) {
	sheet, err := act.Read(ctx, s.act, a, access.CredentialRead, func(ctx context.Context, r act.Reader[Tx]) (paper.Sheet, error) {
		c, lines, _, err := rebuiltFor(ctx, r, id)
		if err != nil {
			return paper.Sheet{}, err
		}
		style, err := paperStyle(ctx, r.Tx, c.OrganizationID, paper.StyleUsed)
		sheet := paper.SheetOf(c, style)
		for _, line := range lines {
			if line.Kind == LineSession {
				sheet.Sessions = append(sheet.Sessions, paper.Session{Date: line.Date, Subject: line.Subject, Where: line.place(), Minutes: line.Minutes})
			}
		}
		return sheet, err
	})
	if err != nil {
		return nil, err
	}
	return paper.PDF(ctx, sheet)
}

// place is where a session was, for people.
func (l RecordLine) place() string {
	if l.School != "" {
		return l.School
	}
	return string(l.Setting)
}
