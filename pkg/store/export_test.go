package store

import (
	"time"

	"gorm.io/gorm"

	"github.com/palmar/palmar/pkg/specialty"
)

// Rows are the row structs by table.
func Rows() map[string]any {
	return map[string]any{
		"topics":               topicRow{},
		"course_topics":        courseTopicRow{},
		"abilities":            abilityRow{},
		"pathways":             pathwayRow{},
		"pathway_steps":        pathwayStepRow{},
		"sections":             sectionRow{},
		"section_places":       sectionPlaceRow{},
		"section_sessions":     sectionSessionRow{},
		"section_marks":        sectionMarkRow{},
		"exam_results":         examResultRow{},
		"assessment_forms":     assessmentFormRow{},
		"assessments":          assessmentRow{},
		"directory_profiles":   directoryProfileRow{},
		"directory_facets":     directoryFacetRow{},
		"requests":             requestRow{},
		"due_things":           dueRow{},
		"reminders":            reminderRow{},
		"reminder_settings":    reminderSettingsRow{},
		"calendar_feeds":       calendarFeedRow{},
		"renewal_ticks":        renewalTickRow{},
		"absences":             absenceRow{},
		"accounts":             accountRow{},
		"account_links":        accountLinkRow{},
		"api_tokens":           tokenRow{},
		"audit_events":         auditRow{},
		"course_completions":   courseCompletionRow{},
		"ce_activities":        ceActivityRow{},
		"ce_approvals":         ceApprovalRow{},
		"ce_audit_people":      ceAuditPersonRow{},
		"ce_audits":            ceAuditRow{},
		"ce_courses":           ceCourseRow{},
		"ce_leaves":            ceLeaveRow{},
		"ce_providers":         ceProviderRow{},
		"closed_days":          closedDaysRow{},
		"courses":              courseRow{},
		"credentials":          credentialRow{},
		"credential_documents": credentialDocumentRow{},
		"credential_states":    credentialStateRow{},
		"credential_records":   credentialRecordRow{},
		"status_lists":         statusListRow{},
		"log_state":            logStateRow{},
		"log_entries":          logEntryRow{},
		"log_hashes":           logHashRow{},
		"log_checkpoints":      logCheckpointRow{},
		"log_cosignatures":     logCosignatureRow{},
		"log_openings":         logOpeningRow{},
		"escrows":              escrowRow{},
		"escrow_keys":          escrowKeyRow{},
		"escrow_credentials":   escrowCredentialRow{},
		"escrow_lists":         escrowListRow{},
		"log_days":             logDayRow{},
		"certify_runs":         certifyRunRow{},
		"certify_run_items":    certifyRunItemRow{},
		"key_losses":           keyLossRow{},
		"key_doubts":           keyDoubtRow{},
		"attendances":          attendanceRow{},
		"classes":              classRow{},
		"credits":              creditRow{},
		"disclosures":          disclosureRow{},
		"drafts":               draftRow{},
		"documents":            documentRow{},
		"transfers":            transferRow{},
		"enrollments":          enrollmentRow{},
		"entries":              entryRow{},
		"guesses":              guessRow{},
		"idempotency_keys":     idempotencyRow{},
		"imports":              importRow{},
		"invitations":          invitationRow{},
		"license_events":       licenseEventRow{},
		"adverse_actions":      adverseRow{},
		"holdings":             holdingRow{},
		"license_checks":       licenseCheckRow{},
		"licenses":             licenseRow{},
		"roster_sources":       rosterSourceRow{},
		"rosters":              rosterRow{},
		"roster_matches":       rosterMatchRow{},
		"members":              memberRow{},
		"organizations":        organizationRow{},
		"paper_styles":         paperStyleRow{},
		"pauses":               pauseRow{},
		"program_versions":     programVersionRow{},
		"programs":             programRow{},
		"proposal_flags":       flagRow{},
		"proposals":            proposalRow{},
		"sessions":             sessionRow{},
		"signing_keys":         signingKeyRow{},
		"standards":            standardRow{},
		"statements":           statementRow{},
		"standings":            standingRow{},
		"therapists":           therapistRow{},
		"totals":               totalRow{},
	}
}

// Gorm is the writing connection.
func (db *DB) Gorm() *gorm.DB { return db.writer }

// Exec runs a statement as somebody could who does not go through the services.
func Exec(tx *Tx, statement string, args ...any) error {
	_, err := tx.exec(statement, args...)
	return err
}

// TrainedSQL is the one query behind a page of who is trained.
func TrainedSQL(q specialty.TrainedQuery) (sql string, args []any) { return trained(q) }

// RefreshAll writes anew what everybody is trained for.
func RefreshAll(tx *Tx) error {
	return tx.refreshAbilities(`SELECT t.id FROM therapists t WHERE t.created_at > ?`, at(time.Unix(0, 0)))
}
