package vectortest

import (
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/platform/signing"
)

// changed are forgeries without a key: the text of a certificate was changed.
func (m *maker) changed() {
	c := m.c
	m.add("another name", m.with("Ada Example", "Eve Example"), no("reason.changed"))
	m.add("more hours", m.with(`"36000"`, `"46000"`), no("reason.changed"))
	m.add("another title", m.with(`"name": "`+c.Title, `"name": "Master of `+c.Title), no("reason.changed"))
	m.add("another school's name", m.with(m.w.School.Name, "Harvard"), no("reason.changed"))
	m.add("an earlier day", m.with(`"validFrom": "2026-11-23`, `"validFrom": "2026-11-22`), no("reason.changed"))
	m.add("an end taken to a later year", m.with(`"validFrom"`, `"validUntil": "2999-01-01T00:00:00Z", "validFrom"`), no("reason.changed"))
	m.add("an end in the past", m.with(`"validFrom"`, `"validUntil": "2020-01-01T00:00:00Z", "validFrom"`), no("reason.changed"))
	m.add("a name twice", m.with(`"validFrom"`, `"validFrom": "2020-01-01T00:00:00Z", "validFrom"`), no("reason.name_twice"))
	m.add("null", m.with(`"validFrom"`, `"validUntil": null, "validFrom"`), gray("reason.has_null"))
	m.add("a hidden character", m.with("Ada Example", "Ada\u202e Example"), no("reason.hidden_character"))
	m.add("an undefined term", m.with(`"achievement": {`, `"achievement": {"gradeOfHonor": "A",`), no("reason.undefined_term"))
	m.add("an undefined type", m.with(`"Profile"`, `"Profil"`), no("reason.part_without_type"))
	m.add("a further undefined type", m.with(`"Evidence"`, `"Evidence", "Proven"`), no("reason.undefined_type"))
	m.add("a term that no vocabulary defines there", m.with(`"narrative":`, `"@index": "x", "narrative":`), gray("reason.reserved_term")).Page = but(no("reason.undefined_term"))
	m.add("the status taken away", m.with(`"credentialStatus"`, `"refreshService"`), no("reason.changed")).Page = but(no("reason.undefined_term"))
	m.add("the status of another", m.with(`"statusListIndex": "`, `"statusListIndex": "1`), no("reason.changed"))
	m.add("the status in a list", m.with(`"credentialStatus": {`, `"credentialStatus": [{`), gray("reason.not_json"))
	m.add("no proof", m.with(`"proof"`, `"evidence2"`), no("reason.not_signed"))
	m.add("a proof of no kind", m.with("eddsa-rdfc-2022", "eddsa-rdfc-2023"), no("reason.bad_proof"))
	m.add("a proof of another kind", m.with("eddsa-rdfc-2022", "ecdsa-rdfc-2019"), gray("reason.other_signature"))
	m.add("a proof for another purpose", m.with("assertionMethod", "authentication"), no("reason.bad_proof"))
	m.add("an earlier signature", m.with(`"created": "2026`, `"created": "2024`), no("reason.key_later"))
	m.add("a short signature", m.with(`"proofValue": "z`, `"proofValue": "zz`), no("reason.wrong_size"))
	m.add("a signature in another alphabet", m.with(`"proofValue": "z`, `"proofValue": "u`), no("reason.not_base58"))
	m.add("the badge's vocabulary of another version", m.with("context-3.0.3.json", "context-3.0.4.json"), gray("reason.other_vocabulary"))
	m.add("no vocabulary", m.with(`"@context"`, `"context2"`), no("reason.no_vocabulary"))
	m.add("the credential's id twice", m.with(`"evidence": [`, `"evidence": [{"id": "`+m.link()+`", "type": ["Evidence"], "name": "x", "narrative": "x", "genre": "x"},`), no("reason.id_twice"))
	m.add("no id", m.with(`"id": "`+m.link()+`",`, ""), no("reason.part_missing"))
	m.add("an issuer by its name alone", m.with(m.issuer(), `"issuer": "`+c.IssuerDID+`",`), no("reason.changed"))
	m.add("an issuer that is no DID", m.with(`"id": "`+c.IssuerDID+`"`, `"id": "Brightwater"`), no("reason.not_an_address"))
	m.add("an issuer by a web address", m.with(`"id": "`+c.IssuerDID+`"`, `"id": "https://brightwater.example"`), gray("reason.other_issuer"))
	m.add("a stranger's DID on the school's proof", m.with(`"id": "`+c.IssuerDID+`"`, `"id": "did:web:stranger.example"`), no("reason.key_of_another"))
	m.add("nobody's key under the school's DID", m.with(`"verificationMethod": "`+c.IssuerDID+"#", `"verificationMethod": "`+c.IssuerDID+"#x"), no("reason.unknown_key"))
	m.add("the school's other key", m.with(credential.KeyID(c.IssuerDID, m.key.Public()), credential.KeyID(c.IssuerDID, m.jwtKey.Public())), no("reason.key_not_for_format"))
	m.add("no holder", m.with(`"credentialSubject"`, `"credentialSubject2"`), no("reason.no_holder"))
	m.add("dates that are none", m.with(`"validFrom": "2026-11-23`, `"validFrom": "last year `), no("reason.bad_dates"))
	m.add("a result of nothing", m.with(`"resultDescription": "urn`, `"resultDescription": "urnx`), no("reason.undescribed_result"))
	m.add("a value that is a number", m.with(`"value": "36000"`, `"value": 36000`), no("reason.wrong_value"))
	m.add("the document twice in a package", []byte(strings.Replace(string(m.json(m.pack)), `{`, `{"document":"{}",`, 1)), no("reason.name_twice"))
}

