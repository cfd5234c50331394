package certify

import (
	"cmp"
	"context"
	"crypto"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/words"
)

// escrowCheck verifies an escrow with the keys in it, before anything of it is
// kept.
type escrowCheck struct {
	in       *escrowFile
	manifest EscrowManifest
	now      time.Time
	lists    map[core.StatusListID]escrowedLists
	entries  map[string]bool   // the entries of the lists that are given out
	replaced map[string]string // code of the follower by the file that names it
	codes    map[string]bool
	issuers  map[string]bool // the names under which the certificates were issued
	wrong    []core.Field
}

func newEscrowCheck(in *escrowFile, m EscrowManifest, now time.Time) *escrowCheck {
	return &escrowCheck{
		in: in, manifest: m, now: now, lists: map[core.StatusListID]escrowedLists{},
		entries: map[string]bool{}, replaced: map[string]string{}, codes: map[string]bool{}, issuers: map[string]bool{},
	}
}

type escrowedLists struct {
	kept                 StatusList
	revoked, suspensions credential.StatusList
}

// mostWrong is how many things are named that are wrong.
const mostWrong = 20

func (c *escrowCheck) say(name, id string, args ...any) {
	c.wrong = append(c.wrong, core.InvalidField(name, id, args...).Fields...)
}

// fault says what is wrong, nil if nothing is.
func (c *escrowCheck) fault() error {
	if len(c.wrong) == 0 {
		return nil
	}
	texts := make([]string, len(c.wrong))
	for i, w := range c.wrong {
		texts[i] = w.Name + ": " + w.Message()
	}
	fault := core.Invalid("bad_escrow.changed", "texts", strings.Join(texts, "; "))
	fault.Fields = c.wrong
	return fault
}

// keys resolves the DIDs of the school; a key that was lost signs for nobody,
// unless what it once signed is looked at.
func (c *escrowCheck) keys(lost bool) credential.Resolver {
	return keysOf{c.manifest.Keys, lost}
}

type keysOf struct {
	keys []EscrowedKey
	lost bool
}

// Resolve implements credential.Resolver.
func (k keysOf) Resolve(_ context.Context, did string) (credential.Document, error) {
	var keys []crypto.PublicKey
	for _, key := range k.keys {
		if public, err := credential.PublicKey(key.ID); err == nil && key.DID == did && (k.lost || key.RevokedAt.IsZero()) {
			keys = append(keys, public)
		}
	}
	if len(keys) == 0 {
		return credential.Document{}, errors.New("the escrow has no key of this issuer")
	}
	return credential.DocumentOf(did, keys...), nil
}

func (c *escrowCheck) readLists(ctx context.Context, names []string, seal EscrowSeal) error {
	for _, name := range names {
		base := strings.TrimSuffix(name, ".json")
		id, err := core.ParseID[core.StatusListID](strings.TrimPrefix(base, listsFolder))
		if err != nil {
			return cmp.Or[error](c.fault(), errEscrow)
		}
		kept := StatusList{ID: id}
		if kept.Document, err = c.whole(name, seal); err != nil {
			return err
		}
		if kept.Suspensions, err = c.whole(base+suspensionsEnd, seal); errors.Is(err, core.ErrNotFound) {
			return cmp.Or[error](c.fault(), errEscrow)
		} else if err != nil {
			return err
		}
		c.list(ctx, name, kept)
	}
	return nil
}

// list verifies a status list with the one beside it.
func (c *escrowCheck) list(ctx context.Context, name string, kept StatusList) {
	l := escrowedLists{kept: kept}
	var err error
	if l.revoked, err = credential.ReadStatusList(ctx, kept.Document, c.keys(false), c.now); err == nil {
		l.suspensions, err = credential.ReadStatusList(ctx, kept.Suspensions, c.keys(false), c.now)
	}
	switch {
	case err != nil:
		c.say(name, "bad_escrow.detail", "text", err)
	case path.Base(l.revoked.ID) != kept.ID.String() || l.suspensions.ID != credential.SuspensionsAt(l.revoked.ID) || l.suspensions.Issuer.DID != l.revoked.Issuer.DID ||
		l.revoked.Purpose != credential.Revocation || l.suspensions.Purpose != credential.Suspension:
		c.say(name, "bad_escrow.other_list")
	}
	c.lists[kept.ID] = l
}

// bundle verifies the bundle in a file.
func (c *escrowCheck) bundle(ctx context.Context, name string, raw []byte) (EscrowedCredential, error) {
	var b Bundle
	if json.Unmarshal(raw, &b) != nil {
		return EscrowedCredential{}, errEscrow
	}
	if err := c.verify(ctx, name, b); err != nil {
		c.say(name, "bad_escrow.detail", "text", err)
	}
	c.codes[b.Code] = true
	if b.ReplacedBy != "" {
		c.replaced[name] = b.ReplacedBy
	}
	return EscrowedCredential{Code: b.Code, Body: raw}, nil
}

