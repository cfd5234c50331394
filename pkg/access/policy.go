package access

import (
	"maps"
	"slices"

	"github.com/palmar/palmar/pkg/core"
)

// Action is something that can be done, named object.verb.
type Action string

// The actions.
const (
	SelfRead             Action = "self.read"
	SelfWrite            Action = "self.write"
	OrganizationCreate   Action = "organization.create"
	OrganizationRead     Action = "organization.read"
	OrganizationUpdate   Action = "organization.update"
	MemberRead           Action = "member.read"
	SupervisorRead       Action = "supervisor.read"
	MemberInvite         Action = "member.invite"
	MemberEnd            Action = "member.end"
	TokenManage          Action = "token.manage"
	AuditRead            Action = "audit.read"
	ProgramRead          Action = "program.read"
	ProgramPublish       Action = "program.publish"
	DraftRead            Action = "draft.read"
	DraftWrite           Action = "draft.write"
	EnrollmentCreate     Action = "enrollment.create"
	EnrollmentRead       Action = "enrollment.read"
	EntryRead            Action = "entry.read"
	EntryLog             Action = "entry.log"
	EntrySign            Action = "entry.sign"
	EntryReturn          Action = "entry.return"
	InboxRead            Action = "inbox.read"
	ImportRead           Action = "import.read"
	ImportPropose        Action = "import.propose"
	ImportDecide         Action = "import.decide"
	TransferRead         Action = "transfer.read"
	TransferPropose      Action = "transfer.propose"
	TransferDecide       Action = "transfer.decide"
	ClassRead            Action = "class.read"
	ClassPlan            Action = "class.plan"
	ClassTeach           Action = "class.teach"
	ClassSign            Action = "class.sign"
	AttendanceClock      Action = "attendance.clock"
	ProposalRead         Action = "proposal.read"
	ProposalMake         Action = "proposal.make"
	ProposalDecide       Action = "proposal.decide"
	ProposalDecline      Action = "proposal.decline"
	FlagClear            Action = "flag.clear"
	CalendarRead         Action = "calendar.read"
	CalendarWrite        Action = "calendar.write"
	PauseRead            Action = "pause.read"
	PauseWrite           Action = "pause.write"
	HoursExport          Action = "hours.export"
	RiskRead             Action = "risk.read"
	RequestRead          Action = "request.read"
	RequestMake          Action = "request.make"
	RequestDecide        Action = "request.decide"
	AbsenceRead          Action = "absence.read"
	AbsenceWrite         Action = "absence.write"
	CourseRead           Action = "course.read"
	CourseWrite          Action = "course.write"
	CourseCompletionRead Action = "course_completion.read"
	CourseRecord         Action = "course_completion.record"
	TopicRead            Action = "topic.read"
	TopicWrite           Action = "topic.write"
	PathwayRead          Action = "pathway.read"
	PathwayWrite         Action = "pathway.write"
	SectionRead          Action = "section.read"
	SectionPlan          Action = "section.plan"
	SectionJoin          Action = "section.join"
	SectionTeach         Action = "section.teach"
	FormRead             Action = "assessment_form.read"
	ReadinessRead        Action = "readiness.read"
	AbilityRead          Action = "ability.read"
	LicenseRead          Action = "license.read"
	LicenseRecord        Action = "license.record"
	ReminderRead         Action = "reminder.read"
	ReminderWrite        Action = "reminder.write"
	CalendarShare        Action = "calendar.share"
	RenewalRead          Action = "renewal.read"
	RenewalTick          Action = "renewal.tick"
	ExpiryRead           Action = "expiry.read"
	TherapistWrite       Action = "therapist.write"
	HoldingRead          Action = "holding.read"
	HoldingRecord        Action = "holding.record"
	HoldingVerify        Action = "holding.verify"
	AdverseRecord        Action = "adverse.record"
	RosterRead           Action = "roster.read"
	RosterImport         Action = "roster.import"
	RosterDecide         Action = "roster.decide"
	CERead               Action = "ce.read"
	CEReport             Action = "ce.report"
	CEDecide             Action = "ce.decide"
	CECourse             Action = "ce_course.write"
	CEProviderRead       Action = "ce_provider.read"
	CEProviderWrite      Action = "ce_provider.write"
	CEAuditRead          Action = "ce_audit.read"
	CEAuditRun           Action = "ce_audit.run"
	CEAuditDecide        Action = "ce_audit.decide"
	CredentialRead       Action = "credential.read"
	PaperRead            Action = "paper.read"
	PaperWrite           Action = "paper.write"
	KeyRead              Action = "key.read"
	KeyManage            Action = "key.manage"
	SchoolClose          Action = "school.close"
	EscrowExport         Action = "escrow.export"
	EscrowImport         Action = "escrow.import"
	RecordErase          Action = "record.erase"
	DatabaseRestore      Action = "database.restore"
	CheckMake            Action = "check.make"
	CheckRead            Action = "check.read"
	DisclosureRead       Action = "disclosure.read"
	GrantOwn             Action = "grant.own"
	GrantGive            Action = "grant.give"
	GrantRefuse          Action = "grant.refuse"
	GrantRead            Action = "grant.read"
	GrantAsk             Action = "grant.ask"
	GrantEnd             Action = "grant.end"
	FileAccept           Action = "file.accept"
	FileDecline          Action = "file.decline"
	SchoolLeave          Action = "school.leave"
	DoubtDecide          Action = "doubt.decide"
)

