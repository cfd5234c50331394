package continuingdb

import (
	"context"

	"gorm.io/gorm"

	"github.com/palmar/palmar/pkg/career/continuing"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/account/accountdb"
	"github.com/palmar/palmar/pkg/platform/store"
)

var errActivity = core.Conflict("activity_exists")

// Activity is what a therapist planned or took.
type Activity struct {
	ID              core.CEActivityID               `gorm:"primaryKey"`
	TherapistID     core.TherapistID                `gorm:"not null"`
	OrganizationID  core.OrganizationID             `gorm:"not null"`
	State           continuing.CEState              `gorm:"not null"`
	Title           string                          `gorm:"not null"`
	Course          string                          `gorm:"not null"`
	Type            continuing.CEType               `gorm:"not null"`
	HeldOn          core.Date                       `gorm:"not null"`
	Minutes         core.Minutes                    `gorm:"not null"`
	Amount          string                          `gorm:"not null"`
	Unit            continuing.CEUnit               `gorm:"not null"`
	Hour            core.Minutes                    `gorm:"not null"`
	Approved        core.Minutes                    `gorm:"not null"`
	HandsOn         core.Minutes                    `gorm:"not null"`
	Lines           store.JSON[[]continuing.CELine] `gorm:"not null" of:"ce_activities"`
	Participant     string                          `gorm:"not null"`
	ProviderID      core.CEProviderID
	ProviderName    string `gorm:"not null"`
	ProviderBody    string `gorm:"not null"`
	ProviderNumber  string `gorm:"not null"`
	ProviderContact string `gorm:"not null"`
	Signed          bool   `gorm:"not null"`
	LicenseNumber   string `gorm:"not null"`
	ProgramNumber   string `gorm:"not null"`
	DocumentID      core.DocumentID
	CreatedAt       store.Moment   `gorm:"not null"`
	CreatedBy       core.AccountID `gorm:"not null"`
	ReportedAt      store.Moment
	DecidedBy       core.AccountID
	DecidedAt       store.Moment
	Reason          string `gorm:"not null"`
	Version         int    `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (Activity) TableName() string { return "ce_activities" }

// RejectedProof keeps what an activity was rejected with; a trigger writes it.
type RejectedProof struct {
	ActivityID core.CEActivityID `gorm:"primaryKey"`
	DocumentID core.DocumentID   `gorm:"primaryKey"`
}

// TableName implements schema.Tabler.
func (RejectedProof) TableName() string { return "ce_rejected_proofs" }

type namedActivity struct {
	Activity
	TherapistName  string
	DocumentName   string
	MediaType      string
	DecidedByName  string
	KnownName      string
	HandsOnPercent int
}

func (a namedActivity) toCore() continuing.CEActivity {
	return continuing.CEActivity{
		ID: a.ID, TherapistID: a.TherapistID, TherapistName: a.TherapistName, OrganizationID: a.OrganizationID, State: a.State,
		Title: a.Title, Type: a.Type, On: a.HeldOn, Amount: continuing.CEAmount{Minutes: a.Minutes, Words: a.Amount, Unit: a.Unit, Hour: a.Hour},
		Approved: a.Approved, HandsOn: a.HandsOn, Participant: a.Participant,
		Provider:     continuing.CEProvider{ID: a.ProviderID, Name: a.KnownName, HandsOnPercent: a.HandsOnPercent},
		ProviderName: a.ProviderName, ProviderBody: a.ProviderBody, ProviderNumber: a.ProviderNumber, ProviderContact: a.ProviderContact,
		Signed: a.Signed, LicenseNumber: a.LicenseNumber, ProgramNumber: a.ProgramNumber,
		Document:  core.Document{ID: a.DocumentID, Name: a.DocumentName, MediaType: a.MediaType},
		CreatedAt: a.CreatedAt.Time, CreatedBy: a.CreatedBy, ReportedAt: a.ReportedAt.Time,
		DecidedBy: a.DecidedBy, DecidedByName: a.DecidedByName, DecidedAt: a.DecidedAt.Time, Reason: a.Reason, Version: a.Version,
		Lines: a.Lines.V,
	}
}

func (t Activities) activities() *gorm.DB {
	return t.Gorm().Select(`ce_activities.*, ta.name AS therapist_name, COALESCE(d.name, '') AS document_name, COALESCE(d.media_type, '') AS media_type,
			COALESCE(da.name, '') AS decided_by_name, COALESCE(p.name, '') AS known_name, COALESCE(p.hands_on_percent, 0) AS hands_on_percent`).
		Joins("JOIN people ta ON ta.id = ce_activities.therapist_id").
		Joins("LEFT JOIN documents d ON d.id = ce_activities.document_id").Joins("LEFT JOIN accounts da ON da.id = ce_activities.decided_by").
		Joins("LEFT JOIN ce_providers p ON p.id = ce_activities.provider_id")
}

// once is err, or activity_exists where the same course of that day is recorded
// already.
func once(err error) error {
	return store.Breach(err, errActivity, "ce_activities_once", "ce_activities.therapist_id, ce_activities.course, ce_activities.held_on")
}

// InsertCEActivity gives activity_exists where the same course of that day is
// recorded already.
func (t Activities) InsertCEActivity(_ context.Context, a continuing.CEActivity) error {
	return once(store.Insert(t.Gorm(), &Activity{
		ID: a.ID, TherapistID: a.TherapistID, OrganizationID: a.OrganizationID, State: a.State, Title: a.Title, Course: a.Course(), Type: a.Type,
		HeldOn: a.On, Minutes: a.Amount.Minutes, Amount: a.Amount.Words, Unit: a.Amount.Unit, Hour: a.Amount.Hour, Approved: a.Approved,
		HandsOn: a.HandsOn, Lines: store.JSON[[]continuing.CELine]{V: a.Lines}, Participant: a.Participant, ProviderID: a.Provider.ID, ProviderName: a.ProviderName,
		ProviderBody: a.ProviderBody, ProviderNumber: a.ProviderNumber, ProviderContact: a.ProviderContact, Signed: a.Signed,
		LicenseNumber: a.LicenseNumber, ProgramNumber: a.ProgramNumber, DocumentID: a.Document.ID, CreatedAt: store.At(a.CreatedAt),
		CreatedBy: a.CreatedBy, Version: a.Version,
	}))
}

// as is an activity of one version, to be changed or dropped.
func (t Activities) as(id core.CEActivityID, version int) *gorm.DB {
	return t.Gorm().Model(&Activity{}).Where("id = ? AND version = ?", id, version)
}

// SaveCEActivity writes all of an activity that is not reported over the version
// before; another version is stale. Code: activity_exists.
func (t Activities) SaveCEActivity(_ context.Context, a continuing.CEActivity) error {
	return once(store.ChangeOne(t.as(a.ID, a.Version).Updates(map[string]any{
		"state": a.State, "title": a.Title, "course": a.Course(), "type": a.Type, "held_on": a.On, "minutes": a.Amount.Minutes,
		"amount": a.Amount.Words, "unit": a.Amount.Unit, "hour": a.Amount.Hour, "approved": a.Approved, "hands_on": a.HandsOn,
		"lines": store.JSON[[]continuing.CELine]{V: a.Lines}, "participant": a.Participant, "provider_id": a.Provider.ID,
		"provider_name": a.ProviderName, "provider_body": a.ProviderBody, "provider_number": a.ProviderNumber,
		"provider_contact": a.ProviderContact, "signed": a.Signed, "license_number": a.LicenseNumber,
		"program_number": a.ProgramNumber, "document_id": a.Document.ID, "version": store.Next,
	})))
}

// MoveCEActivity writes the state of an activity and who decided; another version
// is stale. Code: activity_exists.
func (t Activities) MoveCEActivity(_ context.Context, a continuing.CEActivity) error {
	return once(store.ChangeOne(t.as(a.ID, a.Version).Updates(map[string]any{
		"state": a.State, "provider_id": a.Provider.ID, "reported_at": store.At(a.ReportedAt), "decided_by": a.DecidedBy,
		"decided_at": store.At(a.DecidedAt), "reason": a.Reason, "version": store.Next,
	})))
}

// DropCEActivity forgets what was planned or completed and not reported.
func (t Activities) DropCEActivity(_ context.Context, id core.CEActivityID, version int) error {
	return store.ChangeOne(t.as(id, version).Delete(&Activity{}))
}

// CEActivity finds an activity.
func (t Activities) CEActivity(_ context.Context, id core.CEActivityID) (continuing.CEActivity, error) {
	a, err := store.One[namedActivity](t.activities().Where("ce_activities.id = ?", id), "activity")
	return a.toCore(), err
}

// CEActivitiesOf are all activities of a therapist by their day, to be judged.
func (t Activities) CEActivitiesOf(_ context.Context, therapist core.TherapistID) ([]continuing.CEActivity, error) {
	found, err := store.All[namedActivity](t.activities().Where(accountdb.OfPerson("ce_activities.therapist_id", therapist)).Order("ce_activities.held_on, ce_activities.id"))
	return store.Each(found, namedActivity.toCore), err
}

// FindCEActivities lists activities, the newest record first.
func (t Activities) FindCEActivities(_ context.Context, q continuing.ActivityQuery) ([]continuing.CEActivity, error) {
	of := t.activities()
	if !q.Therapist.IsZero() {
		of = of.Where(accountdb.OfPerson("ce_activities.therapist_id", q.Therapist))
	}
	if !q.Organization.IsZero() {
		of = of.Where("ce_activities.organization_id = ?", q.Organization)
	}
	if q.State != "" {
		of = of.Where("ce_activities.state = ?", q.State)
	}
	if !q.After.IsZero() {
		of = of.Where("ce_activities.id < ?", q.After)
	}
	found, err := store.All[namedActivity](of.Order("ce_activities.id DESC").Limit(q.Limit))
	return store.Each(found, namedActivity.toCore), err
}

// AuditCEActivities marks a therapist's accepted activities of some days as
// audited.
func (t Activities) AuditCEActivities(_ context.Context, therapist core.TherapistID, from, to core.Date) error {
	_, err := store.Change(t.Gorm().Model(&Activity{}).Where(accountdb.OfPerson("therapist_id", therapist)).Where("state = 'accepted' AND held_on BETWEEN ? AND ?", from, to).
		Updates(map[string]any{"state": continuing.CEAudited, "version": store.Next}))
	return err
}

// ActivityDocuments are kept files with their bodies, in the order of their
// identifiers.
func (t Activities) ActivityDocuments(_ context.Context, ids []core.DocumentID) ([]core.Document, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return store.All[core.Document](t.Gorm().Table("documents").Where(store.In(t.Tx, "id", ids)).Order("id"))
}
