package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/demo/school"
	"github.com/palmar/palmar/pkg/testkit"
)

// therapist is someone licensed who plans a cycle to the end, and exports the
// proof of it; the office decides on what is reported.
func therapist(t *testing.T, s *site) {
	v := s.visitor(t)
	v.signIn("kofi.mensah@brightwater.example", school.Password)
	v.menu("My hours")
	v.follow("Continuing education")
	v.sees("FL MA 70707", "first cycle", "one hour for each month", "Prevention of medical errors")
	today := s.today(t)
	v.follow("Plan or record a course")
	v.write("Exact title", "Florida in two days")
	v.write(testkit.Says("continuing.form.completed_or_planned"), today)
	v.write("Hours", "16")
	v.press("Save")
	v.sees(testkit.Says("unit_needed"), "contact hours")
	v.write("Hours", "16 contact hours")
	for subject, hours := range map[string]string{"Ethics": "2 h", "Laws and rules": "2 h", "Prevention of medical errors": "2 h", "Human trafficking": "1 h", "Massage and bodywork": "9 h"} {
		v.write(subject, hours)
	}
	v.press("Save")
	v.sees(testkit.Says("continuing.activities.planned"), "16 CEs")
	v.follow("Continuing education")
	v.sees(testkit.Says("shared.continuing.enough_with_what_planned"))
	v.follow("Florida in two days")
	v.follow(testkit.Says("shared.change"))
	v.tick("I completed this course")
	for field, value := range map[string]string{
		"Approved hours": "1.6 CEU", "Provider (optional)": "Lakeside Institute of Bodywork", "Provider approved by": "FL", testkit.Says("continuing.form.providers_number"): "50-20144",
		testkit.Says("continuing.form.providers_contact"): "office@lakeside.example", testkit.Says("continuing.form.license_number"): "MA 70707", testkit.Says("continuing.form.program_number"): "20-1001",
	} {
		v.write(field, value)
	}
	v.tick(testkit.Says("continuing.form.provider_signed"))
	v.press("Save")
	v.sees("Attach the certificate", "Provider known")
	file := filepath.Join(t.TempDir(), "certificate.pdf")
	if err := os.WriteFile(file, []byte("%PDF-1.7\ncertificate\n%%EOF\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	v.attach("Certificate", file)
	v.press(testkit.Says("shared.attach"))
	v.sees("Certificate attached", "Nothing is missing")
	v.press("Report the course")
	v.sees(testkit.Says("continuing.activities.reported"))

	office := s.visitor(t)
	office.signIn("s.adeyemi@brightwater.example", school.Password)
	office.menu("CE")
	office.follow("Florida in two days")
	office.press(testkit.Says("continuing.activity.accept_2"))
	office.sees(testkit.Says("continuing.activities.accepted"))

	v.follow("Continuing education")
	v.sees(testkit.Says("shared.continuing.proven"), "in full")
	if proof := v.fetch("Proof of CE for FL"); !strings.HasPrefix(string(proof), "PK") {
		t.Errorf("the proof begins with %.4q", proof)
	}
	v.follow("Past cycles and waivers of FL")
	v.write("Reason", "Ill for half a year")
	v.press(testkit.Says("continuing.past.ask"))
	v.tick("A waiver")
	v.press(testkit.Says("continuing.past.ask"))
	v.sees(testkit.Says("continuing.cycles.requested"), "Ill for half a year")

	office.menu("CE")
	office.follow("Audits")
	office.write(testkit.Says("continuing.audits.licenses"), "Florida")
	office.write(testkit.Says("continuing.audits.cycles_ended_from"), "2027-08-31")
	office.write(testkit.Says("continuing.audits.cycles_ended_to"), "2027-08-31")
	office.press(testkit.Says("continuing.audits.begin_audit_2"))
	office.write(testkit.Says("continuing.audit.public_word"), "Powerball of yesterday: 4 8 15 16 23 42")
	office.press(testkit.Says("continuing.audit.draw"))
	office.sees(testkit.Says("continuing.audit.same_sample"), testkit.Says("continuing.audit.be_decided"))
	office.followIn("tbody th")
	office.sees("Download the evidence", "Decide")
	office.menu("CE")
	office.follow("Providers")
	office.sees("Lakeside Institute of Bodywork", "NCBTMB 451234-09")
}
