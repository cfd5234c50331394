package conformance

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"github.com/palmar/palmar/pkg/credential"
)

const (
	statusEntry    = "BitstringStatusListEntry"
	listCredential = "BitstringStatusListCredential"
)

// listAddress is where this service publishes its status list.
func (s *Service) listAddress() string { return s.options.Address + "/status-lists/1" }

// entry gives out the next entry of the own status list.
func (s *Service) entry() map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	index := s.next % credential.StatusListSize
	s.next++
	address := s.listAddress()
	return map[string]any{
		"id": address + "#" + strconv.Itoa(index), "type": statusEntry, "statusPurpose": "revocation",
		"statusListIndex": strconv.Itoa(index), "statusListCredential": address,
	}
}

// setStatus changes an entry of the own list.
func (s *Service) setStatus(index int, set bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if index < 0 || index >= s.bits.Len() {
		return wrong("RANGE_ERROR", "the list has no entry %d", index)
	}
	if set != s.bits.Get(index) {
		s.bits[index/8] ^= 0x80 >> (index % 8)
	}
	return nil
}

// ownList is the own status list, signed now.
func (s *Service) ownList() ([]byte, error) {
	s.mu.Lock()
	bits := append(credential.Bitstring{}, s.bits...)
	s.mu.Unlock()
	now := s.options.Now()
	return credential.IssueStatusList(credential.StatusList{
		ID: s.listAddress(), Issuer: credential.Issuer{DID: s.did()}, Purpose: credential.Revocation, Bits: bits,
		ValidFrom: now, ValidUntil: now.Add(24 * time.Hour), TTL: 5 * time.Minute,
	}, s.options.Key, now)
}

func (s *Service) list(ctx context.Context, address string) ([]byte, error) {
	if s.own(address) {
		return s.ownList()
	}
	if s.options.Fetch == nil {
		return nil, errors.New("lists elsewhere are not fetched")
	}
	return s.options.Fetch(ctx, address)
}

// readStatus verifies a list and reads the bit of an entry (Bitstring Status List
// 1.0, section 3.2).
func readStatus(raw []byte, status map[string]any, want expected) error {
	var document map[string]any
	if err := json.Unmarshal(raw, &document); err != nil {
		return wrong("STATUS_VERIFICATION_ERROR", "the status list is no JSON object")
	}
	if err := checkCredential(document); err != nil {
		return wrong("STATUS_VERIFICATION_ERROR", "the status list: %v", err)
	}
	want.Purpose, want.Domain, want.Challenge = assertion, nil, ""
	if err := verifyProofs(document, want); err != nil {
		return wrong("STATUS_VERIFICATION_ERROR", "the status list: %v", err)
	}
	subject, _ := document["credentialSubject"].(map[string]any)
	if !has(document["type"], listCredential) || !has(subject["statusPurpose"], status["statusPurpose"].(string)) {
		return wrong("STATUS_VERIFICATION_ERROR", "the status list is for another purpose")
	}
	encoded, _ := subject["encodedList"].(string)
	bits, err := credential.DecodeBitstring(encoded)
	if err != nil {
		return wrong("STATUS_LIST_LENGTH_ERROR", "%v", err)
	}
	index, err := strconv.Atoi(status["statusListIndex"].(string))
	size := 1
	if n, ok := status["statusSize"].(float64); ok {
		size = int(n)
	}
	if err != nil || index > bits.Len()/size-1 {
		return wrong("RANGE_ERROR", "the status list has no entry %v", status["statusListIndex"])
	}
	for i := range size {
		if bits.Get(index*size + i) {
			return wrong("STATUS_SET_ERROR", "the status %v is set", status["statusPurpose"])
		}
	}
	return nil
}

// checkList holds a status list that is to be signed to its properties.
func checkList(c map[string]any) error {
	if !has(c["type"], listCredential) {
		return nil
	}
	subject, _ := c["credentialSubject"].(map[string]any)
	if !has(subject["type"], "BitstringStatusList") {
		return wrong(malformed, "credentialSubject is no BitstringStatusList")
	}
	for _, purpose := range list(subject["statusPurpose"]) {
		if text, ok := purpose.(string); !ok || text == "" {
			return wrong(malformed, "credentialSubject.statusPurpose is no text")
		}
	}
	if len(list(subject["statusPurpose"])) == 0 {
		return wrong(malformed, "credentialSubject.statusPurpose is missing")
	}
	encoded, _ := subject["encodedList"].(string)
	if _, err := credential.DecodeBitstring(encoded); err != nil {
		return wrong(malformed, "credentialSubject.encodedList: %v", err)
	}
	return nil
}
