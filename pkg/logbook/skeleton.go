package logbook

import (
	"context"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

func (s *Service) Enroll(ctx context.Context, a access.Actor, org core.OrganizationID, in Enroll) (e core.Enrollment, err error) {
	return
}
func (s *Service) Enrollments(ctx context.Context, a access.Actor, org core.OrganizationID, f EnrollmentFilter, page core.Page) (l core.List[EnrollmentRow], err error) {
	return
}
func (s *Service) MyEnrollments(ctx context.Context, a access.Actor) (l []EnrollmentRow, err error) { return }
func (s *Service) Enrollment(ctx context.Context, a access.Actor, id core.EnrollmentID) (e core.Enrollment, err error) {
	return
}
func (s *Service) Progress(ctx context.Context, a access.Actor, id core.EnrollmentID) (p Progress, err error) {
	return
}
func (s *Service) PublishProgram(ctx context.Context, a access.Actor, org core.OrganizationID, in PublishProgram) (v core.ProgramVersion, err error) {
	return
}
func (s *Service) Programs(ctx context.Context, a access.Actor, org core.OrganizationID, page core.Page) (l core.List[core.ProgramVersion], err error) {
	return
}
func (s *Service) Program(ctx context.Context, a access.Actor, id core.ProgramID) (l []core.ProgramVersion, err error) {
	return
}
func (s *Service) Log(ctx context.Context, a access.Actor, enrollment core.EnrollmentID, in LogEntry) (e core.Entry, err error) {
	return
}
func (s *Service) Edit(ctx context.Context, a access.Actor, id core.EntryID, version int, in LogEntry) (e core.Entry, err error) {
	return
}
func (s *Service) Submit(ctx context.Context, a access.Actor, id core.EntryID, version int) (e core.Entry, err error) {
	return
}
func (s *Service) Withdraw(ctx context.Context, a access.Actor, id core.EntryID, version int) (e core.Entry, err error) {
	return
}
func (s *Service) Correct(ctx context.Context, a access.Actor, id core.EntryID, version int, in Correction) (e core.Entry, err error) {
	return
}
func (s *Service) Sign(ctx context.Context, a access.Actor, org core.OrganizationID, refs []EntryRef) (l []core.Entry, err error) {
	return
}
func (s *Service) Return(ctx context.Context, a access.Actor, id core.EntryID, version int, reason string) (e core.Entry, err error) {
	return
}
func (s *Service) Entry(ctx context.Context, a access.Actor, id core.EntryID) (d EntryDetail, err error) {
	return
}
func (s *Service) Entries(ctx context.Context, a access.Actor, enrollment core.EnrollmentID, f EntryFilter, page core.Page) (l core.List[core.Entry], err error) {
	return
}
func (s *Service) Prefill(ctx context.Context, a access.Actor, enrollment core.EnrollmentID) (e LogEntry, err error) {
	return
}
func (s *Service) Inbox(ctx context.Context, a access.Actor, org core.OrganizationID, page core.Page) (l core.List[InboxGroup], err error) {
	return
}
func (s *Service) Credits(ctx context.Context, a access.Actor, enrollment core.EnrollmentID, page core.Page) (l core.List[core.Credit], err error) {
	return
}
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
