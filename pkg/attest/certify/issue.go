package certify

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/translog"
)

// batch is what the credentials of one transaction share: the school, its keys,
// what is to be logged of them, and the status lists that say otherwise now. The
// log is appended to once, at the very end, since nobody else can meanwhile.
type batch struct {
	org    core.Organization
	by     issuer
	now    time.Time
	events []act.Leaf
	lists  []core.StatusListID
}

func (s *proposals) begin(ctx context.Context, tx Tx, org core.OrganizationID, now time.Time) (*batch, error) {
	school, err := working(ctx, tx, org)
	if err != nil {
		return nil, err
	}
	b := &batch{org: school, now: now}
	b.by, err = s.keys.issuer(ctx, tx, b)
	return b, err
}

// end logs what the batch has done, where no command tells it.
func (s *proposals) end(ctx context.Context, tx Tx, b *batch) error {
	return leaves{s.log}.AppendLeaves(ctx, tx, b.events)
}

// touch notes that a status list does not say any more what is kept.
func (b *batch) touch(list core.StatusListID) {
	if !list.IsZero() && !slices.Contains(b.lists, list) {
		b.lists = append(b.lists, list)
	}
}

// issue judges again, signs and keeps the credential of a proposal.
func (s *proposals) issue(ctx context.Context, tx Tx, b *batch, p Proposal) (d Decision, err error) {
	d.Proposal = p
	if d.Holder, err = tx.Therapist(ctx, p.TherapistID); err != nil {
		return d, err
	}
	claim, record, err := s.claim(ctx, tx, b, p)
	if err != nil {
		return d, err
	}
	if p.HolderName != "" {
		d.Holder.Name = p.HolderName
	}
	c := core.Credential{
		ID: core.NewID[core.CredentialID](s.src), OrganizationID: b.org.ID, OrganizationName: b.org.Name, TherapistID: d.Holder.ID,
		Kind: p.Kind, Title: claim.Title, SubjectName: d.Holder.Name, IssuedAt: b.now, SignedAt: b.now, ValidUntil: claim.ValidUntil,
		EnrollmentID: p.EnrollmentID, CourseCompletionID: p.CourseCompletionID, LicenseID: p.LicenseID, ProposalID: p.ID,
		State: core.CredentialActive,
	}
	if claim.Hours != nil {
		c.Minutes = core.Minutes(claim.Hours.Total.Minutes)
	}
	if err := s.place(ctx, tx, b, &c, &claim); err != nil {
		return d, err
	}
	if err := s.sign(&c, claim, d.Holder, b.by); err != nil {
		return d, err
	}
	if err := tx.InsertCredential(ctx, c); err != nil {
		return d, err
	}
	if record != nil {
		record.CredentialID = c.ID
		if err := tx.InsertCredentialRecord(ctx, *record); err != nil {
			return d, err
		}
	}
	b.events = append(b.events, issueEvent(translog.EventIssue, s.link(c), c))
	if claim.Record != nil && record == nil { // what opened it was erased of the former
		b.events = append(b.events, s.eraseEvent(c, b.now))
	}
	d.Credential = c
	return d, nil
}

// claim says what a proposal is to certify, judged now, and gives the secret
// behind its record of hours.
func (s *proposals) claim(ctx context.Context, tx Tx, b *batch, p Proposal) (credential.Claim, *CredentialRecord, error) {
	switch {
	case p.Action == ActionReissue:
		return s.reissued(ctx, tx, p)
	case p.Kind == core.CredentialTranscript:
		return s.transcribe(ctx, tx, b, p)
	case p.Kind == core.CredentialLicense:
		claim, err := licenseClaim(ctx, tx, p, b)
		return claim, nil, err
	case p.Kind == core.CredentialSpecialty:
		claim, err := specialize(ctx, tx, p, b.now)
		return claim, nil, err
	}
	return s.complete(ctx, tx, b, p)
}

// place gives a credential its code and its entry of a status list.
func (s *proposals) place(ctx context.Context, tx Tx, b *batch, c *core.Credential, claim *credential.Claim) error {
	code, err := credential.NewCode(s.src.Rand)
	if err != nil {
		return err
	}
	c.Code = string(code)
	list, index, err := s.lists.statusEntry(ctx, tx, b)
	if err != nil {
		return err
	}
	c.StatusListID, c.StatusIndex = list.ID, index
	claim.ID = s.link(*c)
	claim.Status = &credential.Status{ListURL: list.Address, Index: index}
	claim.ValidFrom = b.now
	claim.Issuer.URL = b.org.URL
	return nil
}

// sign adds issuer and holder to a claim and signs it in both forms.
func (s *proposals) sign(c *core.Credential, claim credential.Claim, holder core.Therapist, by issuer) error {
	salt := make([]byte, 16)
	if _, err := io.ReadFull(s.src.Rand, salt); err != nil {
		return err
	}
	claim.Subject = credential.Subject{
		ID: "urn:uuid:" + holder.ID.String(), Name: c.SubjectName, Email: holder.Email, Salt: hex.EncodeToString(salt),
	}
	claim.Issuer.Name = c.OrganizationName
	claim.Issuer.DID = by.DID
	var err error
	if c.Document, err = credential.Issue(claim, by.Key, c.SignedAt); err != nil {
		return cannotSign(err)
	}
	claim.Issuer.DID = by.JWTDID
	if c.JWT, err = credential.IssueJWT(claim, by.JWTKey, c.SignedAt); err != nil {
		return cannotSign(err)
	}
	c.IssuerDID, c.KeyID, c.JWTKeyID = by.DID, by.Key.Multikey(), by.JWTKey.Multikey()
	return nil
}

func cannotSign(err error) error {
	if field, ok := errors.AsType[*credential.FieldError](err); ok {
		return core.Conflict("cannot_sign", "field", field.Field, "reason", field.Reason)
	}
	return err
}

// IssueDetail is what the log commits to of a signed credential: its link, and
// the hashes (SHA-256, base64url) of the very bytes of both forms.
type IssueDetail struct {
	Link     string    `json:"link"`
	Document string    `json:"document"`
	JWT      string    `json:"jwt,omitempty"`
	At       time.Time `json:"at"`
}

func issueEvent(name, link string, c core.Credential) act.Leaf {
	return act.Leaf{Name: name, Subject: c.ID.String(), Detail: IssueDetail{
		Link: link, Document: Digest(c.Document), JWT: Digest([]byte(c.JWT)), At: c.SignedAt,
	}}
}

// Digest is how the log names bytes: SHA-256 in base64url.
func Digest(raw []byte) string {
	sum := sha256.Sum256(raw)
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// link is the public page of a credential, and its id.
func (s *proposals) link(c core.Credential) string {
	return s.base + "/c/" + credential.Code(c.Code).Compact()
}
