package licensure

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/career/roster"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/license"
)

// LookInput is what a person saw on the board's own page: the status and the last day,
// and what it says of discipline (empty: nothing), or that it does not list the license.
// Address is that of the page, CheckedOn the day; Filename and Evidence are a copy of it,
// which may be left out.
type LookInput struct {
	NotListed  bool
	Lifecycle  string
	ExpiresOn  core.Date
	Discipline string
	Address    string
	CheckedOn  core.Date
	Filename   string
	Evidence   []byte
}

var looksAtLicense = act.Declare(access.LicenseLook, act.NewEvent("license.look", "license"))

// RecordLook records what a member of an organization saw of a license. What is new of it
// becomes events; that someone looked is kept in any case, and counts for that
// organization. Permission: license.look, under a grant of licenses, and nobody for their
// own record. Codes by field: required, unknown_status, discipline_in_force (none, where
// an order that bars from practice is in force), bad_date, date_in_future, before_issue,
// bad_url (address); those of core.NewDocument (evidence); stale, not_found.
func (s *licenses) RecordLook(ctx context.Context, a access.Actor, id core.LicenseID, version int, in LookInput) (core.LicenseCheck, error) {
	var news *rosterPart
	return act.Do(ctx, s.act, a, looksAtLicense, act.Command[Tx, core.License, core.LicenseCheck]{
		Version: version,
		Find:    findLicense(id),
		Change: func(ctx context.Context, x act.Step[Tx], l core.License) (core.LicenseCheck, error) {
			host, document, err := in.check(l, x)
			if err != nil {
				return core.LicenseCheck{}, err
			}
			f := found{
				Line:   roster.Line{Lifecycle: in.Lifecycle, ExpiresOn: in.ExpiresOn, Discipline: in.Discipline},
				Source: host, AsOf: in.CheckedOn, By: x.For,
			}
			news = &rosterPart{now: x.Now, rosterImport: &rosterImport{
				src: s.src, a: x.Actor, notices: s.notices, hearing: s.hearing, source: RosterSource{Name: host}, roster: Roster{OrganizationID: x.For, AsOf: in.CheckedOn},
			}}
			news.record(f, l, false)
			look := &news.checks[0]
			look.Address, look.Detail = in.Address, "Looked up on the board’s website."
			if in.NotListed {
				look.Outcome = core.CheckNotFound
			}
			if len(in.Evidence) > 0 {
				look.DocumentID, err = keep(ctx, x, s.src, l.TherapistID, document)
			}
			return *look, err
		},
		Save: func(ctx context.Context, x act.Step[Tx], _ core.License, _ core.LicenseCheck) error {
			return news.write(ctx, x.Tx)
		},
		Tell: func(core.License, core.LicenseCheck) []act.Told { return act.Of(id.String(), nil) },
	})
}

// check validates what was seen, and gives the host of the page and the copy of it.
func (in *LookInput) check(l core.License, x act.Step[Tx]) (host string, document core.Document, err error) {
	var f form // which has the order of the fields on the page
	switch {
	case in.NotListed:
		in.Lifecycle, in.ExpiresOn, in.Discipline = "", core.Date{}, ""
	case !slices.Contains(core.LifecycleStatuses, in.Lifecycle):
		f.Add("status", "unknown_status.status", "axis", core.Lifecycle, "statuses", strings.Join(core.LifecycleStatuses, ", "))
	}
	if !in.ExpiresOn.IsZero() {
		f.day("expires_on", in.ExpiresOn, core.Date{})
	}
	if in.Discipline != "" && !slices.Contains(core.DisciplineStatuses, in.Discipline) {
		f.Add("discipline", "unknown_status.status", "axis", core.Discipline, "statuses", strings.Join(core.DisciplineStatuses, ", "))
	}
	if s, known := license.Known(l, core.Discipline, found{AsOf: in.CheckedOn, By: x.For}.asked()); in.Discipline == "none" && known && slices.Contains([]string{"suspended", "surrendered", "revoked"}, s.Status) {
		f.Add("discipline", "discipline_in_force", "since", s.Since)
	}
	f.line("address", &in.Address, 1, 300)
	page, bad := url.Parse(in.Address)
	if in.Address != "" && (bad != nil || page.Scheme != "https" && page.Scheme != "http" || page.Hostname() == "") {
		f.Add("address", "bad_url.look")
	} else if bad == nil {
		host = page.Hostname()
	}
	f.day("checked_on", in.CheckedOn, regimeDay(l.Jurisdiction, x.Now))
	if !l.IssuedOn.IsZero() && !in.CheckedOn.IsZero() && in.CheckedOn.Before(l.IssuedOn) {
		f.Add("checked_on", "before_issue.look", "issuedOn", l.IssuedOn)
	}
	if len(in.Evidence) > 0 {
		document, err = core.NewDocument(in.Filename, in.Evidence)
		if fault := core.AsFault(err); fault != nil { // it gives faults alone
			f.Add("evidence", fault.Fields[0].ID, fault.Fields[0].Args...)
		}
	}
	return host, document, f.Err()
}

// LookEvidence is the copy of the page that someone kept with what they saw. Permission:
// license.read, of whose member looked or under a grant of licenses. Code: not_found.
func (s *licenses) LookEvidence(ctx context.Context, a access.Actor, id core.LicenseID, look core.LicenseCheckID) (core.Document, error) {
	return act.Read(ctx, s.act, a, access.LicenseRead, func(ctx context.Context, r act.Reader[Tx]) (core.Document, error) {
		l, err := r.Tx.License(ctx, id)
		if err != nil {
			return core.Document{}, err
		}
		check, err := r.Tx.LicenseCheck(ctx, look)
		if err == nil {
			err = hidden(r.May(ctx, part(l.TherapistID, check.OrganizationID, access.ScopeLicenses)), "look")
		}
		if err == nil && (check.LicenseID != id || check.DocumentID.IsZero()) {
			err = core.NotFound("document")
		}
		if err != nil {
			return core.Document{}, err
		}
		return r.Tx.Document(ctx, check.DocumentID)
	})
}
