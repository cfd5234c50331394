package standard

import (
	"slices"

	"github.com/palmar/palmar/pkg/core"
)

// Sunset is a day on which a source says that the law behind a pack ends. It ends
// no pack: laws are renewed, and sources conflict. From that day on the answer is
// ask; see Jurisdiction.Answer.
type Sunset struct {
	On         core.Date  `yaml:"on"`
	Source     string     `yaml:"source"`
	Confidence Confidence `yaml:"confidence"`
}

// Jurisdiction is what Palmar knows of the hours that a state asks for, or the
// compact (COMPACT), in the version that is in force for someone. Known is false
// where nothing was found, where there is no state license, and where no version
// is in force: then Standard has no rules and judges nothing, and its Note says
// why. AsOf is zero where the source is undated. Standard.Note tells what is open.
//
// Rules are what credits are judged by. On is the day of asking.
type Jurisdiction struct {
	Code, Name string
	Known      bool
	Standard   Standard
	Rules      Rules
	Source     string
	AsOf       core.Date
	Confidence Confidence
	Sunsets    []Sunset
	On         core.Date
}

// jurisdiction is what the versions of a pack say to someone.
func jurisdiction(versions []Pack, d Days) Jurisdiction {
	all := make([]Standard, len(versions))
	for i := range versions {
		all[i] = versions[i].Standard
	}
	rules, err := RulesFor(d, all...)
	if err != nil {
		last := versions[len(versions)-1]
		j := Jurisdiction{Code: last.Jurisdiction.Code, Name: last.Jurisdiction.Name, Source: last.Source, Confidence: Low, On: d.Asked}
		j.Standard = Standard{Key: last.Key, Version: last.Version, Title: last.Title, Note: say("ask.no_version")}
		return j
	}
	p := versions[slices.IndexFunc(versions, func(p Pack) bool { return p.Version == rules.std.Version })]
	j := Jurisdiction{
		Code: p.Jurisdiction.Code, Name: p.Jurisdiction.Name, Known: !p.Unknown, Standard: *rules.std,
		Source: p.Source, AsOf: p.AsOf, Confidence: p.Confidence, Sunsets: p.Sunsets, On: d.Asked,
	}
	if j.Known {
		j.Rules = rules
	}
	return j
}

// Answer is what a standing by the jurisdiction's standard answers: never better
// than ask from a day on which a source says that the law ends; nothing where the
// jurisdiction is not known.
func (j Jurisdiction) Answer(s Standing) Answer {
	switch {
	case !j.Known:
		return ""
	case slices.ContainsFunc(j.Sunsets, func(s Sunset) bool { return !j.On.Before(s.On) }):
		return s.Answer.and(Ask)
	}
	return s.Answer
}

// AskText says what about a standing by the jurisdiction's standard is not sure,
// and when to look again.
func (j Jurisdiction) AskText(s Standing) []string {
	if !j.Known {
		return nil
	}
	out := s.AskText()
	if len(j.Sunsets) == 1 {
		out = append(out, say("ask.sunset", "date", j.Sunsets[0].On, "source", j.Sunsets[0].Source))
	} else if len(j.Sunsets) > 1 {
		text := ""
		for i, end := range j.Sunsets {
			if i > 0 {
				text += "; "
			}
			text += say("ask.sunset_by", "date", end.On, "source", end.Source)
		}
		out = append(out, say("ask.sunsets", "sources", text))
	}
	return out
}
