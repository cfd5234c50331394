package translog

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

const proofHeader = "c2sp.org/tlog-proof@v1\n"

// FormatProof writes a proof of inclusion with the checkpoint that it leads to
// (c2sp.org/tlog-proof), for keeping where the log cannot be asked.
func FormatProof(number int64, proof tlog.RecordProof, checkpoint string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%sindex %d\n", proofHeader, number)
	for _, h := range proof {
		b.WriteString(h.String() + "\n")
	}
	b.WriteString("\n" + checkpoint)
	return b.String()
}

// CheckProof says whether an entry is in the log that the proof's checkpoint
// states, signed with the log's key.
func CheckProof(text string, leaf []byte, verifierKey string) (Tree, error) {
	rest, ok := strings.CutPrefix(text, proofHeader)
	head, checkpoint, found := strings.Cut(rest, "\n\n")
	if !ok || !found {
		return Tree{}, errors.New("this is no proof of inclusion")
	}
	lines := strings.Split(head, "\n")
	index, ok := strings.CutPrefix(lines[0], "index ")
	number, err := strconv.ParseInt(index, 10, 64)
	if !ok || err != nil || len(lines) > 64 {
		return Tree{}, errors.New("the proof names no entry")
	}
	proof := make(tlog.RecordProof, 0, len(lines)-1)
	for _, line := range lines[1:] {
		h, err := tlog.ParseHash(line)
		if err != nil {
			return Tree{}, errors.New("the proof holds what is no hash")
		}
		proof = append(proof, h)
	}
	tree, err := OpenCheckpoint([]byte(checkpoint), verifierKey)
	if err != nil {
		return tree, err
	}
	if number < 0 || number >= tree.Size {
		return tree, errors.New("the proof is of an entry after its checkpoint")
	}
	if err := tlog.CheckRecord(proof, tree.Size, tree.Root, number, tlog.RecordHash(leaf)); err != nil {
		return tree, ErrNotIncluded
	}
	return tree, nil
}

// Inclusion is what a downloaded package holds of the log: the opening of the
// entry that tells of its issue, and the proof that it is there.
type Inclusion struct {
	Log     string `json:"log"` // the log's verifier key
	Event   string `json:"event"`
	Salt    string `json:"salt"` // base64url
	Payload string `json:"payload"`
	Proof   string `json:"proof"`
}

// NewInclusion writes an opening with its proof.
func NewInclusion(key string, o Opening, proof string) Inclusion {
	return Inclusion{key, o.Event, base64.RawURLEncoding.EncodeToString(o.Salt), string(o.Payload), proof}
}

// Check verifies that the log with this key holds what the inclusion opens.
func (i Inclusion) Check(verifierKey string) (Tree, error) {
	salt, err := base64.RawURLEncoding.DecodeString(i.Salt)
	if err != nil || len(salt) != saltSize {
		return Tree{}, errors.New("the opening has no salt")
	}
	return CheckProof(i.Proof, Opening{Event: i.Event, Salt: salt, Payload: []byte(i.Payload)}.Leaf(), verifierKey)
}
