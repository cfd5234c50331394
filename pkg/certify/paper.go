package certify

import (
	"context"
	"errors"
	"slices"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/credential"
	"github.com/palmar/palmar/pkg/paper"
)

// Papers are how schools' certificates look on paper.
type Papers interface {
	PaperStyle(ctx context.Context, org core.OrganizationID, stage core.StyleStage) (core.PaperStyle, error)
	KeepPaperStyle(ctx context.Context, s core.PaperStyle) error
}

// StyleInput is a style as somebody writes it. A nil Logo keeps the draft's,
// DropLogo removes it.
type StyleInput struct {
	Layout, Size, Accent, Preamble, Footer string
	Signatories                            []core.Signatory
	Logo                                   []byte
	DropLogo                               bool
}

// StyleView is the style that is being tried, and the one in use. What a school
// never chose is the default, with version 0.
type StyleView struct{ Draft, Used core.PaperStyle }

// Tried tells whether the draft differs from what is in use.
func (v StyleView) Tried() bool {
	return v.Draft.Version > 0 && v.Draft.ChangedAt.After(v.Used.ChangedAt)
}

// PaperStyle shows a school's styles. Permission: paper.read.
func (s *Service) PaperStyle(ctx context.Context, a access.Actor, org core.OrganizationID) (StyleView, error) {
	if err := access.Can(a, access.PaperRead, access.Target{Organization: org}); err != nil {
		return StyleView{}, err
	}
	var v StyleView
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		v, err = stylesOf(ctx, tx, org)
		return err
	})
	return v, err
}

func stylesOf(ctx context.Context, tx Tx, org core.OrganizationID) (v StyleView, err error) {
	if v.Used, err = paperStyle(ctx, tx, org, core.StyleUsed); err != nil {
		return v, err
	}
	v.Draft, err = tx.PaperStyle(ctx, org, core.StyleDraft)
	if errors.Is(err, core.NotFound("")) {
		v.Draft, err = v.Used, nil
		v.Draft.Stage, v.Draft.Version = core.StyleDraft, 0
	}
	return v, err
}

func paperStyle(ctx context.Context, tx Papers, org core.OrganizationID, stage core.StyleStage) (core.PaperStyle, error) {
	kept, err := tx.PaperStyle(ctx, org, stage)
	if errors.Is(err, core.NotFound("")) {
		kept, err = core.DefaultPaperStyle(org), nil
		kept.Stage = stage
	}
	return kept, err
}

// TryStyle keeps a style as the draft, which only the school sees. Version is
// the draft's that was read. Permission: paper.write. Codes: those of
// core.PaperStyle.Check, stale.
func (s *Service) TryStyle(ctx context.Context, a access.Actor, org core.OrganizationID, version int, in StyleInput) (core.PaperStyle, error) {
	if err := access.Can(a, access.PaperWrite, access.Target{Organization: org}); err != nil {
		return core.PaperStyle{}, err
	}
	style := core.PaperStyle{
		OrganizationID: org, Stage: core.StyleDraft, Layout: in.Layout, Size: in.Size, Accent: in.Accent, Preamble: in.Preamble, Footer: in.Footer,
		Signatories: slices.Clone(in.Signatories), Logo: in.Logo, Version: version, ChangedAt: s.src.Now(), ChangedBy: a.AccountID,
	}
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		if in.Logo == nil && !in.DropLogo {
			v, err := stylesOf(ctx, tx, org)
			if err != nil {
				return err
			}
			style.Logo = v.Draft.Logo
		}
		if err := style.Check(); err != nil {
			return err
		}
		if err := tx.KeepPaperStyle(ctx, style); err != nil {
			return err
		}
		return s.audit(ctx, tx, a, style.ChangedAt, org, "paper.try", "organization", org.String(), nil)
	})
	style.Version++
	return style, err
}

// UseStyle has the draft print everything from now on; certificates that were
// issued before look like it too, and say what they always said. Version is
// the draft's that was previewed. Permission: paper.write. Codes: no_draft,
// stale.
func (s *Service) UseStyle(ctx context.Context, a access.Actor, org core.OrganizationID, version int) (StyleView, error) {
	if err := access.Can(a, access.PaperWrite, access.Target{Organization: org}); err != nil {
		return StyleView{}, err
	}
	now := s.src.Now()
	var v StyleView
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) (err error) {
		if v, err = stylesOf(ctx, tx, org); err != nil {
			return err
		}
		switch {
		case v.Draft.Version == 0:
			return core.Conflict("no_draft", "Save a style first, and look at its preview.")
		case v.Draft.Version != version:
			return core.ErrStale
		}
		used := v.Draft
		used.Stage, used.Version, used.ChangedAt, used.ChangedBy = core.StyleUsed, v.Used.Version, now, a.AccountID
		if err := tx.KeepPaperStyle(ctx, used); err != nil {
			return err
		}
		v.Used = used
		v.Used.Version++
		return s.audit(ctx, tx, a, now, org, "paper.use", "organization", org.String(), nil)
	})
	return v, err
}

// PreviewStyle prints a sample of a kind with the draft. Permission:
// paper.read. Codes: unknown_kind, unprintable.
func (s *Service) PreviewStyle(ctx context.Context, a access.Actor, org core.OrganizationID, kind core.CredentialKind) ([]byte, error) {
	if err := access.Can(a, access.PaperRead, access.Target{Organization: org}); err != nil {
		return nil, err
	}
	kinds := []core.CredentialKind{core.CredentialCompletion, core.CredentialSpecialty, core.CredentialLicense, core.CredentialTranscript}
	if !slices.Contains(kinds, kind) {
		return nil, core.InvalidField("kind", "unknown_kind", "The kinds are completion, specialty, license and transcript.")
	}
	var v StyleView
	var school core.Organization
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		if school, err = tx.Organization(ctx, org); err != nil {
			return err
		}
		v, err = stylesOf(ctx, tx, org)
		return err
	})
	if err != nil {
		return nil, err
	}
	return paper.Sample(v.Draft, credential.Kind(kind), school.Name, s.src.Now())
}

// PaperWithSessions prints a credential with every session behind it, as state
// boards ask for. Permission: credential.read. Codes: not_found, no_record,
// record_changed, unprintable.
func (s *Service) PaperWithSessions(ctx context.Context, a access.Actor, id core.CredentialID) ([]byte, error) {
	c, lines, _, err := s.rebuild(ctx, a, id)
	if err != nil {
		return nil, err
	}
	var style core.PaperStyle
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		style, err = paperStyle(ctx, tx, c.OrganizationID, core.StyleUsed)
		return err
	})
	if err != nil {
		return nil, err
	}
	sheet := paper.SheetOf(c, style)
	for _, line := range lines {
		if line.Kind == LineSession {
			sheet.Sessions = append(sheet.Sessions, paper.Session{Date: line.Date, Subject: line.Subject, Where: line.place(), Minutes: line.Minutes})
		}
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
