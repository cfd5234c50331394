package license_test

import (
	"encoding/json"
	"os"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/license"
)

// history is licenses and a question about them, with the names of docs/licenses.md.
type history struct {
	Licenses []licenseOf         `json:"licenses"`
	Rules    map[string][]ruleOf `json:"rules,omitempty"`
	// Titles are those of the jurisdictions' own lists, folded.
	Titles  map[string]map[string]license.Kind `json:"titles,omitempty"`
	On      core.Date                          `json:"on"`
	Today   core.Date                          `json:"today"`
	KnownAt time.Time                          `json:"known_at,omitzero"`
	For     core.OrganizationID                `json:"for,omitzero"`
	Own     bool                               `json:"own,omitempty"`
	Others  bool                               `json:"others,omitempty"`
	Days    int                                `json:"days,omitempty"`
}

type licenseOf struct {
	Jurisdiction string              `json:"jurisdiction"`
	Title        string              `json:"title"`
	Number       string              `json:"number"`
	IssuedOn     core.Date           `json:"issued_on,omitzero"`
	Organization core.OrganizationID `json:"organization,omitzero"`
	Holder       core.HolderState    `json:"holder,omitempty"`
	Events       []eventOf           `json:"events,omitempty"`
	Looks        []lookOf            `json:"looks,omitempty"`
}

type eventOf struct {
	ID           core.LicenseEventID `json:"id"`
	Axis         core.Axis           `json:"axis"`
	Status       string              `json:"status"`
	EffectiveOn  core.Date           `json:"effective_on"`
	Until        core.Date           `json:"until,omitzero"`
	Method       string              `json:"method"`
	Register     bool                `json:"register,omitempty"`
	Organization core.OrganizationID `json:"organization,omitzero"`
	CheckedOn    core.Date           `json:"checked_on"`
	RecordedAt   time.Time           `json:"recorded_at"`
	Withdraws    core.LicenseEventID `json:"withdraws,omitzero"`
	Authority    string              `json:"authority,omitempty"`
	Lifts        core.LicenseEventID `json:"lifts,omitzero"`
}

type lookOf struct {
	ID           core.LicenseCheckID `json:"id"`
	Outcome      core.CheckOutcome   `json:"outcome"`
	At           time.Time           `json:"at"`
	CheckedOn    core.Date           `json:"checked_on"`
	Register     bool                `json:"register,omitempty"`
	Organization core.OrganizationID `json:"organization,omitzero"`
	Lifecycle    string              `json:"lifecycle,omitempty"`
	ExpiresOn    core.Date           `json:"expires_on,omitzero"`
	Discipline   string              `json:"discipline,omitempty"`
}

type ruleOf struct {
	Kind     license.RegimeKind `json:"kind"`
	Statuses []string           `json:"statuses,omitempty"`
	Becomes  string             `json:"becomes,omitempty"`
	Days     int                `json:"days,omitempty"`
	Practice bool               `json:"practice,omitempty"`
}

// answer is what is compared: of each license, of each jurisdiction, and of the person.
type answer struct {
	Licenses      []judged                  `json:"licenses"`
	Jurisdictions map[string]license.Answer `json:"jurisdictions"`
	Holds         bool                      `json:"holds"`
}

type judged struct {
	Answer       license.Answer `json:"answer"`
	Barred       bool           `json:"barred"`
	Doubted      bool           `json:"doubted"`
	BarredSince  core.Date      `json:"barred_since,omitzero"`
	DoubtedSince core.Date      `json:"doubted_since,omitzero"`
}

func (h history) asked() license.Asked {
	return license.Asked{
		On: h.On, Now: h.Today.In(time.UTC).Add(15 * time.Hour), KnownAt: h.KnownAt, Regime: h.regime,
		For: h.For, Own: h.Own, Others: h.Others, Days: h.Days,
	}
}

func (h history) regime(code string) license.Regime {
	r := license.Regime{Jurisdiction: code, Titles: h.Titles[code]}
	for _, rule := range h.Rules[code] {
		r.Rules = append(r.Rules, license.RegimeRule{Kind: rule.Kind, Statuses: rule.Statuses, Becomes: rule.Becomes, Days: rule.Days, Practice: rule.Practice})
	}
	return r
}

func (h history) licenses() []core.License {
	all := make([]core.License, len(h.Licenses))
	for i, l := range h.Licenses {
		all[i] = l.license()
	}
	return all
}

func (l licenseOf) license() core.License {
	out := core.License{Jurisdiction: l.Jurisdiction, Title: l.Title, Number: l.Number, IssuedOn: l.IssuedOn, OrganizationID: l.Organization, Holder: l.Holder}
	for _, e := range l.Events {
		out.Events = append(out.Events, core.LicenseEvent{
			ID: e.ID, Axis: e.Axis, Status: e.Status, EffectiveOn: e.EffectiveOn, Until: e.Until, Method: e.Method, Register: e.Register, Source: "Board",
			OrganizationID: e.Organization, CheckedOn: e.CheckedOn, RecordedAt: e.RecordedAt, Withdraws: e.Withdraws, Authority: e.Authority, Lifts: e.Lifts,
		})
	}
	for _, k := range l.Looks {
		out.Checks = append(out.Checks, core.LicenseCheck{
			ID: k.ID, Outcome: k.Outcome, At: k.At, CheckedOn: k.CheckedOn, Register: k.Register, Source: "Board",
			OrganizationID: k.Organization, Lifecycle: k.Lifecycle, ExpiresOn: k.ExpiresOn, Discipline: k.Discipline,
		})
	}
	return out
}

func (h history) judge() (a answer, practices []license.Practice) {
	a.Licenses, a.Jurisdictions = []judged{}, map[string]license.Answer{}
	licenses := h.licenses()
	for _, l := range licenses {
		p := license.Judge(l, h.asked())
		practices = append(practices, p)
		j := judged{Answer: p.Answer, Barred: p.Barred, Doubted: p.Doubted}
		if p.Barred {
			j.BarredSince = p.BarredSince
		} else if p.Doubted {
			j.DoubtedSince = p.BarredSince
		}
		a.Licenses = append(a.Licenses, j)
	}
	places := license.Places(licenses, h.asked(), "")
	for _, p := range places {
		a.Jurisdictions[p.Jurisdiction] = p.Answer
	}
	a.Holds, _ = license.Holds(places)
	return a, practices
}

func write(t testing.TB, what any) []byte {
	t.Helper()
	raw, err := json.Marshal(what)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func read(t testing.TB, name string, into any) {
	t.Helper()
	raw, err := os.ReadFile(name)
	if err == nil {
		err = json.Unmarshal(raw, into)
	}
	if err != nil {
		t.Fatal(err)
	}
}
