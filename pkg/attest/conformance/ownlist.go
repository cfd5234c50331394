package conformance

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"strconv"
	"time"

	"github.com/palmar/palmar/pkg/attest/credential"
)

const listTTL = 5 * time.Minute

// ownList is the status list of this service: what is set, which entries are
// given out, and to which credential.
type ownList struct {
	set, given credential.Bitstring
	count      int
	of         map[string]int
}

func newOwnList() ownList {
	return ownList{credential.NewBitstring(), credential.NewBitstring(), 0, map[string]int{}}
}

// take gives out an entry that nobody has: the next one that is free from a
// place that random names.
func (l *ownList) take(random io.Reader, id string) (int, error) {
	if l.count == l.given.Len() {
		return 0, errors.New("every entry of the status list is given out")
	}
	var start [4]byte
	if random != nil {
		if _, err := io.ReadFull(random, start[:]); err != nil {
			return 0, err
		}
	}
	index := int(binary.BigEndian.Uint32(start[:])) % l.given.Len()
	for l.given.Get(index) {
		index = (index + 1) % l.given.Len()
	}
	l.given.Set(index)
	l.count++
	if id != "" {
		l.of[id] = index
	}
	return index, nil
}

// listAddress is where this service publishes its status list.
func (s *Service) listAddress() string { return s.options.Address + "/status-lists/1" }

// own tells whether an address is one of this service's status lists.
func (s *Service) own(address string) bool {
	return s.options.Address != "" && address == s.listAddress()
}

// entry gives a credential an entry of the own status list.
func (s *Service) entry(id string) (map[string]any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	index, err := s.statuses.take(s.options.Rand, id)
	if err != nil {
		return nil, err
	}
	address := s.listAddress()
	return map[string]any{
		"id": address + "#" + strconv.Itoa(index), "type": statusEntry, "statusPurpose": string(credential.Revocation),
		"statusListIndex": strconv.Itoa(index), "statusListCredential": address,
	}, nil
}

// indexOf finds the entry that a request for a change of status names: by its
// place in the own list, or by the id of the credential that has it.
func (s *Service) indexOf(in body) (int, error) {
	if purpose, ok := in.CredentialStatus["statusPurpose"]; ok && purpose != string(credential.Revocation) {
		return 0, wrong(malformed, "the list %s is one of revocations", s.listAddress())
	}
	text, _ := in.CredentialStatus["statusListIndex"].(string)
	if index, err := strconv.Atoi(text); err == nil && in.CredentialStatus["statusListCredential"] == s.listAddress() {
		return index, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	index, ok := s.statuses.of[in.CredentialID]
	if !ok {
		return 0, wrong(malformed, "neither credentialStatus nor credentialId names an entry of the list %s", s.listAddress())
	}
	return index, nil
}

// setStatus changes an entry of the own list.
func (s *Service) setStatus(index int, set bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	bits := s.statuses.set
	if index < 0 || index >= bits.Len() {
		return wrong("RANGE_ERROR", "the list has no entry %d", index)
	}
	if set != bits.Get(index) {
		bits[index/8] ^= 0x80 >> (index % 8)
	}
	return nil
}

// signedList is the own status list, signed now.
func (s *Service) signedList() ([]byte, error) {
	s.mu.Lock()
	bits := append(credential.Bitstring{}, s.statuses.set...)
	s.mu.Unlock()
	now := s.options.Now()
	return credential.IssueStatusList(credential.StatusList{
		ID: s.listAddress(), Issuer: credential.Issuer{DID: s.did()}, Purpose: credential.Revocation, Bits: bits,
		ValidFrom: now, ValidUntil: now.Add(24 * time.Hour), TTL: listTTL,
	}, s.options.Key, now)
}

func (s *Service) list(ctx context.Context, address string) ([]byte, error) {
	if s.own(address) {
		return s.signedList()
	}
	if s.options.Fetch == nil {
		return nil, errors.New("lists elsewhere are not fetched")
	}
	return s.options.Fetch(ctx, address)
}
