package continuing

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

// MostApprovals is how many numbers a provider has at the most.
const MostApprovals = 60

// ProviderInput is a provider as somebody wrote it.
type ProviderInput struct {
	Name           string
	Contact        string
	HandsOnPercent int
	Numbers        []core.CEApproval
}

func (in *ProviderInput) check() error {
	var f form
	f.line("name", &in.Name, 1, 200)
	f.line("contact", &in.Contact, 0, 200)
	if in.HandsOnPercent < 0 || in.HandsOnPercent > 100 {
		f.Add("hands_on_percent", "bad_percent", "The share lies between 0 and 100 percent.")
	}
	if len(in.Numbers) > MostApprovals {
		f.Add("numbers", "too_many", "A provider has at most %d numbers.", MostApprovals)
		return f.Err()
	}
	seen := map[string]bool{}
	for i := range in.Numbers {
		n := &in.Numbers[i]
		at := func(name string) string { return fmt.Sprintf("numbers[%d].%s", i, name) }
		n.Body = strings.ToUpper(n.Body)
		f.line(at("body"), &n.Body, 1, 20)
		f.line(at("number"), &n.Number, 1, 60)
		if !n.To.IsZero() && n.To.Before(n.From) {
			f.Add(at("to"), "bad_range", "It ends on %s, before it begins.", n.To)
		}
		if key := n.Body + " " + n.Number; seen[key] {
			f.Add(at("number"), "repeated", "Give each number once.")
		} else {
			seen[key] = true
		}
	}
	return f.Err()
}

// AddProvider adds a provider to those that a school knows; without a school, to
// those that every school knows, which an operator does. Permission:
// ce_provider.write. Codes by field: required, too_long, bad_percent, bad_range,
// repeated, too_many.
func (s *Service) AddProvider(ctx context.Context, a access.Actor, org core.OrganizationID, in ProviderInput) (core.CEProvider, error) {
	if err := access.Can(a, access.CEProviderWrite, access.Target{Organization: org}); err != nil {
		return core.CEProvider{}, err
	}
	if err := in.check(); err != nil {
		return core.CEProvider{}, err
	}
	now := s.src.Now()
	p := core.CEProvider{
		ID: core.NewID[core.CEProviderID](s.src), OrganizationID: org, Name: in.Name, Contact: in.Contact, HandsOnPercent: in.HandsOnPercent,
		Numbers: in.Numbers, CreatedAt: now, Version: 1,
	}
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		if err := tx.InsertCEProvider(ctx, p); err != nil {
			return err
		}
		return s.audit(ctx, tx, a, now, org, access.CEProviderWrite, "ce_provider", p.ID.String(), nil)
	})
	return p, err
}

// UpdateProvider writes a provider anew. What was reported before keeps what the
// certificate said. Permission: ce_provider.write. Codes: those of AddProvider,
// stale.
func (s *Service) UpdateProvider(ctx context.Context, a access.Actor, id core.CEProviderID, version int, in ProviderInput) (core.CEProvider, error) {
	now := s.src.Now()
	var p core.CEProvider
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) (err error) {
		if p, err = tx.CEProvider(ctx, id); err != nil {
			return err
		}
		if err := access.Can(a, access.CEProviderWrite, access.Target{Organization: p.OrganizationID}); err != nil {
			return err
		}
		if err := stale(version, p.Version); err != nil {
			return err
		}
		if err := in.check(); err != nil {
			return err
		}
		p.Name, p.Contact, p.HandsOnPercent, p.Numbers = in.Name, in.Contact, in.HandsOnPercent, in.Numbers
		if err := tx.UpdateCEProvider(ctx, p); err != nil {
			return err
		}
		p.Version++
		return s.audit(ctx, tx, a, now, p.OrganizationID, access.CEProviderWrite, "ce_provider", id.String(), nil)
	})
	return p, err
}

// Providers lists who a school knows, with those that every school knows, newest
// first. Permission: ce_provider.read. Code: bad_cursor.
func (s *Service) Providers(ctx context.Context, a access.Actor, org core.OrganizationID, page core.Page) (core.List[core.CEProvider], error) {
	if err := access.Can(a, access.CEProviderRead, access.Target{Organization: org}); err != nil {
		return core.List[core.CEProvider]{}, err
	}
	after, err := core.AfterID[core.CEProviderID](page.Cursor)
	if err != nil {
		return core.List[core.CEProvider]{}, err
	}
	var rows []core.CEProvider
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		rows, err = tx.CEProviders(ctx, org, after, page.Size()+1)
		return err
	})
	return core.ListOf(rows, page.Size(), func(p core.CEProvider) string { return p.ID.String() }), err
}

// SetCourse says what a school's course counts for; completions of before count
// alike from then on. Permission: ce_course.write. Codes by field: unknown_type,
// unknown_subject, repeated, bad_minutes, not_the_amount, more_than_amount.
func (s *Service) SetCourse(ctx context.Context, a access.Actor, course core.CourseID, in CourseCE) (CourseCE, error) {
	now := s.src.Now()
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		c, err := tx.Course(ctx, course)
		if err != nil {
			return err
		}
		if err := access.Can(a, access.CECourse, access.Target{Organization: c.OrganizationID}); err != nil {
			return err
		}
		var f form
		kind, err := core.ParseCEType(string(in.Type))
		_ = f.Check("type", err)
		act := core.CEActivity{Amount: core.CEAmount{Minutes: c.Minutes}}
		f.lines(&act, in.Lines)
		if in.HandsOn < 0 || in.HandsOn > c.Minutes {
			f.Add("hands_on", "more_than_amount", "More is hands-on than the course has.")
		}
		if err := f.Err(); err != nil {
			return err
		}
		if err := tx.PutCourseCE(ctx, CourseCE{CourseID: course, Type: kind, HandsOn: in.HandsOn, Lines: act.Lines}); err != nil {
			return err
		}
		if err := s.audit(ctx, tx, a, now, c.OrganizationID, access.CECourse, "course", course.String(), nil); err != nil {
			return err
		}
		in, err = tx.CourseCE(ctx, course)
		return err
	})
	return in, err
}

// Provider is one provider. Permission: ce_provider.read for its school; one that
// every school knows, for operators.
func (s *Service) Provider(ctx context.Context, a access.Actor, id core.CEProviderID) (core.CEProvider, error) {
	var p core.CEProvider
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		if p, err = tx.CEProvider(ctx, id); err != nil {
			return err
		}
		return access.Can(a, access.CEProviderRead, access.Target{Organization: p.OrganizationID})
	})
	if err != nil {
		return core.CEProvider{}, err
	}
	return p, nil
}

// Course is what a school's course counts for; one of which nobody said anything
// is live, and all of it about massage. Permission: ce_course.write.
func (s *Service) Course(ctx context.Context, a access.Actor, id core.CourseID) (CourseCE, core.Course, error) {
	var c core.Course
	ce := CourseCE{CourseID: id, Type: core.CELive}
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		if c, err = tx.Course(ctx, id); err != nil {
			return err
		}
		if err := access.Can(a, access.CECourse, access.Target{Organization: c.OrganizationID}); err != nil {
			return err
		}
		said, err := tx.CourseCE(ctx, id)
		if errors.Is(err, core.NotFound("")) {
			return nil
		}
		ce = said
		return err
	})
	return ce, c, err
}
