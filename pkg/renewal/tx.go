package renewal

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/core"
)

// Tx is what the service needs of a transaction.
type Tx interface {
	Plans
	Queue
	Settings
	Feeds
	Steps
	Evidence
	People
}

// Plans are the due things whose reminders are to be made.
type Plans interface {
	// UnplannedDue are due things that changed since their reminders were made.
	// They are locked; what another server has locked is left out.
	UnplannedDue(ctx context.Context, limit int) ([]core.Due, error)
	// WaitingReminders are the reminders of some subjects that wait.
	WaitingReminders(ctx context.Context, subjects []core.SubjectID) ([]core.Reminder, error)
	// PlanReminders makes reminders, or wakes or moves those that there are; one
	// that was sent stays as it is.
	PlanReminders(ctx context.Context, reminders []core.Reminder) error
	// MarkPlanned notes that the reminders of some subjects are made.
	MarkPlanned(ctx context.Context, subjects []core.SubjectID, now time.Time) error
	// ReminderPeople are who is reminded and how, by therapist.
	ReminderPeople(ctx context.Context, therapists []core.TherapistID) ([]Person, error)
	// MissedDue are licences that end on another day than their due thing says, or
	// have none, after a licence.
	MissedDue(ctx context.Context, after core.LicenseID, limit int) ([]core.LicenseID, error)
}

// Queue are the reminders whose time has come.
type Queue interface {
	// DueReminders are waiting reminders that are due, the longest due first. They
	// are locked; what another server has locked is left out.
	DueReminders(ctx context.Context, now time.Time, limit int) ([]DueReminder, error)
	// SettleReminders says that waiting reminders were sent or silenced.
	SettleReminders(ctx context.Context, reminders []core.ReminderID, state core.ReminderState, now time.Time) error
	// PostponeReminders moves waiting reminders to a later moment.
	PostponeReminders(ctx context.Context, reminders []core.ReminderID, until time.Time) error
	// EndedCredentials are those of some credentials that were revoked or replaced.
	EndedCredentials(ctx context.Context, credentials []core.CredentialID) ([]core.CredentialID, error)
	// LicensesIn are licences with their events.
	LicensesIn(ctx context.Context, licenses []core.LicenseID) ([]core.License, error)
	SendMails(ctx context.Context, mails []core.Mail) error
}

// Settings are how people want to be reminded.
type Settings interface {
	// ReminderSettings have version 1 where nothing is kept.
	ReminderSettings(ctx context.Context, therapist core.TherapistID) (core.ReminderSettings, error)
	// SaveReminderSettings gives stale where the version is another, and has the
	// therapist's reminders made anew.
	SaveReminderSettings(ctx context.Context, s core.ReminderSettings) error
	SetTherapistDetails(ctx context.Context, t core.Therapist) error
}

// Feeds are the secret addresses of calendars, and what is in them.
type Feeds interface {
	CalendarFeed(ctx context.Context, therapist core.TherapistID) (core.CalendarFeed, error)
	CalendarFeedBySecret(ctx context.Context, hash []byte) (core.CalendarFeed, error)
	SaveCalendarFeed(ctx context.Context, f core.CalendarFeed) error
	DropCalendarFeed(ctx context.Context, therapist core.TherapistID) error
	// DueOf are the due things of a therapist that end on a day or later, by that
	// day, after one of that list.
	DueOf(ctx context.Context, therapist core.TherapistID, from core.Date, after DueKey, limit int) ([]core.Due, error)
	// ComingClasses are a student's planned classes that end after a moment, the
	// first first.
	ComingClasses(ctx context.Context, therapist core.TherapistID, endAfter time.Time, limit int) ([]core.Class, error)
}

// Steps are the checklists of renewals.
type Steps interface {
	RenewalTicks(ctx context.Context, license core.LicenseID, expiresOn core.Date) ([]core.RenewalTick, error)
	SaveRenewalTick(ctx context.Context, t core.RenewalTick) error
	DropRenewalTick(ctx context.Context, license core.LicenseID, expiresOn core.Date, step string) error
}

// Evidence is what Palmar knows of a renewal by itself.
type Evidence interface {
	License(ctx context.Context, id core.LicenseID) (core.License, error)
	// CompletedBetween is how long the courses were together that a therapist
	// completed from one day to another, both included, each course once.
	CompletedBetween(ctx context.Context, therapist core.TherapistID, first, last core.Date) (core.Minutes, error)
	// ExpiringLicenses are licences of people whom an organization teaches or
	// taught, by their last day, from one day to another, after a licence of that
	// list.
	ExpiringLicenses(ctx context.Context, org core.OrganizationID, first, last core.Date, after ExpiringKey, limit int) ([]core.Expiring, error)
}

// People are the therapists and who knows them.
type People interface {
	Organization(ctx context.Context, id core.OrganizationID) (core.Organization, error)
	Therapist(ctx context.Context, id core.TherapistID) (core.Therapist, error)
	TherapistOrganizations(ctx context.Context, therapist core.TherapistID) ([]core.OrganizationID, error)
	Audit(ctx context.Context, e core.AuditEvent) error
}

// Person is somebody to remind. SchoolZone is the zone of the school where they
// enrolled last; Settings have version 1 where nothing is kept.
type Person struct {
	Therapist  core.Therapist
	SchoolZone string
	Settings   core.ReminderSettings
}

// DueReminder is a reminder whose time has come, with what it is about as it is
// now. Overtaken: a later one of the same thing is due too.
type DueReminder struct {
	core.Reminder
	Due       core.Due
	Overtaken bool
}

// DueKey is a place in the list of somebody's due things; the zero key is its
// beginning.
type DueKey struct {
	ExpiresOn core.Date
	Subject   core.SubjectID
}

// ExpiringKey is a place in the list of what ends soon; the zero key is its
// beginning.
type ExpiringKey struct {
	ExpiresOn core.Date
	License   core.LicenseID
}
