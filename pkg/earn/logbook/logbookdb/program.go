package logbookdb

import (
	"context"
	"time"

	"gorm.io/gorm"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Program is what students enroll in.
type Program struct {
	ID             core.ProgramID      `gorm:"primaryKey"`
	OrganizationID core.OrganizationID `gorm:"not null"`
	Code           string              `gorm:"not null"`
	Title          string              `gorm:"not null"`
	CreatedAt      store.Moment        `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (Program) TableName() string { return "programs" }

// Standard is a pack of rules, as published.
type Standard struct {
	ID             core.StandardID     `gorm:"primaryKey"`
	OrganizationID core.OrganizationID `gorm:"not null"`
	Name           string              `gorm:"not null"`
	Number         int                 `gorm:"not null"`
	Title          string              `gorm:"not null"`
	Body           string              `gorm:"not null"`
	Digest         string              `gorm:"not null"`
	PublishedAt    store.Moment        `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (Standard) TableName() string { return "standards" }

// ProgramVersion is a program under one standard.
type ProgramVersion struct {
	ID             core.ProgramVersionID `gorm:"primaryKey"`
	ProgramID      core.ProgramID        `gorm:"not null"`
	OrganizationID core.OrganizationID   `gorm:"not null"`
	Number         int                   `gorm:"not null"`
	StandardID     core.StandardID       `gorm:"not null"`
	PublishedAt    store.Moment          `gorm:"not null"`
	PublishedBy    core.AccountID
	WrittenBy      core.AccountID
}

// TableName implements schema.Tabler.
func (ProgramVersion) TableName() string { return "program_versions" }

type fullVersion struct {
	ProgramVersion
	Code            string
	Title           string
	Body            string
	PublishedByName string
	WrittenByName   string
	Confirmed       bool
	ConfirmedAt     store.Moment
	ConfirmedBy     core.AccountID
	ConfirmedByName string
}

func (v fullVersion) toCore() logbook.ProgramVersion {
	return logbook.ProgramVersion{
		ID: v.ID, ProgramID: v.ProgramID, OrganizationID: v.OrganizationID, Code: v.Code, Number: v.Number, Title: v.Title,
		StandardID: v.StandardID, StandardBody: []byte(v.Body), PublishedAt: v.PublishedAt.Time,
		PublishedBy: v.PublishedBy, PublishedByName: v.PublishedByName, WrittenBy: v.WrittenBy, WrittenByName: v.WrittenByName,
		Confirmation: logbook.Confirmation{
			Confirmed: v.Confirmed, ConfirmedAt: v.ConfirmedAt.Time, ConfirmedBy: v.ConfirmedBy, ConfirmedByName: v.ConfirmedByName,
		},
	}
}

func (t Programs) versions() *gorm.DB {
	return t.Gorm().Select(`program_versions.*, p.code, p.title, s.body, COALESCE(pa.name, '') AS published_by_name, COALESCE(wa.name, '') AS written_by_name,
			c.program_version_id IS NOT NULL AS confirmed, c.confirmed_at, c.confirmed_by, COALESCE(ca.name, '') AS confirmed_by_name`).
		Joins("JOIN programs p ON p.id = program_versions.program_id").
		Joins("JOIN standards s ON s.id = program_versions.standard_id").
		Joins("LEFT JOIN accounts pa ON pa.id = program_versions.published_by").
		Joins("LEFT JOIN accounts wa ON wa.id = program_versions.written_by").
		Joins("LEFT JOIN program_confirmations c ON c.program_version_id = program_versions.id").
		Joins("LEFT JOIN accounts ca ON ca.id = c.confirmed_by")
}

// StandardBody is a standard's JSON, as published.
func (t Programs) StandardBody(_ context.Context, id core.StandardID) ([]byte, error) {
	body, err := store.One[string](t.Gorm().Model(&Standard{}).Select("body").Where("id = ?", id), "standard")
	return []byte(body), err
}

// ProgramByCode finds a school's program.
func (t Programs) ProgramByCode(_ context.Context, org core.OrganizationID, code string) (logbook.Program, error) {
	p, err := store.One[Program](t.Gorm().Where("organization_id = ? AND code = ?", org, code), "program")
	return logbook.Program{ID: p.ID, OrganizationID: p.OrganizationID, Code: p.Code, Title: p.Title, CreatedAt: p.CreatedAt.Time}, err
}

// LockProgram makes other commands that lock the same program wait until the
// transaction ends. On SQLite every writer waits anyway.
func (t Programs) LockProgram(_ context.Context, id core.ProgramID) error {
	_, err := store.All[core.ProgramID](t.Gorm().Model(&Program{}).Select("id").Where("id = ?", id).Scopes(t.Locked("programs")))
	return err
}

// InsertProgram writes a program.
func (t Programs) InsertProgram(_ context.Context, p logbook.Program) error {
	return store.Insert(t.Gorm(), &Program{
		ID: p.ID, OrganizationID: p.OrganizationID, Code: p.Code, Title: p.Title, CreatedAt: store.At(p.CreatedAt),
	})
}

// InsertStandard writes a standard with the next number of its name.
func (t Programs) InsertStandard(_ context.Context, id core.StandardID, org core.OrganizationID, name, title string, body []byte, digest string, now time.Time) error {
	next := t.Gorm().Model(&Standard{}).Select("COALESCE(MAX(number), 0) + 1").Where("organization_id = ? AND name = ?", org, name)
	return store.Insert(t.Gorm().Model(&Standard{}), map[string]any{
		"id": id, "organization_id": org, "name": name, "number": gorm.Expr("(?)", next), "title": title, "body": string(body),
		"digest": digest, "published_at": store.At(now),
	})
}

// InsertProgramVersion writes a version of a program.
func (t Programs) InsertProgramVersion(_ context.Context, v logbook.ProgramVersion) error {
	return store.Insert(t.Gorm(), &ProgramVersion{
		ID: v.ID, ProgramID: v.ProgramID, OrganizationID: v.OrganizationID, Number: v.Number, StandardID: v.StandardID, PublishedAt: store.At(v.PublishedAt),
		PublishedBy: v.PublishedBy, WrittenBy: v.WrittenBy,
	})
}

// ProgramVersions are all versions of a program, newest first.
func (t Programs) ProgramVersions(_ context.Context, id core.ProgramID) ([]logbook.ProgramVersion, error) {
	found, err := store.All[fullVersion](t.versions().Where("program_versions.program_id = ?", id).Order("program_versions.number DESC"))
	return store.Each(found, fullVersion.toCore), err
}

// NewestVersions are the newest version of each program of a school, in the
// order of the programs' ids, after one.
func (t Programs) NewestVersions(_ context.Context, org core.OrganizationID, after core.ProgramID, limit int) ([]logbook.ProgramVersion, error) {
	q := t.versions().Where("program_versions.organization_id = ?", org).
		Where("program_versions.number = (SELECT MAX(number) FROM program_versions n WHERE n.program_id = program_versions.program_id)")
	if !after.IsZero() {
		q = q.Where("program_versions.program_id > ?", after)
	}
	found, err := store.All[fullVersion](q.Order("program_versions.program_id").Limit(limit))
	return store.Each(found, fullVersion.toCore), err
}
