package credential

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"maps"
	"strconv"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/signing"
	"github.com/palmar/palmar/pkg/words"
)

// StatusListSize is the entries of a status list, the least that Bitstring
// Status List 1.0 allows (section 6.1), so that an index tells nobody apart.
const StatusListSize = 131_072

// StatusPurpose is what the bits of a status list mean.
type StatusPurpose string

// The purposes of status lists that are read here.
const (
	Revocation StatusPurpose = "revocation"
	Suspension StatusPurpose = "suspension"
)

const (
	typeStatusList  = "BitstringStatusListCredential"
	typeStatusEntry = "BitstringStatusListEntry"

	maxStatusListBytes = 4 << 20 // unpacked: 2^25 entries
)

// Bitstring is the bits of a status list, the first at the left (section 3.2).
type Bitstring []byte

// NewBitstring is a list of StatusListSize entries, none of them set.
func NewBitstring() Bitstring { return make(Bitstring, StatusListSize/8) }

// Len is the number of entries.
func (b Bitstring) Len() int { return len(b) * 8 }

// Get tells whether an entry is set; what lies outside is not.
func (b Bitstring) Get(i int) bool { return i >= 0 && i < b.Len() && b[i/8]&(0x80>>(i%8)) != 0 }

// Set sets an entry. It panics outside the list.
func (b Bitstring) Set(i int) { b[i/8] |= 0x80 >> (i % 8) }

// Encode packs the list as encodedList holds it: multibase base64url of GZIP.
func (b Bitstring) Encode() string {
	var packed bytes.Buffer
	writer, _ := gzip.NewWriterLevel(&packed, gzip.BestCompression) // the level is one of gzip's
	_, _ = writer.Write(b)                                          // a buffer takes all
	_ = writer.Close()
	return "u" + base64.RawURLEncoding.EncodeToString(packed.Bytes())
}

// ErrShortList means that a status list has fewer entries than StatusListSize.
var ErrShortList = errors.New("the status list has too few entries")

// DecodeBitstring unpacks an encodedList. It reads no more than 4 MiB, however
// much the list would unpack to. A list that is too short is
// ErrShortList, wrapped.
func DecodeBitstring(encoded string) (Bitstring, error) {
	text, ok := strings.CutPrefix(encoded, "u")
	if !ok {
		return nil, invalid("reason.list_not_base64url")
	}
	packed, err := base64Strict(text)
	if err != nil {
		return nil, invalid("reason.list_not_base64url")
	}
	reader, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, invalid("reason.list_not_packed")
	}
	bits, err := io.ReadAll(io.LimitReader(reader, maxStatusListBytes+1))
	if err != nil {
		return nil, invalid("reason.list_not_packed")
	}
	if len(bits) > maxStatusListBytes {
		return nil, unsupported("reason.unpacks_too_large", "megabytes", maxStatusListBytes>>20)
	}
	if len(bits) < StatusListSize/8 {
		return nil, &finding{NotValid, words.S("reason.list_too_short", "count", len(bits)*8, "least", StatusListSize), ErrShortList}
	}
	return bits, nil
}

// StatusList is a status list before it is signed. TTL is how long a reader may
// keep it.
type StatusList struct {
	ID                    string // its address
	Issuer                Issuer
	Purpose               StatusPurpose
	Bits                  Bitstring
	ValidFrom, ValidUntil time.Time
	TTL                   time.Duration
}

type listDocument struct {
	Context    []string    `json:"@context"`
	ID         string      `json:"id"`
	Type       []string    `json:"type"`
	Issuer     string      `json:"issuer"`
	ValidFrom  string      `json:"validFrom"`
	ValidUntil string      `json:"validUntil"`
	Subject    listSubject `json:"credentialSubject"`
	Proof      []proof     `json:"proof,omitempty"`
}

type listSubject struct {
	ID      string        `json:"id"`
	Type    string        `json:"type"`
	Purpose StatusPurpose `json:"statusPurpose"`
	TTL     int64         `json:"ttl,omitempty"` // milliseconds
	Encoded string        `json:"encodedList"`
}

