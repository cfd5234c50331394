package credential

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// Commitment is what a credential says of the record behind its hours: the root
// of a Merkle tree (RFC 6962, section 2.1, SHA-256) over Size salted lines. It
// gives nothing of a line away, and no line can be changed without changing it.
type Commitment struct {
	Root [sha256.Size]byte
	Size int64
}

const (
	recordScheme = "ni:///sha-256;" // RFC 6920
	recordGenre  = "Commitment"
)

// evidence writes the commitment where Open Badges has place for it.
func (c Commitment) evidence() evidence {
	return evidence{
		ID: c.address(), Type: []string{"Evidence"}, Name: "Commitment to the record of hours", Genre: recordGenre,
		Narrative: fmt.Sprintf("Merkle tree root (RFC 6962, SHA-256) over %d salted lines. The holder can show single lines with a proof that leads here.", c.Size),
	}
}

func (c Commitment) address() string {
	return recordScheme + base64.RawURLEncoding.EncodeToString(c.Root[:]) + "?lines=" + strconv.FormatInt(c.Size, 10)
}

// parseCommitment reads what address wrote.
func parseCommitment(address string) (Commitment, bool) {
	rest, ok := strings.CutPrefix(address, recordScheme)
	root, lines, found := strings.Cut(rest, "?lines=")
	raw, err := base64Strict(root)
	size, sizeErr := strconv.ParseInt(lines, 10, 64)
	if !ok || !found || err != nil || sizeErr != nil || len(raw) != sha256.Size || size <= 0 || size > MaxLines {
		return Commitment{}, false
	}
	c := Commitment{Root: [sha256.Size]byte(raw), Size: size}
	return c, c.address() == address
}

// MaxLines bounds the lines of one record.
const MaxLines = 100_000

const saltSize = 16

// Record is the lines behind a credential, each of them compact JSON, with the
// seed of their salts. Anyone who has the seed can open every line: keep it.
type Record struct {
	seed   []byte
	lines  []json.RawMessage
	hashes []tlog.Hash // as tlog stores them
}

var errSeed = fmt.Errorf("the seed of a record has %d bytes or more", saltSize)

// NewRecord makes the record of lines in their order. The same seed and lines
// give the same commitment.
func NewRecord(seed []byte, lines []json.RawMessage) (*Record, error) {
	if len(lines) == 0 || len(lines) > MaxLines {
		return nil, fmt.Errorf("a record has 1 to %d lines, not %d", MaxLines, len(lines))
	}
	if len(seed) < saltSize {
		return nil, errSeed
	}
	r := &Record{seed: seed, lines: lines, hashes: make([]tlog.Hash, 0, 2*len(lines))}
	for i, line := range lines {
		hashes, err := tlog.StoredHashesForRecordHash(int64(i), lineHash(r.salt(i), line), r)
		if err != nil {
			return nil, err
		}
		r.hashes = append(r.hashes, hashes...)
	}
	return r, nil
}

// ReadHashes implements tlog.HashReader.
func (r *Record) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if index < 0 || index >= int64(len(r.hashes)) {
			return nil, fmt.Errorf("the record has no hash %d", index)
		}
		out[i] = r.hashes[index]
	}
	return out, nil
}

// Commitment is what a credential says of the record.
func (r *Record) Commitment() (Commitment, error) {
	root, err := tlog.TreeHash(int64(len(r.lines)), r)
	return Commitment{Root: root, Size: int64(len(r.lines))}, err
}

// Committing is the commitment to a record whose lines come one after the other,
// so that they need not be there at once.
type Committing struct {
	seed  Record // without lines
	size  int64
	roots []tlog.Hash // of its complete subtrees, the largest first
}

// NewCommitting begins a commitment; see NewRecord for the seed.
func NewCommitting(seed []byte) (*Committing, error) {
	if len(seed) < saltSize {
		return nil, errSeed
	}
	return &Committing{seed: Record{seed: seed}}, nil
}

// Add adds the next line.
func (c *Committing) Add(line json.RawMessage) {
	h := lineHash(c.seed.salt(int(c.size)), line)
	for n := c.size; n&1 == 1; n >>= 1 {
		h = tlog.NodeHash(c.roots[len(c.roots)-1], h)
		c.roots = c.roots[:len(c.roots)-1]
	}
	c.roots = append(c.roots, h)
	c.size++
}

// Commitment is what Record.Commitment would be of the same lines.
func (c *Committing) Commitment() (Commitment, error) {
	if c.size == 0 {
		return Commitment{}, errors.New("a record has a line or more")
	}
	root := c.roots[len(c.roots)-1]
	for _, left := range slices.Backward(c.roots[:len(c.roots)-1]) {
		root = tlog.NodeHash(left, root)
	}
	return Commitment{Root: root, Size: c.size}, nil
}

// salt is the salt of one line, from which no other can be told.
func (r *Record) salt(i int) []byte {
	mac := hmac.New(sha256.New, r.seed)
	_ = binary.Write(mac, binary.BigEndian, int64(i)) // a hash takes all
	return mac.Sum(nil)[:saltSize]
}

