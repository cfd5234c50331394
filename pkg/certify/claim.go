package certify

import (
	"fmt"
	"slices"
	"strings"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/credential"
)

// completionClaim says what a student completed; the issuer, the holder and the
// address are added when it is signed.
func completionClaim(e core.Enrollment, j judgement) credential.Claim {
	hours := credential.Hours{Total: credential.HoursLine{
		Name: "Supervised instruction", Minutes: int64(j.standing.Valid), Required: int64(j.standing.Required),
	}}
	for _, subject := range j.standing.Subjects {
		hours.Subjects = append(hours.Subjects, credential.HoursLine{
			Name: subject.Title, Minutes: int64(subject.Valid), Required: int64(subject.Required),
		})
	}
	criteria := []string{fmt.Sprintf("Met every rule of the standard %q, version %s, judged from supervised sessions that supervisors signed:", j.standard.Title, j.standard.Version)}
	for _, r := range j.standard.Rules {
		criteria = append(criteria, r.Text)
	}
	return credential.Claim{
		Kind:          credential.Completion,
		AchievementID: "urn:uuid:" + e.ProgramVersionID.String(),
		Title:         e.ProgramTitle,
		Description:   fmt.Sprintf("Completed the program %s with %s of supervised instruction.", e.ProgramTitle, j.standing.Valid),
		Criteria:      fit(criteria),
		Alignments:    []credential.Alignment{credential.MassageTherapists},
		Hours:         &hours,
		Started:       j.first.String(),
		Ended:         j.last.String(),
	}
}

// schoolDefined are topics for which no national standard of hours was found.
var schoolDefined = []string{
	"medical-massage", "prenatal", "prenatal-massage", "carpal-tunnel", "rotator-cuff", "sciatica", "migraine",
	"fibromyalgia", "lipedema", "heat-and-cold", "hydrotherapy",
}

// specialtyClaim says which course a therapist completed. Its hours are the
// school's own, and the criteria say so.
func specialtyClaim(course core.Course, c core.CourseCompletion, prerequisites []PrerequisiteSeen) credential.Claim {
	criteria := []string{fmt.Sprintf("Completed the course %s on %s, taught by %s.", course.Title, c.CompletedOn, c.Instructor)}
	if slices.Contains(schoolDefined, course.Specialty) {
		criteria = append(criteria, "The school sets these hours; there is no national hour standard for this topic.")
	} else {
		criteria = append(criteria, "The school sets these hours.")
	}
	for _, p := range prerequisites {
		criteria = append(criteria, "Prerequisite: "+p.Text+".")
	}
	description := course.Description
	if description == "" {
		description = fmt.Sprintf("Completed the specialty course %s of %s.", course.Title, c.Minutes)
	}
	return credential.Claim{
		Kind:          credential.Specialty,
		AchievementID: "urn:uuid:" + course.ID.String(),
		Title:         course.Title,
		Description:   description,
		Criteria:      fit(criteria),
		Alignments:    []credential.Alignment{credential.MassageTherapists},
		Hours: &credential.Hours{Total: credential.HoursLine{
			Name: "Instruction", Minutes: int64(c.Minutes), Required: int64(course.Minutes),
		}},
		Ended: c.CompletedOn.String(),
	}
}

// fit joins lines and leaves the last ones out where they would be more than a
// credential takes.
func fit(lines []string) string {
	const most = 3_900
	text := strings.Join(lines, "\n")
	for len([]rune(text)) > most && len(lines) > 1 {
		lines = lines[:len(lines)-1]
		text = strings.Join(append(slices.Clone(lines), "…"), "\n")
	}
	return text
}

// announcement is the mail to the holder.
func (s *Service) announcement(c core.Credential, holder core.Therapist) core.Mail {
	return core.Mail{
		To:      holder.Email,
		Subject: "Your certificate: " + c.Title,
		Text: fmt.Sprintf("Hello %s,\n\n%s has certified: %s (%s).\n\nAnybody can check the certificate here, and you can download it:\n%s\n\nIts code is %s.\n",
			holder.Name, c.OrganizationName, c.Title, c.Minutes, s.link(credential.Code(c.Code)), c.Code),
	}
}
