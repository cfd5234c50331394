package logbookweb

import (
	"net/url"
	"strconv"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

// choosing are the pages with which a draft is made by choosing.
func (p *Drafts) choosing() []page.Route {
	return []page.Route{
		page.Get("/drafts/:draft/rule", access.DraftWrite, page.On("draft", p.showRule)),
		page.Post("/drafts/:draft/rule", access.DraftWrite, page.On("draft", p.saveRule)),
		page.Get("/drafts/:draft/part", access.DraftWrite, page.On("draft", p.showPart)),
		page.Post("/drafts/:draft/part", access.DraftWrite, page.On("draft", p.savePart)),
		page.Post("/drafts/:draft/remove", access.DraftWrite, page.On("draft", p.removePart)),
		page.Post("/drafts/:draft/propose", access.DraftWrite, page.On("draft", p.proposeCases)),
	}
}

// ruleRow is a rule as the page of a draft lists it, with those within it.
type ruleRow struct {
	ID, Kind, Sentence, Remark, Source, Path string
	Version                                  int
	Holds                                    bool // other rules
	Rows                                     []ruleRow
}

func rowsOf(c *draftPage, rules []standard.Rule) (rows []ruleRow) {
	for i := range rules {
		r := &rules[i]
		row := ruleRow{
			ID: r.ID, Kind: string(r.Kind), Sentence: r.Says(), Remark: r.Remark(), Source: r.Source, Path: c.Path, Version: c.Version,
			Holds: r.Kind == standard.AnyOf || r.Kind == standard.AllOf, Rows: rowsOf(c, r.Rules),
		}
		rows = append(rows, row)
	}
	return rows
}

type subjectRow struct {
	Code, Title string
	Least       core.Minutes
}

type groupRow struct {
	Code, Title string
	Members     []string
}

// preview is what the rules say of a made-up student.
type preview struct {
	Form     render.Form
	Shares   []render.Option
	Standing standard.Standing
	Missing  []string
	Sessions int
}

// sketched is what a draft says so far, to be chosen on.
type sketched struct {
	Pack     *standard.Pack
	Subjects []subjectRow
	Groups   []groupRow
	Rows     []ruleRow
	Kinds    []render.Option
	Preview  *preview
	Cases    []standard.Case
	Problems []problemRow
	Claims   []claimRow
	States   []render.Option
}

func (p *Drafts) sketch(r *page.Request, c *draftPage) *sketched {
	if c.Sketch == nil {
		return nil
	}
	worded := c.Sketch.Worded()
	out := &sketched{
		Pack: c.Sketch, Rows: rowsOf(c, worded.Rules), Kinds: kindOptions(r, false), Cases: c.Sketch.Cases,
		Problems: problemRows(r, c, worded), Claims: claimsOf(c.Sketch, core.DateOf(r.Now())), States: page.States(),
	}
	for _, s := range c.Sketch.Subjects {
		out.Subjects = append(out.Subjects, subjectRow{s.Code, s.Title, c.Sketch.RequiredIn(s.Code)})
	}
	for _, g := range c.Sketch.Groups {
		row := groupRow{Code: g.Code, Title: g.Title}
		for _, member := range g.Members {
			row.Members = append(row.Members, titleOf(c.Sketch, member))
		}
		out.Groups = append(out.Groups, row)
	}
	if worded.Validate() == nil {
		out.Preview = previewOf(r, worded)
	}
	return out
}

func previewOf(r *page.Request, std standard.Standard) *preview {
	share, err := strconv.Atoi(r.QueryParam("done"))
	if err != nil || share < 0 || share > 100 {
		share = 50
	}
	p := &preview{Form: render.Form{ID: "preview", Values: url.Values{"done": {strconv.Itoa(share)}}}}
	if p.Standing, p.Sessions, err = std.Try(share); err != nil {
		return nil // no version of it is in force on any day that could be tried
	}
	p.Missing = p.Standing.MissingText()
	for _, n := range []int{0, 25, 50, 75, 90, 99, 100} {
		p.Shares = append(p.Shares, render.Option{Value: strconv.Itoa(n), Label: r.Say("logbook.draft.share", "percent", n)})
	}
	return p
}

type rulePage struct {
	Path, Code string
	Version    int
	Kind       standard.Kind
	Label      string // of the kind
	Hint       string
	Share      string // what a percentage is of
	ID, In     string
	Has        map[string]bool
	Of         []render.Option
	Settings   []render.Option
	Deliveries []render.Option
	Earned     []render.Option
	Modes      []render.Option
	Units      []render.Option
	Roundings  []render.Option
	Needs      []int
	Kinds      []render.Option // to choose from, where none is chosen yet
	More       bool            // opens what is asked for seldom
	Form       render.Form
}

// rule is the form of a rule: of the one with the id that the form or the address
// names, or of a new one of a kind.
func (p *Drafts) rule(r *page.Request, at core.DraftID, form render.Form) (page.View, error) {
	c, err := p.draft(r, at, render.Form{})
	if err != nil {
		return page.View{}, err
	}
	if c.Sketch == nil || c.Frozen() {
		return page.View{}, core.NotFound("draft")
	}
	ask := func(name string) string {
		if form.Values != nil {
			return form.Get(name)
		}
		return r.QueryParam(name)
	}
	out := rulePage{
		Path: c.Path, Code: c.Code, Version: c.Version, Kind: standard.Kind(ask("kind")), ID: ask("id"), In: ask("in"), Of: ofOptions(c.Sketch),
		Settings: page.OptionsOf(r, core.Settings), Deliveries: page.OptionsOf(r, core.Deliveries),
		Earned: page.OptionsOf(r, []core.CreditKind{core.CreditInstruction, core.CreditTransfer}),
		Modes:  page.OptionsOf(r, core.SupervisionModes[:3]),
		Units:  page.Choices(r, []render.Option{{Value: "days", Label: "logbook.rule.days"}, {Value: "weeks", Label: "logbook.rule.weeks"}, {Value: "months", Label: "logbook.rule.months"}}),
		Roundings: page.Choices(r, []render.Option{
			{Value: string(standard.RoundDown), Label: "logbook.rule.round_down"}, {Value: string(standard.RoundNearest), Label: "logbook.rule.round_nearest"}, {Value: string(standard.RoundUp), Label: "logbook.rule.round_up"},
		}),
		Needs: []int{0, 1, 2}, Form: form,
	}
	title := r.Say("logbook.rule.add")
	if old := standard.Find(c.Sketch.Rules, out.ID); old != nil {
		title = r.Say("logbook.rule.edit")
		if out.Kind = old.Kind; form.Values == nil {
			out.Form.Values = ruleValues(*old)
		}
		out.More = old.Text != "" || old.Mode != "" || old.MakeUp || old.HandsOn > 0 || !old.EffectiveFrom.IsZero() || !old.EffectiveTo.IsZero()
	}
	if form.Values == nil {
		if out.Form.Values == nil {
			out.Form.Values = url.Values{}
		}
		if out.Form.Get("source") == "" {
			out.Form.Values.Set("source", c.Sketch.Source)
		}
	}
	if !known(out.Kind) {
		out.Kind, out.Kinds = "", kindOptions(r, out.In != "")
	}
	out.Has = standard.FieldsOf(out.Kind)
	if out.Kind != "" {
		out.Label, out.Hint = r.Say("rule_kind."+string(out.Kind)), r.Say("rule_hint."+string(out.Kind))
	}
	if out.Share = r.Say("logbook.rule.of_total"); out.Kind == standard.GradeMinimum {
		out.Share = r.Say("logbook.rule.of_grade")
	}
	return page.View{Name: "logbook/rule", Title: title, Content: out}, nil
}

func (p *Drafts) showRule(r *page.Request, at core.DraftID) error {
	return r.Show(p.rule(r, at, render.Form{}))
}

func (p *Drafts) saveRule(r *page.Request, at core.DraftID) error {
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			kind, id, in := standard.Kind(f.Get("kind")), f.Get("id"), f.Get("in")
			if !known(kind) {
				f.Add("kind", "bad_choice.page")
			}
			rule := readRule(f, kind, standard.Rule{ID: id})
			return p.edits(r, at, f, func(pack *standard.Pack) error {
				if old := standard.Find(pack.Rules, id); old != nil {
					kept := *old
					rule.Figures, rule.Confidence, rule.Note, rule.Fact = kept.Figures, kept.Confidence, kept.Note, kept.Fact
				}
				return putRule(pack, rule, in)
			})
		},
		Again: func(form render.Form) (page.View, error) { return p.rule(r, at, form) },
	})
}

