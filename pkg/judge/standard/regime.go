package standard

import (
	"bytes"
	"embed"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/license"
)

// RegimePack is what is known of the licenses of a jurisdiction, with the cases
// that prove it, kept as a YAML file. A jurisdiction without a file has zones
// alone, and the house's own readings, which license.Regime tells.
type RegimePack struct {
	Jurisdiction Place        `yaml:"jurisdiction"`
	Titles       []TitleList  `yaml:"titles"`
	Rules        []RegimeRule `yaml:"rules"`
	Cases        []RegimeCase `yaml:"cases"`
}

// TitleList are titles of licenses of one kind, and where that is written.
type TitleList struct {
	Kind       license.Kind `yaml:"kind"`
	Titles     []string     `yaml:"titles"`
	Source     string       `yaml:"source"`
	Confidence Confidence   `yaml:"confidence"`
}

// RegimeRule is a license.RegimeRule as it is written.
type RegimeRule struct {
	ID         string             `yaml:"id"`
	Kind       license.RegimeKind `yaml:"kind"`
	Statuses   []string           `yaml:"statuses"`
	Becomes    string             `yaml:"becomes"`
	Days       int                `yaml:"days"`
	Months     int                `yaml:"months"`
	Each       int                `yaml:"each"`
	Practice   bool               `yaml:"practice"`
	Text       string             `yaml:"text"`
	Source     string             `yaml:"source"`
	Confidence Confidence         `yaml:"confidence"`
}

// RegimeCase is a history of a license and the answer that a day must have.
// Rule is the rule that decides; what is empty is not looked at, but for May,
// Lifecycle, Discipline ("none" where it is empty), Disciplined, RenewBy and
// Back.
type RegimeCase struct {
	Name        string        `yaml:"name"`
	Number      string        `yaml:"number"`
	Term        RegimeEvent   `yaml:"term"`
	Events      []RegimeEvent `yaml:"events"`
	On          core.Date     `yaml:"on"`
	May         bool          `yaml:"may"`
	Lifecycle   string        `yaml:"lifecycle"`
	Discipline  string        `yaml:"discipline"`
	Disciplined bool          `yaml:"disciplined"`
	Title       string        `yaml:"title"`
	RenewBy     core.Date     `yaml:"renew_by"`
	Rule        string        `yaml:"rule"`
	Back        string        `yaml:"back"`
	Says        string        `yaml:"says"`
	Cycle       string        `yaml:"cycle"`
}

// RegimeEvent is an event of a case; its axis is the lifecycle where it is empty.
type RegimeEvent struct {
	Axis   core.Axis `yaml:"axis"`
	Status string    `yaml:"status"`
	On     core.Date `yaml:"on"`
	Until  core.Date `yaml:"until"`
}

//go:embed regimes/*.yaml
var regimeFiles embed.FS

type zonesFile struct {
	Source string              `yaml:"source"`
	Zones  map[string][]string `yaml:"zones"`
}

var zones = sync.OnceValues(func() (zonesFile, error) {
	var f zonesFile
	err := readStrictly("regimes/zones.yaml", &f)
	return f, err
})

// boardsFile is where licenses are looked up, by jurisdiction.
type boardsFile struct {
	Boards map[string]struct {
		Search     string     `yaml:"search"`
		Source     string     `yaml:"source"`
		Confidence Confidence `yaml:"confidence"`
	} `yaml:"boards"`
}

var boards = sync.OnceValues(func() (boardsFile, error) {
	var f boardsFile
	err := readStrictly("regimes/boards.yaml", &f)
	return f, err
})

// SearchOf is the address at which the authority of a jurisdiction lets anyone look a
// license up; empty where none is known.
func SearchOf(jurisdiction string) string {
	f, err := boards()
	if err != nil {
		panic("standard: " + err.Error())
	}
	return f.Boards[jurisdiction].Search
}