// rule says who may do an action: members with one of the roles, the therapist
// whose record it is, an operator, or anybody for themselves. notOwn forbids it
// on one's own record, person forbids API tokens, write forbids read-only ones,
// fresh wants the password to have been given within FreshFor.
type rule struct {
	roles    []core.Role
	owner    bool
	operator bool
	self     bool
	notOwn   bool
	person   bool
	write    bool
	fresh    bool
	what     string
}

// reads tells whether a rule is one of those that roles that only read are let
// through by, whichever other roles it names.
func (r rule) reads() bool { return !r.write && len(r.roles) > 0 }

// readers are the roles that only read. They have all of what reads allows, and
// nothing else.
var readers = core.RolesWhere(func(r core.RoleInfo) bool { return r.ReadsOnly })

// Each other role is named where it has a right: a new one has none.
var (
	everybody = []core.Role{core.RoleStudent, core.RoleSupervisor, core.RoleRegistrar, core.RoleVerifier, core.RoleAdmin}
	staff     = []core.Role{core.RoleSupervisor, core.RoleRegistrar, core.RoleVerifier, core.RoleAdmin}
	school    = []core.Role{core.RoleStudent, core.RoleSupervisor, core.RoleRegistrar, core.RoleAdmin}
	office    = []core.Role{core.RoleRegistrar, core.RoleAdmin}
	teaching  = []core.Role{core.RoleSupervisor, core.RoleRegistrar, core.RoleAdmin}
	admins    = []core.Role{core.RoleAdmin}
	signers   = []core.Role{core.RoleSupervisor}
	checkers  = []core.Role{core.RoleVerifier, core.RoleAdmin}
	askers    = []core.Role{core.RoleRegistrar, core.RoleVerifier, core.RoleAdmin} // who may ask for grants, and read by them
)

