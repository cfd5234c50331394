package conformance

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/attest/credential"
)

const (
	statusEntry    = "BitstringStatusListEntry"
	listCredential = "BitstringStatusListCredential"
	maxStatusSize  = 16
	// unproven is that what a status list says cannot be relied on, or speaks
	// against the credential.
	unproven = "STATUS_VERIFICATION_ERROR"
)

// statusResult is what a status list says of a credential (Bitstring Status List
// 1.0, section 3.2).
type statusResult struct {
	Status  int    `json:"status"`
	Purpose string `json:"purpose"`
	Valid   bool   `json:"valid"`
	Message string `json:"message"`
}

// refuses tells whether the credential may not be relied on. That another
// version of it is to be had, or that there is a message, leaves it as it is.
func (r statusResult) refuses() bool {
	return !r.Valid && r.Purpose != "refresh" && r.Purpose != "message"
}

// checkStatus looks up the entries of Bitstring Status Lists. A list that cannot
// be read is never taken for one that does not revoke.
func (s *Service) checkStatus(ctx context.Context, c map[string]any, now time.Time) ([]statusResult, error) {
	results := []statusResult{}
	for _, entry := range list(c["credentialStatus"]) {
		status, ok := entry.(map[string]any)
		if !ok || !has(status["type"], statusEntry) {
			continue // of kinds that nobody here reads, nothing is said
		}
		address, _ := status["statusListCredential"].(string)
		raw, err := s.list(ctx, address)
		if err != nil {
			return nil, wrong("STATUS_RETRIEVAL_ERROR", "the status list could not be read: %v", err)
		}
		result, err := readStatus(raw, status, now)
		if err != nil {
			return nil, err
		}
		if result.refuses() {
			return nil, wrong(unproven, "the status list says %s of the status %s", result.Message, result.Purpose)
		}
		results = append(results, result)
	}
	return results, nil
}

// readStatus verifies a list and reads an entry of it.
func readStatus(raw []byte, entry map[string]any, now time.Time) (statusResult, error) {
	result := statusResult{Purpose: entry["statusPurpose"].(string)}
	subject, err := verifiedList(raw, now)
	if err != nil {
		return result, wrong(unproven, "the status list: %v", err)
	}
	if !has(subject["statusPurpose"], result.Purpose) {
		return result, wrong(unproven, "the status list is for another purpose")
	}
	bits, err := decodeList(subject)
	if err != nil {
		return result, err
	}
	size := statusSize(entry)
	if bits.Len()/size < credential.StatusListSize {
		return result, wrong("STATUS_LIST_LENGTH_ERROR", "the status list has fewer than %d entries of %d bits", credential.StatusListSize, size)
	}
	index, err := strconv.Atoi(entry["statusListIndex"].(string))
	if err != nil || index > bits.Len()/size-1 {
		return result, wrong("RANGE_ERROR", "the status list has no entry %v", entry["statusListIndex"])
	}
	for i := range size {
		result.Status <<= 1
		if bits.Get(index*size + i) {
			result.Status |= 1
		}
	}
	result.Valid = result.Status == 0
	result.Message = messageOf(entry, result.Status)
	return result, nil
}

// verifiedList is the subject of a status list that is what its proof secures.
func verifiedList(raw []byte, now time.Time) (map[string]any, error) {
	document, err := readObject(raw)
	if err != nil {
		return nil, err
	}
	if err := checkCredential(document); err != nil {
		return nil, err
	}
	if !has(document["type"], listCredential) {
		return nil, errors.New("its type does not hold " + listCredential)
	}
	if err := verifyProofs(document, expected{Purpose: assertion, Now: now}); err != nil {
		return nil, err
	}
	if err := inPeriod(document, now); err != nil {
		return nil, err
	}
	subject, _ := document["credentialSubject"].(map[string]any)
	return subject, nil
}

