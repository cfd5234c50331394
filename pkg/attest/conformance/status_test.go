package conformance

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/palmar/palmar/pkg/attest/credential"
)

// foreign is a signed status list of someone else.
func (s *suiteOf) foreign(change func(document, subject map[string]any)) []byte {
	s.Helper()
	subject := map[string]any{"type": "BitstringStatusList", "statusPurpose": "revocation", "encodedList": credential.NewBitstring().Encode()}
	document := map[string]any{
		"@context": []any{contextV2}, "id": "https://x.example/1", "type": []any{"VerifiableCredential", listCredential},
		"issuer": s.did(), "credentialSubject": subject,
	}
	if change != nil {
		change(document, subject)
	}
	signed, err := sign(document, s.options.Key, assertion, now, nil)
	if err != nil {
		s.Fatal(err)
	}
	text, err := canonicalJSON(signed)
	if err != nil {
		s.Fatal(err)
	}
	return []byte(text)
}

func packed(raw []byte) string {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, _ = w.Write(raw)
	_ = w.Close()
	return "u" + base64.RawURLEncoding.EncodeToString(out.Bytes())
}

func TestCheckStatus(t *testing.T) {
	s := newSuite(t)
	messages := []any{
		map[string]any{"status": "0x0", "message": "pending"}, map[string]any{"status": "0x1", "message": "delayed"},
		map[string]any{"status": "0x2", "message": "accepted"}, map[string]any{"status": "0x3", "message": "undefined"},
	}
	// Bits 4 and 5 hold 10: the fifth is set, and in lists of two bits the third entry is 2.
	set := make([]byte, credential.StatusListSize/4)
	set[0] = 0x08
	purposes := []any{"revocation", "suspension", "refresh", "message", "x-withheld"}
	shared := s.foreign(func(_, subject map[string]any) {
		subject["encodedList"], subject["statusPurpose"] = packed(set), purposes
	})
	entry := func(purpose, index string, size int) map[string]any {
		out := map[string]any{"type": statusEntry, "statusPurpose": purpose, "statusListIndex": index, "statusListCredential": "https://x.example/1"}
		if size > 1 {
			out["statusSize"], out["statusMessage"] = float64(size), messages
		}
		return out
	}
	for name, test := range map[string]struct {
		entry map[string]any
		list  []byte
		title string       // of the error
		want  statusResult // where there is none
	}{
		"clear":          {entry("revocation", "5", 1), shared, "", statusResult{0, "revocation", true, "unset"}},
		"revoked":        {entry("revocation", "4", 1), shared, unproven, statusResult{}},
		"suspended":      {entry("suspension", "4", 1), shared, unproven, statusResult{}},
		"own purpose":    {entry("x-withheld", "4", 1), shared, unproven, statusResult{}},
		"to be renewed":  {entry("refresh", "4", 1), shared, "", statusResult{1, "refresh", false, "set"}},
		"two bits":       {entry("message", "2", 2), shared, "", statusResult{2, "message", false, "accepted"}},
		"two bits clear": {entry("message", "3", 2), shared, "", statusResult{0, "message", true, "pending"}},
		"last":           {entry("revocation", "262143", 1), shared, "", statusResult{0, "revocation", true, "unset"}},
		"past the last":  {entry("revocation", "262144", 1), shared, "RANGE_ERROR", statusResult{}},
		"past two bits":  {entry("message", "131072", 2), shared, "RANGE_ERROR", statusResult{}},
		"very far":       {entry("revocation", "99999999999999999999999999", 1), shared, "RANGE_ERROR", statusResult{}},
		"other purpose":  {entry("revocation", "5", 1), s.foreign(func(_, l map[string]any) { l["statusPurpose"] = "suspension" }), unproven, statusResult{}},
		"short":          {entry("revocation", "5", 1), s.foreign(func(_, l map[string]any) { l["encodedList"] = packed(set[:100]) }), "STATUS_LIST_LENGTH_ERROR", statusResult{}},
		"short for two":  {entry("revocation", "5", 2), s.foreign(nil), "STATUS_LIST_LENGTH_ERROR", statusResult{}},
		"not packed":     {entry("revocation", "5", 1), s.foreign(func(_, l map[string]any) { l["encodedList"] = "uAAAA" }), malformed, statusResult{}},
		"another base":   {entry("revocation", "5", 1), s.foreign(func(_, l map[string]any) { l["encodedList"] = "z" + packed(set)[1:] }), malformed, statusResult{}},
		"no list":        {entry("revocation", "5", 1), s.foreign(func(d, _ map[string]any) { d["type"] = []any{"VerifiableCredential"} }), unproven, statusResult{}},
		"list expired":   {entry("revocation", "5", 1), s.foreign(func(d, _ map[string]any) { d["validUntil"] = "2026-11-23T00:00:00Z" }), unproven, statusResult{}},
		"list to come":   {entry("revocation", "5", 1), s.foreign(func(d, _ map[string]any) { d["validFrom"] = "2026-12-23T00:00:00Z" }), unproven, statusResult{}},
		"list changed":   {entry("revocation", "5", 1), bytes.Replace(shared, []byte("suspension"), []byte("suspensiom"), 1), unproven, statusResult{}},
		"no JSON":        {entry("revocation", "5", 1), []byte("<html>"), unproven, statusResult{}},
	} {
		t.Run(name, func(t *testing.T) {
			s.options.Fetch = func(context.Context, string) ([]byte, error) { return test.list, nil }
			status, c := s.post("/credentials/issue", map[string]any{"credential": sample(s.did(), func(c map[string]any) { c["credentialStatus"] = test.entry })})
			if status != 201 {
				t.Fatalf("%d %v", status, c)
			}
			results, err := s.checkStatus(t.Context(), c, now)
			p, _ := err.(*problem)
			switch {
			case test.title == "" && (err != nil || len(results) != 1 || results[0] != test.want):
				t.Errorf("%v %v", results, err)
			case test.title != "" && (p == nil || p.Title != test.title):
				t.Errorf("%v %v, want %s", results, err, test.title)
			}
		})
	}
}

