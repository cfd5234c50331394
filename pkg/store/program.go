package store

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/core"
)

type programRow struct {
	ID             core.ProgramID      `gorm:"primaryKey"`
	OrganizationID core.OrganizationID `gorm:"not null"`
	Code           string              `gorm:"not null"`
	Title          string              `gorm:"not null"`
	CreatedAt      moment              `gorm:"not null"`
}

type standardRow struct {
	ID             core.StandardID     `gorm:"primaryKey"`
	OrganizationID core.OrganizationID `gorm:"not null"`
	Name           string              `gorm:"not null"`
	Number         int                 `gorm:"not null"`
	Title          string              `gorm:"not null"`
	Body           string              `gorm:"not null"`
	Digest         string              `gorm:"not null"`
	PublishedAt    moment              `gorm:"not null"`
}

type programVersionRow struct {
	ID             core.ProgramVersionID `gorm:"primaryKey"`
	ProgramID      core.ProgramID        `gorm:"not null"`
	OrganizationID core.OrganizationID   `gorm:"not null"`
	Number         int                   `gorm:"not null"`
	StandardID     core.StandardID       `gorm:"not null"`
	PublishedAt    moment                `gorm:"not null"`
}

// StandardBody is a standard's JSON, as published.
func (tx *Tx) StandardBody(_ context.Context, id core.StandardID) ([]byte, error) {
	r, err := one[struct{ Body string }](tx.g, "standard", "SELECT body FROM standards WHERE id = ?", id)
	return []byte(r.Body), err
}

// ProgramByCode finds a school's program.
func (tx *Tx) ProgramByCode(_ context.Context, org core.OrganizationID, code string) (core.Program, error) {
	r, err := one[programRow](tx.g, "program", "SELECT * FROM programs WHERE organization_id = ? AND code = ?", org, code)
	return core.Program{ID: r.ID, OrganizationID: r.OrganizationID, Code: r.Code, Title: r.Title, CreatedAt: r.CreatedAt.Time}, err
}

// LockProgram makes other commands that lock the same program wait until the
// transaction ends. On SQLite every writer waits anyway.
func (tx *Tx) LockProgram(_ context.Context, id core.ProgramID) error {
	_, err := many[core.ProgramID](tx.g, "SELECT p.id FROM programs p WHERE p.id = ?"+tx.locked("p"), id)
	return err
}

// InsertProgram writes a program.
func (tx *Tx) InsertProgram(_ context.Context, p core.Program) error {
	_, err := tx.exec("INSERT INTO programs (id, organization_id, code, title, created_at) VALUES (?, ?, ?, ?, ?)",
		p.ID, p.OrganizationID, p.Code, p.Title, at(p.CreatedAt))
	return err
}

// InsertStandard writes a standard with the next number of its name.
func (tx *Tx) InsertStandard(_ context.Context, id core.StandardID, org core.OrganizationID, name, title string, body []byte, digest string, now time.Time) error {
	_, err := tx.exec(`INSERT INTO standards (id, organization_id, name, number, title, body, digest, published_at)
		VALUES (?, ?, ?, (SELECT COALESCE(MAX(number), 0) + 1 FROM standards WHERE organization_id = ? AND name = ?), ?, ?, ?, ?)`,
		id, org, name, org, name, title, string(body), digest, at(now))
	return err
}

// InsertProgramVersion writes a version of a program.
func (tx *Tx) InsertProgramVersion(_ context.Context, v core.ProgramVersion) error {
	_, err := tx.exec("INSERT INTO program_versions (id, program_id, organization_id, number, standard_id, published_at) VALUES (?, ?, ?, ?, ?, ?)",
		v.ID, v.ProgramID, v.OrganizationID, v.Number, v.StandardID, at(v.PublishedAt))
	return err
}

type versionRow struct {
	programVersionRow `gorm:"embedded"`
	Code              string
	Title             string
	Body              string
}

func (r versionRow) noun() core.ProgramVersion {
	return core.ProgramVersion{
		ID: r.ID, ProgramID: r.ProgramID, OrganizationID: r.OrganizationID, Code: r.Code, Number: r.Number, Title: r.Title,
		StandardID: r.StandardID, StandardBody: []byte(r.Body), PublishedAt: r.PublishedAt.Time,
	}
}

const versionSelect = `SELECT v.*, p.code, p.title, s.body FROM program_versions v
	JOIN programs p ON p.id = v.program_id JOIN standards s ON s.id = v.standard_id `

// ProgramVersions are all versions of a program, newest first.
func (tx *Tx) ProgramVersions(_ context.Context, id core.ProgramID) ([]core.ProgramVersion, error) {
	rows, err := many[versionRow](tx.g, versionSelect+"WHERE v.program_id = ? ORDER BY v.number DESC", id)
	return mapped(rows, versionRow.noun), err
}

// NewestVersions are the newest version of each program of a school, in the
// order of the programs' ids, after one.
func (tx *Tx) NewestVersions(_ context.Context, org core.OrganizationID, after core.ProgramID, limit int) ([]core.ProgramVersion, error) {
	query, args := versionSelect+`WHERE v.organization_id = ?
		AND v.number = (SELECT MAX(number) FROM program_versions n WHERE n.program_id = v.program_id)`, []any{org}
	if !after.IsZero() {
		query, args = query+" AND v.program_id > ?", append(args, after)
	}
	rows, err := many[versionRow](tx.g, query+" ORDER BY v.program_id LIMIT ?", append(args, limit)...)
	return mapped(rows, versionRow.noun), err
}
