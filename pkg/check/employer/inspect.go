package employer

import (
	"context"
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/license"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/words"
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

// LicenseView is a license and what it says of the day. AgeDays is how many days ago the
// newest of its sources was looked at.
type LicenseView struct {
	License  core.License
	Practice license.Practice
	AgeDays  int
}

// FullCheck is the answer to a member of an employer. Beside Check it has what a grant
// of the holder opens to the organization, and nothing without one: hours certified
// (Certificates, CertifiedMinutes), Specialties, and where the person may practice
// (Places, that of the organization's own state first); Untold says why that is not
// told. Certificates and Specialties hold only what is valid; Doubtful names the others.
// Holdings are what the person holds beside, newest first, each with how it is
// known; their documents are not shown.
type FullCheck struct {
	Check
	Certificates     []core.Credential
	CertifiedMinutes core.Minutes
	Specialties      []core.Credential
	Doubtful         []Doubt
	Licenses         []LicenseView
	Holdings         []licensure.Holding
	Places           []license.Place
	Untold           []words.Sentence
	Disclosure       core.Disclosure
}

// Doubt is a certificate that is not valid or could not be checked.
type Doubt struct{ Title, Outcome string }

var (
	escrowChecked = act.NewEvent("check.escrow", "disclosure")
	checks        = act.Declare(access.CheckMake, act.NewEvent("check.make", "credential"), escrowChecked)
)

// Inspect is Check for a member of an organization: a code shows what it shows to a
// stranger, and beside that what a grant of the holder opens to the organization. A
// disclosure records what was shown. Of a certificate that is not valid nothing else is
// shown. q asks about the licenses: whether the person might practice on a day or at an
// instant (now, where neither is told), by what was known then. Permission: check.make.
// Codes: not_found, as of Check; date_in_future (known_at).
func (s *Service) Inspect(ctx context.Context, a access.Actor, org core.OrganizationID, code string, q license.Asked) (FullCheck, error) {
	var (
		certificate core.Credential
		keys        []certify.SigningKey
	)
	return act.Do(ctx, s.act, a, checks, act.Command[Tx, core.Organization, FullCheck]{
		At: access.Target{Organization: org},
		Prepare: func(ctx context.Context) error {
			if err := licensure.KnownBy("known_at", q.KnownAt, s.src.Now()); err != nil {
				return err
			}
			c, keys, err := s.find(ctx, code)
			if err == nil {
				s.verify(ctx, c, keys, s.src.Now()) // the signature takes long, and is remembered
			}
			return err
		},
		Find: func(ctx context.Context, tx Tx) (f act.Found[core.Organization], err error) {
			if certificate, keys, err = checked(ctx, tx, code); err != nil {
				return f, err
			}
			f.Owner = access.Target{Organization: org}
			f.Thing, err = tx.Organization(ctx, org)
			return f, err
		},
		Change: func(ctx context.Context, x act.Step[Tx], employer core.Organization) (FullCheck, error) {
			full := FullCheck{Check: s.verify(ctx, certificate, keys, x.Now)}
			shown, err := s.show(ctx, x, &full, employer, q)
			full.Disclosure = core.Disclosure{
				ID: core.NewID[core.DisclosureID](s.src), TherapistID: certificate.TherapistID, OrganizationID: org, OrganizationName: employer.Name,
				CredentialID: certificate.ID, Title: certificate.Title, Name: certificate.SubjectName, AccountID: a.AccountID,
				At: x.Now, Shown: shown, Outcome: full.Outcome,
			}
			return full, err
		},
		Save: func(ctx context.Context, x act.Step[Tx], _ core.Organization, full FullCheck) error {
			if !certificate.ID.IsZero() {
				return x.Tx.InsertDisclosure(ctx, full.Disclosure)
			}
			holder := certify.EscrowHolder{Code: certificate.Code}
			holder.Hash, holder.Salt = credential.EmailHash(certificate.Document)
			return x.Tx.InsertEscrowDisclosure(ctx, full.Disclosure, holder)
		},
		Tell: func(_ core.Organization, full FullCheck) []act.Told {
			if certificate.ID.IsZero() {
				return []act.Told{{Event: escrowChecked, Subject: full.Disclosure.ID.String(), Details: map[string]string{"outcome": full.Outcome, "issuer": certificate.IssuerDID}}}
			}
			return act.Of(certificate.ID.String(), map[string]string{"outcome": full.Outcome})
		},
	})
}

// show adds what an employer sees beside the certificate, and says what that is.
// Of a certificate in escrow the holder may have no account here yet.
func (s *Service) show(ctx context.Context, x act.Step[Tx], full *FullCheck, employer core.Organization, q license.Asked) ([]string, error) {
	full.Untold = []words.Sentence{words.S("employer.practice.certificate_not_valid")}
	c := full.Credential
	switch {
	case c.ID.IsZero():
		if full.Outcome == Valid {
			full.Certificates, full.CertifiedMinutes = []core.Credential{c}, c.Minutes
		}
		full.Untold = []words.Sentence{words.S("employer.practice.school_closed")}
		return []string{ShownCertificate}, nil
	case full.Outcome == NotValid:
		return []string{ShownCertificate}, nil
	}
	q.Regime, q.Now = standard.RegimeOf, x.Now
	q = q.By(employer)
	grants, err := x.Tx.GrantsOf(ctx, c.TherapistID)
	if err != nil {
		return nil, err
	}
	return s.readRecord(ctx, x, full, employer, q, shared{grants, employer.ID, x.Now})
}

// shared is what a person lets an organization see now.
type shared struct {
	grants []access.Grant
	to     core.OrganizationID
	now    time.Time
}

func (v shared) opens(s access.Scope) bool {
	return slices.ContainsFunc(v.grants, func(g access.Grant) bool { return g.Organization == v.to && g.Opens(s, v.now) })
}

// readRecord adds what a grant opens of the rest of the holder's record, and says what
// was shown.
func (s *Service) readRecord(ctx context.Context, x act.Step[Tx], full *FullCheck, employer core.Organization, q license.Asked, v shared) ([]string, error) {
	shown := []string{ShownCertificate}
	full.Untold = []words.Sentence{words.S("employer.practice.not_shared")}
	if v.opens(access.ScopeCertificates) || v.opens(access.ScopeSpecialties) {
		if err := s.readCredentials(ctx, x.Tx, full, v); err != nil {
			return nil, err
		}
		if v.opens(access.ScopeSpecialties) {
			shown = append(shown, ShownSpecialties)
		}
	}
	if v.opens(access.ScopeLicenses) {
		licenses, err := x.Tx.LicensesOf(ctx, full.Credential.TherapistID)
		if err != nil {
			return nil, err
		}
		for i := range licenses {
			licenses[i] = licensure.Unnamed(x.Actor, licenses[i])
		}
		full.ReadLicenses(licenses, q, employer.Jurisdiction, employer.Today(x.Now))
		shown = append(shown, ShownLicenses)
	}
	var kinds []licensure.HoldingKind
	for _, rule := range licensure.HoldingRules {
		if v.opens(rule.Scope) {
			kinds = append(kinds, rule.Kind)
		}
	}
	if len(kinds) == 0 {
		return shown, nil
	}
	var err error
	full.Holdings, err = x.Tx.HoldingsShown(ctx, full.Credential.TherapistID, kinds, employer.ID, core.HoldingID{}, mostHoldings)
	for i := range full.Holdings {
		full.Holdings[i] = full.Holdings[i].Unnamed(x.Actor)
	}
	return append(shown, ShownHoldings), err
}

// readCredentials sorts the credentials of the holder that a grant opens; the keys of
// each issuer are read once.
func (s *Service) readCredentials(ctx context.Context, tx Tx, full *FullCheck, v shared) error {
	all, err := tx.CredentialsOf(ctx, full.Credential.TherapistID)
	if err != nil {
		return err
	}
	issuers := map[string][]certify.SigningKey{}
	for _, c := range all {
		keys, known := issuers[c.IssuerDID]
		if !known {
			if keys, err = tx.SigningKeysOf(ctx, c.IssuerDID); err != nil {
				return err
			}
			issuers[c.IssuerDID] = keys
		}
		own := slices.DeleteFunc(slices.Clone(keys), func(k certify.SigningKey) bool { return k.OrganizationID != c.OrganizationID })
		if c.Kind != core.CredentialCompletion && c.Kind != core.CredentialSpecialty {
			continue // licenses are shown by themselves, transcripts repeat hours
		}
		if !v.opens(access.ScopeCertificates) && (c.Kind != core.CredentialSpecialty || !v.opens(access.ScopeSpecialties)) {
			continue
		}
		switch check := s.verify(ctx, c, own, v.now); {
		case check.Outcome != Valid:
			full.Doubtful = append(full.Doubtful, Doubt{c.Title, check.Outcome})
		case c.Kind == core.CredentialCompletion:
			full.Certificates = append(full.Certificates, c)
			full.CertifiedMinutes += c.Minutes
		default:
			full.Specialties = append(full.Specialties, c)
		}
	}
	return nil
}

// ReadLicenses adds licenses, with what they say for each jurisdiction, that which leads
// first, and how old their sources are today.
func (full *FullCheck) ReadLicenses(licenses []core.License, q license.Asked, leads string, today core.Date) {
	full.Places, full.Untold = license.Places(licenses, q, leads), nil
	if len(licenses) == 0 {
		full.Untold = []words.Sentence{words.S("employer.practice.no_license")}
	}
	for _, p := range full.Places {
		for _, j := range p.Licenses {
			full.Licenses = append(full.Licenses, LicenseView{j.License, j.Practice, ageDays(j.Practice.CheckedOn, today)})
		}
	}
}

// ageDays is how many days before today a source was looked at; 0 for none.
func ageDays(checked, today core.Date) int {
	if checked.IsZero() {
		return 0
	}
	return max(0, int(today.In(time.UTC).Sub(checked.In(time.UTC))/(24*time.Hour)))
}
