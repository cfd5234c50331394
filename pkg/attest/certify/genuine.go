package certify

import (
	"context"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/signing"
	"github.com/palmar/palmar/pkg/translog"
	"github.com/palmar/palmar/pkg/words"
)

// evidence is what speaks for a credential that is kept. Err is nil where the
// rows are what the school signed and logged: document_changed, record_changed.
// Issued is when it was issued, as the log has it; zero where the log does not
// tell.
type evidence struct {
	Issued time.Time
	Number int64 // of the entry that tells of the issue
	Err    error
}

// evidence holds credentials of one school against everything that a cheat with
// the database cannot make: the signatures, by keys of the school's own that the
// installation's secret opens, be they retired or lost; the rows against what
// was signed; the digests that the log holds; and the hours in the ledger
// against the commitment. Nothing that is kept is signed again without it.
func (s *genuine) evidence(ctx context.Context, tx Tx, org core.OrganizationID, page []core.Credential) (map[core.CredentialID]evidence, error) {
	all, err := tx.KeysOfOrganization(ctx, org)
	if err != nil {
		return nil, err
	}
	keys := s.ownKeys(all)
	kept, err := openings(ctx, tx, page, func(c core.Credential) string { return c.ID.String() })
	if err != nil {
		return nil, err
	}
	logged, err := s.held(ctx, tx, kept)
	if err != nil {
		return nil, err
	}
	out := make(map[core.CredentialID]evidence, len(page))
	for _, c := range page {
		history := historyOf(c, logged[c.ID.String()])
		e := evidence{Number: history.number}
		if history.issued != nil {
			e.Issued = history.issued.At
		}
		wrong := append(differs(ctx, c, keys), history.differs(c)...)
		if history.signed == nil && keys.lost[c.KeyID] {
			wrong = append(wrong, words.S("differs.lost_key"))
		}
		if len(wrong) > 0 {
			e.Err = documentChanged(wrong)
		}
		out[c.ID] = e
	}
	return out, recordsHold(ctx, tx, page, logged, out)
}

func documentChanged(wrong []words.Sentence) error {
	return core.Conflict("document_changed", "wrong", wrong)
}

var errLogIncomplete = core.Conflict("log_incomplete")

// intact is evidence for one credential, to be signed again in another's place:
// then the log has to be whole as well, so that no revocation has been taken out
// of it.
func (s *genuine) intact(ctx context.Context, tx Tx, c core.Credential) error {
	found, err := s.evidence(ctx, tx, c.OrganizationID, []core.Credential{c})
	if err == nil {
		err = found[c.ID].Err
	}
	if err != nil {
		return err
	}
	whole, err := translog.Whole(ctx, tx)
	if err != nil {
		return err
	}
	changes, err := tx.ChangesLinked(ctx, credential.Code(c.Code).Compact())
	elsewhere := slices.ContainsFunc(changes, func(o translog.Opening) bool { return o.Subject != c.ID.String() })
	if err == nil && (!whole || elsewhere) {
		err = errLogIncomplete
	}
	return err
}

// held are those openings that the log really holds.
func (s *genuine) held(ctx context.Context, tx Tx, kept map[string][]translog.Opening) (map[string][]translog.Opening, error) {
	var all []translog.Opening
	for _, some := range kept {
		all = append(all, some...)
	}
	holds, err := s.log.Held(ctx, tx, all)
	if err != nil {
		return nil, err
	}
	out := make(map[string][]translog.Opening, len(kept))
	for subject, some := range kept {
		for _, o := range some {
			if holds[o.Number] {
				out[subject] = append(out[subject], o)
			}
		}
	}
	return out, nil
}

// schoolKeys are keys of one school by DID, whatever became of them.
type schoolKeys struct {
	documents map[string]credential.Document
	lost      map[string]bool
}

// Resolve implements credential.Resolver.
func (k schoolKeys) Resolve(_ context.Context, did string) (credential.Document, error) {
	return k.documents[did], nil
}

