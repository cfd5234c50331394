package e2e

import (
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/demo/school"
	"github.com/palmar/palmar/pkg/testkit"
)

// pathway is the registrar's part in a pathway: who waits gets the seat that
// becomes free, and who is trained for what is found.
func pathway(t *testing.T, s *site) {
	v := s.visitor(t)
	v.signIn("g.whitlock@brightwater.example", school.Password)
	v.menu("Courses")
	v.follow(testkit.Says("specialty.courses.catalog"))
	v.sees("Manual lymphatic drainage", testkit.Says("specialty.topics.school_sets_them"))
	v.follow(testkit.Says("specialty.topics.standards_specialties"))
	v.sees("CLT-LANA", "Without a national standard")
	v.menu("Courses")
	v.follow("Pathways")
	v.follow("New pathway")
	v.press(testkit.Says("specialty.pathway_form.make_pathway"))
	v.sees(testkit.Says("shared.form.please_mend_first"))
	v.follow("Pathways")
	v.follow("Lymphatic Drainage Therapist")
	v.sees("Foundation", "Advanced", "The school sets these hours.")
	v.follow("Kofi Mensah")
	v.sees("Not yet", "No end")
	v.follow("Lymphatic Drainage Therapist")
	v.follow("Sections of Lymphatic Drainage for Lymphedema")
	v.follow("Lymphatic Drainage for Lymphedema")
	v.sees(testkit.Said("specialty.section.waiting", "taken", 1, "seats", 1, "waiting", 1), "Waiting")
	v.press(testkit.Said("specialty.section.take_out", "name", "Kofi Mensah"))
	v.sees(testkit.Said("specialty.section.is_out_of_the_section", "name", "Kofi Mensah"), "1 of 1 taken", "Withdrawn")
	v.menu("Courses")
	v.follow(testkit.Says("specialty.courses.who_trained"))
	v.write("Condition", "After surgery")
	v.write("Technique or modality", "Manual lymphatic drainage")
	v.press("Find")
	v.sees("Kofi Mensah", "Manual Lymphatic Drainage")
	v.follow("Kofi Mensah")
	v.sees("Training of Kofi Mensah", "Lymphedema")
	v.follow(testkit.Says("specialty.readiness.specialties_what_missing"))
	v.sees("Medical massage")
}

// staff is the employer's question who of their people is trained.
func staff(t *testing.T, s *site) {
	v := s.visitor(t)
	v.signIn("d.ruiz@harborview.example", school.Password)
	v.menu(testkit.Says("menu.looks_due"))
	v.sees(testkit.Says("licensure.looks.title"))
	v.menu("Checks")
	v.follow(testkit.Says("employer.checks.who_your_people_trained"))
	v.write("Condition", "After surgery")
	v.press("Find")
	v.sees("Kofi Mensah", "Brightwater")
}

// found is someone who looks for a therapist, without an account, and reports the entry,
// which the school takes down and puts back.
func found(t *testing.T, s *site) {
	v := s.visitor(t)
	v.open("/directory?area=NY&condition=after-surgery")
	v.sees("Kofi Mensah", testkit.Said("specialty.directory.speaks", "languages", []string{"English", "Spanish"}), "Lymphedema")
	v.follow("Kofi Mensah")
	v.sees("After surgery")
	entry := v.here()
	v.follow(testkit.Says("specialty.report.report_entry"))
	v.press(testkit.Says("specialty.report.send"))
	v.sees(testkit.Says("unknown_reason"))
	v.tick(testkit.Says("directory_report.wrong_contact"))
	v.write(testkit.Says("shared.note"), "Nobody answers this phone.")
	v.press(testkit.Says("specialty.report.send"))
	v.sees(testkit.Says("specialty.report.thanks"))

	office := s.visitor(t)
	office.signIn("g.whitlock@brightwater.example", school.Password)
	office.menu(testkit.Says("menu.directory"))
	office.sees("Kofi Mensah", "Nobody answers this phone.")
	office.follow("Kofi Mensah")
	office.write(testkit.Says("shared.reason"), "The phone is out of service.")
	office.press(testkit.Says("specialty.moderation.take_down"))
	office.sees(testkit.Says("specialty.moderation.not_shown"), "The phone is out of service.")
	office.follow(testkit.Says("specialty.moderation.directory_reports"))
	office.follow(testkit.Says("specialty.moderation.decided"))
	office.sees("Nobody answers this phone.")
	office.follow(testkit.Says("specialty.moderation.down"))
	office.sees("The phone is out of service.")
	office.follow("Kofi Mensah")

	kofi := s.visitor(t)
	kofi.signIn("kofi.mensah@brightwater.example", school.Password)
	kofi.open("/record/directory")
	kofi.sees(testkit.Says("specialty.profile.taken_down"), "The phone is out of service.")

	office.press(testkit.Says("specialty.moderation.lift"))
	office.sees(testkit.Says("specialty.moderation.lifted"))
	v.open(entry)
	v.sees("Kofi Mensah")
}