func (c *escrowCheck) verify(ctx context.Context, name string, b Bundle) error {
	code, err := credential.ParseCode(b.Code)
	if err != nil || string(code) != b.Code || name != bundlesFolder+code.Compact()+".json" {
		return errors.New("the code is not that of the file")
	}
	var entry statusSeen
	report, lost, err := c.signed(ctx, []byte(b.Package.Document), &entry)
	if err != nil {
		return err
	}
	if !lost {
		c.issuers[report.IssuerName] = true
	}
	if err := b.says(report); err != nil {
		return err
	}
	if b.Package.JWT != "" {
		second, _, err := c.signed(ctx, []byte(b.Package.JWT), &statusSeen{})
		if err != nil {
			return fmt.Errorf("the JWT: %w", err)
		}
		if second.ID != report.ID || second.SubjectName != report.SubjectName || second.Title != report.Title || second.Minutes != report.Minutes {
			return errors.New("the JWT says otherwise than the document")
		}
	}
	if err := c.state(b, entry, lost); err != nil {
		return err
	}
	if err := b.checkRecord(report); err != nil {
		return err
	}
	if entry.named || b.Package.Log != nil {
		if c.manifest.LogKey == "" {
			return errors.New("the escrow names no log")
		}
		if _, err := b.Package.Confirm(c.manifest.LogKey); err != nil {
			return err
		}
	}
	return nil
}

// statusSeen is the entry of the status lists that a credential names.
type statusSeen struct {
	named  bool
	issuer string
	list   string
	index  int
}

// signed verifies the signature of one form of a credential, by a key that may
// have been lost since.
func (c *escrowCheck) signed(ctx context.Context, raw []byte, entry *statusSeen) (report credential.Report, lost bool, err error) {
	for _, lost := range []bool{false, true} {
		report = credential.Verify(ctx, raw, credential.Options{Now: c.now, Resolver: c.keys(lost), Status: entry.look})
		at := slices.IndexFunc(report.Checks, func(check credential.Check) bool {
			return check.Outcome != credential.Valid && check.Name != credential.CheckDates
		})
		if at < 0 {
			return report, lost, nil
		}
		err = fmt.Errorf("%s: %s", report.Checks[at].Name, strings.TrimSuffix(report.Checks[at].Detail(), "."))
	}
	return report, false, err
}

// look implements credential.Options.Status: it remembers the entry.
func (e *statusSeen) look(_ context.Context, issuer string, entry map[string]any) (credential.Outcome, words.Sentence) {
	index, _ := entry["statusListIndex"].(string)
	e.list, _ = entry["statusListCredential"].(string)
	e.named, e.issuer = true, issuer
	var err error
	if e.index, err = strconv.Atoi(index); err != nil {
		e.index = -1
	}
	return credential.Valid, words.Sentence{}
}

// says is nil where a bundle shows what its document says.
func (b Bundle) says(report credential.Report) error {
	for _, part := range []struct {
		name string
		same bool
	}{
		{"code", strings.HasSuffix(report.ID, "/c/"+credential.Code(b.Code).Compact())},
		{"name", b.SubjectName == report.SubjectName},
		{"title", b.Title == report.Title},
		{"hours", int64(b.Minutes) == report.Minutes},
		{"issuer", b.IssuerDID == report.IssuerID},
		{"day of issue", b.IssuedAt.Truncate(time.Second).Equal(report.ValidFrom)},
		{"end of validity", b.ValidUntil.Truncate(time.Second).Equal(report.ValidUntil)},
	} {
		if !part.same {
			return fmt.Errorf("the %s is not what was signed", part.name)
		}
	}
	return nil
}

// state holds the state of a bundle against the status lists. Where a lost key
// was its own issuer, no list speaks for what it signed.
func (c *escrowCheck) state(b Bundle, entry statusSeen, lost bool) error {
	if !slices.Contains([]core.CredentialState{core.CredentialActive, core.CredentialSuspended, core.CredentialRevoked, core.CredentialReplaced}, b.State) ||
		(b.State == core.CredentialReplaced) != (b.ReplacedBy != "") {
		return errors.New("the state is none")
	}
	if !entry.named {
		return nil // issued before there were lists
	}
	id, err := core.ParseID[core.StatusListID](path.Base(entry.list))
	lists, known := c.lists[id]
	if err != nil || !known || lists.revoked.ID != entry.list || entry.index < 0 || entry.index >= lists.revoked.Bits.Len() {
		return errors.New("its status list is not in the escrow")
	}
	if string(lists.kept.Document) != b.Package.StatusList || string(lists.kept.Suspensions) != b.Package.Suspensions {
		return errors.New("its package holds another status list")
	}
	at := entry.list + "#" + strconv.Itoa(entry.index)
	if c.entries[at] {
		return errors.New("another certificate has its entry of the status list")
	}
	c.entries[at] = true
	if lists.revoked.Issuer.DID != entry.issuer {
		if lost {
			return nil
		}
		return errors.New("its status list is another issuer's")
	}
	ended := b.State == core.CredentialRevoked || b.State == core.CredentialReplaced
	if lists.revoked.Bits.Get(entry.index) != ended || lists.suspensions.Bits.Get(entry.index) != (b.State == core.CredentialSuspended) {
		return fmt.Errorf("the status lists do not say that it is %s", b.State)
	}
	return nil
}

// checkRecord holds the record of a bundle, which may have been erased, against
// what its document commits to.
func (b Bundle) checkRecord(report credential.Report) error {
	if len(b.Record) == 0 {
		return nil
	}
	commitment, ok := report.Record()
	if !ok || commitment.Size != int64(len(b.Record)) {
		return errors.New("its record of hours is not the one that was certified")
	}
	for i, line := range b.Record {
		if line.Index != int64(i) {
			return errors.New("its record of hours is not whole")
		}
		if err := commitment.Check(line); err != nil {
			return err
		}
	}
	return nil
}

// followers holds that what replaces a certificate is in the escrow too.
func (c *escrowCheck) followers() {
	for name, code := range c.replaced {
		if !c.codes[code] {
			c.say(name, "bad_escrow.replacement")
		}
	}
}
