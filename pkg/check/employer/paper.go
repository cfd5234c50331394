package employer

import (
	"context"
	"errors"

	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/attest/paper"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/words"
)

// Paper checks the certificate with a code and prints it as PDF in its school's
// style; one that is not valid says so on top. Public. Codes: those of Check,
// unprintable.
func (s *Service) Paper(ctx context.Context, code string) ([]byte, error) {
	c, err := s.Check(ctx, code)
	if err != nil {
		return nil, err
	}
	style, err := act.Peek(ctx, s.act, func(ctx context.Context, tx Tx) (paper.Style, error) {
		return tx.PaperStyle(ctx, c.Credential.OrganizationID, paper.StyleUsed)
	})
	if errors.Is(err, core.ErrNotFound) {
		style, err = paper.DefaultPaperStyle(c.Credential.OrganizationID), nil
	}
	if err != nil {
		return nil, err
	}
	sheet := paper.SheetOf(c.Credential, style)
	l := words.Of(sheet.Language)
	switch {
	case sheet.Notice != "" || c.Outcome == Valid:
	case c.Outcome == NotValid:
		sheet.Notice = l.Say("paper.not_valid", "reasons", c.Why(l))
	default:
		sheet.Notice = l.Say("paper.unchecked", "reasons", c.Why(l))
	}
	return paper.PDF(ctx, sheet)
}
