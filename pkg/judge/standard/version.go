package standard

import (
	"cmp"
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
// On is the day of asking.
type Jurisdiction struct {
	Code, Name string
	Known      bool
	Standard   Standard
	Source     string
	AsOf       core.Date
	Confidence Confidence
	Sunsets    []Sunset
	On         core.Date
}

// inForce is the pack whose version holds for someone who enrolled on a day and
// is judged on another, of packs of one key. A version is chosen by the day of its
// own basis; one without a basis by the day of asking, since nobody applied yet.
func inForce(versions []Pack, enrolledOn, on core.Date) (Pack, bool) {
	var best Pack
	found := false
	for _, p := range versions {
		day := on
		if p.Basis == AtEnrollment {
			day = enrolledOn
		}
		if day.IsZero() || !spans(p.EffectiveFrom, p.EffectiveTo, day) {
			continue
		}
		if !found || cmp.Or(p.EffectiveFrom.Compare(best.EffectiveFrom), cmp.Compare(p.Version, best.Version)) > 0 {
			best, found = p, true
			best.Standard = p.Standard.On(day)
		}
	}
	return best, found
}

// jurisdiction is what the versions of a pack say to someone.
func jurisdiction(versions []Pack, enrolledOn, on core.Date) Jurisdiction {
	p, found := inForce(versions, enrolledOn, on)
	if !found {
		last := versions[len(versions)-1]
		j := Jurisdiction{Code: last.Jurisdiction.Code, Name: last.Jurisdiction.Name, Source: last.Source, Confidence: Low, On: on}
		j.Standard = Standard{Key: last.Key, Version: last.Version, Title: last.Title, Note: say("ask.no_version")}
		return j
	}
	return Jurisdiction{
		Code: p.Jurisdiction.Code, Name: p.Jurisdiction.Name, Known: !p.Unknown, Standard: p.Standard,
		Source: p.Source, AsOf: p.AsOf, Confidence: p.Confidence, Sunsets: p.Sunsets, On: on,
	}
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
