package employer

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/standard"
)

// Answers to whether a person may practise today.
const (
	PractiseYes     = "yes"
	PractiseNo      = "no"
	PractiseUnknown = "could_not_check"
)

// The parts of a record that a disclosure names.
const (
	ShownCertificate = "certificate"
	ShownSpecialties = "specialties"
	ShownLicenses    = "licenses"
	ShownHoldings    = "holdings"
)

// mostHoldings is how many qualifications an answer shows.
const mostHoldings = 100

// LicenseView is a licence and what it says of today. AgeDays is how many days
// ago the newest of its Sources was looked at.
type LicenseView struct {
	License  core.License
	Practice core.Practice
	AgeDays  int
	Sources  []SourceView
}

// SourceView is what is known of one axis today, from where, and how many days
// ago the source was looked at.
type SourceView struct {
	core.LicenseEvent
	AgeDays int
}

// FullCheck is the answer to a member of an employer: hours certified
// (Certificates, CertifiedMinutes), Specialties, and whether the person may
// practise today (Practise: yes, no or could_not_check). Certificates and
// Specialties hold only what is valid; Doubtful names the others.
// Holdings are what the person holds beside, newest first, each with how it is
// known; their documents are not shown.
type FullCheck struct {
	Check
	Certificates     []core.Credential
	CertifiedMinutes core.Minutes
	Specialties      []core.Credential
	Doubtful         []string
	Licenses         []LicenseView
	Holdings         []core.Holding
	MayPractise      bool
	Practise         string
	PractiseReason   string
	Disclosure       core.Disclosure
}

// Inspect is Check for a member of an organization, with the holder's other
// certificates and licences; a disclosure records what was shown. Of a
// certificate that is not valid nothing else is shown. Permission: check.make.
// Code: not_found, as of Check.
func (s *Service) Inspect(ctx context.Context, a access.Actor, org core.OrganizationID, code string) (FullCheck, error) {
	return s.InspectAt(ctx, a, org, code, core.Asked{})
}

// InspectAt is Inspect with another question about the licences: whether the
// person might practise on a day or at an instant (now, where neither is told),
// by what was known then. Permission and codes are those of Inspect.
func (s *Service) InspectAt(ctx context.Context, a access.Actor, org core.OrganizationID, code string, q core.Asked) (FullCheck, error) {
	if err := access.Can(a, access.CheckMake, access.Target{Organization: org}); err != nil {
		return FullCheck{}, err
	}
	c, keys, err := s.find(ctx, code)
	if err != nil {
		return FullCheck{}, err
	}
	now := s.src.Now()
	q.Regime = standard.RegimeOf
	if q.On.IsZero() && q.At.IsZero() {
		q.At = now
	}
	full := FullCheck{Check: s.verify(ctx, c, keys, now), Practise: PractiseUnknown, PractiseReason: "The certificate is not valid, so nothing else is shown."}
	shown := []string{ShownCertificate}
	if full.Outcome != NotValid && !c.ID.IsZero() {
		if err := s.readRecord(ctx, &full, org, q, now); err != nil {
			return FullCheck{}, err
		}
		shown = []string{ShownCertificate, ShownSpecialties, ShownLicenses, ShownHoldings}
	}
	if c.ID.IsZero() {
		// In escrow: nobody here holds it who could be told.
		if full.Outcome == Valid {
			full.Certificates, full.CertifiedMinutes = []core.Credential{c}, c.Minutes
		}
		full.PractiseReason = "Could not check: the school has closed, and no licence is recorded here."
		return full, nil
	}
	full.Disclosure = core.Disclosure{
		ID: core.NewID[core.DisclosureID](s.src), TherapistID: c.TherapistID, OrganizationID: org, CredentialID: c.ID,
		Title: c.Title, Name: c.SubjectName, AccountID: a.AccountID, At: now, Shown: shown, Outcome: full.Outcome,
	}
	err = s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		employer, err := tx.Organization(ctx, org)
		if err != nil {
			return err
		}
		full.Disclosure.OrganizationName = employer.Name
		if err := tx.InsertDisclosure(ctx, full.Disclosure); err != nil {
			return err
		}
		origin := core.OriginOf(ctx)
		return tx.Audit(ctx, core.AuditEvent{
			ID: core.NewID[core.AuditID](s.src), At: now, OrganizationID: org, AccountID: a.AccountID, ActorName: a.Name,
			Via: origin.Via, Address: origin.Address, Action: "check.make", TargetKind: "credential", TargetID: c.ID.String(),
			Detail: map[string]string{"outcome": full.Outcome},
		})
	})
	if err != nil {
		return FullCheck{}, err
	}
	return full, nil
}