func lineHash(salt []byte, line json.RawMessage) tlog.Hash {
	return tlog.RecordHash(append(bytes.Clone(salt), line...))
}

// Shown is one line of a record that its holder shows: Proof are the hashes
// that lead from it to the root.
type Shown struct {
	Index int64           `json:"index"`
	Salt  []byte          `json:"salt"`
	Line  json.RawMessage `json:"line"`
	Proof []tlog.Hash     `json:"proof"`
}

// Show opens some lines and no others.
func (r *Record) Show(indexes ...int) ([]Shown, error) {
	out := make([]Shown, 0, len(indexes))
	for _, i := range indexes {
		if i < 0 || i >= len(r.lines) {
			return nil, fmt.Errorf("the record has no line %d", i)
		}
		proof, err := tlog.ProveRecord(int64(len(r.lines)), int64(i), r)
		if err != nil {
			return nil, err
		}
		out = append(out, Shown{int64(i), r.salt(i), r.lines[i], proof})
	}
	return out, nil
}

// Check says whether a shown line is one of those that the commitment covers.
func (c Commitment) Check(s Shown) error {
	if len(s.Salt) != saltSize {
		return invalid("reason.wrong_size", "bytes", saltSize)
	}
	line, err := plainJSON(s.Line)
	if err != nil {
		return invalid("reason.not_json")
	}
	if s.Index < 0 || s.Index >= c.Size {
		return invalid("reason.no_such_line", "line", s.Index)
	}
	if err := tlog.CheckRecord(tlog.RecordProof(s.Proof), c.Size, tlog.Hash(c.Root), s.Index, lineHash(s.Salt, line)); err != nil {
		switch length := proofLength(s.Index, c.Size); {
		case len(s.Proof) > length:
			return invalid("reason.proof_too_long")
		case len(s.Proof) < length:
			return invalid("reason.proof_too_short")
		}
		return invalid("reason.line_changed", "line", s.Index)
	}
	return nil
}

// proofLength is how many hashes lead from a line to the root over so many lines.
func proofLength(index, size int64) (length int) {
	for last := size - 1; last > 0; length++ {
		if index%2 == 1 || index == last {
			for index%2 == 0 && index != 0 {
				index, last = index/2, last/2
			}
		}
		index, last = index/2, last/2
	}
	return length
}

// plainJSON writes JSON as the lines of a record were written when they were
// hashed: without white space, and with the escapes of encoding/json, however the
// program wrote it through which a disclosure has come.
func plainJSON(raw []byte) ([]byte, error) {
	var compact bytes.Buffer
	if err := json.Compact(&compact, raw); err != nil {
		return nil, err
	}
	rest := compact.Bytes()
	out := make([]byte, 0, len(rest))
	for {
		begin := bytes.IndexByte(rest, '"')
		if begin < 0 {
			return append(out, rest...), nil
		}
		end := begin + 1
		for ; rest[end] != '"'; end++ {
			if rest[end] == '\\' {
				end++
			}
		}
		var text string
		if err := json.Unmarshal(rest[begin:end+1], &text); err != nil {
			return nil, err
		}
		plain, err := json.Marshal(text)
		if err != nil {
			return nil, err
		}
		out = append(append(out, rest[:begin]...), plain...)
		rest = rest[end+1:]
	}
}

// Disclosure is a credential with the lines of its record that the holder
// chose to show. The credential stands in either form, a JWT as a string.
type Disclosure struct {
	Credential json.RawMessage `json:"credential"`
	Lines      []Shown         `json:"lines"`
}

// CheckLines is the check that the lines of a disclosure are those certified.
const CheckLines = "lines"

// readDisclosure takes a disclosure apart; other documents are left alone.
func readDisclosure(raw []byte) (*Disclosure, bool) {
	var d Disclosure
	if len(raw) > maxDisclosureBytes || json.Unmarshal(raw, &d) != nil || len(d.Credential) == 0 || len(d.Lines) == 0 {
		return nil, false
	}
	var jwt string
	if json.Unmarshal(d.Credential, &jwt) == nil {
		d.Credential = json.RawMessage(jwt)
	}
	return &d, true
}

const (
	maxDisclosureBytes = 8 << 20
	maxWrappedValues   = 250_000
	maxShown           = 5_000
)

// checkLines holds the shown lines against the commitment that the credential
// signs.
func (d *Disclosure) checkLines(commitment *Commitment) error {
	if commitment == nil {
		return invalid("reason.no_record")
	}
	if len(d.Lines) > maxShown {
		return unsupported("reason.too_many_lines", "most", maxShown)
	}
	seen := make(map[int64]bool, len(d.Lines))
	for _, shown := range d.Lines {
		if seen[shown.Index] {
			return invalid("reason.line_twice", "line", shown.Index)
		}
		seen[shown.Index] = true
		if err := commitment.Check(shown); err != nil {
			return err
		}
	}
	return nil
}
