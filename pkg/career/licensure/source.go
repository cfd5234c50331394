package licensure

import (
	"context"
	"errors"
	"io"
	"net/url"
	"slices"
	"strings"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/career/roster"
	"github.com/palmar/palmar/pkg/core"
)

// mostAddresses is how many addresses a source has at the most.
const mostAddresses = 5

// ApprovedInput is a source as the operator approves it: whose register it is, where its
// list is fetched, and on which axes it speaks.
type ApprovedInput struct {
	SourceInput
	Authority string
	Addresses []string
	Answers   Answers
}

// fill validates a source and writes it. A source that has words for an axis answers it,
// so that nothing which it says is lost; that active means no discipline is said once,
// and not by its words.
func (in *ApprovedInput) fill(s *RosterSource) error {
	var f form
	f.line("authority", &in.Authority, 1, 120)
	for i, address := range in.Addresses {
		u, err := url.Parse(strings.TrimSpace(address))
		if err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.Fragment != "" || len(address) > 500 {
			f.Add("addresses", "bad_url.source")
			break
		}
		in.Addresses[i] = u.String()
	}
	if len(in.Addresses) > mostAddresses {
		f.Add("addresses", "too_many.addresses", "most", mostAddresses)
	}
	a := in.Answers
	switch words := in.Mapping.Axes(); {
	case !a.Status && !a.Expiration && !a.Discipline:
		f.Add("answers", "required.answers")
	case !a.Discipline && (words.Discipline || a.ActiveIsClear):
		f.Add("answers", "unanswered.discipline")
	case a.Discipline && !words.Discipline && !a.ActiveIsClear:
		f.Add("answers", "unsaid.discipline")
	case words.Clear && !a.ActiveIsClear:
		f.Add("active_is_clear", "required.active_is_clear")
	}
	switch column := in.Mapping.Columns[roster.ExpiresOn] != ""; {
	case !a.Status && !a.Expiration && !a.Discipline: // told above
	case a.Expiration && !column:
		f.Add("columns."+string(roster.ExpiresOn), "unsaid.expiration")
	case column && !a.Expiration:
		f.Add("answers", "unsaid.expiration_column")
	}
	s.Authority, s.Addresses, s.Answers = in.Authority, in.Addresses, a
	return in.check(&f, s)
}

// hears keeps of a line what the source answers. A word that takes something away on an
// axis which it does not answer is no silence: the line is refused.
func (s RosterSource) hears(line roster.Line) (roster.Line, *roster.Refusal) {
	refuse := func(field roster.Field, id string) (roster.Line, *roster.Refusal) {
		why := core.Invalid(id)
		return line, &roster.Refusal{Record: line.Record, Field: string(field), Code: why.Code, Message: why.Message()}
	}
	if !s.Answers.Status {
		if line.Lifecycle != "" && line.Lifecycle != core.Active {
			return refuse(roster.Status, "unanswered.status_word")
		}
		line.Lifecycle = ""
	}
	if !s.Answers.Expiration {
		line.ExpiresOn = core.Date{}
	}
	switch {
	case s.Answers.Discipline && s.Answers.ActiveIsClear && line.Lifecycle == core.Active && line.Discipline == "":
		line.Discipline = "none"
	case !s.Answers.Discipline && line.Discipline != "" && line.Discipline != "none":
		return refuse(roster.Discipline, "unanswered.discipline_word")
	case !s.Answers.Discipline:
		line.Discipline, line.Lifts = "", false
	}
	return line, nil
}

var (
	approvesSource  = act.Declare(access.SourceManage, act.NewEvent("source.approve", "roster_source"))
	changesSource   = act.Declare(access.SourceManage, act.NewEvent("source.change", "roster_source"))
	withdrawsSource = act.Declare(access.SourceManage, act.NewEvent("source.withdraw", "roster_source"))
)