func schoolKeysOf(kept []SigningKey) schoolKeys {
	k := schoolKeys{map[string]credential.Document{}, map[string]bool{}}
	byDID := map[string][]credential.DatedKey{}
	for _, one := range kept {
		k.lost[one.ID] = !one.RevokedAt.IsZero()
		if key, err := one.Dated(); err == nil {
			byDID[one.DID] = append(byDID[one.DID], key)
		}
	}
	for did, keys := range byDID {
		k.documents[did] = credential.DatedDocument(did, keys...)
	}
	return k
}

// ownKeys are those keys of a school that this installation made: a row that
// someone else has entered does not open.
func (s *genuine) ownKeys(kept []SigningKey) schoolKeys {
	var own []SigningKey
	for _, k := range kept {
		if s.made(k) {
			own = append(own, k)
		}
	}
	return schoolKeysOf(own)
}

func (s *genuine) made(k SigningKey) bool {
	if k.Algorithm == P256 {
		key, err := signing.OpenJWTKey(s.secret, k.ID, k.Sealed)
		return err == nil && key.Multikey() == k.ID
	}
	key, err := signing.Open(s.secret, k.ID, k.Sealed)
	return err == nil && key.Multikey() == k.ID
}

// differs verifies both forms of a credential, as of when they were signed, and
// names what is wrong with them and what the rows beside them say otherwise.
func differs(ctx context.Context, c core.Credential, keys credential.Resolver) []words.Sentence {
	var wrong []words.Sentence
	options := credential.Options{Resolver: keys, Now: c.SignedAt, Status: func(context.Context, string, map[string]any) (credential.Outcome, words.Sentence) {
		return credential.Valid, words.Sentence{}
	}}
	report := credential.Verify(ctx, c.Document, options)
	wrong = append(wrong, besides(c, words.S("differs.document"), report)...)
	if report.IssuerID != c.IssuerDID || c.KeyID != "" && !names(report, c.KeyID) {
		wrong = append(wrong, words.S("differs.key", "form", words.S("differs.document")))
	}
	wrong = append(wrong, claimDiffers(c)...)
	if c.JWT == "" {
		return wrong
	}
	second := credential.Verify(ctx, []byte(c.JWT), options)
	wrong = append(wrong, besides(c, words.S("differs.jwt"), second)...)
	if !names(second, c.JWTKeyID) {
		wrong = append(wrong, words.S("differs.key", "form", words.S("differs.jwt")))
	}
	if second.Started != report.Started || second.Ended != report.Ended || second.Kind != report.Kind || second.LicenseNumber != report.LicenseNumber {
		wrong = append(wrong, words.S("differs.two_forms"))
	}
	return wrong
}

// names tells whether a signature names a key, which is given as its Multikey.
func names(r credential.Report, key string) bool {
	public, err := credential.PublicKey(key)
	return err == nil && r.KeyID == credential.KeyID(r.IssuerID, public)
}

// besides holds what a form says against the rows.
func besides(c core.Credential, form words.Sentence, r credential.Report) []words.Sentence {
	if failed, bad := r.Failed(); bad {
		return []words.Sentence{words.S("differs.check", "form", form, "detail", failed.Reason)}
	}
	same := r.SubjectName == c.SubjectName && r.Title == c.Title && r.Minutes == int64(c.Minutes) &&
		r.ValidUntil.Equal(c.ValidUntil.Truncate(time.Second)) && r.ValidFrom.Equal(c.IssuedAt.Truncate(time.Second)) &&
		strings.HasSuffix(r.ID, "/c/"+credential.Code(c.Code).Compact())
	if !same {
		return []words.Sentence{words.S("differs.record", "form", form)}
	}
	return nil
}

// claimDiffers holds what the document alone says against the rows: the holder,
// the kind and the entry of the status list.
func claimDiffers(c core.Credential) []words.Sentence {
	claim, err := credential.ClaimOf(c.Document)
	if err != nil {
		return []words.Sentence{words.S("differs.unreadable", "err", err)}
	}
	listed := claim.Status != nil
	same := claim.Kind == credential.Kind(c.Kind) && claim.Subject.ID == "urn:uuid:"+c.TherapistID.String() && listed == !c.StatusListID.IsZero()
	if same && listed {
		same = path.Base(claim.Status.ListURL) == c.StatusListID.String() && claim.Status.Index == c.StatusIndex
	}
	if !same {
		return []words.Sentence{words.S("differs.record", "form", words.S("differs.document"))}
	}
	return nil
}

