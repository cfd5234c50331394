package certify

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/core"
)

// Bounds on an escrow from elsewhere. What is read of it is counted, whatever its
// directory says.
const (
	mostEscrowed      = 200_000
	mostEscrowBytes   = 4 << 20 // of one file in it
	mostEscrowTotal   = 8 << 30
	mostEscrowPacking = 50 // times the size of the ZIP
	leastEscrowTotal  = 64 << 20
)

var errEscrow = core.Invalid("bad_escrow.unreadable")

// escrowFile is an escrow that is read file by file.
type escrowFile struct {
	files map[string]*zip.File
	left  int64 // bytes that may still be read
}

func openEscrow(file io.ReaderAt, size int64) (*escrowFile, error) {
	in, err := zip.NewReader(file, size)
	if err != nil || len(in.File) > mostEscrowed {
		return nil, errEscrow
	}
	e := &escrowFile{files: make(map[string]*zip.File, len(in.File)), left: min(mostEscrowTotal, max(leastEscrowTotal, mostEscrowPacking*size))}
	for _, f := range in.File {
		if e.files[f.Name] != nil {
			return nil, errEscrow
		}
		e.files[f.Name] = f
	}
	return e, nil
}

// names are the files of an escrow by what they are, in order: sealed are those
// that a seal names, or that do not belong to an escrow.
func (e *escrowFile) names() (lists, bundles, sealed []string) {
	for name := range e.files {
		switch {
		case strings.HasPrefix(name, bundlesFolder):
			bundles = append(bundles, name)
		case name != manifestName && name != sealName:
			sealed = append(sealed, name)
		}
		if strings.HasPrefix(name, listsFolder) && !strings.HasSuffix(name, suspensionsEnd) {
			lists = append(lists, name)
		}
	}
	slices.Sort(lists)
	slices.Sort(bundles)
	slices.Sort(sealed)
	return lists, bundles, sealed
}

func (e *escrowFile) read(name string) ([]byte, error) {
	f := e.files[name]
	if f == nil {
		return nil, core.NotFound("certificate")
	}
	opened, err := f.Open()
	if err != nil {
		return nil, errEscrow
	}
	defer opened.Close()
	raw, err := io.ReadAll(io.LimitReader(opened, min(mostEscrowBytes, e.left)+1))
	e.left -= int64(len(raw))
	if err != nil || len(raw) > mostEscrowBytes {
		return nil, errEscrow
	}
	if e.left < 0 {
		return nil, core.Invalid("bad_escrow.too_large")
	}
	return raw, nil
}

var slugForm = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,62}$`)

// manifest reads what an escrow says of itself.
func (e *escrowFile) manifest() ([]byte, error) {
	if e.files[manifestName] == nil {
		return nil, errEscrow
	}
	raw, err := e.read(manifestName)
	if err != nil {
		return nil, err
	}
	var said struct {
		Version int `json:"version"`
	}
	if json.Unmarshal(raw, &said) != nil {
		return nil, errEscrow
	}
	if said.Version != escrowVersion {
		return nil, core.Invalid("bad_escrow.version")
	}
	return raw, nil
}

// seal reads what the school signed of an escrow.
func (e *escrowFile) seal() (seal EscrowSeal, err error) {
	if e.files[sealName] == nil {
		return seal, core.Invalid("bad_escrow.unsealed")
	}
	raw, err := e.read(sealName)
	if err != nil {
		return seal, err
	}
	if json.Unmarshal(raw, &seal) != nil {
		return seal, errEscrow
	}
	written, err := json.MarshalIndent(seal, "", "  ")
	if err == nil && !bytes.Equal(raw, written) {
		err = core.InvalidField(sealName, "bad_escrow.sealed")
	}
	return seal, err
}

// readManifest reads a manifest whose fields and keys can be what they say.
func readManifest(raw []byte) (m EscrowManifest, err error) {
	if json.Unmarshal(raw, &m) != nil {
		return m, errEscrow
	}
	origin, err := url.Parse(m.Origin)
	name, nameErr := core.CleanText(m.Name, 1, 200)
	if err != nil || origin.Host == "" || origin.Scheme != "https" && origin.Scheme != "http" || !slugForm.MatchString(m.Slug) ||
		nameErr != nil || name != m.Name || m.ClosedAt.IsZero() || m.ExportedAt.Before(m.ClosedAt) {
		return m, errEscrow
	}
	m.Origin = core.Address(m.Origin)
	for _, k := range m.Keys {
		public, err := credential.PublicKey(k.ID)
		if err != nil || k.DID != credential.DIDKey(public) && !webOf(k.DID, m.Slug) {
			return m, errEscrow
		}
	}
	return m, nil
}

// webOf tells whether a DID is the did:web of a school by its short name, at
// whatever address.
func webOf(did, slug string) bool {
	return strings.HasPrefix(did, "did:web:") && strings.HasSuffix(did, ":schools:"+slug)
}