// ApproveSource keeps a source whose list, as the operator takes it in or has it fetched
// from one of its addresses, counts for everybody. Permission: source.manage, the
// operator's. Codes: as of CreateSource; bad_url, too_many (addresses), required,
// unanswered, unsaid (answers), required (active_is_clear).
func (s *rosters) ApproveSource(ctx context.Context, a access.Actor, in ApprovedInput) (RosterSource, error) {
	return act.Do(ctx, s.act, a, approvesSource, act.Command[Tx, struct{}, RosterSource]{
		Change: func(_ context.Context, x act.Step[Tx], _ struct{}) (RosterSource, error) {
			made := RosterSource{
				ID: core.NewID[core.RosterSourceID](s.src), CreatedAt: x.Now, CreatedBy: a.AccountID,
				ApprovedAt: x.Now, ApprovedBy: a.AccountID, ApprovedByName: a.Name, Version: 1,
			}
			return made, in.fill(&made)
		},
		Save: func(ctx context.Context, x act.Step[Tx], _ struct{}, made RosterSource) error {
			return sourceFault(x.Tx.InsertRosterSource(ctx, made))
		},
		Tell: tellSource[struct{}],
	})
}

// ChangeSource approves a source as it is now, one that was withdrawn too. What it said
// before stays. Permission: source.manage. Codes: as of ApproveSource,
// jurisdiction_fixed, not_found, stale.
func (s *rosters) ChangeSource(ctx context.Context, a access.Actor, id core.RosterSourceID, version int, in ApprovedInput) (RosterSource, error) {
	return act.Do(ctx, s.act, a, changesSource, managing(id, version, func(x act.Step[Tx], was RosterSource) (RosterSource, error) {
		changed := was
		if err := in.fill(&changed); err != nil {
			return changed, err
		}
		changed.ApprovedAt, changed.ApprovedBy, changed.ApprovedByName = x.Now, a.AccountID, a.Name
		changed.WithdrawnAt, changed.WithdrawnBy = timeless, core.AccountID{}
		return changed, sameJurisdiction(was, changed)
	}))
}

// WithdrawSource ends a source: nobody takes its list in any more, nor fetches it, and a
// look-up under its name is no answer. What it said before stays, and is the older with
// each day. Permission: source.manage. Codes: source_withdrawn, not_found, stale.
func (s *rosters) WithdrawSource(ctx context.Context, a access.Actor, id core.RosterSourceID, version int) (RosterSource, error) {
	return act.Do(ctx, s.act, a, withdrawsSource, managing(id, version, func(x act.Step[Tx], was RosterSource) (RosterSource, error) {
		if !was.WithdrawnAt.IsZero() {
			return was, core.Conflict("source_withdrawn")
		}
		was.WithdrawnAt, was.WithdrawnBy = x.Now, a.AccountID
		return was, nil
	}))
}

// managing is a command on an approved source.
func managing(id core.RosterSourceID, version int, change func(act.Step[Tx], RosterSource) (RosterSource, error)) act.Command[Tx, RosterSource, RosterSource] {
	return act.Command[Tx, RosterSource, RosterSource]{
		Version: version,
		Find: func(ctx context.Context, tx Tx) (act.Found[RosterSource], error) {
			was, err := approvedSource(ctx, tx, id)
			return act.Found[RosterSource]{Thing: was, Version: was.Version}, err
		},
		Change: func(_ context.Context, x act.Step[Tx], was RosterSource) (RosterSource, error) {
			changed, err := change(x, was)
			changed.Version++
			return changed, err
		},
		Save: func(ctx context.Context, x act.Step[Tx], from, to RosterSource) error {
			to.Version = from.Version
			return sourceFault(x.Tx.UpdateRosterSource(ctx, to))
		},
		Tell: tellSource[RosterSource],
	}
}

func approvedSource(ctx context.Context, tx Tx, id core.RosterSourceID) (RosterSource, error) {
	found, err := tx.RosterSource(ctx, id)
	if err == nil && !found.OrganizationID.IsZero() {
		err = core.NotFound("source")
	}
	return found, err
}

// ApprovedSource finds an approved source. Permission: source.read, the operator's.
// Code: not_found.
func (s *rosters) ApprovedSource(ctx context.Context, a access.Actor, id core.RosterSourceID) (RosterSource, error) {
	return act.Look(ctx, s.act, a, access.SourceRead, func(ctx context.Context, r act.Reader[Tx]) (RosterSource, error) {
		if err := r.May(ctx, access.Target{}); err != nil {
			return RosterSource{}, err
		}
		return approvedSource(ctx, r.Tx, id)
	})
}

