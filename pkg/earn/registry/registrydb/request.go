package registrydb

import (
	"context"

	"gorm.io/gorm"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/registry"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Request is what a student asks the office for.
type Request struct {
	ID             core.RequestID        `gorm:"primaryKey"`
	OrganizationID core.OrganizationID   `gorm:"not null"`
	EnrollmentID   core.EnrollmentID     `gorm:"not null"`
	TherapistID    core.TherapistID      `gorm:"not null"`
	Kind           registry.RequestKind  `gorm:"not null"`
	State          registry.RequestState `gorm:"not null"`
	ClassID        core.ClassID
	EntryID        core.EntryID
	InAt           store.Moment
	OutAt          store.Moment
	Body           string       `gorm:"not null"`
	DueOn          core.Date    `gorm:"not null"`
	Answer         string       `gorm:"not null"`
	CreatedAt      store.Moment `gorm:"not null"`
	DecidedBy      core.AccountID
	DecidedAt      store.Moment
	Version        int `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (Request) TableName() string { return "requests" }

type namedRequest struct {
	Request
	Name          string
	DecidedByName string
}

func (r namedRequest) toCore() registry.Request {
	return registry.Request{
		ID: r.ID, OrganizationID: r.OrganizationID, EnrollmentID: r.EnrollmentID, TherapistID: r.TherapistID, Name: r.Name, Kind: r.Kind,
		State: r.State, ClassID: r.ClassID, EntryID: r.EntryID, In: r.InAt.Time, Out: r.OutAt.Time, Text: r.Body, DueOn: r.DueOn,
		Answer: r.Answer, CreatedAt: r.CreatedAt.Time, DecidedBy: r.DecidedBy, DecidedByName: r.DecidedByName, DecidedAt: r.DecidedAt.Time,
		Version: r.Version,
	}
}

func (t Registry) requests() *gorm.DB {
	return t.Gorm().Select("requests.*, a.name, COALESCE(da.name, '') AS decided_by_name").
		Joins("JOIN people a ON a.id = requests.therapist_id").
		Joins("LEFT JOIN accounts da ON da.id = requests.decided_by")
}

// InsertRequest writes a request; a second open one for a class is a duplicate.
func (t Registry) InsertRequest(_ context.Context, r registry.Request) error {
	return store.Insert(t.Gorm(), &Request{
		ID: r.ID, OrganizationID: r.OrganizationID, EnrollmentID: r.EnrollmentID, TherapistID: r.TherapistID, Kind: r.Kind, State: r.State,
		ClassID: r.ClassID, EntryID: r.EntryID, InAt: store.At(r.In), OutAt: store.At(r.Out), Body: r.Text, DueOn: r.DueOn,
		CreatedAt: store.At(r.CreatedAt), Version: r.Version,
	})
}

// Request finds one request.
func (t Registry) Request(_ context.Context, id core.RequestID) (registry.Request, error) {
	r, err := store.One[namedRequest](t.requests().Where("requests.id = ?", id), "request")
	return r.toCore(), err
}

// FindRequests lists requests: a school's open ones by the day they are due,
// else newest first.
func (t Registry) FindRequests(_ context.Context, q registry.RequestQuery) ([]registry.Request, error) {
	g := t.requests().Where("requests.organization_id = ?", q.Organization)
	if !q.Enrollment.IsZero() {
		g = g.Where("requests.enrollment_id = ?", q.Enrollment)
	}
	order := "requests.id DESC"
	if q.Open {
		g, order = g.Where("requests.state = 'open'"), "requests.due_on, requests.id"
	}
	switch {
	case q.After.IsZero():
	case q.Open:
		g = g.Where("(requests.due_on, requests.id) > (?, ?)", q.AfterDue, q.After)
	default:
		g = g.Where("requests.id < ?", q.After)
	}
	found, err := store.All[namedRequest](g.Order(order).Limit(q.Limit))
	return store.Each(found, namedRequest.toCore), err
}

// UpdateRequest writes state, answer and decision over the version before;
// another version is stale.
func (t Registry) UpdateRequest(_ context.Context, r registry.Request) error {
	return store.ChangeOne(t.Gorm().Model(&Request{}).Where("id = ? AND version = ?", r.ID, r.Version).Updates(map[string]any{
		"state": r.State, "answer": r.Answer, "decided_by": r.DecidedBy, "decided_at": store.At(r.DecidedAt), "version": store.Next,
	}))
}