// IssueStatusList signs a status list with an eddsa-rdfc-2022 proof.
func IssueStatusList(list StatusList, key signing.Key, created time.Time) ([]byte, error) {
	if key.IsZero() {
		return nil, ErrNoKey
	}
	if list.Bits.Len() < StatusListSize {
		return nil, fmt.Errorf("a status list has at least %d entries", StatusListSize)
	}
	out := listDocument{
		Context: []string{ContextCredentials}, ID: list.ID, Type: []string{typeCredential, typeStatusList},
		Issuer: list.Issuer.DID, ValidFrom: stamp(list.ValidFrom), ValidUntil: stamp(list.ValidUntil),
		Subject: listSubject{
			ID: list.ID + "#list", Type: "BitstringStatusList", Purpose: list.Purpose,
			TTL: list.TTL.Milliseconds(), Encoded: list.Bits.Encode(),
		},
	}
	document, err := plain(out)
	if err != nil {
		return nil, err
	}
	if err := lintStatusList(document); err != nil {
		return nil, err
	}
	p, err := embeddedVocabulary().sign(document, key, KeyID(list.Issuer.DID, key.Public()), created)
	if err != nil {
		return nil, err
	}
	out.Proof = []proof{p}
	return marshal(out)
}

func lintStatusList(document map[string]any) error {
	l := &linter{}
	subject := l.object(document, "credentialSubject", "reason.not_status_list")
	if !listed(document["type"], typeCredential) || !listed(document["type"], typeStatusList) || subject != nil && !listed(subject["type"], "BitstringStatusList") {
		l.fail("reason.not_status_list")
	}
	l.address(document, "", "id")
	l.validity(document, false)
	l.issuerID(document["issuer"])
	if subject != nil {
		if encoded, _ := subject["encodedList"].(string); encoded == "" {
			l.fail("reason.list_not_base64url")
		}
		if len(entries(subject["statusPurpose"])) == 0 {
			l.fail("reason.part_missing", "part", "credentialSubject.statusPurpose")
		}
	}
	l.once(document, text(document, "id"), "id")
	l.once(document, text(inner(document, "credentialSubject"), "id"), "credentialSubject.id")
	return l.err
}

// FetchStatusList gets the bytes of a status list from its address. An error
// means that it could not be had.
type FetchStatusList func(ctx context.Context, address string) ([]byte, error)

// Lists looks up what status lists say, for Options.Status: it fetches the list
// that a credential names, verifies it as a credential of the same issuer, and
// reads the bit. A list that cannot be read or is not genuine says nothing
// about the credential: it could not be checked.
type Lists struct {
	Fetch    FetchStatusList
	Resolver Resolver
	Now      time.Time
}

// Status implements the signature of Options.Status.
func (l Lists) Status(ctx context.Context, issuer string, entry map[string]any) (Outcome, words.Sentence) {
	set, as, err := l.look(ctx, issuer, entry)
	if err != nil {
		// Even a forged list is no word of the issuer's on this credential.
		return CouldNotCheck, reasonOf(err)
	}
	return said(StatusPurpose(text(entry, "statusPurpose")), set, as)
}

// said is what an entry of a list says that was valid from an instant on.
func said(purpose StatusPurpose, set bool, as time.Time) (Outcome, words.Sentence) {
	switch {
	case set && purpose == Suspension:
		return NotValid, words.S("reason.suspended")
	case set:
		return NotValid, words.S("reason.revoked")
	case purpose == Suspension:
		return Valid, words.S("reason.not_suspended", "date", as)
	}
	return Valid, words.S("reason.not_revoked", "date", as)
}

// SuspensionsAt is the address of the list of suspensions that Palmar keeps beside
// a status list: the same entries, signed by the same issuer.
func SuspensionsAt(list string) string { return list + "/suspension" }

// ErrNoList is what Fetch returns, wrapped, where the issuer's site says that it
// has no such list.
var ErrNoList = errors.New("there is no such list")

