package paper

import (
	"time"

	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/words"
)

// Sample prints what a school's paper would look like, with a made-up holder
// and nothing signed.
func Sample(style Style, kind credential.Kind, school core.Organization, now time.Time) ([]byte, error) {
	claim := credential.Claim{
		ID: "https://palmar.example/c/0000000000000000000000000000", Kind: kind, Issuer: credential.Issuer{Name: school.Name},
		Subject: credential.Subject{Name: "Alexandra Nguyễn-Montgomery"}, Title: "Medical Massage Foundations",
		Description: "Supervised instruction in the program Medical Massage Foundations.",
		Started:     core.DateOf(now.AddDate(-1, 0, 0)).String(), Ended: core.DateOf(now).String(), ValidFrom: now,
		Hours: &credential.Hours{
			Total: credential.HoursLine{Name: "Supervised instruction", Minutes: 36_330, Required: 36_000},
			Subjects: []credential.HoursLine{
				{Name: "Anatomy & Physiology", Minutes: 7_500, Required: 7_500}, {Name: "Kinesiology", Minutes: 3_000, Required: 3_000},
				{Name: "Pathology", Minutes: 3_330, Required: 3_000}, {Name: "Massage Theory and Practice", Minutes: 12_000, Required: 12_000},
				{Name: "Hydrotherapy", Minutes: 900, Required: 900}, {Name: "Ethics, Law and Business", Minutes: 2_700, Required: 2_700},
				{Name: "Clinical Practice", Minutes: 6_900, Required: 6_000},
			},
		},
	}
	switch kind {
	case credential.Specialty:
		claim.Title, claim.Started = "Manual Lymphatic Drainage", ""
		claim.Hours = &credential.Hours{Total: credential.HoursLine{Name: "Instruction", Minutes: 2_400}}
	case credential.License:
		claim.Title, claim.LicenseNumber, claim.Hours, claim.Ended = "Massage Therapist, ME", "MT 0000", nil, ""
		claim.ValidUntil = now.AddDate(0, 0, 90)
		claim.Description = "Looked up on " + core.DateOf(now).Words() + " at Maine OPOR: Maine license MT 0000 is active."
	case credential.Transcript:
		claim.Title = "Transcript: Medical Massage Foundations"
	}
	doc, err := printed(Sheet{Style: style, Code: "0000-0000-0000-0000-0000-0000-0000", SignedAt: now, Zone: school.Zone, Language: school.Language, Notice: words.Of(school.Language).Say("paper.sample")}, claim)
	if err != nil {
		return nil, err
	}
	return doc.ToBytes()
}
