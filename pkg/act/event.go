package act

import (
	"maps"
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/access"
)

// Event is the name of something that happened, subject.verb. It is what the
// audit calls its action, and what mail, alerts and webhooks subscribe to.
type Event string

// The events. This list is the whole vocabulary: a command that tells anything
// else does not start the program.
const (
	SignedIn            Event = "session.sign_in"
	SignInFailed        Event = "session.sign_in_failed"
	PasswordConfirmed   Event = "session.confirm"
	ConfirmationFailed  Event = "session.confirm_failed"
	SignedOut           Event = "session.sign_out"
	SignedOutEverywhere Event = "session.sign_out_everywhere"

	PasswordChanged      Event = "account.password_change"
	LanguageChosen       Event = "account.language_choose"
	PasswordChangeFailed Event = "account.password_change_failed"
	ResetAsked           Event = "account.reset_ask"
	PasswordReset        Event = "account.password_reset"
	AddressAsked         Event = "account.address_ask"
	AddressAskFailed     Event = "account.address_ask_failed"
	AddressChanged       Event = "account.address_change"

	Invited             Event = "invitation.create"
	InvitationAccepted  Event = "invitation.accept"
	AcceptanceFailed    Event = "invitation.accept_failed"
	OrganizationCreated Event = "organization.create"
	OrganizationUpdated Event = "organization.update"
	MemberEnded         Event = "member.end"
	TokenCreated        Event = "token.create"
	TokenRevoked        Event = "token.revoke"

	EnrollmentCreated Event = "enrollment.create"
	StudentCorrected  Event = "enrollment.correct"
	StudentInvited    Event = "enrollment.invite"
	ProgramPublished  Event = "program.publish"

	DraftStarted Event = "draft.start"
	DraftSaved   Event = "draft.save"
	DraftDropped Event = "draft.drop"

	EntryLogged    Event = "entry.log"
	EntryEdited    Event = "entry.edit"
	EntrySubmitted Event = "entry.submit"
	EntryWithdrawn Event = "entry.withdraw"
	EntryCorrected Event = "entry.correct"
	EntrySigned    Event = "entry.sign"
	EntryReturned  Event = "entry.return"

	ImportProposed Event = "import.propose"
	ImportApproved Event = "import.approve"
	ImportApplied  Event = "import.apply"
	ImportRejected Event = "import.reject"
	ImportUndone   Event = "import.undo"

	TransferProposed Event = "transfer.propose"
	TransferAttached Event = "transfer.attach"
	TransferAccepted Event = "transfer.accept"
	TransferDeclined Event = "transfer.decline"
	TransferReversed Event = "transfer.reverse"
	TransferStoodBy  Event = "transfer.stand_by"

	HistorySeeded Event = "history.seed"

	ClassPlanned      Event = "class.plan"
	ClassCanceled     Event = "class.cancel"
	RosterMarked      Event = "class.mark"
	ClassSigned       Event = "class.sign"
	AttendanceClocked Event = "attendance.clock"

	CalendarWritten  Event = "calendar.write"
	PauseWritten     Event = "pause.write"
	AbsenceWritten   Event = "absence.write"
	RequestMade      Event = "request.make"
	RequestDecided   Event = "request.decide"
	RequestWithdrawn Event = "request.withdraw"

	ProposalMade     Event = "proposal.make"
	ProposalDeclined Event = "proposal.decline"
	FlagCleared      Event = "flag.clear"
	RunBegun         Event = "certification.begin"

	CredentialIssued     Event = "credential.issue"
	CredentialRevoked    Event = "credential.revoke"
	CredentialSuspended  Event = "credential.suspend"
	CredentialReinstated Event = "credential.reinstate"
	CredentialReissued   Event = "credential.reissue"
	CredentialSuperseded Event = "credential.supersede"
	CredentialShown      Event = "credential.show"
	RecordErased         Event = "record.erase"
	DatabaseRestored     Event = "database.restore"

	KeysRotated  Event = "key.rotate"
	KeyLost      Event = "key.revoke"
	SchoolClosed Event = "school.close"

	ClosingProposed  Event = "closing.propose"
	ClosingWithdrawn Event = "closing.withdraw"
	ClosingConfirmed Event = "closing.confirm"
	TranscriptEmpty  Event = "closing.no_hours"

	EscrowExported Event = "escrow.export"
	EscrowImported Event = "escrow.import"
	EscrowHanded   Event = "escrow.bundle"
	CheckMade      Event = "check.make"
	EscrowChecked  Event = "check.escrow"
	PaperTried     Event = "paper.try"
	PaperUsed      Event = "paper.use"

	RemindersSet    Event = "reminder.settings"
	CalendarMade    Event = "calendar.make"
	CalendarRevoked Event = "calendar.revoke"
	RenewalTicked   Event = "renewal.tick"
	RenewalUnticked Event = "renewal.untick"

	// An activity's state is a detail: from the plan to the report, or dropped.
	CEReported        Event = "ce.report"
	CEDecided         Event = "ce.decide"
	CELeaveRequested  Event = "ce_leave.request"
	CELeaveDecided    Event = "ce_leave.decide"
	CEProviderWritten Event = "ce_provider.write"
	CECourseWritten   Event = "ce_course.write"
	CEAuditRun        Event = "ce_audit.run"
	CEAuditDecided    Event = "ce_audit.decide"

	TherapistWritten Event = "therapist.write"
	LicenseRecorded  Event = "license.record"
	LicenseEvented   Event = "license.event"
	LicenseRenewed   Event = "license.renew"
	LicenseWithdrawn Event = "license.withdraw"
	LicenseChecked   Event = "license.check"
	LicenseLooked    Event = "license.look"
	AdverseRecorded  Event = "adverse.record"
	HoldingRecorded  Event = "holding.record"
	HoldingVerified  Event = "holding.verify"

	RosterSourceCreated Event = "roster_source.create"
	RosterSourceUpdated Event = "roster_source.update"
	RosterImported      Event = "roster.import"
	RosterDone          Event = "roster.done"
	RosterFailed        Event = "roster.failed"
	RosterDecided       Event = "roster.decide"

	CourseCreated      Event = "course.create"
	CourseUpdated      Event = "course.update"
	CompletionRecorded Event = "course_completion.record"
	TopicWritten       Event = "topic.write"
	PathwayWritten     Event = "pathway.write"
	SectionPlanned     Event = "section.plan"
	SectionJoined      Event = "section.join"
	SectionLeft        Event = "section.withdraw"
	SectionTaught      Event = "section.teach"
	SectionFinished    Event = "section.finish"
	ExamRecorded       Event = "exam.record"
	FormWritten        Event = "assessment_form.write"
	AssessmentRecorded Event = "assessment.record"
	DirectoryWritten   Event = "directory.write"
	EntryReported      Event = "directory.report"
	ReportKept         Event = "directory.keep"
	EntryTakenDown     Event = "directory.take_down"
	EntryLifted        Event = "directory.lift"
	ReadinessShown     Event = "readiness.read"

	DisputeOpened    Event = "dispute.open"
	DisputeWithdrawn Event = "dispute.withdraw"
	DisputeAnswered  Event = "dispute.answer"

	GrantAsked        Event = "grant.ask"
	GrantAskWithdrawn Event = "grant.ask_withdraw"
	GrantRefused      Event = "grant.refuse"
	GrantGiven        Event = "grant.give"
	GrantEnded        Event = "grant.end"
	LinkMade          Event = "link.make"
	LinkEnded         Event = "link.end"
	LinkOpened        Event = "link.open"
	DoubtDecided      Event = "overlap.decide"
	FileAccepted      Event = "file.accept"
	FileDeclined      Event = "file.decline"
	SchoolLeft        Event = "school.leave"
)

