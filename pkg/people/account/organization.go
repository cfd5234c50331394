package account

import (
	"context"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
)

var createsOrganization = act.Declare(access.OrganizationCreate, act.NewEvent("organization.create", "organization"), invitationMade)

// CreateOrganization makes a tenant and invites its first administrator. It
// wants organization.create. Codes by field: required, too_long, unknown_kind,
// bad_slug, slug_taken, bad_zone, bad_url, bad_email.
func (s *Tenants) CreateOrganization(ctx context.Context, a access.Actor, in NewOrganization) (core.Organization, error) {
	var admin Invitation
	return act.Do(ctx, s.act, a, createsOrganization, act.Command[Tx, none, core.Organization]{
		Change: func(ctx context.Context, x act.Step[Tx], _ none) (core.Organization, error) {
			o, err := s.organization(in)
			if err != nil {
				return o, err
			}
			if err := insertOrganization(ctx, x.Tx, o); err != nil {
				return o, err
			}
			admin, err = s.invite(ctx, x, o, Invite{Email: in.AdminEmail, Name: in.AdminName, Role: core.RoleAdmin})
			return o, err
		},
		Tell: func(_ none, o core.Organization) []act.Told {
			return []act.Told{{Owner: access.Target{Organization: o.ID}, Subject: o.ID.String()}, invited(admin)}
		},
	})
}

// findOrganization finds an organization as its own owner.
func findOrganization(id core.OrganizationID) func(context.Context, Tx) (act.Found[core.Organization], error) {
	return func(ctx context.Context, tx Tx) (act.Found[core.Organization], error) {
		o, err := tx.Organization(ctx, id)
		return act.Found[core.Organization]{Thing: o, Owner: access.Target{Organization: id}, Version: o.Version}, err
	}
}

func insertOrganization(ctx context.Context, tx Tx, o core.Organization) error {
	err := tx.InsertOrganization(ctx, o)
	if core.CodeOf(err) == core.ErrDuplicate.Code {
		return core.InvalidField("slug", "slug_taken", "slug", o.Slug)
	}
	return err
}

var slugForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// organization checks what a new tenant needs. Without a slug it gets one of
// its name.
func (s *Tenants) organization(in NewOrganization) (core.Organization, error) {
	var c core.Collect
	if in.Kind != core.School && in.Kind != core.Employer {
		c.Add("kind", "unknown_kind.account")
	}
	if in.Slug == "" {
		in.Slug = slugOf(in.Name)
	}
	if len(in.Slug) < 2 || len(in.Slug) > 63 || !slugForm.MatchString(in.Slug) {
		c.Add("slug", "bad_slug")
	}
	name, zone, address, err := checkOrganization(&c, in.Name, in.Zone, in.URL)
	if err != nil {
		return core.Organization{}, err
	}
	return core.Organization{
		ID: newID[core.OrganizationID](s.desk), Kind: in.Kind, Name: name, Slug: in.Slug, Zone: zone, URL: address,
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
		c.Add("zone", "bad_zone")
	}
	if u, err := url.Parse(address); address != "" && (err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || len(address) > 500) {
		c.Add("url", "bad_url")
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

var updatesOrganization = act.Declare(access.OrganizationUpdate, act.NewEvent("organization.update", "organization"))

// UpdateOrganization changes name, zone, address, language and who gets
// checkpoints. It wants organization.update. Codes: stale (version 0 is not checked),
// and by field required, too_long, bad_zone, bad_url, unknown_language, bad_email.
func (s *Tenants) UpdateOrganization(ctx context.Context, a access.Actor, org core.OrganizationID, version int, in OrganizationChange) (core.Organization, error) {
	var name, zone, address, recipient string
	return act.Do(ctx, s.act, a, updatesOrganization, act.Command[Tx, core.Organization, core.Organization]{
		At:      access.Target{Organization: org},
		Version: version,
		Prepare: func(context.Context) (err error) {
			var c core.Collect
			if name, zone, address, err = checkOrganization(&c, in.Name, in.Zone, in.URL); err != nil {
				return err
			}
			s.checkLanguage(&c, in.Language)
			if in.Jurisdiction = strings.ToUpper(strings.TrimSpace(in.Jurisdiction)); in.Jurisdiction != "" && core.JurisdictionName(in.Jurisdiction) == "" {
				c.Add("jurisdiction", "unknown_jurisdiction.code")
			}
			if in.LookDays < 0 || in.LookDays > core.MostLookDays {
				c.Add("look_days", "bad_days.look", "most", core.MostLookDays)
			}
			if recipient = strings.TrimSpace(in.CheckpointRecipient); recipient != "" {
				recipient, err = core.NormalizeEmail(recipient)
				if err := c.Check("checkpoint_recipient", err); err != nil {
					return err
				}
			}
			return c.Err()
		},
		Find: findOrganization(org),
		Change: func(_ context.Context, _ act.Step[Tx], o core.Organization) (core.Organization, error) {
			o.Name, o.Zone, o.URL, o.Language, o.CheckpointRecipient, o.Version = name, zone, address, in.Language, recipient, o.Version+1
			o.Jurisdiction, o.LookDays, o.AcceptsLooks = in.Jurisdiction, in.LookDays, in.AcceptsLooks
			return o, nil
		},
		Save: func(ctx context.Context, x act.Step[Tx], from, to core.Organization) error {
			to.Version = from.Version
			return x.Tx.UpdateOrganization(ctx, to)
		},
		Tell: func(from, to core.Organization) []act.Told {
			if from.CheckpointRecipient == to.CheckpointRecipient {
				return act.Of(org.String(), nil)
			}
			return act.Of(org.String(), map[string]string{"changed": "checkpoint_recipient"})
		},
	})
}

// Organization is one tenant; who gets its checkpoints is told to those who may choose
// that. It wants organization.read. Code: not_found.
func (s *Tenants) Organization(ctx context.Context, a access.Actor, org core.OrganizationID) (core.Organization, error) {
	return act.Look(ctx, s.act, a, access.OrganizationRead, func(ctx context.Context, r act.Reader[Tx]) (core.Organization, error) {
		target := access.Target{Organization: org}
		if err := r.May(ctx, target); err != nil {
			return core.Organization{}, err
		}
		o, err := r.Tx.Organization(ctx, org)
		if !r.Allows(access.OrganizationUpdate, target) {
			o.CheckpointRecipient = ""
		}
		return o, err
	})
}
