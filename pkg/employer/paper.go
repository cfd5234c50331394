package employer

import (
	"context"
	"errors"
	"strings"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/paper"
)

// Paper checks the certificate with a code and prints it as PDF in its school's
// style; one that is not valid says so on top. Public. Codes: those of Check,
// unprintable.
func (s *Service) Paper(ctx context.Context, code string) ([]byte, error) {
	c, err := s.Check(ctx, code)
	if err != nil {
		return nil, err
	}
	var style core.PaperStyle
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		style, err = tx.PaperStyle(ctx, c.Credential.OrganizationID, core.StyleUsed)
		return err
	})
	if errors.Is(err, core.NotFound("")) {
		style, err = core.DefaultPaperStyle(c.Credential.OrganizationID), nil
	}
	if err != nil {
		return nil, err
	}
	sheet := paper.SheetOf(c.Credential, style)
	switch {
	case sheet.Notice != "" || c.Outcome == Valid:
	case c.Outcome == NotValid:
		sheet.Notice = "Not valid: " + strings.Join(c.Reasons, "; ")
	default:
		sheet.Notice = "Could not be checked: " + strings.Join(c.Reasons, "; ")
	}
	return paper.PDF(ctx, sheet)
}