// edits is one change of a draft, after which its page is shown.
func (p *Drafts) edits(r *page.Request, at core.DraftID, f *page.Reading, edit func(*standard.Pack) error) page.Command {
	return func() (page.Next, error) {
		_, err := p.Logbook.EditDraft(r.Ctx(), r.Actor, at, f.Version(), edit)
		return page.To(draftPath(at), r.Say("logbook.drafts.draft_saved")), err
	}
}

type partPage struct {
	Path, Code string
	Version    int
	Part, Of   string
	Members    []render.Option
	States     []render.Option
	Form       render.Form
}

// part is the form of a subject, of a group, or of what the draft is about.
func (p *Drafts) part(r *page.Request, at core.DraftID, form render.Form) (page.View, error) {
	c, err := p.draft(r, at, render.Form{})
	if err != nil {
		return page.View{}, err
	}
	name, code := r.QueryParam("part"), r.QueryParam("code")
	if form.Values != nil {
		name, code = form.Get("part"), form.Get("code")
	}
	one, ok := parts[name]
	if !ok || c.Sketch == nil || c.Frozen() {
		return page.View{}, core.NotFound("draft")
	}
	if form.Values == nil {
		form.Values = one.fill(c.Sketch, code)
	}
	title := map[string]string{"about": r.Say("logbook.part.about"), "subject": r.Say("logbook.part.subject"), "group": r.Say("logbook.part.group"), "claim": r.Say("logbook.part.claim")}[name]
	return page.View{Name: "logbook/part", Title: title, Content: partPage{c.Path, c.Code, c.Version, name, code, memberOptions(c.Sketch, code), page.States(), form}}, nil
}

func (p *Drafts) showPart(r *page.Request, at core.DraftID) error {
	return r.Show(p.part(r, at, render.Form{}))
}

func (p *Drafts) savePart(r *page.Request, at core.DraftID) error {
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			one, ok := parts[f.Get("part")]
			if !ok {
				f.Add("part", "bad_choice.page")
				return nil
			}
			return p.edits(r, at, f, one.read(f))
		},
		Again: func(form render.Form) (page.View, error) { return p.part(r, at, form) },
	})
}

func (p *Drafts) removePart(r *page.Request, at core.DraftID) error {
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command { return p.edits(r, at, f, remove(f.Get("part"), f.Get("code"))) },
		Again: func(form render.Form) (page.View, error) {
			form.Values = nil
			c, err := p.draft(r, at, form)
			return c.view(r, err)
		},
	})
}

// proposeCases writes the cases of the boundaries again.
func (p *Drafts) proposeCases(r *page.Request, at core.DraftID) error {
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			return p.edits(r, at, f, func(*standard.Pack) error { return nil })
		},
		Again: func(form render.Form) (page.View, error) {
			form.Values = nil
			c, err := p.draft(r, at, form)
			return c.view(r, err)
		},
	})
}
