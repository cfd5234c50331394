package certify

import (
	"archive/zip"
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

// names are the files in a folder, in order; no other file may be there.
func (e *escrowFile) names() (lists, bundles []string, err error) {
	for name := range e.files {
		switch {
		case strings.HasPrefix(name, listsFolder):
			if !strings.HasSuffix(name, suspensionsEnd) {
				lists = append(lists, name)
			}
		case strings.HasPrefix(name, bundlesFolder):
			bundles = append(bundles, name)
		case name != manifestName:
			return nil, nil, errEscrow
		}
	}
	slices.Sort(lists)
	slices.Sort(bundles)
	return lists, bundles, nil
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

// manifest reads what an escrow says of itself, and the keys in it.
func (e *escrowFile) manifest() (m EscrowManifest, err error) {
	if e.files[manifestName] == nil {
		return m, errEscrow
	}
	raw, err := e.read(manifestName)
	if err != nil {
		return m, err
	}
	if json.Unmarshal(raw, &m) != nil {
		return m, errEscrow
	}
	if m.Version != escrowVersion {
		return m, core.Invalid("bad_escrow.version")
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
