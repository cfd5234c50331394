package httpapi

import "github.com/palmar/palmar/pkg/access"

// Public is the action of an operation that needs nobody.
const Public access.Action = "public"

// Actions says for every operation of the contract what is asked of the access
// policy. The services ask; the table is for people and tests.
var Actions = map[string]access.Action{
	"signIn":           Public,
	"lookUpInvitation": Public,
	"acceptInvitation": Public,
	"checkCode":        Public,
	"verifyFile":       Public,

	"downloadCredential": Public,

	"listSessions":      access.SelfRead,
	"signOutEverywhere": access.SelfWrite,
	"signOut":           access.SelfWrite,
	"confirmPassword":   access.SelfWrite,
	"changePassword":    access.SelfWrite,
	"getMe":             access.SelfRead,
	"listTokens":        access.SelfRead,
	"createToken":       access.SelfWrite,
	"revokeToken":       access.SelfWrite,

	"createOrganization":      access.OrganizationCreate,
	"getOrganization":         access.OrganizationRead,
	"updateOrganization":      access.OrganizationUpdate,
	"listMembers":             access.MemberRead,
	"listSupervisors":         access.SupervisorRead,
	"endMember":               access.MemberEnd,
	"invite":                  access.MemberInvite,
	"listInvitations":         access.MemberInvite,
	"listOrganizationTokens":  access.TokenManage,
	"createOrganizationToken": access.TokenManage,
	"listAudit":               access.AuditRead,
	"exportAudit":             access.AuditRead,

	"listPrograms":      access.ProgramRead,
	"publishProgram":    access.ProgramPublish,
	"getProgram":        access.ProgramRead,
	"listEnrollments":   access.EnrollmentRead,
	"enroll":            access.EnrollmentCreate,
	"listMyEnrollments": access.SelfRead,
	"getEnrollment":     access.EnrollmentRead,
	"getProgress":       access.EnrollmentRead,
	"listCredits":       access.EnrollmentRead,
	"listEntries":       access.EntryRead,
	"logEntry":          access.EntryLog,
	"getPrefill":        access.EntryLog,
	"getEntry":          access.EntryRead,
	"editEntry":         access.EntryLog,
	"withdrawEntry":     access.EntryLog,
	"submitEntry":       access.EntryLog,
	"correctEntry":      access.EntryLog,
	"returnEntry":       access.EntryReturn,
	"listInbox":         access.InboxRead,
	"signEntries":       access.EntrySign,
	"importAttendance":  access.ImportPropose,
	"listImports":       access.ImportRead,
	"getImport":         access.ImportRead,
	"approveImport":     access.ImportDecide,
	"rejectImport":      access.ImportDecide,

	"proposeCompletion":        access.ProposalMake,
	"proposeSpecialty":         access.ProposalMake,
	"listProposals":            access.ProposalRead,
	"getProposal":              access.ProposalRead,
	"certify":                  access.ProposalDecide,
	"clearFlag":                access.FlagClear,
	"declineProposal":          access.ProposalDecide,
	"listCredentials":          access.CredentialRead,
	"listTherapistCredentials": access.CredentialRead,

	"listCourses":           access.CourseRead,
	"createCourse":          access.CourseWrite,
	"getCourse":             access.CourseRead,
	"updateCourse":          access.CourseWrite,
	"recordCompletion":      access.CourseRecord,
	"listCourseCompletions": access.CourseCompletionRead,
	"getTherapist":          access.LicenseRead,
	"listLicenses":          access.LicenseRead,
	"recordLicense":         access.LicenseRecord,
	"getLicense":            access.LicenseRead,
	"recordLicenseEvent":    access.LicenseRecord,

	"inspect":         access.CheckMake,
	"listChecks":      access.CheckRead,
	"listDisclosures": access.DisclosureRead,
}