// graduate is a therapist who looks at what they are trained for, and decides
// what the directory shows.
func graduate(t *testing.T, s *site) {
	v := s.visitor(t)
	v.signIn("kofi.mensah@brightwater.example", school.Password)
	v.open("/record/readiness")
	v.sees(testkit.Says("shared.record.what_i_may_treat"), "After surgery", "Lymphedema")
	v.follow("Courses")
	v.sees("My courses", "Lymphatic Drainage for Lymphedema")
	v.follow("Directory")
	v.sees(testkit.Says("specialty.profile.off_until_you_switch_others"))
	v.tick(testkit.Says("shown.mentor"))
	v.press("Save")
	v.sees("You are listed in the directory.")

	v.open("/record/licenses")
	v.follow(testkit.Says("shared.disputed.dispute"))
	v.write(testkit.Says("shared.reason"), "My license number ends in 8.")
	v.press(testkit.Says("dispute.new.dispute_this"))
	v.sees(testkit.Says("dispute.own.my_disputes"), testkit.Says("dispute_state.open"))
	v.followIn("tbody")
	v.sees("My license number ends in 8.")
	v.open("/record/disputes")
	v.press(testkit.Says("dispute.own.withdraw"))
	v.sees(testkit.Says("dispute.own.withdrawn"))
	links(t, s, v)
}

// links: a therapist makes a link, and someone without an account opens it.
func links(t *testing.T, s *site, v *visitor) {
	v.open("/record/sharing")
	v.unfold(testkit.Says("grant.link.make"))
	form := v.in(`form[action="/record/sharing/links"]`)
	form.write(testkit.Says("grant.link.for"), "Bay Street Clinic")
	for _, part := range []string{"Certificates", "Licenses", "Liability insurance", "Specialties", "Continuing education", "Disciplinary orders", "Hours by subject"} {
		form.tick(part)
	}
	form.write(testkit.Says("grant.sharing.purpose"), testkit.Says("purpose.employment"))
	form.press(testkit.Says("grant.link.make_it"))
	v.sees(testkit.Said("grant.link.made", "label", "Bay Street Clinic"))
	address := ask[string](v, `document.querySelector("code.secret").textContent`)
	_, path, _ := strings.Cut(address, "/s/")

	stranger := s.visitor(t)
	stranger.open("/s/" + path)
	stranger.sees(testkit.Said("shared_record.offers", "name", "Kofi Mensah"))
	stranger.press(testkit.Says("shared_record.open"))
	stranger.sees("Kofi Mensah", testkit.Says("shared.hours"), testkit.Says("shared_record.training"), testkit.Says("shared.licenses_where_known_from"))

	v.open("/record/sharing")
	v.sees(testkit.Said("grant.sharing.by_link", "label", "Bay Street Clinic"), testkit.Said("grant.link.left", "left", 9, "most", 10))
	v.press(testkit.Says("grant.link.end"))
	v.sees(testkit.Said("grant.link.ended", "label", "Bay Street Clinic"))
	stranger.open("/s/" + path)
	stranger.sees(testkit.Says("link_gone"))
}

// teacher is the instructor of a section: a session is added and marked, an
// attempt at the examination is recorded, a form is filled in.
func teacher(t *testing.T, s *site) {
	office := s.visitor(t)
	office.signIn("g.whitlock@brightwater.example", school.Password)
	office.menu("Courses")
	office.follow("Pathways")
	office.follow(testkit.Says("specialty.pathways.forms_by_competency"))
	office.write("Title", "Hands")
	office.write("Competencies", "Pressure")
	office.press(testkit.Says("specialty.forms.make_form_2"))
	office.sees("Hands added.", "Pressure")
	office.menu("Courses")
	office.follow("Oncology Massage")
	office.follow(testkit.Says("shared.what_about"))
	office.tick("Scar tissue work")
	office.press("Save")
	office.sees("Topics saved.", "Scar tissue work")
	office.follow("Sections")
	office.follow("Plan a section")
	office.write("First day", "2026-11-02")
	office.write("Last day", "2026-11-03")
	office.write("Instructor", "Rosa Alvarez")
	office.write("Seats", "2")
	office.press("Plan the section")
	office.sees("Section planned.", "0 of 2 taken")
	office.write(testkit.Says("specialty.section.email_address_person"), "kofi.mensah@brightwater.example")
	office.press(testkit.Says("specialty.section.give_place"))
	office.sees("Kofi Mensah has a seat.")
	path := office.here()

	v := s.visitor(t)
	v.signIn("r.alvarez@brightwater.example", school.Password)
	v.open(path)
	v.write(testkit.Says("shared.day"), "2026-11-02")
	v.write("Length", "8 h")
	v.write("Part", "lab")
	v.press("Add the session")
	v.sees("Session added.", "8 h")
	v.write(testkit.Said("specialty.section.mark_2", "name", "Kofi Mensah", "part", "lab"), "Present")
	v.press(testkit.Says("specialty.section.save_marks"))
	v.sees(testkit.Said("specialty.section.marked", "count", 1), "8 h")
	v.follow("Kofi Mensah")
	v.tick("Passed")
	v.write("Taken on", "2026-11-03")
	v.press("Record the attempt")
	v.sees("Attempt recorded.", "Passed")
	v.write("Pressure", "4")
	v.press(testkit.Says("specialty.person.keep_form"))
	v.sees(testkit.Said("specialty.person.the_form_about_is_kept", "name", "Kofi Mensah"), "4 of 5")
}