var policy = map[Action]rule{
	SelfRead:             {self: true, what: "account"},
	SelfWrite:            {self: true, write: true, person: true, what: "account"},
	OrganizationCreate:   {operator: true, write: true, person: true, what: "organization"},
	OrganizationRead:     {roles: everybody, operator: true, what: "organization"},
	OrganizationUpdate:   {roles: admins, write: true, what: "organization"},
	MemberRead:           {roles: teaching, what: "organization"},
	SupervisorRead:       {roles: school, what: "organization"},
	MemberInvite:         {roles: admins, operator: true, write: true, person: true, what: "organization"},
	MemberEnd:            {roles: admins, write: true, person: true, what: "member"},
	TokenManage:          {roles: admins, write: true, person: true, what: "organization"},
	AuditRead:            {roles: admins, what: "organization"},
	ProgramRead:          {roles: school, what: "program"},
	ProgramPublish:       {roles: office, write: true, what: "program"},
	DraftRead:            {roles: office, what: "draft"},
	DraftWrite:           {roles: office, write: true, what: "draft"},
	EnrollmentCreate:     {roles: office, write: true, what: "organization"},
	EnrollmentRead:       {roles: teaching, owner: true, what: "enrollment"},
	EntryRead:            {roles: teaching, owner: true, what: "entry"},
	EntryLog:             {owner: true, write: true, what: "entry"},
	EntrySign:            {roles: signers, write: true, person: true, notOwn: true, fresh: true, what: "entry"},
	DoubtDecide:          {roles: office, write: true, person: true, notOwn: true, fresh: true, what: "entry"},
	EntryReturn:          {roles: signers, write: true, notOwn: true, what: "entry"},
	InboxRead:            {roles: signers, what: "organization"},
	ImportRead:           {roles: office, what: "import"},
	ImportPropose:        {roles: office, write: true, what: "organization"},
	ImportDecide:         {roles: office, write: true, person: true, fresh: true, what: "import"},
	TransferRead:         {roles: office, owner: true, what: "transfer"},
	TransferPropose:      {roles: office, write: true, notOwn: true, what: "enrollment"},
	TransferDecide:       {roles: office, write: true, person: true, notOwn: true, fresh: true, what: "transfer"},
	ClassRead:            {roles: teaching, what: "class"},
	ClassPlan:            {roles: teaching, write: true, what: "class"},
	ClassTeach:           {roles: signers, write: true, person: true, what: "class"},
	ClassSign:            {roles: signers, write: true, person: true, fresh: true, what: "class"},
	AttendanceClock:      {owner: true, write: true, person: true, what: "class"},
	ProposalRead:         {roles: office, what: "proposal"},
	ProposalMake:         {roles: office, write: true, notOwn: true, what: "enrollment"},
	ProposalDecide:       {roles: office, write: true, person: true, notOwn: true, fresh: true, what: "proposal"},
	ProposalDecline:      {roles: office, write: true, person: true, notOwn: true, what: "proposal"},
	FlagClear:            {roles: office, write: true, person: true, notOwn: true, what: "proposal"},
	CalendarRead:         {roles: school, what: "calendar"},
	CalendarWrite:        {roles: office, write: true, what: "calendar"},
	PauseRead:            {roles: teaching, owner: true, what: "enrollment"},
	PauseWrite:           {roles: office, write: true, notOwn: true, what: "enrollment"},
	HoursExport:          {roles: office, what: "organization"},
	RiskRead:             {roles: office, what: "organization"},
	RequestRead:          {roles: office, owner: true, what: "request"},
	RequestMake:          {owner: true, write: true, what: "request"},
	RequestDecide:        {roles: office, write: true, person: true, notOwn: true, what: "request"},
	AbsenceRead:          {roles: teaching, owner: true, what: "enrollment"},
	AbsenceWrite:         {roles: office, write: true, notOwn: true, what: "enrollment"},
	CourseRead:           {roles: school, what: "course"},
	CourseWrite:          {roles: office, write: true, what: "course"},
	CourseCompletionRead: {roles: office, owner: true, what: "course completion"},
	CourseRecord:         {roles: office, write: true, notOwn: true, what: "course"},
	TopicRead:            {roles: school, what: "organization"},
	TopicWrite:           {roles: office, write: true, what: "organization"},
	PathwayRead:          {roles: school, what: "pathway"},
	PathwayWrite:         {roles: office, write: true, what: "pathway"},
	SectionRead:          {roles: school, what: "section"},
	SectionPlan:          {roles: office, write: true, what: "section"},
	SectionJoin:          {roles: office, owner: true, write: true, what: "section"},
	SectionTeach:         {roles: teaching, write: true, what: "section"},
	FormRead:             {roles: teaching, what: "assessment form"},
	ReadinessRead:        {roles: teaching, what: "organization"},
	AbilityRead:          {roles: askers, owner: true, what: "therapist"},
	LicenseRead:          {roles: askers, owner: true, what: "license"},
	LicenseRecord:        {roles: office, owner: true, write: true, what: "license"},
	ReminderRead:         {owner: true, what: "record"},
	ReminderWrite:        {owner: true, write: true, what: "record"},
	CalendarShare:        {owner: true, write: true, person: true, what: "record"},
	RenewalRead:          {roles: askers, owner: true, what: "license"},
	RenewalTick:          {owner: true, write: true, what: "license"},
	ExpiryRead:           {roles: office, what: "organization"},
	TherapistWrite:       {owner: true, write: true, what: "therapist"},
	HoldingRead:          {roles: askers, owner: true, what: "qualification"},
	HoldingRecord:        {roles: office, owner: true, write: true, what: "qualification"},
	HoldingVerify:        {roles: office, write: true, notOwn: true, what: "qualification"},
	AdverseRecord:        {roles: office, write: true, notOwn: true, what: "license"},
	RosterRead:           {roles: office, what: "roster"},
	RosterImport:         {roles: office, write: true, what: "organization"},
	RosterDecide:         {roles: office, write: true, person: true, notOwn: true, what: "roster match"},
	CERead:               {roles: askers, owner: true, what: "activity"},
	CEReport:             {roles: office, owner: true, write: true, what: "activity"},
	CEDecide:             {roles: office, write: true, person: true, notOwn: true, fresh: true, what: "activity"},
	CECourse:             {roles: office, write: true, what: "course"},
	CEProviderRead:       {roles: school, operator: true, what: "provider"},
	CEProviderWrite:      {roles: office, operator: true, write: true, what: "provider"},
	CEAuditRead:          {roles: office, what: "audit"},
	CEAuditRun:           {roles: office, write: true, person: true, fresh: true, what: "audit"},
	CEAuditDecide:        {roles: office, write: true, person: true, notOwn: true, fresh: true, what: "audit"},
	CredentialRead:       {roles: askers, owner: true, what: "credential"},
	PaperRead:            {roles: office, what: "organization"},
	PaperWrite:           {roles: admins, write: true, what: "organization"},
	KeyRead:              {roles: office, what: "organization"},
	KeyManage:            {roles: admins, write: true, person: true, fresh: true, what: "organization"},
	SchoolClose:          {roles: admins, operator: true, write: true, person: true, fresh: true, what: "organization"},
	EscrowExport:         {operator: true, write: true, person: true, what: "organization"},
	EscrowImport:         {operator: true, write: true, person: true, what: "organization"},
	RecordErase:          {operator: true, write: true, person: true, what: "certificate"},
	DatabaseRestore:      {operator: true, write: true, person: true, what: "database"},
	CheckMake:            {roles: checkers, write: true, what: "organization"},
	CheckRead:            {roles: checkers, what: "organization"},
	DisclosureRead:       {owner: true, what: "record"},
	GrantOwn:             {self: true, what: "record"},
	GrantGive:            {self: true, write: true, person: true, fresh: true, what: "record"},
	GrantRefuse:          {self: true, write: true, person: true, what: "record"},
	GrantRead:            {roles: askers, owner: true, what: "grant"},
	GrantAsk:             {roles: askers, write: true, person: true, what: "grant request"},
	GrantEnd:             {roles: askers, owner: true, write: true, person: true, what: "grant"},
	FileAccept:           {self: true, write: true, person: true, fresh: true, what: "student file"},
	FileDecline:          {self: true, write: true, person: true, what: "student file"},
	SchoolLeave:          {self: true, write: true, person: true, what: "organization"},
}

// Actions lists every action there is a rule for, in the order of their names.
func Actions() []Action { return slices.Sorted(maps.Keys(policy)) }
