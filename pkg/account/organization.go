package account

import (
	"context"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

// CreateOrganization makes a tenant and invites its first administrator. It
// wants organization.create. Codes by field: required, too_long, unknown_kind,
// bad_slug, slug_taken, bad_zone, bad_url, bad_email.
func (s *Service) CreateOrganization(ctx context.Context, a access.Actor, in NewOrganization) (core.Organization, error) {
	if err := access.Can(a, access.OrganizationCreate, access.Target{}); err != nil {
		return core.Organization{}, err
	}
	o, err := s.organization(in)
	if err != nil {
		return core.Organization{}, err
	}
	err = s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		if err := s.insertOrganization(ctx, tx, o); err != nil {
			return err
		}
		if err := tx.Audit(ctx, s.event(ctx, a, o.CreatedAt, onOrganization("organization.create", o.ID))); err != nil {
			return err
		}
		_, err := s.invite(ctx, tx, a, o, Invite{Email: in.AdminEmail, Name: in.AdminName, Role: core.RoleAdmin})
		return err
	})
	if err != nil {
		return core.Organization{}, err
	}
	return o, nil
}

func onOrganization(action string, id core.OrganizationID) core.AuditEvent {
	return core.AuditEvent{OrganizationID: id, Action: action, TargetKind: "organization", TargetID: id.String()}
}

func (s *Service) insertOrganization(ctx context.Context, tx Tx, o core.Organization) error {
	err := tx.InsertOrganization(ctx, o)
	if core.CodeOf(err) == core.ErrDuplicate.Code {
		return core.InvalidField("slug", "slug_taken", "Another organization has the short name %s.", o.Slug)
	}
	return err
}

var slugForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// organization checks what a new tenant needs. Without a slug it gets one of
// its name.
func (s *Service) organization(in NewOrganization) (core.Organization, error) {
	var c core.Collect
	if in.Kind != core.School && in.Kind != core.Employer {
		c.Add("kind", "unknown_kind", "An organization is a school or an employer.")
	}
	if in.Slug == "" {
		in.Slug = slugOf(in.Name)
	}
	if len(in.Slug) < 2 || len(in.Slug) > 63 || !slugForm.MatchString(in.Slug) {
		c.Add("slug", "bad_slug", "A short name has 2 to 63 characters: a to z, digits, and single hyphens between them.")
	}
	name, zone, address, err := checkOrganization(&c, in.Name, in.Zone, in.URL)
	if err != nil {
		return core.Organization{}, err
	}
	return core.Organization{
		ID: newID[core.OrganizationID](s), Kind: in.Kind, Name: name, Slug: in.Slug, Zone: zone, URL: address,
		CreatedAt: s.src.Now(), Version: 1,
	}, c.Err()
}

func checkOrganization(c *core.Collect, name, zone, address string) (string, string, string, error) {
	name, err := core.CleanText(name, 1, 200)
	if err := c.Check("name", err); err != nil {
		return "", "", "", err
	}
	zone, address = strings.TrimSpace(zone), strings.TrimSpace(address)
	if _, err := time.LoadLocation(zone); err != nil || zone == "" || zone == "Local" || len(zone) > 64 {
		c.Add("zone", "bad_zone", "Name the time zone as the IANA does, such as America/New_York.")
	}
	if u, err := url.Parse(address); address != "" && (err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || len(address) > 500) {
		c.Add("url", "bad_url", "Write the address of the web site in full, such as https://www.example.org.")
	}
	return name, zone, address, nil
}

// slugOf makes a short name of a name: letters and digits, hyphens between.
func slugOf(name string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	slug := strings.Map(func(r rune) rune {
		if r > unicode.MaxASCII {
			return -1
		}
		return r
	}, strings.Join(words, "-"))
	slug = strings.Join(strings.FieldsFunc(slug, func(r rune) bool { return r == '-' }), "-")
	return strings.Trim(slug[:min(len(slug), 63)], "-")
}

// UpdateOrganization changes name, zone and address. It wants
// organization.update. Codes: stale (version 0 is not checked), and by field
// required, too_long, bad_zone, bad_url.
func (s *Service) UpdateOrganization(ctx context.Context, a access.Actor, org core.OrganizationID, version int, in OrganizationChange) (core.Organization, error) {
	if err := access.Can(a, access.OrganizationUpdate, access.Target{Organization: org}); err != nil {
		return core.Organization{}, err
	}
	var c core.Collect
	name, zone, address, err := checkOrganization(&c, in.Name, in.Zone, in.URL)
	if err == nil {
		err = c.Err()
	}
	if err != nil {
		return core.Organization{}, err
	}
	var o core.Organization
	err = s.store.Write(ctx, func(ctx context.Context, tx Tx) (err error) {
		if o, err = tx.Organization(ctx, org); err != nil {
			return err
		}
		if version != 0 && version != o.Version {
			return core.ErrStale
		}
		o.Name, o.Zone, o.URL = name, zone, address
		if err := tx.UpdateOrganization(ctx, o); err != nil {
			return err
		}
		o.Version++
		return tx.Audit(ctx, s.event(ctx, a, s.src.Now(), onOrganization("organization.update", org)))
	})
	return o, err
}

// Organization is one tenant. It wants organization.read. Code: not_found.
func (s *Service) Organization(ctx context.Context, a access.Actor, org core.OrganizationID) (core.Organization, error) {
	if err := access.Can(a, access.OrganizationRead, access.Target{Organization: org}); err != nil {
		return core.Organization{}, err
	}
	var o core.Organization
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		o, err = tx.Organization(ctx, org)
		return err
	})
	return o, err
}

func checkInvite(o core.Organization, in Invite) (Invite, error) {
	var c core.Collect
	email, err := core.NormalizeEmail(in.Email)
	if err := c.Check("email", err); err != nil {
		return in, err
	}
	name, err := core.CleanText(in.Name, 0, 200)
	if err := c.Check("name", err); err != nil {
		return in, err
	}
	switch {
	case !slices.Contains(core.Roles, in.Role):
		c.Add("role", "unknown_role", "There is no such role.")
	case !slices.Contains(rolesOf[o.Kind], in.Role):
		c.Add("role", "role_not_here", "An organization of the kind %s has no %s.", o.Kind, in.Role)
	}
	return Invite{Email: email, Name: name, Role: in.Role}, c.Err()
}
