// Package granttest gives organizations grants in tests.
package granttest

import (
	"context"
	"testing"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/people/grant"
	"github.com/palmar/palmar/pkg/platform/store"
)

// New is the service over a database.
func New(db *store.DB, src core.Source) *grant.Service {
	return grant.New(store.Bind(db, func(tx *store.Tx) grant.Tx { return kept.On(tx) }), src, grant.Options{BaseURL: "https://palmar.example"})
}

// Give lets an organization see parts of a record; without scopes, all of it.
func Give(t testing.TB, db *store.DB, src core.Source, therapist core.TherapistID, to core.Organization, scopes ...access.Scope) {
	t.Helper()
	terms := grant.Everything()
	if len(scopes) > 0 {
		terms.Scopes = scopes
	}
	if err := New(db, src).Seed(context.Background(), therapist, to, terms); err != nil {
		t.Fatal(err)
	}
}
