package logbook

import (
	"context"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

func (s *Service) DryRun(ctx context.Context, a access.Actor, org core.OrganizationID, in ImportRequest) (r ImportReport, err error) {
	return
}
func (s *Service) Import(ctx context.Context, a access.Actor, org core.OrganizationID, in ImportRequest) (r ImportReport, err error) {
	return
}
func (s *Service) Imports(ctx context.Context, a access.Actor, org core.OrganizationID, page core.Page) (l core.List[core.Import], err error) {
	return
}
func (s *Service) ImportByID(ctx context.Context, a access.Actor, id core.ImportID) (i core.Import, err error) {
	return
}
func (s *Service) ApproveImport(ctx context.Context, a access.Actor, id core.ImportID, version int) (i core.Import, err error) {
	return
}
func (s *Service) RejectImport(ctx context.Context, a access.Actor, id core.ImportID, version int, reason string) (i core.Import, err error) {
	return
}
func (s *Service) Doctor(ctx context.Context) (l []Difference, err error) { return }
func (s *Service) Seed(ctx context.Context, a access.Actor, org core.OrganizationID, entries []SeedEntry) (err error) {
	return
}