func (m *maker) last() *Vector { return &m.out[len(m.out)-1] }

func (m *maker) link() string { return Base + "/c/" + credential.Code(m.c.Code).Compact() }

// issuer is how the document names the school, as text.
func (m *maker) issuer() string {
	document := string(m.c.Document)
	from := strings.Index(document, `"issuer": {`)
	return document[from : from+strings.Index(document[from:], "},")+2]
}

// jwt are forgeries of the other form.
func (m *maker) jwt() {
	parts := strings.Split(m.c.JWT, ".")
	jwt := func(parts ...string) []byte {
		return m.packed(func(p *certify.Package) { p.Document, p.JWT, p.Log = strings.Join(parts, "."), "", nil })
	}
	encode := func(text string) string { return encoding.EncodeToString([]byte(text)) }
	payload, _ := encoding.DecodeString(parts[1])
	header, _ := encoding.DecodeString(parts[0])
	m.add("JWT: another name", jwt(parts[0], encode(strings.Replace(string(payload), "Ada Example", "Eve Example", 1)), parts[2]), no("reason.changed"))
	m.add("JWT: a claim that differs", jwt(parts[0], encode(strings.Replace(string(payload), `"jti":"`, `"jti":"x`, 1)), parts[2]), no("reason.jwt_claim_differs"))
	m.add("JWT: signed before the key", jwt(parts[0], encode(strings.Replace(string(payload), `"iat":17`, `"iat":15`, 1)), parts[2]), no("reason.key_later"))
	m.add("JWT: cut off", jwt(parts[0], parts[1]), gray("reason.not_jwt"))
	m.add("JWT: a line end inside", jwt(parts[0], parts[1][:40]+"\n"+parts[1][40:], parts[2]), gray("reason.not_jwt"))
	m.add("JWT: spare bits", jwt(parts[0], parts[1], spare(parts[2])), gray("reason.not_jwt"))
	m.add("JWT: padded", jwt(parts[0]+"=", parts[1], parts[2]), gray("reason.not_jwt"))
	m.add("JWT: unsigned", jwt(encode(`{"alg":"none"}`), parts[1], ""), no("reason.jwt_not_signed"))
	m.add("JWT: signed otherwise", jwt(encode(`{"alg":"RS256"}`), parts[1], parts[2]), gray("reason.jwt_other_algorithm"))
	m.add("JWT: a header that changes what is signed", jwt(encode(strings.Replace(string(header), "{", `{"crit":["b64"],"b64":false,`, 1)), parts[1], parts[2]), gray("reason.jwt_other_header"))
	m.add("JWT: no UTF-8", jwt(parts[0], encode(strings.Replace(string(payload), "Ada", "Ad\xe9", 1)), parts[2]), gray("reason.not_utf8"))
	m.add("JWT: of the older model", jwt(parts[0], encode(`{"vc":{"@context":["https://www.w3.org/2018/credentials/v1"],"type":["VerifiableCredential"]}}`), parts[2]), gray("reason.other_model"))
}

// spare is base64url with another last character that decodes to the same bytes for a
// reader who does not mind.
func spare(text string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	last := strings.IndexByte(alphabet, text[len(text)-1])
	return text[:len(text)-1] + string(alphabet[last^1])
}

// keys are documents that are dated outside of their key's time, and keys that nobody
// knows.
func (m *maker) keys() {
	now := m.w.Src.Now()
	m.add("dated before its key was made", m.signed(func(c *credential.Claim) { c.ValidFrom = now.AddDate(-1, 0, 0) }, m.key, now.AddDate(-1, 0, 0)), no("reason.key_later"))
	m.add("signed in the future", m.signed(func(*credential.Claim) {}, m.key, now.Add(time.Hour)), no("reason.signed_in_future"))
	m.add("valid from tomorrow", m.signed(func(c *credential.Claim) { c.ValidFrom = now.Add(24 * time.Hour) }, m.key, now), no("reason.not_valid_yet"))
	m.add("expired", m.signed(func(c *credential.Claim) { c.ValidUntil = now.Add(-time.Second); c.ValidFrom = now.Add(-time.Minute) }, m.key, now), no("reason.expired"))
	self, err := signing.KeyFromSeed([]byte(strings.Repeat("s", 32)))
	if err != nil {
		m.t.Fatal(err)
	}
	alone := func(c *credential.Claim) { c.Issuer.DID, c.Status = credential.DIDKey(self.Public()), nil }
	m.add("a key that anybody can make, under the school's name", m.signed(alone, self, now), gray("reason.nobody_vouches")).
		Page = but(gray("reason.unknown_issuer"))
	m.last().Server = but(gray("employer.unknown_signer"))
	m.add("a key that anybody can make, under the school's DID", m.signed(func(c *credential.Claim) { c.Status = nil }, self, now), no("reason.unknown_key"))
}
