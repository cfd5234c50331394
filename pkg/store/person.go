package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/logbook"
)

// most is how many rows one statement writes.
const most = 400

// insertMany writes rows of values, many at a time; conflict is the clause that
// says what becomes of a row that exists.
func (tx *Tx) insertMany(table, columns string, rows [][]any, conflict string) error {
	for len(rows) > 0 {
		n := min(most, len(rows))
		one := "(" + strings.TrimSuffix(strings.Repeat("?, ", len(rows[0])), ", ") + ")"
		query := fmt.Sprintf("INSERT INTO %s (%s) VALUES %s %s", table, columns,
			strings.TrimSuffix(strings.Repeat(one+", ", n), ", "), conflict)
		args := make([]any, 0, n*len(rows[0]))
		for _, row := range rows[:n] {
			args = append(args, row...)
		}
		if _, err := tx.exec(query, args...); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

// in makes the condition that a column is one of ids, with its one argument:
// the text of the statement does not depend on their number.
func in[K any](tx *Tx, column string, ids []core.ID[K]) (string, string) {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = id.String()
	}
	if tx.postgres {
		return column + " = ANY(CAST(? AS uuid[]))", "{" + strings.Join(texts, ",") + "}"
	}
	return column + " IN (SELECT value FROM json_each(?))", jsonOf(texts)
}

// inTexts is in for texts.
func (tx *Tx) inTexts(column string, texts []string) (string, string) {
	if tx.postgres {
		return column + " IN (SELECT json_array_elements_text(CAST(? AS json)))", jsonOf(texts)
	}
	return column + " IN (SELECT value FROM json_each(?))", jsonOf(texts)
}

// EnsureStudents makes what is absent of accounts without a password,
// therapists and student members, and gives the therapist of each address.
func (tx *Tx) EnsureStudents(_ context.Context, org core.OrganizationID, people []logbook.Person, now time.Time) (map[string]core.TherapistID, error) {
	emails, accounts, byEmail := make([]string, len(people)), make([][]any, len(people)), map[string]logbook.Person{}
	for i, p := range people {
		emails[i], byEmail[p.Email] = p.Email, p
		accounts[i] = []any{p.AccountID, p.Email, p.Name, at(now)}
	}
	if err := tx.insertMany("accounts", "id, email, name, created_at", accounts, "ON CONFLICT (email) DO NOTHING"); err != nil {
		return nil, err
	}
	condition, arg := tx.inTexts("email", emails)
	kept, err := many[struct {
		ID    core.AccountID
		Email string
	}](tx.g, "SELECT id, email FROM accounts WHERE "+condition, arg)
	if err != nil {
		return nil, err
	}
	therapists, members := make([][]any, len(kept)), make([][]any, len(kept))
	for i, k := range kept {
		p := byEmail[k.Email]
		therapists[i] = []any{p.TherapistID, k.ID, at(now)}
		members[i] = []any{p.MemberID, org, k.ID, core.RoleStudent, at(now)}
	}
	if err := tx.insertMany("therapists", "id, account_id, created_at", therapists, "ON CONFLICT (account_id) DO NOTHING"); err != nil {
		return nil, err
	}
	if err := tx.insertMany("members", "id, organization_id, account_id, role, created_at", members,
		"ON CONFLICT (organization_id, account_id, role) WHERE ended_at IS NULL DO NOTHING"); err != nil {
		return nil, err
	}
	condition, arg = tx.inTexts("a.email", emails)
	found, err := many[struct {
		ID    core.TherapistID
		Email string
	}](tx.g, "SELECT t.id, a.email FROM therapists t JOIN accounts a ON a.id = t.account_id WHERE "+condition, arg)
	out := make(map[string]core.TherapistID, len(found))
	for _, f := range found {
		out[f.Email] = f.ID
	}
	return out, err
}

// SupervisorsOf are a school's acting supervisors, by name.
func (tx *Tx) SupervisorsOf(_ context.Context, org core.OrganizationID) ([]core.Member, error) {
	type row struct {
		ID        core.MemberID
		AccountID core.AccountID
		Name      string
		Email     string
		CreatedAt moment
	}
	rows, err := many[row](tx.g, `SELECT m.id, m.account_id, a.name, a.email, m.created_at FROM members m
		JOIN accounts a ON a.id = m.account_id
		WHERE m.organization_id = ? AND m.role = ? AND m.ended_at IS NULL ORDER BY a.name, m.id`, org, core.RoleSupervisor)
	return mapped(rows, func(r row) core.Member {
		return core.Member{ID: r.ID, OrganizationID: org, AccountID: r.AccountID, Role: core.RoleSupervisor, Name: r.Name, Email: r.Email, CreatedAt: r.CreatedAt.Time}
	}), err
}
