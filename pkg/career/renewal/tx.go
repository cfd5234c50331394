package renewal

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/classroom"
)

// Tx is what the service needs of a transaction.
type Tx interface {
	act.Tx
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
	// UnplannedFrom are due things after one that changed since their reminders were
	// made, each with nothing but whose it is.
	UnplannedFrom(ctx context.Context, after core.SubjectID, limit int) ([]Due, error)
	// UnplannedDue are due things of a therapist that changed since their reminders
	// were made. They are locked; what another server has locked is left out.
	UnplannedDue(ctx context.Context, therapist core.TherapistID, limit int) ([]Due, error)
	// WaitingReminders are the reminders of some subjects that wait.
	WaitingReminders(ctx context.Context, subjects []core.SubjectID) ([]Reminder, error)
	// PlanReminders makes reminders, or wakes or moves those that there are; one
	// that was sent stays as it is.
	PlanReminders(ctx context.Context, reminders []Reminder) error
	// MarkPlanned notes that the reminders of some subjects are made.
	MarkPlanned(ctx context.Context, subjects []core.SubjectID, now time.Time) error
	// ReminderPeople are who is reminded and how, by therapist.
	ReminderPeople(ctx context.Context, therapists []core.TherapistID) ([]Person, error)
	// MissedDue are licenses that end on another day than their due thing says, or
	// have none, after a license.
	MissedDue(ctx context.Context, after core.LicenseID, limit int) ([]core.LicenseID, error)
}

// Queue are the reminders whose time has come.
type Queue interface {
	// DueFrom are waiting reminders that are due, the longest due first, after one;
	// each with nothing but whose it is.
	DueFrom(ctx context.Context, now time.Time, after Reminder, limit int) ([]Reminder, error)
	// DueReminders are waiting reminders of a therapist's things that are due, the
	// longest due first. They are locked; what another server has locked is left
	// out.
	DueReminders(ctx context.Context, therapist core.TherapistID, now time.Time, limit int) ([]DueReminder, error)
	// SettleReminders says that waiting reminders were sent or silenced.
	SettleReminders(ctx context.Context, reminders []core.ReminderID, state ReminderState, now time.Time) error
	// PostponeReminders moves waiting reminders to a later moment.
	PostponeReminders(ctx context.Context, reminders []core.ReminderID, until time.Time) error
	// EndedCredentials are those of some credentials that were revoked or replaced.
	EndedCredentials(ctx context.Context, credentials []core.CredentialID) ([]core.CredentialID, error)
	// LicensesIn are licenses with their events.
	LicensesIn(ctx context.Context, licenses []core.LicenseID) ([]core.License, error)
	SendMails(ctx context.Context, mails []core.Mail) error
}

// Settings are how people want to be reminded.
type Settings interface {
	// ReminderSettings have version 1 where nothing is kept.
	ReminderSettings(ctx context.Context, therapist core.TherapistID) (ReminderSettings, error)
	// SaveReminderSettings gives stale where the version is another, and has the
	// therapist's reminders made again.
	SaveReminderSettings(ctx context.Context, s ReminderSettings) error
	SetTherapistDetails(ctx context.Context, t core.Therapist) error
}

// Feeds are the secret addresses of calendars, and what is in them.
type Feeds interface {
	CalendarFeed(ctx context.Context, therapist core.TherapistID) (CalendarFeed, error)
	CalendarFeedBySecret(ctx context.Context, hash []byte) (CalendarFeed, error)
	SaveCalendarFeed(ctx context.Context, f CalendarFeed) error
	DropCalendarFeed(ctx context.Context, therapist core.TherapistID) error
	// DueOf are the due things of a therapist that end on a day or later, by that
	// day, after one of that list.
	DueOf(ctx context.Context, therapist core.TherapistID, from core.Date, after DueKey, limit int) ([]Due, error)
	// ComingClasses are a student's planned classes that end after a moment, the
	// first first.
	ComingClasses(ctx context.Context, therapist core.TherapistID, endAfter time.Time, limit int) ([]classroom.Class, error)
}

// Steps are the checklists of renewals.
type Steps interface {
	RenewalTicks(ctx context.Context, license core.LicenseID, expiresOn core.Date) ([]Tick, error)
	SaveRenewalTick(ctx context.Context, t Tick) error
	DropRenewalTick(ctx context.Context, license core.LicenseID, expiresOn core.Date, step string) error
}

// Evidence is what Palmar knows of a renewal by itself.
type Evidence interface {
	License(ctx context.Context, id core.LicenseID) (core.License, error)
	// CompletedBetween is how long the courses were together that a therapist
	// completed from one day to another, both included, each course once.
	CompletedBetween(ctx context.Context, therapist core.TherapistID, first, last core.Date) (core.Minutes, error)
	// ExpiringLicenses are licenses of people whom an organization teaches or
	// taught, by their last day, from one day to another, after a license of that
	// list.
	ExpiringLicenses(ctx context.Context, org core.OrganizationID, now time.Time, first, last core.Date, after ExpiringKey, limit int) ([]Expiring, error)
}

// People are the therapists and the schools.
type People interface {
	Organization(ctx context.Context, id core.OrganizationID) (core.Organization, error)
	Therapist(ctx context.Context, id core.TherapistID) (core.Therapist, error)
}

// Person is someone to remind. SchoolZone is the zone of the school where they
// enrolled last; Settings have version 1 where nothing is kept.
type Person struct {
	Therapist  core.Therapist
	SchoolZone string
	Settings   ReminderSettings
}

// DueReminder is a reminder whose time has come, with what it is about as it is
// now. Overtaken: a later one of the same thing is due too.
type DueReminder struct {
	Reminder
	Due       Due
	Overtaken bool
}

// DueKey is a place in the list of someone's due things; the zero key is its
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
