// Package specialtyapi serves courses and what they make of people, as
// api/specialty describes them: completions, topics, pathways, sections, who is
// trained, and the directory.
package specialtyapi

import (
	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/platform/edge"
)

// New are the operations of courses and specialties.
func New(s *specialty.Service) edge.Part {
	all := operations{courses{s}, pathways{s}, sections{s}, teaching{s}, readiness{s}, directory{s}, moderation{s}}
	return edge.Part{Routes: routes, Register: func(e *echo.Echo, guards edge.Guards) {
		RegisterHandlersWithOptions(e, all, RegisterHandlersOptions{OperationMiddlewares: guards})
	}}
}

// operations are the parts of the contract of specialties, a type an idea.
type operations struct {
	courses
	pathways
	sections
	teaching
	readiness
	directory
	moderation
}

var routes = edge.Routes{
	"listCourses":           {Action: access.CourseRead},
	"createCourse":          {Action: access.CourseWrite},
	"getCourse":             {Action: access.CourseRead},
	"updateCourse":          {Action: access.CourseWrite},
	"getCourseDetails":      {Action: access.CourseRead},
	"setCourseDetails":      {Action: access.CourseWrite},
	"recordCompletion":      {Action: access.CourseRecord},
	"listCourseCompletions": {Action: access.CourseCompletionRead},
	"listTopics":            {Action: access.TopicRead},
	"addTopic":              {Action: access.TopicWrite},
	"hideTopic":             {Action: access.TopicWrite},

	"listPathways":       {Action: access.PathwayRead},
	"createPathway":      {Action: access.PathwayWrite},
	"getPathway":         {Action: access.PathwayRead},
	"updatePathway":      {Action: access.PathwayWrite},
	"getPathwayProgress": {Action: access.AbilityRead},
	"completePathway":    {Action: access.CourseRecord},

	"listSections":   {Action: access.SectionRead},
	"listMySections": {Action: access.SelfRead},
	"planSection":    {Action: access.SectionPlan},
	"getSection":     {Action: access.SectionRead},
	"changeSection":  {Action: access.SectionPlan},
	"cancelSection":  {Action: access.SectionPlan},
	"finishSection":  {Action: access.CourseRecord},
	"joinSection":    {Action: access.SectionJoin},
	"withdrawPlace":  {Action: access.SectionJoin},

	"addSession":           {Action: access.SectionTeach},
	"markSession":          {Action: access.SectionTeach},
	"recordExam":           {Action: access.SectionTeach},
	"assess":               {Action: access.SectionTeach},
	"listAssessments":      {Action: access.SectionRead},
	"listAssessmentForms":  {Action: access.FormRead},
	"createAssessmentForm": {Action: access.PathwayWrite},

	"listSpecialties":       {Action: access.SelfRead},
	"getSpecialtyStandings": {Action: access.AbilityRead},
	"getReadiness":          {Action: access.AbilityRead},
	"listTrained":           {Action: access.ReadinessRead},
	"listStaffReady":        {Action: access.CheckMake},

	"searchDirectory":      {Action: edge.Public, Budget: specialty.LookBudget},
	"getDirectoryEntry":    {Action: edge.Public, Budget: specialty.LookBudget, Guessable: true},
	"getDirectoryProfile":  {Action: access.SelfRead},
	"saveDirectoryProfile": {Action: access.SelfWrite},

	"reportDirectoryEntry":    {Action: edge.Public, Budget: specialty.ReportBudget, Guessable: true},
	"listDirectoryReports":    {Action: access.DirectoryReportRead},
	"listAllDirectoryReports": {Action: access.DirectoryReportRead},
	"keepReport":              {Action: access.DirectoryModerate},
	"keepReportAsOperator":    {Action: access.DirectoryModerate},
	"listTakeDowns":           {Action: access.DirectoryReportRead},
	"listAllTakeDowns":        {Action: access.DirectoryReportRead},
	"takeDownEntry":           {Action: access.DirectoryModerate},
	"takeDownEntryAsOperator": {Action: access.DirectoryModerate},
	"liftTakeDown":            {Action: access.DirectoryModerate},
}
