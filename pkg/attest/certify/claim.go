package certify

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/judge/license"
	"github.com/palmar/palmar/pkg/judge/standard"
)

// completionClaim says what a student completed; the issuer, the holder and the
// address are added when it is signed. The criteria are what the rules do, by
// their figures: what a school says of a rule is not signed.
func completionClaim(e logbook.Enrollment, j judgment) credential.Claim {
	hours := j.hours()
	criteria := []string{fmt.Sprintf("Met every rule of the standard %q, version %s, judged from supervised sessions that supervisors signed:", j.standard.Title, j.standard.Version)}
	criteria = append(criteria, j.standard.Sentences()...)
	return credential.Claim{
		Kind:          credential.Completion,
		AchievementID: "urn:uuid:" + e.ProgramVersionID.String(),
		Title:         e.ProgramTitle,
		Description:   fmt.Sprintf("Completed the program %s with %s of supervised instruction.", e.ProgramTitle, j.standing.Valid),
		Criteria:      fit(criteria),
		Alignments:    []credential.Alignment{credential.MassageTherapists},
		Hours:         &hours,
		States:        states(j.claims),
		Started:       j.first.String(),
		Ended:         j.last.String(),
	}
}

// states are claims as they are signed.
func states(claims []standard.Claim) (signed []credential.StateClaim) {
	for _, c := range claims {
		signed = append(signed, credential.StateClaim{State: c.Name, Outcome: string(c.Outcome), Text: fit(append(c.Details(), c.By()))})
	}
	return signed
}

// hours are what counts of a standing, in all and by subject.
func (j judgment) hours() credential.Hours {
	hours := credential.Hours{Total: credential.HoursLine{
		Name: "Supervised instruction", Minutes: int64(j.standing.Valid), Required: int64(j.standing.Required),
	}}
	for _, subject := range j.standing.Subjects {
		hours.Subjects = append(hours.Subjects, credential.HoursLine{
			Name: subject.Title, Minutes: int64(subject.Valid), Required: int64(subject.Required),
		})
	}
	return hours
}

func transcriptTitle(e logbook.Enrollment) string { return "Transcript: " + e.ProgramTitle }

// transcriptClaim says which hours of a program are on record; that they suffice
// it does not say.
func transcriptClaim(e logbook.Enrollment, j judgment, today core.Date) credential.Claim {
	hours := j.hours()
	count := fmt.Sprintf("count by the standard %q, version %s", j.standard.Title, j.standard.Version)
	if j.unjudged {
		count = fmt.Sprintf("were supervised. Nothing was judged: the standard %q, version %s, is not in force for this record on that day", j.standard.Title, j.standard.Version)
	}
	return credential.Claim{
		Kind:          credential.Transcript,
		AchievementID: "urn:uuid:" + e.ProgramVersionID.String() + "#transcript",
		Title:         transcriptTitle(e),
		Description: fmt.Sprintf("Supervised instruction in the program %s on record on %s: %s signed, of which %s %s. It is no certificate of completion.",
			e.ProgramTitle, today, j.standing.Recorded, j.standing.Valid, count),
		Criteria:   "The sessions on record that supervisors signed, and hours accepted from other schools, by subject.",
		Alignments: []credential.Alignment{credential.MassageTherapists},
		Hours:      &hours,
		Started:    j.first.String(),
		Ended:      j.last.String(),
	}
}

func licenseTitle(l core.License) string { return l.Title + ", " + l.Jurisdiction }

// attestable is how long after a look an attestation of what was seen is good.
const attestable = 90

// found is what a license says to the school now; not_verified where that is no yes.
func found(l core.License, org core.Organization, now time.Time) (license.Practice, error) {
	p := license.Judge(l, standard.AsOf(now).By(org))
	if !p.May() {
		return p, core.Conflict("not_verified", "reason", p.Reason())
	}
	return p, nil
}

// attestedClaim says what was found of a license, where and when. It is good until the
// license expires, and for 90 days after the oldest look behind it at most.
func attestedClaim(l core.License, p license.Practice) credential.Claim {
	claim := credential.Claim{
		Kind:          credential.License,
		AchievementID: "urn:uuid:" + l.ID.String(),
		Title:         licenseTitle(l),
		Description:   fmt.Sprintf("Looked up on %s at %s: %s", p.LookedOn.Words(), p.Source, p.Reason()),
		Criteria:      "The school looked the license up; the board of the jurisdiction alone can say whether that has changed since.",
		Alignments:    []credential.Alignment{credential.MassageTherapists},
		LicenseNumber: l.Number,
		Started:       l.IssuedOn.String(),
	}
	claim.ValidUntil = attestedUntil(p)
	return claim
}

// attestedUntil is the end of the day until which an attestation is good.
func attestedUntil(p license.Practice) time.Time {
	last := p.LookedOn.AddDays(attestable)
	if p.ExpiresOn.Before(last) {
		last = p.ExpiresOn
	}
	return last.AddDays(1).In(time.UTC)
}

// schoolDefined are topics for which no national standard of hours was found.
var schoolDefined = []string{
	"medical-massage", "prenatal", "prenatal-massage", "carpal-tunnel", "rotator-cuff", "sciatica", "migraine",
	"fibromyalgia", "lipedema", "heat-and-cold", "hydrotherapy",
}

// specialtyClaim says which course a therapist completed. Its hours are the
// school's own, and the criteria say so.
func specialtyClaim(course core.Course, c core.CourseCompletion, prerequisites []PrerequisiteSeen) credential.Claim {
	criteria := []string{fmt.Sprintf("Completed the course %s on %s, taught by %s.", course.Title, c.CompletedOn.Words(), c.Instructor)}
	switch {
	case course.Standard != "":
		criteria = append(criteria, fmt.Sprintf("The school holds the course by the standard %s and sets these hours itself; whether that standard is met in full, its issuer says.", course.Standard))
	case slices.Contains(schoolDefined, course.Specialty):
		criteria = append(criteria, "The school sets these hours; there is no national hour standard for this topic.")
	default:
		criteria = append(criteria, "The school sets these hours.")
	}
	for _, p := range prerequisites {
		criteria = append(criteria, "Prerequisite: "+p.Text+".")
	}
	description := course.Description
	if description == "" {
		description = fmt.Sprintf("Completed the specialty course %s of %s.", course.Title, c.Minutes)
	}
	claim := credential.Claim{
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
	if last := course.Lasts.Until(c.CompletedOn); !last.IsZero() {
		claim.ValidUntil = last.AddDays(1).In(time.UTC)
	}
	return claim
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