// Suspension implements the signature of Options.Suspension: it reads the list
// beside the one that a credential names. An issuer that publishes none suspends
// nothing by it.
func (l Lists) Suspension(ctx context.Context, issuer string, entry map[string]any) (Outcome, words.Sentence) {
	beside := maps.Clone(entry)
	beside["statusPurpose"] = string(Suspension)
	beside["statusListCredential"] = SuspensionsAt(text(entry, "statusListCredential"))
	set, as, err := l.look(ctx, issuer, beside)
	switch {
	case errors.Is(err, ErrNoList):
		return Valid, words.S("reason.no_suspension_list")
	case err != nil:
		return CouldNotCheck, reasonOf(err)
	}
	return said(Suspension, set, as)
}

func (l Lists) look(ctx context.Context, issuer string, entry map[string]any) (set bool, as time.Time, err error) {
	if !listed(entry["type"], typeStatusEntry) {
		return false, as, unsupported("reason.other_status")
	}
	purpose := StatusPurpose(text(entry, "statusPurpose"))
	if purpose != Revocation && purpose != Suspension {
		return false, as, unsupported("reason.other_status")
	}
	index, err := strconv.Atoi(text(entry, "statusListIndex"))
	if err != nil || index < 0 {
		return false, as, unsupported("reason.list_without_entry")
	}
	address := text(entry, "statusListCredential")
	raw, err := l.Fetch(ctx, address)
	if err != nil {
		return false, as, listUnreached(err)
	}
	read, err := ReadStatusList(ctx, raw, l.Resolver, l.Now)
	_, ranOut := errors.AsType[*ranOutError](err)
	switch {
	case err != nil && !ranOut:
		return false, as, unsupported("reason.list_unusable", "why", reasonOf(err))
	case core.Address(read.ID) != core.Address(address) || comparedDID(read.Issuer.DID) != comparedDID(issuer):
		return false, as, unsupported("reason.list_of_another")
	case read.Purpose != purpose:
		return false, as, unsupported("reason.list_of_another")
	case index >= read.Bits.Len():
		return false, as, unsupported("reason.list_without_entry")
	}
	set = read.Bits.Get(index)
	if ranOut && (!set || purpose != Revocation) { // a revocation is final: what an old list says of it still holds
		return false, as, unsupported("reason.list_unusable", "why", reasonOf(err))
	}
	return set, read.ValidFrom, nil
}

// ranOutError is that a genuine status list was valid until an instant in the past.
type ranOutError struct{ error }

func (e *ranOutError) Unwrap() error { return e.error }

// listUnreached is why a status list could not be had.
func listUnreached(err error) error {
	if _, ok := errors.AsType[*finding](err); ok {
		return err
	}
	return &finding{CouldNotCheck, words.S("reason.list_out_of_reach", "error", err), err}
}

// ReadStatusList verifies a signed status list and unpacks it. One that has run out
// is given with its error.
func ReadStatusList(ctx context.Context, raw []byte, resolver Resolver, now time.Time) (StatusList, error) {
	document, err := parseObject(raw)
	if err != nil {
		return StatusList{}, err
	}
	v := embeddedVocabulary()
	report := &Report{}
	signed, err := v.takeApart(document, lintStatusList, report)
	if err != nil {
		return StatusList{}, err
	}
	// A did:key is its key: lists under it are signed by it even when it is retired.
	key, _, err := signed.key(ctx, report.IssuerID, resolver)
	if err != nil {
		return StatusList{}, err
	}
	if err := signed.verify(key); err != nil {
		return StatusList{}, err
	}
	outdated := signed.checkDates(report, now)
	if outdated != nil && !now.IsZero() && !report.ValidUntil.IsZero() && !report.ValidUntil.After(now) {
		outdated = &ranOutError{outdated}
	} else if outdated != nil {
		return StatusList{}, outdated
	}
	subject := inner(signed.document, "credentialSubject")
	bits, err := DecodeBitstring(text(subject, "encodedList"))
	if err == nil {
		err = outdated
	}
	return StatusList{
		ID: report.ID, Issuer: Issuer{DID: report.IssuerID}, Purpose: StatusPurpose(text(subject, "statusPurpose")), Bits: bits,
		ValidFrom: report.ValidFrom, ValidUntil: report.ValidUntil,
	}, err
}