// ApprovedSources are the sources that the operator approved or withdrew, by
// jurisdiction. Permission: source.read. Code: bad_cursor.
func (s *rosters) ApprovedSources(ctx context.Context, a access.Actor, page core.Page) (core.List[RosterSource], error) {
	return act.List(ctx, s.act, a, page, act.Listing[Tx, RosterSource]{
		Action: access.SourceRead, Parts: 2,
		Find: func(ctx context.Context, r act.Reader[Tx], at act.Part) ([]RosterSource, error) {
			jurisdiction, after := "", core.RosterSourceID{}
			if len(at.After) > 0 {
				var err error
				if after, err = act.AfterID[core.RosterSourceID](at, 1); err != nil {
					return nil, err
				}
				jurisdiction = at.After[0]
			}
			if err := r.May(ctx, access.Target{}); err != nil {
				return nil, err
			}
			return r.Tx.ApprovedSources(ctx, jurisdiction, after, at.Limit)
		},
		Key: func(s RosterSource) []string { return []string{s.Jurisdiction, s.ID.String()} },
	})
}

// SourceRosters lists the operator's imports of a source, newest first. Permission:
// source.read. Codes: not_found, bad_cursor.
func (s *rosters) SourceRosters(ctx context.Context, a access.Actor, id core.RosterSourceID, page core.Page) (core.List[Roster], error) {
	list := act.ByID(access.SourceRead, access.Target{}, func(ctx context.Context, tx Tx, after core.RosterID, limit int) ([]Roster, error) {
		if _, err := approvedSource(ctx, tx, id); err != nil {
			return nil, err
		}
		return tx.SourceRosters(ctx, id, after, limit)
	}, func(r Roster) core.RosterID { return r.ID })
	list.Alone = false
	return act.List(ctx, s.act, a, page, list)
}

// SourceRoster finds the operator's import of a list, which may still be running.
// Permission: source.read. Code: not_found.
func (s *rosters) SourceRoster(ctx context.Context, a access.Actor, id core.RosterID) (Roster, error) {
	return act.Look(ctx, s.act, a, access.SourceRead, func(ctx context.Context, r act.Reader[Tx]) (Roster, error) {
		if err := r.May(ctx, access.Target{}); err != nil {
			return Roster{}, err
		}
		return operatorRoster(ctx, r.Tx, id)
	})
}

func operatorRoster(ctx context.Context, tx Tx, id core.RosterID) (Roster, error) {
	found, err := tx.BoardRoster(ctx, id)
	if err == nil && !found.OrganizationID.IsZero() {
		err = core.NotFound("roster")
	}
	return found, err
}

// Fetcher gets a list from an address that the operator approved, and from nowhere else.
type Fetcher interface {
	FetchList(ctx context.Context, address string) (io.ReadCloser, error)
}

// nowhere fetches nothing: no fetcher is configured.
type nowhere struct{}

func (nowhere) FetchList(context.Context, string) (io.ReadCloser, error) {
	return nil, errors.New("licensure: nothing is fetched")
}

// Fetch makes the service fetch lists in this way.
func (s *Service) Fetch(f Fetcher) *Service {
	s.rosters.fetcher = f
	return s
}

// FetchRoster fetches the list of a source from one of its addresses and takes it in, as
// ImportRoster does. It speaks of the day on which it was fetched. Permission:
// source.manage. Codes: as of ImportRoster; not_an_address (address),
// source_unreachable.
func (s *rosters) FetchRoster(ctx context.Context, a access.Actor, id core.RosterSourceID, address string) (Roster, error) {
	source, err := act.Read(ctx, s.act, a, access.SourceManage, func(ctx context.Context, r act.Reader[Tx]) (RosterSource, error) {
		if err := r.May(ctx, access.Target{}); err != nil {
			return RosterSource{}, err
		}
		found, err := approvedSource(ctx, r.Tx, id)
		switch {
		case err != nil:
		case !found.WithdrawnAt.IsZero():
			err = core.Conflict("source_withdrawn")
		case !slices.Contains(found.Addresses, address):
			err = core.InvalidField("address", "not_an_address")
		}
		return found, err
	})
	if err != nil {
		return Roster{}, err
	}
	list, err := s.fetcher.FetchList(ctx, address)
	if err != nil {
		return Roster{}, core.Conflict("source_unreachable", "address", address)
	}
	defer list.Close()
	name := address
	if u, err := url.Parse(address); err == nil {
		name = u.Path
	}
	return s.ImportRoster(ctx, a, core.OrganizationID{}, RosterRequest{SourceID: source.ID, Filename: name, File: list, address: address})
}
