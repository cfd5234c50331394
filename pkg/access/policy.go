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
	ProgramConfirm       Action = "program.confirm"
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
	TransferSource       Action = "transfer.source"
	HandoverRead         Action = "handover.read"
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
	HoursRead            Action = "hours.read"
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
	LicenseLook          Action = "license.look"
	LicenseDue           Action = "license.due"
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
	SourceRead           Action = "source.read"
	SourceManage         Action = "source.manage"
	LicenseSettle        Action = "license.settle"
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
	DirectoryReportRead  Action = "directory_report.read"
	DirectoryModerate    Action = "directory.moderate"
	DisputeOpen          Action = "dispute.open"
	DisputeRead          Action = "dispute.read"
	DisputeAnswer        Action = "dispute.answer"
	GrantOwn             Action = "grant.own"
	GrantGive            Action = "grant.give"
	GrantRefuse          Action = "grant.refuse"
	GrantRead            Action = "grant.read"
	GrantAsk             Action = "grant.ask"
	GrantEnd             Action = "grant.end"
	FileAccept           Action = "file.accept"
	FileDecline          Action = "file.decline"
	SchoolLeave          Action = "school.leave"
	DoubtDecide          Action = "overlap.decide"
)

// rule says who may do an action: members with one of the roles in organizations of
// the kinds that it is for (at), the therapist whose record it is, an operator, or
// anybody for themselves. At an organization of another kind its members find nothing,
// whatever their role. notOwn forbids it on one's own record, person forbids API
// tokens, write forbids read-only ones, fresh wants the password to have been given
// within FreshFor, link lets a stranger see by a link, and saw lets an employer with a
// grant write what its own members saw. student wants the therapist to
// be a student of the organization: who left it reads on, and does nothing there.
//
// What is read by a grant (a license) is for schools where schools record it: a grant
// opens it to organizations of any kind.
type rule struct {
	at       []core.OrganizationKind
	roles    []core.Role
	owner    bool
	student  bool
	operator bool
	self     bool
	notOwn   bool
	person   bool
	write    bool
	fresh    bool
	link     bool
	saw      bool
	what     string
}

// reads tells whether a rule is one of those that roles that only read are let
// through by, whichever other roles it names.
func (r rule) reads() bool { return !r.write && len(r.roles) > 0 }

// readers are the roles that only read. They have all of what reads allows, and
// nothing else.
var readers = core.RolesWhere(func(r core.RoleInfo) bool { return r.ReadsOnly })