func TestIssue_StatusEntry(t *testing.T) {
	s := newSuite(t)
	message := func(status string) map[string]any { return map[string]any{"status": status, "message": "x"} }
	for name, test := range map[string]struct {
		properties map[string]any
		ok         bool
	}{
		"message":             {map[string]any{"statusMessage": []any{message("0x0"), message("0x1")}}, true},
		"references":          {map[string]any{"statusReference": []any{"https://x.example/a", "https://x.example/b"}}, true},
		"reference":           {map[string]any{"statusReference": "https://x.example/a"}, true},
		"reference no URL":    {map[string]any{"statusReference": []any{"here"}}, false},
		"size nought":         {map[string]any{"statusSize": 0}, false},
		"size a text":         {map[string]any{"statusSize": "2"}, false},
		"no messages":         {map[string]any{"statusSize": 2}, false},
		"too few messages":    {map[string]any{"statusSize": 2, "statusMessage": []any{message("0x0"), message("0x1")}}, false},
		"one message":         {map[string]any{"statusMessage": message("0x0")}, false},
		"three for one bit":   {map[string]any{"statusMessage": []any{message("0x0"), message("0x1"), message("0x2")}}, false},
		"no hexadecimal":      {map[string]any{"statusMessage": []any{message("0"), message("1")}}, false},
		"index below nought":  {map[string]any{"statusListIndex": "-1"}, false},
		"index a number":      {map[string]any{"statusListIndex": 5}, false},
		"id that of the list": {map[string]any{"id": "https://x.example/1"}, false},
		"list no URL":         {map[string]any{"statusListCredential": "list"}, false},
		"purpose no text":     {map[string]any{"statusPurpose": []any{"revocation"}}, false},
	} {
		status, out := s.post("/credentials/issue", map[string]any{"credential": sample(s.did(), func(c map[string]any) {
			entry := map[string]any{"type": statusEntry, "statusPurpose": "message", "statusListIndex": "5", "statusListCredential": "https://x.example/1"}
			for property, value := range test.properties {
				entry[property] = value
			}
			c["credentialStatus"] = entry
		})})
		if (status == 201) != test.ok {
			t.Errorf("%s: %d %v", name, status, out)
		}
	}
}

func TestOwnList(t *testing.T) {
	s := newSuite(t)
	s.options.Rand = rand.NewChaCha8([32]byte{7})
	seen := map[string]bool{}
	var c map[string]any
	for range 5 {
		_, c = s.post("/credentials/issue", map[string]any{"credential": sample(s.did(), nil)})
		seen[c["credentialStatus"].(map[string]any)["statusListIndex"].(string)] = true
	}
	if len(seen) != 5 || seen["0"] && seen["1"] {
		t.Errorf("the entries given out are %v", seen)
	}
	change := map[string]any{"credentialId": c["id"], "credentialStatus": map[string]any{"type": statusEntry, "statusPurpose": "revocation"}}
	if status, out := s.post("/credentials/status", change); status != 200 || s.verified(c) {
		t.Errorf("not revoked by the credential's id: %d %v", status, out)
	}
	change["status"] = false
	if status, out := s.post("/credentials/status", change); status != 200 || !s.verified(c) {
		t.Errorf("not reinstated: %d %v", status, out)
	}
	for name, wrong := range map[string]map[string]any{
		"unknown": {"credentialId": "urn:x:y"},
		"purpose": {"credentialId": c["id"], "credentialStatus": map[string]any{"statusPurpose": "suspension"}},
		"outside": {"credentialStatus": map[string]any{"statusListIndex": "131072", "statusListCredential": s.listAddress()}},
	} {
		if status, out := s.post("/credentials/status", wrong); status != 400 {
			t.Errorf("%s: %d %v", name, status, out)
		}
	}
	for accept, want := range map[string]string{"": "application/ld+json", "application/vc": "application/vc", "text/html, application/vc;q=0.9": "application/vc"} {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodGet, "/status-lists/1", nil)
		r.Header.Set("Accept", accept)
		s.handler.ServeHTTP(w, r)
		if got := w.Header().Get("Content-Type"); w.Code != 200 || got != want || w.Header().Get("Cache-Control") != "max-age=300" {
			t.Errorf("%q: %d %v", accept, w.Code, w.Header())
		}
	}
	full := newOwnList()
	full.count = full.given.Len()
	if _, err := full.take(nil, ""); err == nil {
		t.Error("a full list gives out an entry")
	}
}
