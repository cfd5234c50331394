package e2e

import (
	"testing"

	"github.com/palmar/palmar/pkg/demo/school"
	"github.com/palmar/palmar/pkg/testkit"
)

// renewal is a therapist's part in keeping a license: what ends when, what the
// renewal takes, reminders, a calendar, and the renewal itself.
func renewal(t *testing.T, s *site) {
	v := s.visitor(t)
	v.signIn("ana.ortega@brightwater.example", school.Password)
	v.open("/record/licenses")
	v.follow("Add a license")
	v.write("State", "Maryland")
	v.write("Number", "R 40404")
	v.write("Issued on", "2025-01-31")
	v.write("Last day", "2027-01-31")
	v.write("Status", "Active")
	v.press("Record the license")
	v.sees("MD Massage Therapist R 40404")
	v.follow("Renewals")
	v.sees(testkit.Says("renewal.renewals.what_yours_good_until_day"), "MD Massage Therapist R 40404", "Jan 31, 2027")
	v.follow("Renewal steps for MD Massage Therapist R 40404")
	v.sees("0 of 6 steps done.", "At least 24 h in 2 years.", "A CPR certificate that is in force.", "medium confidence", "Missing")
	v.unfold("Mark as done for CPR certificate")
	v.press(testkit.Said("renewal.checklist.done_3", "title", "CPR certificate"))
	v.sees(testkit.Says("renewal.checklist.noted"), "1 of 6 steps done.", "own word")
	v.press("Undo: CPR certificate")
	v.sees("0 of 6 steps done.")

	v.open("/record/renewals")
	v.follow("Reminders and calendar")
	v.write("Quiet from", "22:30")
	v.write("Your time zone", "America/Chicago")
	v.tick("14 days before")
	v.press("Save")
	v.sees("Reminders saved.", testkit.Said("renewal.reminders.at_present_mails_go_out", "inForce", "America/Chicago"))
	v.press(testkit.Says("renewal.reminders.make_address"))
	v.sees(testkit.Says("renewal.reminders.copy_now_into_your_calendar"), ".ics")
	v.press("Revoke the address")
	v.sees("no longer works")

	v.open("/record/renewals")
	v.follow("Renewal steps for MD Massage Therapist R 40404")
	v.follow(testkit.Says("renewal.checklist.renewed"))
	v.write(testkit.Says("licensure.renew.new_last_day"), "2029-01-31")
	v.press("Record the renewal")
	v.sees("It expires on Jan 31, 2029", "until Jan 31, 2029")

	office := s.visitor(t)
	office.signIn("g.whitlock@brightwater.example", school.Password)
	office.menu("Students")
	office.follow(testkit.Says("logbook.students.licenses_end"))
	office.sees(testkit.Says("renewal.expiring.licenses_end_soon"))
	office.write(testkit.Says("renewal.expiring.within"), "365 days")
	office.press("Show")
	office.sees(testkit.Says("shared.last_good_day"))
	office.followIn("tbody td")
	office.sees("Continuing education")
}