// The kinds of organizations that an action is for. Each rule names some.
var (
	schools   = []core.OrganizationKind{core.School}
	employers = []core.OrganizationKind{core.Employer}
	anywhere  = []core.OrganizationKind{core.School, core.Employer}
)

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
	SelfRead:             {at: anywhere, self: true, what: "account"},
	SelfWrite:            {at: anywhere, self: true, write: true, person: true, what: "account"},
	OrganizationCreate:   {at: anywhere, operator: true, write: true, person: true, what: "organization"},
	OrganizationRead:     {at: anywhere, roles: everybody, operator: true, what: "organization"},
	OrganizationUpdate:   {at: anywhere, roles: admins, write: true, what: "organization"},
	MemberRead:           {at: anywhere, roles: teaching, what: "organization"},
	SupervisorRead:       {at: schools, roles: school, what: "organization"},
	MemberInvite:         {at: anywhere, roles: admins, operator: true, write: true, person: true, what: "organization"},
	MemberEnd:            {at: anywhere, roles: admins, write: true, person: true, what: "member"},
	TokenManage:          {at: anywhere, roles: admins, write: true, person: true, what: "organization"},
	AuditRead:            {at: anywhere, roles: admins, what: "organization"},
	ProgramRead:          {at: schools, roles: school, what: "program"},
	ProgramPublish:       {at: schools, roles: office, write: true, what: "program"},
	ProgramConfirm:       {at: schools, roles: office, write: true, person: true, fresh: true, what: "program"},
	DraftRead:            {at: schools, roles: office, what: "draft"},
	DraftWrite:           {at: schools, roles: office, write: true, what: "draft"},
	EnrollmentCreate:     {at: schools, roles: office, write: true, what: "organization"},
	EnrollmentRead:       {at: schools, roles: teaching, owner: true, what: "enrollment"},
	EntryRead:            {at: schools, roles: teaching, owner: true, what: "entry"},
	EntryLog:             {at: schools, owner: true, student: true, write: true, what: "entry"},
	EntrySign:            {at: schools, roles: signers, write: true, person: true, notOwn: true, fresh: true, what: "entry"},
	DoubtDecide:          {at: schools, roles: office, write: true, person: true, notOwn: true, fresh: true, what: "entry"},
	EntryReturn:          {at: schools, roles: signers, write: true, notOwn: true, what: "entry"},
	InboxRead:            {at: schools, roles: signers, what: "organization"},
	ImportRead:           {at: schools, roles: office, what: "import"},
	ImportPropose:        {at: schools, roles: office, write: true, what: "organization"},
	ImportDecide:         {at: schools, roles: office, write: true, person: true, fresh: true, what: "import"},
	TransferRead:         {at: schools, roles: office, owner: true, what: "transfer"},
	TransferPropose:      {at: schools, roles: office, write: true, notOwn: true, what: "enrollment"},
	TransferDecide:       {at: schools, roles: office, write: true, person: true, notOwn: true, fresh: true, what: "transfer"},
	TransferSource:       {at: schools, roles: office, notOwn: true, what: "enrollment"},
	HandoverRead:         {at: schools, roles: office, what: "organization"},
	ClassRead:            {at: schools, roles: teaching, what: "class"},
	ClassPlan:            {at: schools, roles: teaching, write: true, what: "class"},
	ClassTeach:           {at: schools, roles: signers, write: true, person: true, what: "class"},
	ClassSign:            {at: schools, roles: signers, write: true, person: true, fresh: true, what: "class"},
	AttendanceClock:      {at: schools, owner: true, student: true, write: true, person: true, what: "class"},
	ProposalRead:         {at: schools, roles: office, what: "proposal"},
	ProposalMake:         {at: schools, roles: office, write: true, notOwn: true, what: "enrollment"},
	ProposalDecide:       {at: schools, roles: office, write: true, person: true, notOwn: true, fresh: true, what: "proposal"},
	ProposalDecline:      {at: schools, roles: office, write: true, person: true, notOwn: true, what: "proposal"},
	FlagClear:            {at: schools, roles: office, write: true, person: true, notOwn: true, what: "proposal"},
	CalendarRead:         {at: schools, roles: school, what: "calendar"},
	CalendarWrite:        {at: schools, roles: office, write: true, what: "calendar"},
	PauseRead:            {at: schools, roles: teaching, owner: true, what: "enrollment"},
	PauseWrite:           {at: schools, roles: office, write: true, notOwn: true, what: "enrollment"},
	HoursExport:          {at: schools, roles: office, what: "organization"},
	HoursRead:            {at: schools, roles: askers, owner: true, link: true, what: "record"},
	RiskRead:             {at: schools, roles: office, what: "organization"},
	RequestRead:          {at: schools, roles: office, owner: true, what: "request"},
	RequestMake:          {at: schools, owner: true, student: true, write: true, what: "request"},
	RequestDecide:        {at: schools, roles: office, write: true, person: true, notOwn: true, what: "request"},
	AbsenceRead:          {at: schools, roles: teaching, owner: true, what: "enrollment"},
	AbsenceWrite:         {at: schools, roles: office, write: true, notOwn: true, what: "enrollment"},
	CourseRead:           {at: schools, roles: school, what: "course"},
	CourseWrite:          {at: schools, roles: office, write: true, what: "course"},
	CourseCompletionRead: {at: schools, roles: office, owner: true, what: "course completion"},
	CourseRecord:         {at: schools, roles: office, write: true, notOwn: true, what: "course"},
	TopicRead:            {at: schools, roles: school, what: "organization"},
	TopicWrite:           {at: schools, roles: office, write: true, what: "organization"},
	PathwayRead:          {at: schools, roles: school, what: "pathway"},
	PathwayWrite:         {at: schools, roles: office, write: true, what: "pathway"},
	SectionRead:          {at: schools, roles: school, what: "section"},
	SectionPlan:          {at: schools, roles: office, write: true, what: "section"},
	SectionJoin:          {at: schools, roles: office, owner: true, student: true, write: true, what: "section"},
	SectionTeach:         {at: schools, roles: teaching, write: true, what: "section"},
	FormRead:             {at: schools, roles: teaching, what: "assessment form"},
	ReadinessRead:        {at: schools, roles: teaching, what: "organization"},
	AbilityRead:          {at: schools, roles: askers, owner: true, link: true, what: "therapist"},
	LicenseRead:          {at: schools, roles: askers, owner: true, link: true, what: "license"},
	LicenseRecord:        {at: schools, roles: office, owner: true, write: true, what: "license"},
	LicenseLook:          {at: anywhere, roles: askers, saw: true, write: true, notOwn: true, what: "license"},
	LicenseDue:           {at: anywhere, roles: askers, what: "organization"},
	ReminderRead:         {at: anywhere, owner: true, what: "record"},
	ReminderWrite:        {at: anywhere, owner: true, write: true, what: "record"},
	CalendarShare:        {at: anywhere, owner: true, write: true, person: true, what: "record"},
	RenewalRead:          {at: schools, roles: askers, owner: true, what: "license"},
	RenewalTick:          {at: anywhere, owner: true, write: true, what: "license"},
	ExpiryRead:           {at: schools, roles: office, what: "organization"},
	TherapistWrite:       {at: anywhere, owner: true, write: true, what: "therapist"},
	HoldingRead:          {at: schools, roles: askers, owner: true, link: true, what: "qualification"},
	HoldingRecord:        {at: schools, roles: office, owner: true, write: true, what: "qualification"},
	HoldingVerify:        {at: schools, roles: office, write: true, notOwn: true, what: "qualification"},
	AdverseRecord:        {at: schools, roles: office, write: true, notOwn: true, what: "license"},
	RosterRead:           {at: schools, roles: office, what: "roster"},
	RosterImport:         {at: schools, roles: office, write: true, what: "organization"},
	RosterDecide:         {at: schools, roles: office, write: true, person: true, notOwn: true, what: "roster match"},
	SourceRead:           {at: anywhere, operator: true, what: "source"},
	SourceManage:         {at: anywhere, operator: true, write: true, person: true, notOwn: true, what: "source"},
	LicenseSettle:        {at: schools, roles: office, operator: true, write: true, person: true, notOwn: true, what: "license"},
	CERead:               {at: schools, roles: askers, owner: true, link: true, what: "activity"},
	CEReport:             {at: schools, roles: office, owner: true, write: true, what: "activity"},
	CEDecide:             {at: schools, roles: office, write: true, person: true, notOwn: true, fresh: true, what: "activity"},
	CECourse:             {at: schools, roles: office, write: true, what: "course"},
	CEProviderRead:       {at: schools, roles: school, operator: true, what: "provider"},
	CEProviderWrite:      {at: schools, roles: office, operator: true, write: true, what: "provider"},
	CEAuditRead:          {at: schools, roles: office, what: "audit"},
	CEAuditRun:           {at: schools, roles: office, write: true, person: true, fresh: true, what: "audit"},
	CEAuditDecide:        {at: schools, roles: office, write: true, person: true, notOwn: true, fresh: true, what: "audit"},
	CredentialRead:       {at: schools, roles: askers, owner: true, link: true, what: "credential"},
	PaperRead:            {at: schools, roles: office, what: "organization"},
	PaperWrite:           {at: schools, roles: admins, write: true, what: "organization"},
	KeyRead:              {at: schools, roles: office, what: "organization"},
	KeyManage:            {at: schools, roles: admins, write: true, person: true, fresh: true, what: "organization"},
	SchoolClose:          {at: schools, roles: admins, operator: true, write: true, person: true, fresh: true, what: "organization"},
	EscrowExport:         {at: schools, operator: true, write: true, person: true, what: "organization"},
	EscrowImport:         {at: schools, operator: true, write: true, person: true, what: "organization"},
	RecordErase:          {at: schools, operator: true, write: true, person: true, what: "certificate"},
	DatabaseRestore:      {at: anywhere, operator: true, write: true, person: true, what: "database"},
	CheckMake:            {at: employers, roles: checkers, write: true, what: "organization"},
	CheckRead:            {at: employers, roles: checkers, what: "organization"},
	DisclosureRead:       {at: anywhere, owner: true, what: "record"},
	DirectoryReportRead:  {at: schools, roles: office, operator: true, notOwn: true, what: "directory entry"},
	DirectoryModerate:    {at: schools, roles: office, operator: true, write: true, person: true, notOwn: true, what: "directory entry"},
	DisputeOpen:          {at: schools, owner: true, write: true, person: true, what: "dispute"},
	DisputeRead:          {at: schools, roles: office, owner: true, what: "dispute"},
	DisputeAnswer:        {at: schools, roles: office, write: true, person: true, notOwn: true, what: "dispute"},
	GrantOwn:             {at: anywhere, self: true, what: "record"},
	GrantGive:            {at: anywhere, self: true, write: true, person: true, fresh: true, what: "record"},
	GrantRefuse:          {at: anywhere, self: true, write: true, person: true, what: "record"},
	GrantRead:            {at: anywhere, roles: askers, owner: true, what: "grant"},
	GrantAsk:             {at: anywhere, roles: askers, write: true, person: true, what: "grant request"},
	GrantEnd:             {at: anywhere, roles: askers, owner: true, write: true, person: true, what: "grant"},
	FileAccept:           {at: anywhere, self: true, write: true, person: true, fresh: true, what: "student file"},
	FileDecline:          {at: anywhere, self: true, write: true, person: true, what: "student file"},
	SchoolLeave:          {at: anywhere, self: true, write: true, person: true, what: "organization"},
}

// Actions lists every action there is a rule for, in the order of their names.
func Actions() []Action { return slices.Sorted(maps.Keys(policy)) }

// Fits tells whether an action is for organizations of a kind.
func Fits(action Action, kind core.OrganizationKind) bool {
	return slices.Contains(policy[action].at, kind)
}
