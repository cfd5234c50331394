package licensure

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/roster"
)

// SourceInput says how the lists of a board are read. Title is "Massage
// Therapist" where it is empty; it is that of lines which name none.
type SourceInput struct {
	Name, Jurisdiction, Title string
	Mapping                   roster.Mapping
}

func (in *SourceInput) fill(s *core.RosterSource) error {
	var f form
	f.line("name", &in.Name, 1, 120)
	in.Jurisdiction = strings.ToUpper(strings.TrimSpace(in.Jurisdiction))
	if JurisdictionName(in.Jurisdiction) == "" {
		f.Add("jurisdiction", "unknown_jurisdiction", "A jurisdiction is one of the two-letter codes of the states, such as FL.")
	}
	if strings.TrimSpace(in.Title) == "" {
		in.Title = "Massage Therapist"
	}
	f.line("title", &in.Title, 1, 80)
	_ = f.Check("mapping", in.Mapping.Check()) // gives faults alone
	mapping, err := json.Marshal(in.Mapping)
	if err != nil {
		return err
	}
	s.Name, s.Jurisdiction, s.Title, s.Mapping = in.Name, in.Jurisdiction, in.Title, mapping
	return f.Err()
}

// CreateSource keeps how the lists of a board are read. Permission:
// roster.import. Codes: those of the fields (required, too_long, bad_character,
// unknown_jurisdiction, and of roster.Mapping.Check), duplicate.
func (s *Service) CreateSource(ctx context.Context, a access.Actor, org core.OrganizationID, in SourceInput) (core.RosterSource, error) {
	if err := access.Can(a, access.RosterImport, access.Target{Organization: org}); err != nil {
		return core.RosterSource{}, err
	}
	now := s.src.Now()
	made := core.RosterSource{ID: core.NewID[core.RosterSourceID](s.src), OrganizationID: org, CreatedAt: now, CreatedBy: a.AccountID, Version: 1}
	if err := in.fill(&made); err != nil {
		return made, err
	}
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		if err := tx.InsertRosterSource(ctx, made); err != nil {
			return err
		}
		return s.audit(ctx, tx, a, now, org, "roster_source.create", "roster_source", made.ID.String())
	})
	return made, sourceFault(err)
}

func sourceFault(err error) error {
	if core.CodeOf(err) == core.ErrDuplicate.Code {
		return core.InvalidField("name", "duplicate", "There is a list of this name already.")
	}
	return err
}

// UpdateSource changes how the lists of a board are read; its jurisdiction
// stays. Permission: roster.import. Codes: those of CreateSource,
// jurisdiction_fixed, stale.
func (s *Service) UpdateSource(ctx context.Context, a access.Actor, id core.RosterSourceID, version int, in SourceInput) (core.RosterSource, error) {
	now := s.src.Now()
	var changed core.RosterSource
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		was, err := tx.RosterSource(ctx, id)
		if err != nil {
			return err
		}
		if err := access.Can(a, access.RosterImport, access.Target{Organization: was.OrganizationID}); err != nil {
			return hidden(err, "roster source")
		}
		if version != 0 && version != was.Version {
			return core.ErrStale
		}
		changed = was
		if err := in.fill(&changed); err != nil {
			return err
		}
		if changed.Jurisdiction != was.Jurisdiction {
			return core.InvalidField("jurisdiction", "jurisdiction_fixed", "The lists stay those of %s. Add another one for %s.", was.Jurisdiction, changed.Jurisdiction)
		}
		if err := tx.UpdateRosterSource(ctx, changed); err != nil {
			return err
		}
		changed.Version++
		return s.audit(ctx, tx, a, now, was.OrganizationID, "roster_source.update", "roster_source", id.String())
	})
	return changed, sourceFault(err)
}

// hidden makes the refusal of something of another school one of something that
// is not there.
func hidden(err error, what string) error {
	if f := core.AsFault(err); f != nil && f.Kind == core.KindNotFound {
		return core.NotFound(what)
	}
	return err
}

// Source finds how the lists of a board are read. Permission: roster.read. Code:
// not_found.
func (s *Service) Source(ctx context.Context, a access.Actor, id core.RosterSourceID) (core.RosterSource, error) {
	var found core.RosterSource
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		if found, err = tx.RosterSource(ctx, id); err != nil {
			return err
		}
		return hidden(access.Can(a, access.RosterRead, access.Target{Organization: found.OrganizationID}), "roster source")
	})
	if err != nil {
		return core.RosterSource{}, err
	}
	return found, nil
}

// Sources lists how a school reads boards' lists, oldest first. Permission:
// roster.read. Code: bad_cursor.
func (s *Service) Sources(ctx context.Context, a access.Actor, org core.OrganizationID, page core.Page) (core.List[core.RosterSource], error) {
	if err := access.Can(a, access.RosterRead, access.Target{Organization: org}); err != nil {
		return core.List[core.RosterSource]{}, err
	}
	after, err := core.AfterID[core.RosterSourceID](page.Cursor)
	if err != nil {
		return core.List[core.RosterSource]{}, err
	}
	var rows []core.RosterSource
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		rows, err = tx.RosterSources(ctx, org, after, page.Size()+1)
		return err
	})
	return core.ListOf(rows, page.Size(), func(r core.RosterSource) string { return r.ID.String() }), err
}
