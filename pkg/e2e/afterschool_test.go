package e2e

import (
	"testing"

	"github.com/palmar/palmar/pkg/demo/school"
	"github.com/palmar/palmar/pkg/testkit"
)

// afterSchool is the registrar's part in what comes after school: courses,
// specialties and licenses.
func afterSchool(t *testing.T, s *site) {
	v := s.visitor(t)
	v.signIn("g.whitlock@brightwater.example", school.Password)
	v.menu("Courses")
	v.follow("New course")
	v.write("Title", "Scar Tissue Massage")
	v.write("Code", "SCAR-16")
	v.write("Specialty", "scar tissue")
	v.write("Length", "16 h")
	v.tick(testkit.Says("specialty.course_form.license_practice_day_completion"))
	v.write("Certified supervised instruction", "600 h")
	v.press("Add the course")
	v.sees("Scar Tissue Massage", "600 h")
	v.follow("Change the course")
	v.write("About the course", "After surgery and burns")
	v.press("Save the changes")
	v.follow(testkit.Says("specialty.course.what_counts"))
	v.write(testkit.Says("continuing.course.hands"), "8 h")
	v.press("Save")
	v.sees("CE credit saved.")

	v.complete("kofi.mensah@brightwater.example")
	v.complete("ana.ortega@brightwater.example")
	v.press("Propose the certificate of Ana Ortega in Scar Tissue Massage")
	v.sees("license")
	v.menu("Courses")
	v.follow("Course completions")
	v.press("Propose the certificate of Kofi Mensah in Scar Tissue Massage")
	v.sees("Proposed", testkit.Says("certify.proposal.prerequisites_as_they_were_proposed"))

	v.follow("Licenses and certificates")
	v.sees("Kofi Mensah", "May practice today?")
	v.follow("Record a change")
	v.write("New status", "Discipline: Suspended")
	v.write(testkit.Says("licensure.event.force_since"), "2026-11-02")
	v.tick("Looked up with the licensing board")
	v.write("Source", "The board's public look-up")
	v.write(testkit.Says("shared.looked_at"), "2026-11-20")
	v.press("Record the change")
	v.sees("May not practice", "Suspended")
	v.follow("Record a license")
	v.write("State", "Florida")
	v.write(testkit.Says("licensure.new.title_license"), "Massage Therapist")
	v.write("Number", "MA 70707")
	v.write("Issued on", "2026-06-01")
	v.write("Last day", "2027-08-31")
	v.write("Status", "Active")
	v.tick("Looked up with the licensing board")
	v.write("Source", "Florida license search")
	v.write(testkit.Says("shared.looked_at"), "2026-11-20")
	v.press("Record the license")
	v.sees("FL Massage Therapist MA 70707")
	v.follow("Record an order against NY")
	v.press("Record the order")
	v.sees(testkit.Says("unknown_kind.order"))
	v.write(testkit.Says("licensure.order.what_authority_did"), "Suspension")
	v.write("Authority", "New York State Education Department")
	v.write(testkit.Says("licensure.order.number_order"), "2026-7")
	v.write("From", "2026-11-02")
	v.tick("Looked up with the licensing board")
	v.write(testkit.Says("shared.looked_at"), "2026-11-20")
	v.attach(testkit.Says("shared.license.document"), save(v.t, []byte("%PDF-1.7 of the board")))
	v.press("Record the order")
	v.sees("Order recorded, with its discipline.", "New York State Education Department")
	v.follow("Qualifications")
	v.sees("Qualifications of Kofi Mensah")

	v.menu(testkit.Says("menu.disputes"))
	v.sees(testkit.Says("dispute.answer_due"))
	v.followIn("tbody")
	v.write(testkit.Says("shared.reason"), "The board still lists the probation today.")
	v.press(testkit.Says("dispute.one.send_answer"))
	v.sees(testkit.Says("dispute.office.none"))
	v.follow(testkit.Says("dispute.office.show_closed"))
	v.sees(testkit.Says("dispute_state.upheld"))
}

// complete records that someone completed the course that is looked at.
func (v *visitor) complete(email string) {
	v.t.Helper()
	v.menu("Courses")
	v.follow("Scar Tissue Massage")
	v.follow("Record a completion")
	v.write(testkit.Says("specialty.record.email_address_person"), email)
	v.write("Completed on", "2026-11-01")
	v.write("Instructor", "Maja Lindqvist")
	v.press("Record the completion")
}
