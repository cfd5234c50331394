// Package shared reads what a link lets a stranger see of a record: each part by the read
// of its subject, as anyone who opened the link. It decides nothing and keeps nothing.
package shared

import (
	"context"
	"slices"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/career/continuing"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/check/employer"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/people/grant"
)

// most is how many of one part are shown.
const most = 100

// Reader reads it.
type Reader struct {
	Grants     *grant.Service
	Certify    *certify.Service
	Licensure  *licensure.Service
	Specialty  *specialty.Service
	Continuing *continuing.Service
	Logbook    *logbook.Service
}

// Record is what a link shows: of each part that its scopes open, as it stands now.
type Record struct {
	grant.Link
	Person       core.Therapist
	Today        core.Date
	Certificates []core.Credential
	Hours        []logbook.Hours
	Check        employer.FullCheck // its licenses alone
	Orders       []licensure.Adverse
	Holdings     []licensure.Holding
	Training     specialty.Readiness
	Activities   []continuing.CEActivity
}

// Shows tells whether the link shows a part.
func (r Record) Shows(s access.Scope) bool { return slices.Contains(r.Scopes, s) }

// ShowsHours tells whether the link shows hours, in a summary or by subject.
func (r Record) ShowsHours() bool {
	return r.Shows(access.ScopeHoursSummary) || r.Shows(access.ScopeHoursDetail)
}

// Open uses a link once and reads what it shows. Anybody who has it may. Code: link_gone.
func (s Reader) Open(ctx context.Context, secret string) (Record, error) {
	opened, err := s.Grants.OpenLink(ctx, secret)
	if err != nil {
		return Record{}, err
	}
	r := Record{Link: opened.Link, Today: core.DateOf(opened.UsedAt)}
	who, of := opened.Actor, opened.TherapistID
	if r.Person, err = s.Licensure.Therapist(ctx, who, of); err != nil {
		return Record{}, err
	}
	for _, part := range []struct {
		scopes []access.Scope
		read   func() error
	}{
		{[]access.Scope{access.ScopeCertificates}, func() (err error) {
			r.Certificates, err = s.Certify.Credentials(ctx, who, of)
			return err
		}},
		{[]access.Scope{access.ScopeHoursSummary, access.ScopeHoursDetail}, func() (err error) {
			r.Hours, err = s.Logbook.HoursOf(ctx, who, of)
			return err
		}},
		{[]access.Scope{access.ScopeLicenses}, func() error {
			licenses, err := s.Licensure.Licenses(ctx, who, of)
			r.Check.ReadLicenses(licenses, standard.AsOf(opened.UsedAt), "", r.Today)
			return err
		}},
		{[]access.Scope{access.ScopeDiscipline}, func() error {
			list, err := s.Licensure.AdverseActions(ctx, who, of, core.Page{Limit: most})
			r.Orders = list.Items
			return err
		}},
		{Held(), func() error {
			list, err := s.Licensure.Holdings(ctx, who, of, core.Page{Limit: most})
			r.Holdings = list.Items
			return err
		}},
		{[]access.Scope{access.ScopeSpecialties}, func() (err error) {
			r.Training, err = s.Specialty.Readiness(ctx, who, of)
			return err
		}},
		{[]access.Scope{access.ScopeCE}, func() error {
			list, err := s.Continuing.Activities(ctx, who, of, "", core.Page{Limit: most})
			r.Activities = list.Items
			return err
		}},
	} {
		if !slices.ContainsFunc(part.scopes, r.Shows) {
			continue
		}
		if err := part.read(); err != nil {
			return Record{}, err
		}
	}
	return r, nil
}

// Held are the scopes of what people hold beside licenses.
func Held() (scopes []access.Scope) {
	for _, rule := range licensure.HoldingRules {
		scopes = append(scopes, rule.Scope)
	}
	return scopes
}
