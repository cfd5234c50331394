package credential

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/words"
)

// Report is what Verify found. What the document says (IssuerName and below)
// is filled in as far as it could be read; it is worth something only where
// Outcome is Valid.
type Report struct {
	Outcome Outcome `json:"outcome"`
	Checks  []Check `json:"checks"`

	// Container is what the file was, Text what stood in it, and Signed the credential
	// itself without a package or a disclosure around it, JSON or a JWT.
	Container Container `json:"container,omitempty"`
	Text      string    `json:"-"`
	Signed    string    `json:"-"`

	ID          string    `json:"id,omitempty"`
	IssuerID    string    `json:"issuer_id,omitempty"`
	IssuerName  string    `json:"issuer_name,omitempty"`
	KeyID       string    `json:"key_id,omitempty"` // the key that the signature names
	SubjectName string    `json:"subject_name,omitempty"`
	Title       string    `json:"title,omitempty"`
	Kind        string    `json:"kind,omitempty"` // the achievementType of Open Badges
	Minutes     int64     `json:"minutes,omitempty"`
	Started     string    `json:"started,omitempty"` // local dates
	Ended       string    `json:"ended,omitempty"`
	ValidFrom   time.Time `json:"valid_from,omitzero"`
	ValidUntil  time.Time `json:"valid_until,omitzero"` // zero: without limit

	// Lines are those of the record that a Disclosure shows.
	Lines []Shown `json:"lines,omitempty"`
	// LicenseNumber is that of a License, and Found what was found of it, when and where.
	LicenseNumber string `json:"license_number,omitempty"`
	Found         string `json:"found,omitempty"`

	statusEntry map[string]any
	record      *Commitment
}

// Check is one thing that was looked at: its Reason is what was found, and Beside
// what is told with it, such as the words of witnesses.
type Check struct {
	Name    string           `json:"name"`
	Outcome Outcome          `json:"outcome"`
	Reason  words.Sentence   `json:"-"` // MarshalJSON writes its id, and the sentences
	Beside  []words.Sentence `json:"-"`
}

// In writes what was found in a language.
func (c Check) In(l *words.Language) string {
	text := l.Write(c.Reason)
	for _, s := range c.Beside {
		text += " " + l.Write(s)
	}
	return text
}

// Detail is what was found, in English.
func (c Check) Detail() string { return c.In(words.English()) }

// MarshalJSON writes the id of the reason, and beside it what was found in English.
func (c Check) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Name    string  `json:"name"`
		Outcome Outcome `json:"outcome"`
		Reason  string  `json:"reason"`
		Detail  string  `json:"detail"`
	}{c.Name, c.Outcome, c.Reason.ID, c.Detail()})
}

// Failed returns the first check that decided the outcome, if it is not Valid.
func (r Report) Failed() (Check, bool) {
	for _, check := range r.Checks {
		if check.Outcome == r.Outcome && r.Outcome != Valid {
			return check, true
		}
	}
	return Check{}, false
}

func (r *Report) add(name string, err error, good words.Sentence) {
	check := Check{Name: name, Outcome: outcomeOf(err), Reason: good}
	if err != nil {
		check.Reason = reasonOf(err)
	}
	r.Checks = append(r.Checks, check)
}

// With is a report with a further check, which may make its outcome worse.
func (r Report) With(check Check) Report {
	r.Checks = append(r.Checks[:len(r.Checks):len(r.Checks)], check)
	if check.Outcome == NotValid || r.Outcome == Valid {
		r.Outcome = check.Outcome
	}
	return r
}

// Beside is a report with a check that was made beside it: not valid makes it not
// valid, and anything else leaves its outcome as it is.
func (r Report) Beside(check Check) Report {
	outcome := r.Outcome
	if r = r.With(check); check.Outcome != NotValid {
		r.Outcome = outcome
	}
	return r
}

// Record is what a credential that was read commits to, if it does.
func (r Report) Record() (Commitment, bool) {
	if r.record == nil {
		return Commitment{}, false
	}
	return *r.record, true
}

// done draws the outcome: not valid if any check says so, else could not check
// if any check could not be made, else valid.
func (r *Report) done() Report {
	r.Outcome = Valid
	for _, check := range r.Checks {
		if check.Outcome == NotValid {
			r.Outcome = NotValid
			break
		}
		if check.Outcome == CouldNotCheck {
			r.Outcome = CouldNotCheck
		}
	}
	return *r
}

func (r *Report) checkStatus(ctx context.Context, entry map[string]any, options Options) {
	if options.Status == nil {
		r.add(CheckStatus, unsupported("reason.revocation_unseen"), words.Sentence{})
		return
	}
	outcome, reason := options.Status(ctx, r.IssuerID, entry)
	r.Checks = append(r.Checks, Check{Name: CheckStatus, Outcome: outcome, Reason: reason})
}

// checkSuspension looks at the list that Palmar keeps beside the one which a
// credential names. The schema of Open Badges has place for one entry alone.
func (r *Report) checkSuspension(ctx context.Context, entry map[string]any, options Options) {
	if options.Suspension == nil || !keptByPalmar(r.ID, entry) {
		return
	}
	outcome, reason := options.Suspension(ctx, r.IssuerID, entry)
	r.Checks = append(r.Checks, Check{Name: CheckSuspension, Outcome: outcome, Reason: reason})
}

// keptByPalmar tells by its addresses whether Palmar issued a credential.
func keptByPalmar(id string, entry map[string]any) bool {
	base, code, ok := strings.Cut(id, "/c/")
	_, err := ParseCode(code)
	return ok && err == nil && strings.HasPrefix(core.Address(text(entry, "statusListCredential")), core.Address(base)+"/status/")
}

// describe reads what a linted document says.
func (r *Report) describe(document map[string]any) {
	r.ID = text(document, "id")
	r.IssuerID, r.IssuerName = issuerID(document), text(inner(document, "issuer"), "name")
	r.ValidFrom, _ = instant(document["validFrom"])
	r.ValidUntil, _ = instant(document["validUntil"])

	subject := inner(document, "credentialSubject")
	r.Started, _, _ = strings.Cut(text(subject, "activityStartDate"), "T")
	r.Ended, _, _ = strings.Cut(text(subject, "activityEndDate"), "T")
	for _, entry := range entries(subject["identifier"]) {
		identity, _ := entry.(map[string]any)
		if identity["hashed"] == false && text(identity, "identityType") == "name" {
			r.SubjectName = text(identity, "identityHash")
		}
	}
	r.LicenseNumber = text(subject, "licenseNumber")
	for _, entry := range entries(document["evidence"]) {
		evidence, _ := entry.(map[string]any)
		if c, ok := parseCommitment(text(evidence, "id")); ok && text(evidence, "genre") == recordGenre {
			r.record = &c
		}
	}
	achieved := inner(subject, "achievement")
	r.Title, r.Kind = text(achieved, "name"), text(achieved, "achievementType")
	if r.LicenseNumber != "" {
		r.Found = text(achieved, "description")
	}
	for _, entry := range entries(subject["result"]) {
		result, _ := entry.(map[string]any)
		if strings.HasSuffix(text(result, "resultDescription"), totalFragment) {
			r.Minutes, _ = strconv.ParseInt(text(result, "value"), 10, 64)
		}
	}
}

func issuerID(document map[string]any) string {
	if id, ok := document["issuer"].(string); ok {
		return id
	}
	return text(inner(document, "issuer"), "id")
}

func text(object map[string]any, name string) string {
	value, _ := object[name].(string)
	return value
}

func inner(object map[string]any, name string) map[string]any {
	value, _ := object[name].(map[string]any)
	return value
}