// history is what the log tells of a credential.
type history struct {
	number  int64
	issued  *IssueDetail // when it was first signed
	signed  *IssueDetail // as it was signed last
	forms   []*IssueDetail
	state   core.CredentialState
	change  ChangeDetail // the last
	erased  bool         // what opens its record was erased
	foreign bool         // an entry is that of another credential
}

func historyOf(c core.Credential, logged []translog.Opening) history {
	h := history{state: core.CredentialActive}
	for _, o := range logged {
		if !linksTo(o, c.Code) {
			h.foreign = true
		}
		switch o.Event {
		case translog.EventIssue, translog.EventResign:
			said := &IssueDetail{}
			_ = o.Detail(said) // what cannot be read differs from what is kept
			h.signed, h.forms = said, append(h.forms, said)
			if o.Event == translog.EventIssue {
				h.issued, h.number = said, o.Number
			}
		case translog.EventErase:
			h.erased = true
		default:
			h.change = ChangeDetail{}
			_ = o.Detail(&h.change)
			h.state = core.CredentialState(h.change.State)
		}
	}
	return h
}

// linksTo says whether what an entry commits to is about the credential with a
// code: whom it is about stands beside the entry, not in it.
func linksTo(o translog.Opening, code string) bool {
	var said struct {
		Link string `json:"link"`
	}
	return o.Detail(&said) == nil && strings.HasSuffix(said.Link, "/c/"+credential.Code(code).Compact())
}

// differs holds a credential against what the log tells of it. One that is
// older than the log has no entry.
func (h history) differs(c core.Credential) []words.Sentence {
	var wrong []words.Sentence
	switch {
	case h.signed == nil && !c.StatusListID.IsZero():
		wrong = append(wrong, words.S("differs.unlogged"))
	case h.signed != nil && !h.signed.is(c):
		wrong = append(wrong, words.S("differs.issued"))
	case len(h.forms) != c.Resigned+1 && h.signed != nil:
		wrong = append(wrong, words.S("differs.forms", "forms", c.Resigned+1, "logged", len(h.forms)))
	}
	switch {
	case c.State != h.state:
		wrong = append(wrong, words.S("differs.state", "stored", c.State, "logged", h.state))
	case c.State != core.CredentialActive && (c.Cause != h.change.Cause || !c.StateSince.Equal(h.change.At) || replacedBy(c) != h.change.ReplacedBy):
		wrong = append(wrong, words.S("differs.cause", "state", c.State))
	}
	if h.foreign {
		wrong = append(wrong, words.S("differs.foreign"))
	}
	return wrong
}

// replacedBy is the id of the credential that replaced one, empty for none.
func replacedBy(c core.Credential) string {
	if c.ReplacedBy.IsZero() {
		return ""
	}
	return c.ReplacedBy.String()
}

// is tells whether a form is the one that was logged.
func (d IssueDetail) is(c core.Credential) bool {
	return d.Document == Digest(c.Document) && d.JWT == Digest([]byte(c.JWT))
}

// recordsHold says of credentials that commit to hours whether these can be
// rebuilt. Where what opens them was erased, the log says so.
func recordsHold(ctx context.Context, tx Tx, page []core.Credential, logged map[string][]translog.Opening, out map[core.CredentialID]evidence) error {
	open := map[core.CredentialID]bool{}
	fail := func(id core.CredentialID) {
		e := out[id]
		if e.Err == nil {
			e.Err = errRecordChanged
			out[id] = e
		}
	}
	err := eachRecord(ctx, tx, page, func(c core.Credential, kept CredentialRecord, credits []core.Credit) error {
		open[c.ID] = true
		if _, _, err := reopen(c, kept, credits); err != nil {
			fail(c.ID)
		}
		return nil
	})
	for _, c := range page {
		erased := historyOf(c, logged[c.ID.String()]).erased
		if signedCommitment(c.Document) != nil && open[c.ID] == erased {
			fail(c.ID)
		}
	}
	return err
}
