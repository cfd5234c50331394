package standard

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/palmar/palmar/pkg/core"
)

// Standard is what someone's credits are judged by. A published standard never
// changes: another rule is another Version. Minutes are whole minutes.
//
// Basis says which day decides on the version that someone is judged by. Source,
// AsOf (the day on which the source was as told) and Confidence hold for the
// standard as a whole, Note adds what is open about it.
//
// OpenSubjects lets subjects that the standard does not know count for the
// total; otherwise they never count.
type Standard struct {
	Key           string     `json:"key" yaml:"key"`
	Version       string     `json:"version" yaml:"version"`
	Title         string     `json:"title" yaml:"title"`
	EffectiveFrom core.Date  `json:"effective_from,omitzero" yaml:"effective_from"`
	EffectiveTo   core.Date  `json:"effective_to,omitzero" yaml:"effective_to"`
	Basis         Basis      `json:"basis,omitempty" yaml:"basis"`
	Source        string     `json:"source,omitempty" yaml:"source"`
	AsOf          core.Date  `json:"as_of,omitzero" yaml:"as_of"`
	Confidence    Confidence `json:"confidence,omitempty" yaml:"confidence"`
	Note          string     `json:"note,omitempty" yaml:"note"`
	OpenSubjects  bool       `json:"open_subjects,omitempty" yaml:"open_subjects"`
	// StudentsAtOnce is the most students whom one supervisor may have at a
	// moment; 0 is any number. It takes no hours: more raise a flag.
	StudentsAtOnce int       `json:"students_at_once,omitempty" yaml:"students_at_once"`
	Subjects       []Subject `json:"subjects" yaml:"subjects"`
	Groups         []Group   `json:"groups,omitempty" yaml:"groups"`
	Rules          []Rule    `json:"rules" yaml:"rules"`
	// Validity is how long what is attested by this standard is good; nil is
	// without end.
	Validity *Validity `json:"validity,omitempty" yaml:"validity"`
	// Claims are jurisdictions of which a program says that it is the education that
	// they ask for, by their codes. Nobody is judged by them: see Guarantees and ClaimsBy.
	Claims []string `json:"claims,omitempty" yaml:"claims"`
}

// Subject is a field of instruction that the standard knows. Also lists codes
// under which others teach it: their credits count as credits of this subject.
type Subject struct {
	Code  string   `json:"code" yaml:"code"`
	Title string   `json:"title" yaml:"title"`
	Also  []string `json:"also,omitempty" yaml:"also"`
}

// Group is a named set of subjects. Members are codes of subjects and of groups
// that stand before this one.
type Group struct {
	Code    string   `json:"code" yaml:"code"`
	Title   string   `json:"title" yaml:"title"`
	Members []string `json:"members" yaml:"members"`
}

// Parse reads a standard from JSON, validates it and words its rules by their
// figures. Codes: bad_json,
// unknown_field, and those of Validate.
func Parse(data []byte) (Standard, error) {
	var s Standard
	if err := decodeStrictly(data, &s); err != nil {
		return Standard{}, err
	}
	if err := s.Validate(); err != nil {
		return Standard{}, err
	}
	return s.Worded(), nil
}

func decodeStrictly(data []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	err := dec.Decode(into)
	if err == nil {
		if _, end := dec.Token(); !errors.Is(end, io.EOF) {
			return core.Invalid("bad_json.document_trailing")
		}
		return nil
	}
	var wrong *json.UnmarshalTypeError
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return core.InvalidField(strings.Trim(name, `"`), "unknown_field.rule", "name", name)
	}
	if errors.As(err, &wrong) {
		return core.InvalidField(wrong.Field, "bad_type.cannot", "field", wrong.Field, "value", wrong.Value)
	}
	if f := core.AsFault(err); f != nil {
		return f
	}
	return core.Invalid("bad_json.document", "err", strings.TrimPrefix(err.Error(), "json: "))
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

// Required is the least that must be valid in all; where sources conflict the
// highest figure of them.
func (s Standard) Required() core.Minutes {
	if r := totalIn(s.Rules); r != nil {
		return r.most()
	}
	return 0
}

// least is the lowest figure of the total: a share of a total whose sources
// conflict is the smallest that one of them allows.
func (s Standard) least() core.Minutes {
	if r := totalIn(s.Rules); r != nil {
		return r.least()
	}
	return 0
}

// totalIn is the total among rules and those within them.
func totalIn(rules []Rule) *Rule {
	for i := range rules {
		if rules[i].Kind == Total {
			return &rules[i]
		}
		if r := totalIn(rules[i].Rules); r != nil {
			return r
		}
	}
	return nil
}

// RequiredIn is the least that must be valid in a subject, of who goes the way of
// hours.
func (s Standard) RequiredIn(code string) core.Minutes {
	m, _ := requiredIn(s.Rules, code)
	return m
}

// requiredIn also tells whether it is asked of everybody: it does not stand within a
// choice whose other ways do without.
func requiredIn(rules []Rule, code string) (m core.Minutes, always bool) {
	for i := range rules {
		if r := &rules[i]; r.Kind == SubjectMinimum && r.Subject == code {
			return r.Minutes, true
		}
	}
	for i := range rules {
		r := &rules[i]
		if r.Kind == AnyOf {
			at := slices.IndexFunc(r.Rules, func(way Rule) bool { return totalIn([]Rule{way}) != nil })
			if at >= 0 {
				m, _ := requiredIn(r.Rules[at:at+1], code)
				return m, false
			}
		} else if totalIn(r.Rules) != nil {
			return requiredIn(r.Rules, code)
		}
	}
	return 0, true
}

func (s Standard) subject(code string) int {
	for i := range s.Subjects {
		if s.Subjects[i].Code == code {
			return i
		}
	}
	return -1
}

// subjectsOf is which of the standard's subjects a subject's or a group's code
// stands for; nil, which is all of them and others too, for no code.
func (s Standard) subjectsOf(code string) []bool {
	if code == "" {
		return nil
	}
	in := make([]bool, len(s.Subjects))
	s.mark(code, in)
	return in
}

func (s Standard) mark(code string, in []bool) {
	if i := s.subject(code); i >= 0 {
		in[i] = true
	}
	for _, g := range s.Groups {
		if g.Code == code {
			for _, member := range g.Members {
				s.mark(member, in)
			}
		}
	}
}

// teaches is the index of the subject that credits of a code count for, or -1.
func (s Standard) teaches(code string) int {
	if i := s.subject(code); i >= 0 {
		return i
	}
	return slices.IndexFunc(s.Subjects, func(subject Subject) bool { return slices.Contains(subject.Also, code) })
}
