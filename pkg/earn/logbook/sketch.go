package logbook

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/standard"
)

// begin fills in the body of a new draft that has none.
func (in *DraftInput) begin(ctx context.Context, tx Tx, org core.OrganizationID, today core.Date) error {
	if in.Body != "" {
		return nil
	}
	p, err := in.first(ctx, tx, org, today)
	if err != nil {
		return err
	}
	body, err := p.Write()
	in.Body = string(body)
	return err
}

func (in *DraftInput) first(ctx context.Context, tx Tx, org core.OrganizationID, today core.Date) (standard.Pack, error) {
	kind, of, _ := strings.Cut(in.Start, ":")
	switch kind {
	case "", "sample":
		return standard.Sample(), nil
	case "blank":
		return standard.Blank(in.Code, cmp.Or(in.Title, in.Code)), nil
	case "program":
		return in.copied(ctx, tx, org, of)
	case "pack":
		starts, err := standard.Starts(today)
		if err != nil {
			return standard.Pack{}, err
		}
		if i := slices.IndexFunc(starts, func(s standard.Start) bool { return s.Key == of }); i >= 0 {
			std := starts[i].Standard
			std.Key, std.Version, std.Title = in.Code, "1", cmp.Or(in.Title, starts[i].Name)
			std.EffectiveFrom, std.EffectiveTo, std.Basis = core.Date{}, core.Date{}, ""
			if len(std.Subjects) == 0 { // a program is of some, whatever the state asks for
				std.Subjects = standard.Sample().Subjects
			}
			return proposed(standard.DraftOf(std)), nil
		}
	}
	return standard.Pack{}, core.InvalidField("start", "bad_choice.page")
}

// copied is the newest version of a program of the school.
func (in *DraftInput) copied(ctx context.Context, tx Tx, org core.OrganizationID, of string) (standard.Pack, error) {
	id, err := core.ParseID[core.ProgramID](of)
	if err != nil {
		return standard.Pack{}, core.InvalidField("start", "bad_choice.page")
	}
	versions, err := programVersions(ctx, tx, id)
	if err == nil && versions[0].OrganizationID != org {
		err = core.NotFound("program")
	}
	if err != nil {
		return standard.Pack{}, err
	}
	std, err := standard.Parse(versions[0].StandardBody)
	return proposed(standard.DraftOf(std)), err
}

// edited is a draft's body after one change.
func edited(body string, edit func(*standard.Pack) error) ([]byte, error) {
	p, err := standard.Sketch([]byte(body))
	if err != nil {
		return nil, err
	}
	if err := edit(&p); err != nil {
		return nil, err
	}
	return proposed(p).Write()
}

// proposed is a pack with the cases of its boundaries as they are now, where it can
// be judged, and with those that people wrote.
func proposed(p standard.Pack) standard.Pack {
	p.Cases = slices.DeleteFunc(slices.Clone(p.Cases), func(c standard.Case) bool { return c.Proposed })
	if p.Standard.Validate() == nil {
		p.Cases = append(p.Boundaries(), p.Cases...)
	}
	return p
}
