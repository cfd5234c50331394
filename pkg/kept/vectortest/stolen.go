package vectortest

import (
	"encoding/base64"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/attest/credential"
)

var encoding = base64.RawURLEncoding

// stolen are documents that a key of the school signed and the school never issued. By
// themselves they are good: only who has the school's records knows.
func (m *maker) stolen() {
	now := m.w.Src.Now()
	forged := func(name string, reason string, change func(*credential.Claim)) {
		m.add("stolen key: "+name, m.signed(change, m.key, now), yes()).Server = but(no(reason))
	}
	another := strings.Repeat("0", 28)
	forged("another name", "employer.altered", func(c *credential.Claim) { c.Subject.Name = "Eve Example" })
	forged("more hours", "employer.altered", func(c *credential.Claim) { c.Hours.Total.Minutes += 6_000 })
	forged("without the holder's address", "employer.altered", func(*credential.Claim) {})
	forged("no status", "employer.altered", func(c *credential.Claim) { c.Status = nil })
	forged("another title", "employer.altered", func(c *credential.Claim) { c.Title = "Advanced " + c.Title })
	forged("on a borrowed entry of the status list", "employer.not_issued", func(c *credential.Claim) { c.ID = Base + "/c/" + another })
	forged("under no code", "employer.not_issued", func(c *credential.Claim) { c.ID = "urn:uuid:0193a5f0-5c1e-7d2a-9a52-1a6c51b3b101" })
	forged("begun years earlier", "employer.altered", func(c *credential.Claim) { c.Started = "2020-01-01" })
	claim, err := credential.ClaimOf(m.c.Document)
	if err != nil {
		m.t.Fatal(err)
	}
	claim.Issuer.DID = m.c.IssuerDID
	jwt, err := credential.IssueJWT(claim, m.jwtKey, now)
	if err != nil {
		m.t.Fatal(err)
	}
	m.add("stolen key: another JWT", m.packed(func(p *certify.Package) { p.Document, p.JWT, p.Log = jwt, "", nil }), yes()).Server = but(no("employer.altered"))
}

// lists are packages whose status lists say nothing, or something.
func (m *maker) lists() {
	now := m.w.Src.Now()
	list := func(change func(*credential.StatusList)) string {
		l := credential.StatusList{
			ID: Base + "/status/" + m.c.StatusListID.String(), Issuer: credential.Issuer{DID: m.c.IssuerDID}, Purpose: credential.Revocation,
			Bits: credential.NewBitstring(), ValidFrom: now.Add(-time.Hour), ValidUntil: now.Add(time.Hour),
		}
		change(&l)
		raw, err := credential.IssueStatusList(l, m.key, now)
		if err != nil {
			m.t.Fatal(err)
		}
		return string(raw)
	}
	revoked := credential.NewBitstring()
	revoked.Set(m.c.StatusIndex)
	seen := func(name string, a Answer, change func(*certify.Package)) {
		v := m.add("list: "+name, m.packed(change), a)
		v.Server = but(yes()) // it looks at its own records
	}
	seen("none", gray("reason.revocation_unseen"), func(p *certify.Package) { p.StatusList = "" })
	seen("says revoked", no("reason.revoked"), func(p *certify.Package) { p.StatusList = list(func(l *credential.StatusList) { l.Bits = revoked }) })
	seen("said revoked, and has run out", no("reason.revoked"), func(p *certify.Package) {
		p.StatusList = list(func(l *credential.StatusList) { l.Bits, l.ValidUntil = revoked, now.Add(-time.Minute) })
	})
	seen("has run out", gray("reason.list_unusable"), func(p *certify.Package) {
		p.StatusList = list(func(l *credential.StatusList) { l.ValidUntil = now.Add(-time.Minute) })
	})
	seen("of another day to come", gray("reason.list_unusable"), func(p *certify.Package) {
		p.StatusList = list(func(l *credential.StatusList) { l.ValidFrom, l.ValidUntil = now.Add(time.Hour), now.Add(2*time.Hour) })
	})
	seen("another's", gray("reason.list_of_another"), func(p *certify.Package) {
		p.StatusList = list(func(l *credential.StatusList) { l.ID += "x" })
	})
	seen("of another purpose", gray("reason.list_of_another"), func(p *certify.Package) {
		p.StatusList = list(func(l *credential.StatusList) { l.Purpose = credential.Suspension })
	})
	seen("changed", gray("reason.list_unusable"), func(p *certify.Package) {
		p.StatusList = strings.Replace(p.StatusList, m.c.StatusListID.String(), m.c.StatusListID.String()+"x", 1)
	})
	seen("no list at all", gray("reason.list_unusable"), func(p *certify.Package) { p.StatusList = "{}" })
	seen("the certificate itself", gray("reason.list_unusable"), func(p *certify.Package) { p.StatusList = p.Document })
	seen("no list of suspensions", gray("reason.suspension_unseen"), func(p *certify.Package) { p.Suspensions = "" })
	seen("says suspended", no("reason.suspended"), func(p *certify.Package) {
		p.Suspensions = list(func(l *credential.StatusList) {
			l.ID, l.Purpose, l.Bits = credential.SuspensionsAt(l.ID), credential.Suspension, revoked
		})
	})
	seen("said suspended, and has run out", gray("reason.list_unusable"), func(p *certify.Package) {
		p.Suspensions = list(func(l *credential.StatusList) {
			l.ID, l.Purpose, l.Bits, l.ValidUntil = credential.SuspensionsAt(l.ID), credential.Suspension, revoked, now.Add(-time.Minute)
		})
	})
}

// logs are packages with a proof of the public log that is none.
func (m *maker) logs() {
	m.add("log: another entry", m.packed(func(p *certify.Package) { p.Log.Payload += " " }), no("reason.not_in_log"))
	m.add("log: no proof", m.packed(func(p *certify.Package) { p.Log.Proof = "x" }), no("reason.bad_log_proof"))
	m.add("log: nobody's key", m.packed(func(p *certify.Package) { p.Log.Log = "x+1+y" }), no("reason.bad_log_proof"))
	m.add("log: without", m.packed(func(p *certify.Package) { p.Log = nil }), yes())
	m.add("log: of another document", m.packed(func(p *certify.Package) { p.Document, p.JWT = p.JWT, "" }), no("reason.log_of_another"))
}

// foreign are kinds of sound documents that are not read.
func (m *maker) foreign() {
	m.add("of the older data model", m.with("https://www.w3.org/ns/credentials/v2", "https://www.w3.org/2018/credentials/v1"), gray("reason.other_model"))
	m.add("an older badge", []byte(`{"@context": "https://w3id.org/openbadges/v2", "type": "Assertion", "id": "https://badges.example/1"}`), gray("reason.other_model"))
	m.add("signed the older way", m.with(`"type": "DataIntegrityProof"`, `"type": "Ed25519Signature2020"`), gray("reason.other_signature"))
	m.add("signed twice", m.with(`"proof": [`, `"proof": [{"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022"},`), gray("reason.many_signatures"))
	m.add("a credential that is no badge", m.with(`"OpenBadgeCredential"`, `"EmployeeCredential"`), gray("reason.not_open_badges"))
	m.add("a presentation", []byte(`{"@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiablePresentation"], "verifiableCredential": []}`), gray("reason.not_open_badges"))
}
