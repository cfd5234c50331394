package e2e

import (
	"testing"

	"github.com/palmar/palmar/pkg/demo/school"
)

// pathway is the registrar's part in a pathway: who waits gets the seat that
// becomes free, and who is trained for what is found.
func pathway(t *testing.T, s *site) {
	v := s.visitor(t)
	v.signIn("g.whitlock@brightwater.example", school.Password)
	v.menu("Courses")
	v.follow("Catalogue")
	v.sees("Manual lymphatic drainage", "The school sets them")
	v.follow("Standards of specialties")
	v.sees("CLT-LANA", "Without a national standard")
	v.menu("Courses")
	v.follow("Pathways")
	v.follow("Lymphatic Drainage Therapist")
	v.sees("Foundation", "Advanced", "The school sets these hours.")
	v.follow("Sections of Lymphatic Drainage for Lymphedema")
	v.follow("Lymphatic Drainage for Lymphedema")
	v.sees("1 of 1 taken, 1 waiting", "Waiting")
	v.press("Take out Kofi Mensah")
	v.sees("Kofi Mensah is out of the section.", "1 of 1 taken", "Withdrawn")
	v.menu("Courses")
	v.follow("Who is trained")
	v.write("Condition", "After surgery")
	v.write("Technique or modality", "Manual lymphatic drainage")
	v.press("Find")
	v.sees("Kofi Mensah", "Manual Lymphatic Drainage")
	v.follow("Kofi Mensah")
	v.sees("What Kofi Mensah may treat", "Lymphedema")
	v.follow("Specialties and what is missing")
	v.sees("Medical massage")
}

// staff is the employer's question who of their people is trained.
func staff(t *testing.T, s *site) {
	v := s.visitor(t)
	v.signIn("d.ruiz@harborview.example", school.Password)
	v.menu("Checks")
	v.follow("Who of your people is trained")
	v.write("Condition", "After surgery")
	v.press("Find")
	v.sees("Kofi Mensah", "Brightwater")
}

// found is somebody who looks for a therapist, without an account.
func found(t *testing.T, s *site) {
	v := s.visitor(t)
	v.open("/directory?area=NY&condition=after-surgery")
	v.sees("Kofi Mensah", "Speaks English, Spanish", "Offers to mentor")
}
