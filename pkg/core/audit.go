package core

import (
	"context"
	"time"
)

// AuditEvent is who did what, when and from where; it is written in the
// transaction of what it tells of and never changes. Detail holds facts without
// personal data.
type AuditEvent struct {
	ID             AuditID
	At             time.Time
	OrganizationID OrganizationID
	TherapistID    TherapistID
	AccountID      AccountID
	ActorName      string
	Via            string
	Address        string
	Action         string
	TargetKind     string
	TargetID       string
	Detail         map[string]string
}

// Origin is where a command came from; adapters put it into the context.
type Origin struct {
	Address   string
	Via       string
	RequestID string
}

type originKey struct{}

// WithOrigin remembers where the command in ctx came from.
func WithOrigin(ctx context.Context, o Origin) context.Context {
	return context.WithValue(ctx, originKey{}, o)
}

// OriginOf is where the command in ctx came from.
func OriginOf(ctx context.Context) Origin {
	o, _ := ctx.Value(originKey{}).(Origin)
	return o
}

// Page asks for a part of a list: at most Limit rows (1 to 100) after Cursor,
// an opaque text that the former part gave, empty for the first.
type Page struct {
	Limit  int
	Cursor string
}

// Size is the limit within its bounds; 0 means 25.
func (p Page) Size() int {
	if p.Limit <= 0 {
		return 25
	}
	return min(p.Limit, 100)
}

// List is one part of a list; Next is the cursor of the following part, empty
// at the end. Total is how many the whole list has, where that is told.
type List[T any] struct {
	Items []T
	Next  string
	Total int
}
