package grant

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/words"
)

// How often a link can be used.
const (
	UsualUses = 10
	MostUses  = 50
)

// LinkWording is the version of the sentences to which someone agrees who makes a link:
// grant.link_wording.N.
const LinkWording = 1

// linkPrefix tells a link's secret from others, also to scanners of leaks.
const linkPrefix = "pll_"

// mostLabel is how many characters a label has at the most.
const mostLabel = 80

// Link is a therapist's consent that anyone with an address may see the scopes, before
// Until and Most times. Words is the text that the therapist agreed to, of the version
// of Wording. It never changes but to be used, and to end.
type Link struct {
	ID            core.LinkID
	TherapistID   core.TherapistID
	TherapistName string
	Hash          []byte // of its secret
	Label         string // who it is for
	Scopes        []access.Scope
	Purpose       Purpose
	Wording       int
	Words         string
	Most, Used    int
	GivenAt       time.Time
	Until         time.Time
	EndedAt       time.Time // zero: the therapist did not end it
	UsedAt        time.Time // last; zero: never
}

// Live tells whether a link can be opened now.
func (l Link) Live(now time.Time) bool {
	return l.EndedAt.IsZero() && now.Before(l.Until) && l.Used < l.Most
}

// Left is how often it can be used yet.
func (l Link) Left() int { return l.Most - l.Used }

func (l Link) owner() access.Target { return access.Target{Therapist: l.TherapistID} }

// Links keeps them.
type Links interface {
	InsertLink(ctx context.Context, l Link) error
	Link(ctx context.Context, id core.LinkID) (Link, error)
	// LiveLink finds one that can be opened now; not_found for all others alike.
	LiveLink(ctx context.Context, hash []byte, now time.Time) (Link, error)
	// UseLink is stale where it can be opened no more.
	UseLink(ctx context.Context, id core.LinkID, use core.LookID, now time.Time) error
	EndLink(ctx context.Context, id core.LinkID, now time.Time) error
	LinksOf(ctx context.Context, therapist core.TherapistID, after core.LinkID, limit int) ([]Link, error)
}

// links keeps what people let strangers see by an address.
type links struct {
	act     *act.Kernel[Tx]
	src     core.Source
	baseURL string
}

// errLinkGone is what a link gives that is unknown, ended, over or used up.
var errLinkGone = &core.Fault{Kind: core.KindNotFound, Code: "link_gone"}

// LinkTerms are what someone agrees to who makes a link, who it is for, and how often it
// can be used; UsualUses where that is 0.
type LinkTerms struct {
	Terms
	Label string
	Uses  int
}

func (t *LinkTerms) check() error {
	var c core.Collect
	t.Terms.check(&c)
	label, err := core.CleanText(t.Label, 1, mostLabel)
	_ = c.Check("label", err) // cleaning gives faults alone
	if t.Label = label; t.Uses == 0 {
		t.Uses = UsualUses
	}
	if t.Uses < 1 || t.Uses > MostUses {
		c.Add("uses", "bad_uses", "most", MostUses)
	}
	return c.Err()
}

// MadeLink is a link with its secret, which is shown once.
type MadeLink struct {
	Link
	Secret string
}

var makesLink = act.Declare(access.GrantGive, act.NewEvent("link.make", "link"))

// MakeLink lets anyone with an address see parts of the actor's record. Permission:
// grant.give, by a person who gave the password within access.FreshFor. Codes: required,
// unknown_part (scopes), unknown_purpose (purpose), bad_months (months), bad_uses (uses),
// required, too_long, bad_character (label), reauthentication_required; not_found (no record).
func (s *links) MakeLink(ctx context.Context, a access.Actor, in LinkTerms) (MadeLink, error) {
	return act.Do(ctx, s.act, a, makesLink, act.Command[Tx, struct{}, MadeLink]{
		Prepare: func(context.Context) error { return in.check() },
		Change: func(_ context.Context, x act.Step[Tx], _ struct{}) (MadeLink, error) {
			if a.TherapistID.IsZero() { // there is nothing to share
				return MadeLink{}, core.NotFound("record of yours")
			}
			made := MadeLink{Link: Link{
				ID: core.NewID[core.LinkID](s.src), TherapistID: a.TherapistID, TherapistName: a.Name, Label: in.Label, Scopes: in.Scopes, Purpose: in.Purpose,
				Wording: LinkWording, Words: LinkAgreement(words.Of(a.Language), in), Most: in.Uses, GivenAt: x.Now, Until: in.until(x.Now),
			}}
			made.Secret, made.Hash = s.newSecret()
			return made, nil
		},
		Save: func(ctx context.Context, x act.Step[Tx], _ struct{}, made MadeLink) error {
			return x.Tx.InsertLink(ctx, made.Link)
		},
		Tell: func(_ struct{}, made MadeLink) []act.Told {
			return []act.Told{{Owner: made.owner(), Subject: made.ID.String(), Details: details(Grant{Scopes: made.Scopes, Purpose: made.Purpose, Until: made.Until})}}
		},
	})
}

// LinkAgreement is what someone agrees to who makes a link, in words.
func LinkAgreement(l *words.Language, in LinkTerms) string {
	return l.Say("grant.link_wording.1", "label", in.Label, "scopes", Parts(l, in.Scopes), "purpose", words.S("purpose."+string(in.Purpose)), "count", in.Months, "uses", in.Uses)
}

