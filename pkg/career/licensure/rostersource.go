package licensure

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/career/roster"
	"github.com/palmar/palmar/pkg/core"
)

// SourceInput says how the lists of a board are read. Title is "Massage
// Therapist" where it is empty; it is that of lines which name none.
type SourceInput struct {
	Name, Jurisdiction, Title string
	Mapping                   roster.Mapping
}

func (in *SourceInput) fill(s *RosterSource) error {
	var f form
	return in.check(&f, s)
}

func (in *SourceInput) check(f *form, s *RosterSource) error {
	f.line("name", &in.Name, 1, 120)
	in.Jurisdiction = strings.ToUpper(strings.TrimSpace(in.Jurisdiction))
	if core.JurisdictionName(in.Jurisdiction) == "" {
		f.Add("jurisdiction", "unknown_jurisdiction.code")
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

var createsSource = act.Declare(access.RosterImport, act.NewEvent("roster_source.create", "roster_source"))

// CreateSource keeps how the lists of a board are read. Permission:
// roster.import. Codes: those of the fields (required, too_long, bad_character,
// unknown_jurisdiction, and of roster.Mapping.Check), duplicate.
func (s *rosters) CreateSource(ctx context.Context, a access.Actor, org core.OrganizationID, in SourceInput) (RosterSource, error) {
	return act.Do(ctx, s.act, a, createsSource, act.Command[Tx, struct{}, RosterSource]{
		At: access.Target{Organization: org},
		Change: func(_ context.Context, x act.Step[Tx], _ struct{}) (RosterSource, error) {
			made := RosterSource{ID: core.NewID[core.RosterSourceID](s.src), OrganizationID: org, Answers: every, CreatedAt: x.Now, CreatedBy: a.AccountID, Version: 1}
			return made, in.fill(&made)
		},
		Save: func(ctx context.Context, x act.Step[Tx], _ struct{}, made RosterSource) error {
			return sourceFault(x.Tx.InsertRosterSource(ctx, made))
		},
		Tell: tellSource[struct{}],
	})
}

func tellSource[N any](_ N, s RosterSource) []act.Told { return act.Of(s.ID.String(), nil) }

func sourceFault(err error) error {
	if core.CodeOf(err) == core.ErrDuplicate.Code {
		return core.InvalidField("name", "duplicate.source_name")
	}
	return err
}

var updatesSource = act.Declare(access.RosterImport, act.NewEvent("roster_source.update", "roster_source"))

// UpdateSource changes how the lists of a board are read; its jurisdiction
// stays. Permission: roster.import. Codes: those of CreateSource,
// jurisdiction_fixed, stale.
func (s *rosters) UpdateSource(ctx context.Context, a access.Actor, id core.RosterSourceID, version int, in SourceInput) (RosterSource, error) {
	return act.Do(ctx, s.act, a, updatesSource, act.Command[Tx, RosterSource, RosterSource]{
		Version: version,
		Find: func(ctx context.Context, tx Tx) (act.Found[RosterSource], error) {
			was, err := schoolSource(ctx, tx, id)
			return act.Found[RosterSource]{Thing: was, Owner: access.Target{Organization: was.OrganizationID}, Version: was.Version}, err
		},
		Change: func(_ context.Context, _ act.Step[Tx], was RosterSource) (RosterSource, error) {
			changed := was
			if err := in.fill(&changed); err != nil {
				return changed, err
			}
			changed.Version++
			return changed, sameJurisdiction(was, changed)
		},
		Save: func(ctx context.Context, x act.Step[Tx], from, to RosterSource) error {
			to.Version = from.Version
			return sourceFault(x.Tx.UpdateRosterSource(ctx, to))
		},
		Tell:    tellSource[RosterSource],
		Explain: hide("roster source"),
	})
}

// sameJurisdiction keeps a source of the jurisdiction of which its lists were.
func sameJurisdiction(was, changed RosterSource) error {
	if changed.Jurisdiction != was.Jurisdiction {
		return core.InvalidField("jurisdiction", "jurisdiction_fixed", "jurisdiction", was.Jurisdiction, "jurisdiction2", changed.Jurisdiction)
	}
	return nil
}

// schoolSource finds a source that is a school's own.
func schoolSource(ctx context.Context, tx Tx, id core.RosterSourceID) (RosterSource, error) {
	found, err := tx.RosterSource(ctx, id)
	if err == nil && found.OrganizationID.IsZero() {
		err = core.NotFound("roster source")
	}
	return found, err
}

// Source finds how the lists of a board are read. Permission: roster.read. Code:
// not_found.
func (s *rosters) Source(ctx context.Context, a access.Actor, id core.RosterSourceID) (RosterSource, error) {
	return act.Look(ctx, s.act, a, access.RosterRead, func(ctx context.Context, r act.Reader[Tx]) (RosterSource, error) {
		found, err := schoolSource(ctx, r.Tx, id)
		if err != nil {
			return RosterSource{}, err
		}
		return found, hidden(r.May(ctx, access.Target{Organization: found.OrganizationID}), "roster source")
	})
}

// Sources lists how a school reads boards' lists, oldest first. Permission:
// roster.read. Code: bad_cursor.
func (s *rosters) Sources(ctx context.Context, a access.Actor, org core.OrganizationID, page core.Page) (core.List[RosterSource], error) {
	return act.List(ctx, s.act, a, page, act.ByID(access.RosterRead, access.Target{Organization: org}, func(ctx context.Context, tx Tx, after core.RosterSourceID, limit int) ([]RosterSource, error) {
		return tx.RosterSources(ctx, org, after, limit)
	}, func(r RosterSource) core.RosterSourceID { return r.ID }))
}
