package standard

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"github.com/palmar/palmar/pkg/core"
)

// Kind tells what a rule asks; each kind uses its own fields of Rule.
type Kind string

// The kinds of rules.
const (
	Total          Kind = "total"           // Minutes: the least that must be valid in all
	SubjectMinimum Kind = "subject_minimum" // Subject, Minutes: the least that must be valid in the subject
	DayCap         Kind = "day_cap"         // Minutes: the most that counts of one local date
	SettingCap     Kind = "setting_cap"     // Setting, Minutes: the most that counts in the setting
	DeliveryCap    Kind = "delivery_cap"    // Delivery, Minutes: the most that counts so delivered
	SupervisedOnly Kind = "supervised_only" // nothing unsupervised counts
)

// Standard is what somebody's credits are judged by. A published standard never
// changes: another rule is another Version. Minutes are whole minutes.
type Standard struct {
	Key           string    `json:"key"`
	Version       string    `json:"version"`
	Title         string    `json:"title"`
	EffectiveFrom core.Date `json:"effective_from,omitzero"`
	EffectiveTo   core.Date `json:"effective_to,omitzero"`
	Subjects      []Subject `json:"subjects"`
	Rules         []Rule    `json:"rules"`
}

// Subject is a field of instruction that the standard knows.
type Subject struct {
	Code  string `json:"code"`
	Title string `json:"title"`
}

// Rule is one condition. Text says it to people, Source cites where it comes
// from. Which of the other fields are set depends on Kind.
type Rule struct {
	ID       string        `json:"id"`
	Kind     Kind          `json:"kind"`
	Minutes  core.Minutes  `json:"minutes,omitempty"`
	Subject  string        `json:"subject,omitempty"`
	Setting  core.Setting  `json:"setting,omitempty"`
	Delivery core.Delivery `json:"delivery,omitempty"`
	Text     string        `json:"text"`
	Source   string        `json:"source"`
}

// Parse reads a standard from JSON and validates it. Codes: bad_json,
// unknown_field, and those of Validate.
func Parse(data []byte) (Standard, error) {
	var s Standard
	if err := decodeStrictly(data, &s); err != nil {
		return Standard{}, err
	}
	if err := s.Validate(); err != nil {
		return Standard{}, err
	}
	return s, nil
}

func decodeStrictly(data []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	err := dec.Decode(into)
	if err == nil {
		if _, end := dec.Token(); !errors.Is(end, io.EOF) {
			return core.Invalid("bad_json", "Something follows the end of the document.")
		}
		return nil
	}
	var wrong *json.UnmarshalTypeError
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return core.InvalidField(strings.Trim(name, `"`), "unknown_field", "There is no field %s here.", name)
	}
	if errors.As(err, &wrong) {
		return core.InvalidField(wrong.Field, "bad_type", "%s cannot be a %s.", wrong.Field, wrong.Value)
	}
	if f := core.AsFault(err); f != nil {
		return f
	}
	return core.Invalid("bad_json", "This is no JSON document: %s.", strings.TrimPrefix(err.Error(), "json: "))
}

// Marshal writes the standard as JSON, always the same bytes for the same
// standard.
func (s Standard) Marshal() ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n")), nil
}

// Digest is the SHA-256 of what Marshal writes, in hexadecimal.
func (s Standard) Digest() (string, error) {
	b, err := s.Marshal()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), nil
}

// SubjectCode finds a subject by its code or its title, in any case.
func (s Standard) SubjectCode(codeOrTitle string) (code string, ok bool) {
	for _, subject := range s.Subjects {
		if strings.EqualFold(subject.Code, codeOrTitle) || strings.EqualFold(subject.Title, codeOrTitle) {
			return subject.Code, true
		}
	}
	return "", false
}

// SubjectTitle is the title of a subject's code, or the code itself where the
// standard does not know it.
func (s Standard) SubjectTitle(code string) string {
	if i := s.subject(code); i >= 0 {
		return s.Subjects[i].Title
	}
	return code
}

// Required is the least that must be valid in all.
func (s Standard) Required() core.Minutes {
	for _, r := range s.Rules {
		if r.Kind == Total {
			return r.Minutes
		}
	}
	return 0
}

// RequiredIn is the least that must be valid in a subject.
func (s Standard) RequiredIn(code string) core.Minutes {
	for _, r := range s.Rules {
		if r.Kind == SubjectMinimum && r.Subject == code {
			return r.Minutes
		}
	}
	return 0
}

func (s Standard) subject(code string) int {
	for i := range s.Subjects {
		if s.Subjects[i].Code == code {
			return i
		}
	}
	return -1
}