// events says what each event is about: the kind of its subject.
var events = map[Event]string{
	SignedIn: "session", PasswordConfirmed: "session", SignedOut: "session", SignedOutEverywhere: "session",
	SignInFailed: "account", ConfirmationFailed: "account", PasswordChangeFailed: "account", AddressAskFailed: "account", AcceptanceFailed: "account",
	PasswordChanged: "account", LanguageChosen: "account", ResetAsked: "account", PasswordReset: "account", AddressAsked: "account", AddressChanged: "account",
	Invited: "invitation", InvitationAccepted: "invitation", OrganizationCreated: "organization", OrganizationUpdated: "organization",
	MemberEnded: "member", TokenCreated: "token", TokenRevoked: "token",
	EnrollmentCreated: "enrollment", StudentCorrected: "enrollment", StudentInvited: "enrollment", ProgramPublished: "program_version",
	DraftStarted: "draft", DraftSaved: "draft", DraftDropped: "draft",
	EntryLogged: "entry", EntryEdited: "entry", EntrySubmitted: "entry", EntryWithdrawn: "entry",
	EntryCorrected: "entry", EntrySigned: "entry", EntryReturned: "entry",
	ImportProposed: "import", ImportApproved: "import", ImportApplied: "import", ImportRejected: "import", ImportUndone: "import",
	TransferProposed: "transfer", TransferAttached: "transfer", TransferAccepted: "transfer",
	TransferDeclined: "transfer", TransferReversed: "transfer", TransferStoodBy: "transfer",
	HistorySeeded: "organization",
	ClassPlanned:  "class", ClassCanceled: "class", RosterMarked: "class", ClassSigned: "class", AttendanceClocked: "class",
	CalendarWritten: "closed_days", PauseWritten: "enrollment", AbsenceWritten: "enrollment",
	RequestMade: "request", RequestDecided: "request", RequestWithdrawn: "request",
	ProposalMade: "proposal", ProposalDeclined: "proposal", FlagCleared: "proposal", RunBegun: "certify_run",
	CredentialIssued: "credential", CredentialRevoked: "credential", CredentialSuspended: "credential",
	CredentialReinstated: "credential", CredentialReissued: "credential", CredentialSuperseded: "credential",
	CredentialShown: "credential", RecordErased: "credential", DatabaseRestored: "database",
	KeysRotated: "organization", KeyLost: "organization", SchoolClosed: "organization",
	ClosingProposed: "organization", ClosingWithdrawn: "organization", ClosingConfirmed: "organization", TranscriptEmpty: "enrollment",
	EscrowExported: "organization", EscrowImported: "escrow", EscrowHanded: "credential",
	CheckMade: "credential", EscrowChecked: "disclosure",
	PaperTried: "paper_style", PaperUsed: "paper_style",
	RemindersSet: "therapist", CalendarMade: "therapist", CalendarRevoked: "therapist",
	RenewalTicked: "license", RenewalUnticked: "license",
	CEReported: "ce_activity", CEDecided: "ce_activity", CELeaveRequested: "ce_leave", CELeaveDecided: "ce_leave",
	CEProviderWritten: "ce_provider", CECourseWritten: "course", CEAuditRun: "ce_audit", CEAuditDecided: "ce_audit",
	TherapistWritten: "therapist",
	LicenseRecorded:  "license", LicenseEvented: "license", LicenseRenewed: "license", LicenseWithdrawn: "license", LicenseChecked: "license", LicenseLooked: "license",
	AdverseRecorded: "adverse_action", HoldingRecorded: "holding", HoldingVerified: "holding",
	RosterSourceCreated: "roster_source", RosterSourceUpdated: "roster_source",
	RosterImported: "roster", RosterDone: "roster", RosterFailed: "roster", RosterDecided: "roster_match",
	CourseCreated: "course", CourseUpdated: "course", CompletionRecorded: "course_completion",
	TopicWritten: "topic", PathwayWritten: "pathway",
	SectionPlanned: "section", SectionJoined: "section", SectionLeft: "section", SectionTaught: "section", SectionFinished: "section",
	ExamRecorded: "section", FormWritten: "assessment_form", AssessmentRecorded: "section",
	DirectoryWritten: "therapist", ReadinessShown: "organization",
	EntryReported: "directory_report", ReportKept: "directory_report", EntryTakenDown: "directory_take_down", EntryLifted: "directory_take_down",
	DisputeOpened: "dispute", DisputeWithdrawn: "dispute", DisputeAnswered: "dispute",
	GrantAsked: "grant_request", GrantAskWithdrawn: "grant_request", GrantRefused: "grant_request", GrantGiven: "grant", GrantEnded: "grant",
	LinkMade: "link", LinkEnded: "link", LinkOpened: "link",
	DoubtDecided: "entry", FileAccepted: "therapist", FileDeclined: "therapist", SchoolLeft: "therapist",
}

// Events lists the vocabulary in the order of the names.
func Events() []Event { return slices.Sorted(maps.Keys(events)) }

// Told is one thing that a command has done. Event may be left out for the first
// that the deed declares, Owner for that of what was found. By is who did it where
// the program acts for someone whom the command finds out, such as by a password;
// zero is a stranger, and nil is who runs the command. Details are facts without
// personal data.
type Told struct {
	Event   Event
	Owner   access.Target
	By      *access.Actor
	Subject string
	Details map[string]string
	// Leaves are what the public log commits to of it, if anything.
	Leaves []Leaf
	// About is the thing itself, for those who subscribe. It is not kept.
	About any
}

// by is who did it, in a command of an actor.
func (t *Told) by(a access.Actor) access.Actor {
	if t.By != nil {
		return *t.By
	}
	return a
}

// Leaf is an entry of the public log: what happened to which subject, and what
// is committed to of it.
type Leaf struct {
	Name    string
	Subject string
	Detail  any
}

// Happened is what subscribers hear: who did it and when, and what was told.
type Happened struct {
	Told
	Actor access.Actor
	At    time.Time
}

// Of tells a command's own event of a subject.
func Of(subject string, details map[string]string) []Told {
	return []Told{{Subject: subject, Details: details}}
}