func readStrictly(name string, into any) error {
	data, err := regimeFiles.ReadFile(name)
	if err != nil {
		return err
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(into); err != nil {
		return fmt.Errorf("%s: %w", path.Base(name), err)
	}
	return nil
}

// RegimePacks reads all shipped files, in the order of their names.
func RegimePacks() ([]RegimePack, error) {
	files, err := regimeFiles.ReadDir("regimes")
	if err != nil {
		return nil, err
	}
	var all []RegimePack
	for _, f := range files {
		if slices.Contains([]string{"zones.yaml", "compact.yaml", "boards.yaml"}, f.Name()) {
			continue
		}
		var p RegimePack
		if err := readStrictly("regimes/"+f.Name(), &p); err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

// Regime is what the pack describes.
func (p RegimePack) Regime() (license.Regime, error) {
	all, err := zones()
	r := license.Regime{Jurisdiction: p.Jurisdiction.Code, Name: p.Jurisdiction.Name, Zones: all.Zones[p.Jurisdiction.Code]}
	for _, rule := range p.Rules {
		r.Rules = append(r.Rules, license.RegimeRule{
			ID: rule.ID, Kind: rule.Kind, Statuses: rule.Statuses, Becomes: rule.Becomes, Days: rule.Days, Months: rule.Months, Each: rule.Each,
			Practice: rule.Practice, Text: rule.Text, Source: rule.Source, Confidence: string(rule.Confidence),
		})
	}
	for _, list := range p.Titles {
		if !slices.Contains(license.Kinds, list.Kind) {
			return r, fmt.Errorf("%s: titles are of no kind %q", p.Jurisdiction.Code, list.Kind)
		}
		if r.Titles == nil {
			r.Titles = map[string]license.Kind{}
		}
		for _, title := range list.Titles {
			r.Titles[license.FoldTitle(title)] = list.Kind
		}
	}
	return r, err
}

var regimes = sync.OnceValue(func() map[string]license.Regime {
	zones, err := zones()
	if err != nil {
		panic("standard: " + err.Error())
	}
	packs, err := RegimePacks()
	if err != nil {
		panic("standard: " + err.Error())
	}
	all := map[string]license.Regime{}
	for code, z := range zones.Zones {
		all[code] = license.Regime{Jurisdiction: code, Name: code, Zones: z}
	}
	for _, p := range packs {
		if all[p.Jurisdiction.Code], err = p.Regime(); err != nil {
			panic("standard: " + err.Error())
		}
	}
	return all
})

// RegimeOf is what is known of the licenses of a jurisdiction; of one that is
// unknown it has the code alone. Its lists are shared and must not be changed.
func RegimeOf(code string) license.Regime {
	if r, ok := regimes()[code]; ok {
		return r
	}
	r := license.Regime{Jurisdiction: code, Name: code}
	if zone := territories[code]; zone != "" {
		r.Zones = []string{zone}
	}
	return r
}

// territories have a zone and no rules that are known.
var territories = map[string]string{
	"AS": "Pacific/Pago_Pago", "GU": "Pacific/Guam", "MP": "Pacific/Saipan", "PR": "America/Puerto_Rico", "VI": "America/St_Thomas",
}

// AsOf asks about now, by all that is recorded.
func AsOf(now time.Time) license.Asked { return license.Asked{Now: now, Regime: RegimeOf} }

// OnDay asks at a moment about a day of the jurisdiction's calendar, by all that is
// recorded.
func OnDay(on core.Date, now time.Time) license.Asked {
	return license.Asked{On: on, Now: now, Regime: RegimeOf}
}

// CheckRegime runs all cases of a pack by the rules of a regime; none fails in a
// sound one.
func CheckRegime(p RegimePack, r license.Regime) []Failure {
	var failures []Failure
	for _, c := range p.Cases {
		if what := c.check(r); what != "" {
			failures = append(failures, Failure{Pack: p.Jurisdiction.Code, Case: c.Name, What: what})
		}
	}
	return failures
}

func (c RegimeCase) license(r license.Regime) core.License {
	l := core.License{Jurisdiction: r.Jurisdiction, Title: "Massage Therapist", Number: c.Number}
	events := c.Events
	if !c.Term.On.IsZero() {
		events = append(slices.Clone(events), RegimeEvent{core.Term, core.Issued, c.Term.On, c.Term.Until})
	}
	for i, e := range events {
		if e.Axis == "" {
			e.Axis = core.Lifecycle
		}
		l.Events = append(l.Events, core.LicenseEvent{
			ID: core.LicenseEventID{15: byte(i + 1)}, Axis: e.Axis, Status: e.Status, EffectiveOn: e.On, Until: e.Until,
			Method: core.MethodPrimarySource, Register: true, Source: "case", CheckedOn: e.On, RecordedAt: e.On.In(time.UTC),
		})
	}
	l.Checks = []core.LicenseCheck{c.look(l, r)}
	return l
}

// look is a look at the register on the day of a case that sees what its events say, and
// no discipline beside; a case without a term has one that has not ended.
func (c RegimeCase) look(l core.License, r license.Regime) core.LicenseCheck {
	look := core.LicenseCheck{Outcome: core.CheckSame, CheckedOn: c.On, At: c.On.In(time.UTC), Register: true, Source: "case", Discipline: "none", ExpiresOn: c.Term.Until}
	if look.ExpiresOn.IsZero() {
		look.ExpiresOn = c.On.AddDays(1)
	}
	q := license.Asked{On: c.On, Now: c.On.In(r.Location()), Regime: func(string) license.Regime { return r }}
	if e := license.StatusAt(l, core.Lifecycle, q); e != nil {
		look.Lifecycle = e.Status
	}
	if last := l.Last(core.Lifecycle); last != nil && !last.EffectiveOn.After(c.On) && !last.EndedBy(c.On) {
		look.Lifecycle = last.Status
	}
	return look
}

func (c RegimeCase) check(r license.Regime) string {
	p := license.Judge(c.license(r), license.Asked{On: c.On, Now: c.On.In(r.Location()), Regime: func(string) license.Regime { return r }})
	must := c
	if must.Discipline == "" {
		must.Discipline = "none"
	}
	got := RegimeCase{May: p.May(), Lifecycle: p.Lifecycle, Discipline: p.Standing, Disciplined: p.Disciplined, RenewBy: p.RenewBy, Back: p.Back, Cycle: r.CycleOf(c.Number)}
	wants := [][2]any{
		{got.May, must.May}, {got.Lifecycle, must.Lifecycle}, {got.Discipline, must.Discipline}, {got.Disciplined, must.Disciplined},
		{got.RenewBy, must.RenewBy}, {got.Back, must.Back}, {got.Cycle, must.Cycle},
	}
	for _, w := range wants {
		if w[0] != w[1] {
			return fmt.Sprintf("got %v, must be %v (%s)", w[0], w[1], p.Reason())
		}
	}
	rule := ""
	if p.Rule != nil {
		rule = p.Rule.ID
	}
	switch {
	case c.Rule != rule:
		return fmt.Sprintf("the rule %q decided, must be %q (%s)", rule, c.Rule, p.Reason())
	case c.Title != "" && c.Title != p.Title:
		return fmt.Sprintf("the title: %s, must be %s", p.Title, c.Title)
	case c.Says != "" && !strings.Contains(p.Reason(), c.Says):
		return fmt.Sprintf("says %q, must say %q", p.Reason(), c.Says)
	}
	return ""
}