// newSecret makes what stands in an address, of 256 random bits, and what is kept of it.
func (s *links) newSecret() (secret string, hash []byte) {
	raw := make([]byte, 32)
	if _, err := io.ReadFull(s.src.Rand, raw); err != nil {
		panic("grant: the source of random bytes failed: " + err.Error())
	}
	secret = linkPrefix + base64.RawURLEncoding.EncodeToString(raw)
	return secret, hashOf(secret)
}

// hashOf is what is kept of a secret. It is random, so that one fast hash is enough.
func hashOf(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

var endsLink = act.Declare(access.GrantEnd, act.NewEvent("link.end", "link"))

// EndLink ends a link at once. Permission: grant.end, by the therapist. Codes: not_found,
// grant_over.
func (s *links) EndLink(ctx context.Context, a access.Actor, id core.LinkID) (Link, error) {
	return act.Do(ctx, s.act, a, endsLink, act.Command[Tx, Link, Link]{
		Find: func(ctx context.Context, tx Tx) (act.Found[Link], error) {
			l, err := tx.Link(ctx, id)
			return act.Found[Link]{Thing: l, Owner: l.owner()}, err
		},
		Change: func(_ context.Context, x act.Step[Tx], l Link) (Link, error) {
			if !l.EndedAt.IsZero() || !x.Now.Before(l.Until) {
				return l, core.Conflict("grant_over")
			}
			l.EndedAt = x.Now
			return l, nil
		},
		Save: func(ctx context.Context, x act.Step[Tx], _, l Link) error { return x.Tx.EndLink(ctx, id, x.Now) },
		Tell: func(_, l Link) []act.Told { return act.Of(l.ID.String(), nil) },
	})
}

// Links lists the actor's own links, newest first. Permission: grant.own. Code:
// bad_cursor.
func (s *links) Links(ctx context.Context, a access.Actor, page core.Page) (core.List[Link], error) {
	return act.List(ctx, s.act, a, page, act.ByID(access.GrantOwn, access.Target{},
		func(ctx context.Context, tx Tx, after core.LinkID, limit int) ([]Link, error) {
			return tx.LinksOf(ctx, a.TherapistID, after, limit)
		}, func(l Link) core.LinkID { return l.ID }))
}

// OfferedLink is what a link says before it is opened: who shares what. Anybody who has
// it may ask, and that is no use of it. Code: link_gone.
func (s *links) OfferedLink(ctx context.Context, secret string) (Link, error) {
	return act.Peek(ctx, s.act, func(ctx context.Context, tx Tx) (Link, error) {
		return liveLink(ctx, tx, secret, s.src.Now())
	})
}

// liveLink does the same work for any secret, so that a link that is over is like one
// that never was.
func liveLink(ctx context.Context, tx Tx, secret string, now time.Time) (Link, error) {
	l, err := tx.LiveLink(ctx, hashOf(secret), now)
	if core.CodeOf(err) == "not_found" {
		return Link{}, errLinkGone
	}
	return l, err
}

// OpenedLink is a link that was used, and as whom what it opens is read.
type OpenedLink struct {
	Link
	Actor access.Actor
}

var opensLink = act.Declare(access.SelfWrite, act.NewEvent("link.open", "link"))

// OpenLink uses a link once: that is kept before anything can be seen by it, and the
// therapist is told by mail the first time. Anybody who has it may. Code: link_gone.
func (s *links) OpenLink(ctx context.Context, secret string) (OpenedLink, error) {
	return act.Do(ctx, s.act, access.System, opensLink, act.Command[Tx, Link, OpenedLink]{
		Find: func(ctx context.Context, tx Tx) (act.Found[Link], error) {
			l, err := liveLink(ctx, tx, secret, s.src.Now())
			return act.Found[Link]{Thing: l, Owner: l.owner()}, err
		},
		Change: func(ctx context.Context, x act.Step[Tx], l Link) (OpenedLink, error) {
			err := x.Tx.UseLink(ctx, l.ID, core.NewID[core.LookID](s.src), x.Now)
			if core.CodeOf(err) == core.ErrStale.Code {
				err = errLinkGone // another took the last of it
			}
			l.Used++
			l.UsedAt = x.Now
			return OpenedLink{l, access.Actor{Link: access.Link{ID: l.ID, Therapist: l.TherapistID, Scopes: l.Scopes, Until: l.Until}}}, err
		},
		Save: func(ctx context.Context, x act.Step[Tx], l Link, _ OpenedLink) error {
			if l.Used > 0 {
				return nil
			}
			return s.mailUsed(ctx, x, l)
		},
		Tell: func(_ Link, l OpenedLink) []act.Told {
			return []act.Told{{By: &access.Actor{}, Subject: l.ID.String()}}
		},
	})
}

// mailUsed tells the therapist that a link was used for the first time.
func (s *links) mailUsed(ctx context.Context, x act.Step[Tx], link Link) error {
	t, err := x.Tx.Therapist(ctx, link.TherapistID)
	if err != nil {
		return err
	}
	l := words.Of(t.Language)
	return x.Tx.SendMail(ctx, core.Mail{
		To: t.Reach, Subject: l.Say("mail.link_used.subject", "label", link.Label),
		Text: l.Say("mail.link_used.body", "name", t.Name, "label", link.Label, "scopes", Parts(l, link.Scopes), "link", s.baseURL+SharingPath),
	})
}

// LinkPath is where a stranger opens a link.
func LinkPath(secret string) string { return "/s/" + secret }

// IsLinkSecret tells whether a text can be the secret of a link.
func IsLinkSecret(s string) bool {
	return strings.HasPrefix(s, linkPrefix) && len(s) == len(linkPrefix)+43
}
