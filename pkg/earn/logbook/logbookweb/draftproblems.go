package logbookweb

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/platform/page"
)

// problemRow is what is wrong with a part of a draft, for those who choose: Part is
// the rule by its sentence, or what the page calls the part, and Link opens its form.
type problemRow struct {
	Part, Text, Link string
}

// problemRows are the problems of a draft whose parts can be shown.
func problemRows(r *page.Request, c *draftPage, worded standard.Standard) (rows []problemRow) {
	for _, problem := range c.Problems {
		said := inner(problem)
		said.Args = slices.Clone(said.Args)
		for i, arg := range said.Args {
			if path, is := arg.(string); is && step.MatchString(path) {
				said.Args[i], _ = partOf(r, c.Sketch, worded.Rules, path)
			}
		}
		row := problemRow{Text: r.Language().Write(said.Sentence())}
		row.Part, row.Link = partOf(r, c.Sketch, worded.Rules, problem.Name)
		if row.Link != "" {
			row.Link = c.Path + row.Link
		}
		rows = append(rows, row)
	}
	return rows
}

// inner is a problem without the line of it.
func inner(problem core.Field) core.Field {
	for _, arg := range problem.Args {
		if f, is := arg.(core.Field); is {
			return f
		}
	}
	return problem
}

var step = regexp.MustCompile(`^\.?(rules|subjects|groups|cases)\[(\d+)\]`)

// partOf is the part of a draft that a path such as rules[2].minutes leads to.
func partOf(r *page.Request, p *standard.Pack, rules []standard.Rule, path string) (name, link string) {
	var rule *standard.Rule
	for {
		m := step.FindStringSubmatch(path)
		if m == nil {
			break
		}
		path = path[len(m[0]):]
		i, _ := strconv.Atoi(m[2])
		switch {
		case m[1] == "rules" && i < len(rules):
			rule, rules = &rules[i], rules[i].Rules
		case m[1] == "subjects" && i < len(p.Subjects):
			return r.Say("logbook.draft.problem_subject", "title", p.Subjects[i].Title), "/part?part=subject&code=" + url.QueryEscape(p.Subjects[i].Code)
		case m[1] == "groups" && i < len(p.Groups):
			return r.Say("logbook.draft.problem_group", "title", p.Groups[i].Title), "/part?part=group&code=" + url.QueryEscape(p.Groups[i].Code)
		case m[1] == "cases" && i < len(p.Cases):
			return r.Say("logbook.draft.problem_case", "name", p.Cases[i].Name), ""
		}
	}
	switch {
	case rule != nil:
		return r.Say("logbook.draft.problem_rule", "sentence", rule.Says()), "/rule?id=" + url.QueryEscape(rule.ID)
	case path == "subjects" || path == "groups":
		return r.Say("logbook.draft.subjects"), ""
	case path == "rules":
		return r.Say("logbook.draft.rules"), ""
	case path == "cases":
		return r.Say("logbook.draft.cases"), ""
	}
	return r.Say("logbook.draft.program"), "/part?part=about"
}