func decodeList(subject map[string]any) (credential.Bitstring, error) {
	encoded, _ := subject["encodedList"].(string)
	bits, err := credential.DecodeBitstring(encoded)
	switch {
	case errors.Is(err, credential.ErrShortList):
		return nil, wrong("STATUS_LIST_LENGTH_ERROR", "%v", err)
	case err != nil:
		return nil, wrong(malformed, "credentialSubject.encodedList: %v", err)
	}
	return bits, nil
}

func statusSize(entry map[string]any) int {
	if size, ok := entry["statusSize"].(float64); ok {
		return int(size)
	}
	return 1
}

// messageOf is what the credential says that a value of its status means.
func messageOf(entry map[string]any, value int) string {
	for _, each := range list(entry["statusMessage"]) {
		message, _ := each.(map[string]any)
		text, _ := message["status"].(string)
		if n, err := strconv.ParseInt(text, 0, 64); err == nil && n == int64(value) {
			out, _ := message["message"].(string)
			return out
		}
	}
	switch value {
	case 0:
		return "unset"
	case 1:
		return "set"
	}
	return fmt.Sprintf("0x%x", value)
}

// checkList holds a status list that is to be signed to its properties (Bitstring
// Status List 1.0, section 2.2).
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
	if ttl, present := subject["ttl"]; present {
		if n, ok := ttl.(float64); !ok || n < 0 || n != float64(int64(n)) {
			return wrong(malformed, "credentialSubject.ttl is no number of milliseconds")
		}
	}
	_, err := decodeList(subject)
	return err
}

// statuses holds the entries of Bitstring Status Lists to their properties
// (section 2.1).
func (m *model) statuses(c map[string]any) {
	for _, entry := range list(c["credentialStatus"]) {
		status, ok := entry.(map[string]any)
		if !ok || !has(status["type"], statusEntry) {
			continue
		}
		index, ok := status["statusListIndex"].(string)
		if !ok || index == "" || strings.Trim(index, "0123456789") != "" {
			m.fail("credentialStatus.statusListIndex is no number in a text")
		}
		if address, ok := status["statusListCredential"].(string); !ok || !absolute(address) {
			m.fail("credentialStatus.statusListCredential is no URL")
		} else if status["id"] == address {
			m.fail("credentialStatus.id is the address of the list")
		}
		if purpose, ok := status["statusPurpose"].(string); !ok || purpose == "" {
			m.fail("credentialStatus.statusPurpose is no text")
		}
		m.messages(status)
		m.references(status)
	}
}

var hexadecimal = regexp.MustCompile(`^0x[0-9A-Fa-f]{1,8}$`)

func (m *model) messages(status map[string]any) {
	size := 1
	if value, present := status["statusSize"]; present {
		number, ok := value.(float64)
		if !ok || number < 1 || number > maxStatusSize || number != float64(int(number)) {
			m.fail("credentialStatus.statusSize is no whole number from 1 to %d", maxStatusSize)
			return
		}
		size = int(number)
	}
	value, present := status["statusMessage"]
	if !present && size == 1 {
		return
	}
	messages, ok := value.([]any)
	if !ok || len(messages) != 1<<size {
		m.fail("credentialStatus.statusMessage is no array with a message for each of the %d values", 1<<size)
	}
	for _, entry := range messages {
		message, _ := entry.(map[string]any)
		if text, _ := message["status"].(string); !hexadecimal.MatchString(text) {
			m.fail("credentialStatus.statusMessage has an entry whose status is no hexadecimal number in a text")
		}
		if _, ok := message["message"].(string); !ok {
			m.fail("credentialStatus.statusMessage has an entry without message")
		}
	}
}

func (m *model) references(status map[string]any) {
	value, present := status["statusReference"]
	if !present {
		return
	}
	addresses := list(value)
	if len(addresses) == 0 {
		m.fail("credentialStatus.statusReference holds nothing")
	}
	for _, address := range addresses {
		if text, ok := address.(string); !ok || !absolute(text) {
			m.fail("credentialStatus.statusReference is no URL")
		}
	}
}
