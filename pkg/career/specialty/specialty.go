package specialty

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/people/notice"
)

// Service keeps specialties: courses and what they are about, sections, who is
// trained, and who wants to be found.
type Service struct {
	*courses
	*sections
	*moderation
	act *act.Kernel[Tx]
	src core.Source
}

// New makes the service.
func New(store act.Store[Tx], src core.Source) *Service {
	kernel := act.New(store, src, nil)
	return &Service{&courses{kernel, src}, &sections{kernel, src}, &moderation{act: kernel, src: src}, kernel, src}
}

// Joined makes again what someone is trained for whose file has become part of their
// record. It joins the transaction of ctx.
func (s *Service) Joined(ctx context.Context, file core.TherapistID) error {
	return act.Maintain(ctx, s.act, func(ctx context.Context, tx Tx) error { return tx.RefreshAbilities(ctx, file) })
}

// Telling has the service tell people of the courses that schools add to their records,
// and of what is done to their entries of the directory, with links to the pages at an
// address.
func (s *Service) Telling(baseURL string) *Service {
	notice.Hear(s.act, notice.Sender{BaseURL: baseURL}, completionRecorded, sectionFinished)
	s.baseURL = baseURL
	return s
}

// courses keeps the catalog, courses, pathways, and who completed what.
type courses struct {
	act *act.Kernel[Tx]
	src core.Source
}

// sections keeps courses as they are held.
type sections struct {
	act *act.Kernel[Tx]
	src core.Source
}

// seen is what an actor may see of a therapist: what was earned at some schools, and
// the parts that the therapist's grants open.
type seen struct {
	orgs  []core.OrganizationID
	owner access.Target
}

// mayLook asks whether the actor may read of what a therapist is trained for: of all
// schools by a grant of specialties, and where it is their own record; otherwise of
// those in whose office they are.
func mayLook(ctx context.Context, r act.Reader[Tx], therapist core.TherapistID) (seen, error) {
	share, err := r.Share(ctx, therapist, access.ScopeSpecialties)
	v := seen{share.Own, share.Target}
	if share.Whole {
		v.orgs = share.Keepers
	}
	return v, err
}

// licenses are those of a therapist, where the reader may see them.
func (v seen) licenses(ctx context.Context, r act.Reader[Tx]) (licenses []core.License, shown bool, err error) {
	v.owner.Scope = access.ScopeLicenses
	if !r.Can(v.owner) {
		return nil, false, nil
	}
	licenses, err = r.Tx.LicensesOf(ctx, v.owner.Therapist)
	return licenses, true, err
}

// opens tells whether a grant opens what someone holds.
func (v seen) opens(r act.Reader[Tx], h licensure.Holding) bool {
	v.owner.Scope = h.Scope()
	return r.Can(v.owner)
}

// fileFor is account.FileFor for someone whom a school names by address.
func fileFor(ctx context.Context, tx People, src core.Source, org core.OrganizationID, email, name string, same *bool, now time.Time) (core.TherapistID, error) {
	return account.FileFor(ctx, tx, org, account.Person{TherapistID: core.NewID[core.TherapistID](src), Email: email, Name: name}, same, now)
}

// line cleans a text of one line and notes what is wrong with it.
func line(c *core.Collect, name string, text *string, least, most int) {
	cleaned, err := core.CleanText(*text, least, most)
	_ = c.Check(name, err) // cleaning gives faults alone
	*text = cleaned
}

// note is line for a text of several lines.
func note(c *core.Collect, name string, text *string) {
	cleaned, err := core.CleanNote(*text, 0, mostNote)
	_ = c.Check(name, err)
	*text = cleaned
}
