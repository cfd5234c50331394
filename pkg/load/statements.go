package load

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/palmar/palmar/pkg/earn/logbook/logbookdb"
)

// The statements that PostgreSQL is given for the public check of a code and for
// a session that is logged, as Palmar gives them: the test of pkg/figures
// compares. The raw server and pgbench give them too, so that what is between is
// Palmar's own work.
const (
	sqlSession = `SELECT s.*, a.name AS person_name, a.email AS person_email, a.operator, a.language, t.id AS therapist_id, (SELECT string_agg(CAST(f.id AS text) || CASE WHEN f.account_id IS NULL THEN '+' ELSE '' END, ' ') FROM therapists f
		WHERE (f.person_id = t.id AND f.id <> t.id) OR (f.account_id IS NULL AND f.email = a.email)) AS files FROM sessions s
		JOIN accounts a ON a.id = s.account_id LEFT JOIN therapists t ON t.account_id = a.id AND t.person_id = t.id WHERE s.token_hash = $1`
	sqlMembers = `SELECT m.id AS member_id, m.organization_id, m.role,
		o.name AS organization_name, o.kind AS organization_kind, o.jurisdiction, o.look_days, o.accepts_looks FROM members m
		JOIN organizations o ON o.id = m.organization_id WHERE m.account_id = $1 AND m.ended_at IS NULL
		ORDER BY o.name, o.id, m.role`
	sqlPlace = `SELECT e.id, e.organization_id, e.program_id, e.program_version_id, e.therapist_id, e.state, e.enrolled_on, e.completed_on, e.ledger_seq, e.version, e.created_at, p.title AS program_title, sa.account_id, sa.name, sa.email, sa.left_at, o.zone, v.standard_id, m.account_id AS supervisor_account, COALESCE(ma.name, '') AS supervisor_name FROM enrollments e JOIN programs p ON p.id = e.program_id
		JOIN people sa ON sa.id = e.therapist_id JOIN organizations o ON o.id = e.organization_id JOIN program_versions v ON v.id = e.program_version_id
		LEFT JOIN members m ON m.id = $1 AND m.organization_id = e.organization_id AND m.role = 'supervisor' AND m.ended_at IS NULL
		LEFT JOIN accounts ma ON ma.id = m.account_id
		WHERE e.id = $2`
	sqlPauses = `SELECT pauses.*, '' AS created_by_name FROM "pauses" WHERE pauses.enrollment_id = ANY(CAST($1 AS uuid[])) ORDER BY pauses.first_day, pauses.id`
	sqlDay    = `SELECT id, therapist_id, state, local_date, minutes, corrects_id FROM "entries"
		WHERE enrollment_id IN (SELECT "id" FROM "enrollments" WHERE organization_id = $1 AND therapist_id = ANY(CAST($2 AS uuid[])))
		AND (local_date IN ($3) AND state IN ('draft', 'submitted', 'signed'))`
	sqlWaiting = ` RETURNING *) ,
	w AS (INSERT INTO waiting_weeks (supervisor_id, enrollment_id, week, entries, minutes, exceptions)
	SELECT e.supervisor_id, e.enrollment_id, e.local_date - (EXTRACT(isodow FROM e.local_date)::int - 1) AS week, COUNT(*) AS entries, SUM(e.minutes) AS minutes,
	SUM(CASE WHEN e.minutes > 480 OR (e.submitted_at AT TIME ZONE e.zone)::date > e.local_date + 14 THEN 1 ELSE 0 END) AS exceptions
	FROM v AS e WHERE e.import_id IS NULL GROUP BY 1, 2, 3 ON CONFLICT (supervisor_id, enrollment_id, week) DO UPDATE
	SET entries = waiting_weeks.entries + excluded.entries, minutes = waiting_weeks.minutes + excluded.minutes, exceptions = waiting_weeks.exceptions + excluded.exceptions RETURNING 1)
	INSERT INTO totals (enrollment_id, subject, setting, delivery, waiting_minutes, waiting_entries)
	SELECT enrollment_id, subject, setting, delivery, minutes, 1 FROM v WHERE (SELECT COUNT(*) FROM w) >= 0 ON CONFLICT (enrollment_id, subject, setting, delivery) DO UPDATE
	SET waiting_minutes = totals.waiting_minutes + excluded.waiting_minutes, waiting_entries = totals.waiting_entries + excluded.waiting_entries`
	sqlAudit = `INSERT INTO "audit_events" ("id","at","organization_id","therapist_id","account_id","via","address","action","target_kind","target_id","detail","vouches","seal") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13)`
	sqlCheck = `SELECT (SELECT q.opened_at FROM disputes q WHERE q.item_kind = 'certificate' AND q.item_id = c.id AND q.state = 'open') AS disputed_since, c.*, o.name AS organization_name, o.zone, o.language, d.number, d.issuer_did, d.key_id, d.document, d.jwt_key_id, d.jwt, d.signed_at, d.valid_until AS form_valid_until, d.status_list_id AS form_list_id, d.status_index AS form_index,
		COALESCE(s.state, 'active') AS state, s.since, COALESCE(s.cause, '') AS cause, s.replaced_by, COALESCE(n.code, '') AS replaced_by_code, COALESCE(k.id, '') AS issuer_key_id, k.created_at AS issuer_created, k.revoked_at AS issuer_revoked, k.retired_at AS issuer_retired FROM credentials c
		JOIN organizations o ON o.id = c.organization_id
		JOIN credential_documents d ON d.credential_id = c.id
			AND d.number = (SELECT MAX(l.number) FROM credential_documents l WHERE l.credential_id = c.id)
		LEFT JOIN credential_states s ON s.credential_id = c.id
		LEFT JOIN credentials n ON n.id = s.replaced_by
		LEFT JOIN signing_keys k ON k.organization_id = c.organization_id AND k.did = d.issuer_did
		WHERE c.code = $1 ORDER BY issuer_key_id`
)

// sqlEntry is the statement of a session; what a new one fills, Palmar says.
var sqlEntry = "WITH v AS (INSERT INTO entries (" + logbookdb.InsertedColumns + ") VALUES (" + numbered(len(columns)) + ")" + sqlWaiting

var columns = regexp.MustCompile(`\w+`).FindAllString(logbookdb.InsertedColumns, -1)

// numbered are the first n parameters.
func numbered(n int) string {
	all := make([]string, n)
	for i := range all {
		all[i] = "$" + strconv.Itoa(i+1)
	}
	return strings.Join(all, ", ")
}

// Statements are all that a request gives, by its name.
var Statements = map[string][]string{
	"check a code": {sqlCheck},
	"log an entry": {sqlSession, sqlMembers, "BEGIN", sqlPlace, sqlPauses, sqlDay, sqlEntry, sqlAudit, "COMMIT"},
}

var placeholder = regexp.MustCompile(`\$(\d+)`)

// filled is a statement with SQL in place of its parameters, for pgbench.
func filled(statement string, values ...string) string {
	return placeholder.ReplaceAllStringFunc(statement, func(p string) string {
		n, _ := strconv.Atoi(p[1:])
		return values[n-1]
	})
}