// readRecord adds the rest of the holder's record.
func (s *Service) readRecord(ctx context.Context, full *FullCheck, org core.OrganizationID, q core.Asked, now time.Time) error {
	return s.store.Read(ctx, func(ctx context.Context, tx Tx) error {
		employer, err := tx.Organization(ctx, org)
		if err != nil {
			return err
		}
		if err := s.readCredentials(ctx, tx, full, now); err != nil {
			return err
		}
		if full.Holdings, err = tx.HoldingsOf(ctx, full.Credential.TherapistID, core.HoldingID{}, mostHoldings); err != nil {
			return err
		}
		licenses, err := tx.LicensesOf(ctx, full.Credential.TherapistID)
		full.readLicenses(licenses, q, employer.Today(now))
		return err
	})
}

// readCredentials sorts all credentials of the holder; the keys of each issuer
// are read once.
func (s *Service) readCredentials(ctx context.Context, tx Tx, full *FullCheck, now time.Time) error {
	all, err := tx.CredentialsOf(ctx, full.Credential.TherapistID)
	if err != nil {
		return err
	}
	issuers := map[string][]core.SigningKey{}
	for _, c := range all {
		keys, known := issuers[c.IssuerDID]
		if !known {
			if keys, err = tx.SigningKeysOf(ctx, c.IssuerDID); err != nil {
				return err
			}
			issuers[c.IssuerDID] = keys
		}
		own := slices.DeleteFunc(slices.Clone(keys), func(k core.SigningKey) bool { return k.OrganizationID != c.OrganizationID })
		if c.Kind != core.CredentialCompletion && c.Kind != core.CredentialSpecialty {
			continue // licences are shown by themselves, transcripts repeat hours
		}
		switch check := s.verify(ctx, c, own, now); {
		case check.Outcome != Valid:
			full.Doubtful = append(full.Doubtful, c.Title+": "+check.Outcome)
		case c.Kind == core.CredentialCompletion:
			full.Certificates = append(full.Certificates, c)
			full.CertifiedMinutes += c.Minutes
		default:
			full.Specialties = append(full.Specialties, c)
		}
	}
	return nil
}

func (full *FullCheck) readLicenses(licenses []core.License, q core.Asked, today core.Date) {
	practice, known := core.MayPractise(licenses, q)
	full.MayPractise, full.Practise, full.PractiseReason = practice.May, PractiseNo, practice.Reason
	switch {
	case !known:
		full.Practise = PractiseUnknown
	case practice.May:
		full.Practise = PractiseYes
	}
	if len(licenses) == 0 {
		full.PractiseReason = "Could not check: no licence is recorded."
	}
	for _, l := range licenses {
		view := LicenseView{License: l, Practice: l.MayPractise(q)}
		view.AgeDays = ageDays(view.Practice.CheckedOn, today)
		for _, axis := range []core.Axis{core.Lifecycle, core.Discipline} {
			if e := l.StatusAt(axis, q); e != nil {
				view.Sources = append(view.Sources, SourceView{*e, ageDays(e.CheckedOn, today)})
			}
		}
		full.Licenses = append(full.Licenses, view)
		if view.Practice == practice && known {
			full.PractiseReason = practice.Reason + sources(view.Sources)
			known = false // the first licence that gives the reason gives its sources
		}
	}
}

// sources says how old each source is, and which of them is the therapist's own
// word.
func sources(views []SourceView) string {
	var b strings.Builder
	for _, v := range views {
		word := string(v.Axis)
		if v.Method == core.MethodSelfReport {
			fmt.Fprintf(&b, " The %s is the therapist's own report of %s; no source was looked at.", word, v.CheckedOn)
			continue
		}
		fmt.Fprintf(&b, " The %s is from %s, looked at %d days ago.", word, strings.TrimSuffix(v.Source, "."), v.AgeDays)
	}
	return b.String()
}

// ageDays is how many days before today a source was looked at; 0 for none.
func ageDays(checked, today core.Date) int {
	if checked.IsZero() {
		return 0
	}
	return max(0, int(today.In(time.UTC).Sub(checked.In(time.UTC))/(24*time.Hour)))
}
