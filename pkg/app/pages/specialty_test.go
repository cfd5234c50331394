package pages

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/testkit"
)

// specialtySite is a school with two courses about drainage.
type specialtySite struct {
	*site
	t                           *testing.T
	base                        string
	office, student, supervisor *browser
}

func newSpecialtySite(t *testing.T) *specialtySite {
	s := &specialtySite{site: newSite(t), t: t}
	s.course("MLD-1")
	s.course("MLD-2", core.Prerequisite{CourseCode: "MLD-1"})
	s.base = "/o/" + s.School.ID.String()
	s.office, s.student, s.supervisor = s.as(s.Registrar.Email), s.as(s.Student.Email), s.as(s.Supervisor.Email)
	return s
}

func (s *specialtySite) courseOf(code string) core.Course {
	s.t.Helper()
	list, err := s.Specialty.Courses(context.Background(), s.Registrar, s.School.ID, core.Page{Limit: 100})
	if err != nil {
		s.t.Fatal(err)
	}
	for _, c := range list.Items {
		if c.Code == code {
			return c
		}
	}
	s.t.Fatal("there is no course " + code)
	return core.Course{}
}

func TestCatalog(t *testing.T) {
	t.Parallel()
	s := newSpecialtySite(t)
	topics := s.base + "/topics"
	wants(t, s.office.get(topics), http.StatusOK, "Neck pain", "Manual lymphatic drainage", "Mechanical devices", "Medical office", testkit.Says("specialty.topics.school_sets_them"), "Add a term")
	wants(t, s.office.post(topics, url.Values{"kind": {"condition"}, "title": {""}}), http.StatusUnprocessableEntity, testkit.Says("required.field"))
	leadsTo(t, s.office.post(topics, url.Values{"kind": {"condition"}, "title": {"Frozen shoulder"}}), topics)
	wants(t, s.office.post(topics, url.Values{"kind": {"condition"}, "title": {"Frozen  Shoulder"}}), http.StatusUnprocessableEntity, testkit.Says("duplicate.topic"))
	leadsTo(t, s.office.post(topics+"/hide", url.Values{"topic": {"condition/neck"}, "hidden": {"true"}}), topics)
	wants(t, s.office.get(topics), http.StatusOK, "Neck pain is no longer offered", "Offer again", "Frozen shoulder")
	if read := text(s.student.get(topics)); strings.Contains(read, "Add a term") {
		t.Error("a student may add terms")
	}
	details := coursePath(s.courseOf("MLD-1").ID) + "/details"
	if body := s.office.get(details).Body.String(); strings.Contains(body, `value="condition/neck"`) || !strings.Contains(body, `value="condition/frozen-shoulder"`) {
		t.Error("hidden terms are offered, or the school's own are not")
	}
	form := url.Values{"topic": {"condition/after-surgery", "technique/manual-lymphatic-drainage"}, "valid_months": {"two"}, "version": {"1"}}
	wants(t, s.office.post(details, form), http.StatusUnprocessableEntity, testkit.Says("bad_number.page"))
	form.Set("valid_months", "24")
	leadsTo(t, s.office.post(details, form), coursePath(s.courseOf("MLD-1").ID))
	wants(t, s.office.get(coursePath(s.courseOf("MLD-1").ID)), http.StatusOK, "After surgery, Manual lymphatic drainage", "24 months", "The school sets these hours.")
	wants(t, s.office.post(details, form), http.StatusPreconditionFailed, testkit.Says("shared.load_as_now"))
	wants(t, s.student.get(details), http.StatusForbidden)
	wants(t, s.student.get("/specialties"), http.StatusOK, "CLT-LANA", "45 h count online", "31 December in the sixth year", testkit.Says("specialty.specialties.these_no_national_standard_hours"), "Carpal tunnel syndrome")
}

// A school runs a pathway from the waiting list to the certificate, by pages
// alone, and the employer asks who is ready.
func TestPathway(t *testing.T) {
	t.Parallel()
	s := newSpecialtySite(t)
	details := coursePath(s.courseOf("MLD-1").ID) + "/details"
	s.office.post(details, url.Values{"topic": {"condition/after-surgery", "technique/manual-lymphatic-drainage"}})
	form := url.Values{
		"title": {"Lymphatic drainage"}, "code": {"MLD-PATH"}, "specialty": {"Manual lymphatic drainage"}, "course-0": {"MLD-1"}, "level-0": {"master"},
		"course-1": {"MLD-2"}, "level-1": {"foundation"},
	}
	wants(t, s.office.get(s.base+"/pathways/new"), http.StatusOK, "Course 1", "Level of course 10")
	wants(t, s.office.post(s.base+"/pathways/new", form), http.StatusUnprocessableEntity, testkit.Says("bad_level"))
	form.Set("level-0", "foundation")
	form.Set("level-1", "advanced")
	made := s.office.post(s.base+"/pathways/new", form).Header().Get("Location")
	wants(t, s.office.get(made), http.StatusOK, testkit.Said("specialty.pathways.is_made_with_in_all", "title", "Lymphatic drainage", "minutes", "80 h"), "1. Manual Lymphatic Drainage", "Foundation", "Advanced", "The school sets these hours.")
	form.Set("version", "1")
	form.Set("valid_months", "24")
	leadsTo(t, s.office.post(made+"/edit", form), made)
	wants(t, s.student.get(s.base+"/pathways"), http.StatusOK, "Lymphatic drainage", "2 courses, 80 h")
	s.holds("MLD-1", true)
	s.certifies("") // a step counts once it is certified
	s.holds("MLD-2", false)
	s.certifies("")

	progress := made + "/progress/" + s.Student.TherapistID.String()
	wants(t, s.student.get(progress), http.StatusOK, "Ada Example", "No end")
	wants(t, s.office.get(made), http.StatusOK, testkit.Says("specialty.pathway.who_way"), "Ada Example")
	wants(t, s.office.post(progress, url.Values{}), http.StatusUnprocessableEntity, testkit.Says("required.field"))
	leadsTo(t, s.office.post(progress, url.Values{"instructor": {"Ines"}}), s.base+"/course-completions")
	s.certifies("Lymphatic drainage")
	wants(t, s.office.get(s.base+"/readiness?condition=after-surgery&means=manual-lymphatic-drainage"), http.StatusOK, "Ada Example", "AM EST")
	wants(t, s.office.get(s.base+"/readiness?condition=migraine"), http.StatusOK, testkit.Says("specialty.trained.nobody_trained_today"))
	wants(t, s.student.get("/record/readiness"), http.StatusOK, testkit.Says("shared.record.what_i_may_treat"), "After surgery", "No license is recorded")
	wants(t, s.student.get("/therapists/"+s.Student.TherapistID.String()+"/specialties"), http.StatusOK, "CLT-LANA", "short of 135 h")
	wants(t, s.office.get("/therapists/"+s.Student.TherapistID.String()+"/readiness"), http.StatusOK, "Training of Ada Example")
	s.asks()
}

// holds plans a section, fills it, teaches it and finishes it.
func (s *specialtySite) holds(code string, exam bool) {
	t, c := s.t, s.courseOf(code)
	member, _ := s.Supervisor.Member(s.School.ID, core.RoleSupervisor)
	form := url.Values{"starts_on": {"2026-11-18"}, "ends_on": {"2026-11-21"}, "instructor_id": {member.String()}, "seats": {"0"}}
	if exam {
		form.Set("exam", "true")
	}
	plan := coursePath(c.ID) + "/sections/new"
	wants(t, s.office.post(plan, form), http.StatusUnprocessableEntity, testkit.Says("bad_number.seats"))
	form.Set("seats", "1")
	one := s.office.post(plan, form).Header().Get("Location")
	if exam {
		leadsTo(t, s.office.post(one+"/join", url.Values{"whom": {"somebody"}, "email": {"early@example.org"}, "name": {"Eve Early"}}), one)
		wants(t, s.student.get(one), http.StatusOK, testkit.Says("specialty.section.join_waiting_list"), "1 of 1 taken")
		leadsTo(t, s.student.post(one+"/join", url.Values{"whom": {"me"}}), one)
		wants(t, s.student.get(one), http.StatusOK, "Waiting", testkit.Says("specialty.section.give_my_place_up"))
		d := s.section(one)
		leadsTo(t, s.office.post(one+"/withdraw", url.Values{"therapist": {d.TherapistID.String()}}), one)
	} else {
		leadsTo(t, s.student.post(one+"/join", url.Values{"whom": {"me"}}), one)
	}
	wants(t, s.student.get(one), http.StatusOK, "Seated")
	wants(t, s.student.get("/record/sections"), http.StatusOK, "Manual Lymphatic Drainage", "Seated", "Sam Super")
	wants(t, s.office.get("/record/sections"), http.StatusNotFound)
	wants(t, s.supervisor.post(one+"/sessions", url.Values{"date": {"2026-11-20"}, "minutes": {"40"}}), http.StatusUnprocessableEntity, testkit.Says("bad_minutes.unit"))
	for _, day := range []string{"18", "19", "20", "21"} {
		leadsTo(t, s.supervisor.post(one+"/sessions", url.Values{
			"date": {"2026-11-" + day}, "minutes": {"10 h"}, "part": {"Theory"}, "setting": {"classroom"}, "delivery": {"in-person"},
		}), one)
	}
	for _, session := range between(s.supervisor.get(one).Body.String(), `name="session" value="`, `"`) {
		leadsTo(t, s.supervisor.post(one+"/marks", url.Values{"session": {session}, "mark-" + s.Student.TherapistID.String(): {"present"}}), one)
	}
	if exam {
		s.examines(one)
	}
	leadsTo(t, s.office.post(one+"/finish", url.Values{}), one)
	wants(t, s.student.get(one), http.StatusOK, "Completed", "40 h attended")
	wants(t, s.office.get(s.base+"/sections?course="+c.ID.String()), http.StatusOK, "Finished", "Plan a section")
}

// section is the first place of a section.
func (s *specialtySite) section(path string) specialty.Place {
	s.t.Helper()
	id, err := core.ParseID[core.SectionID](strings.TrimPrefix(path, "/sections/"))
	if err != nil {
		s.t.Fatal(err)
	}
	d, err := s.web.Specialty.Section(context.Background(), s.Registrar, id)
	if err != nil {
		s.t.Fatal(err)
	}
	return d.Places[0]
}

func between(body, start, end string) (all []string) {
	for _, part := range strings.Split(body, start)[1:] {
		text, _, _ := strings.Cut(part, end)
		all = append(all, text)
	}
	return all
}

func (s *specialtySite) examines(one string) {
	t := s.t
	forms := s.base + "/assessment-forms"
	wants(t, s.office.post(forms, url.Values{"title": {"Hands"}, "scale": {"1"}, "competencies": {"Pressure\nDraping"}}), http.StatusUnprocessableEntity, testkit.Says("bad_number.scale"))
	leadsTo(t, s.office.post(forms, url.Values{"title": {"Hands"}, "scale": {"5"}, "competencies": {"Pressure\n\nDraping\n"}}), forms)
	person := one + "/people/" + s.Student.TherapistID.String()
	wants(t, s.supervisor.get(person), http.StatusOK, "Ada Example", "Record the attempt", "Draping")
	wants(t, s.supervisor.post(person+"/exam", url.Values{"taken_on": {"2026-11-21"}}), http.StatusUnprocessableEntity, testkit.Says("required.outcome"))
	leadsTo(t, s.supervisor.post(person+"/exam", url.Values{"taken_on": {"2026-11-21"}, "outcome": {"failed"}, "score": {"50"}}), person)
	leadsTo(t, s.supervisor.post(person+"/exam", url.Values{"taken_on": {"2026-11-21"}, "outcome": {"passed"}}), person)
	id := between(s.supervisor.get(person).Body.String(), `name="form_id" value="`, `"`)[0]
	wants(t, s.supervisor.post(person+"/assess", url.Values{"form_id": {id}, "score-0": {"5"}}), http.StatusUnprocessableEntity, testkit.Says("bad_score.mark"))
	leadsTo(t, s.supervisor.post(person+"/assess", url.Values{"form_id": {id}, "score-0": {"5"}, "score-1": {"4"}}), one)
	wants(t, s.student.get(one), http.StatusOK, "Hands", "4 of 5")
	wants(t, s.student.get(person), http.StatusForbidden)
}

// certifies proposes the newest completion, of a title where one is told, and has a second person certify it.
func (s *specialtySite) certifies(title string) {
	t, ctx := s.t, context.Background()
	list, err := s.Specialty.Completions(ctx, s.Registrar, s.School.ID, core.Page{})
	if err != nil || title != "" && list.Items[0].CourseTitle != title {
		t.Fatalf("the newest completion is %+v, %v", list.Items, err)
	}
	p, err := s.Certify.ProposeSpecialty(ctx, s.Registrar, list.Items[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	second := s.Second
	second.AuthenticatedAt = s.Src.Now()
	if _, err := s.Certify.Certify(ctx, second, p.ID, p.Version); err != nil {
		t.Fatal(err)
	}
}

// asks: the employer asks who is ready of the people who let it; that it checked a
// certificate does not.
func (s *specialtySite) asks() {
	t, ctx := s.t, context.Background()
	verifier, staff := s.as(s.Verifier.Email), "/o/"+s.Employer.ID.String()+"/staff-readiness"
	ask := url.Values{"condition": {"after-surgery"}}
	wants(t, verifier.get(staff), http.StatusOK, "Each of them sees that you looked")
	wants(t, verifier.post(staff, url.Values{}), http.StatusUnprocessableEntity, testkit.Says("required.condition"))
	wants(t, verifier.post(staff, ask), http.StatusOK, testkit.Says("specialty.trained.nobody_trained_today"))
	held, err := s.Certify.Credentials(ctx, s.Student, s.Student.TherapistID)
	if err != nil || len(held) != 3 {
		t.Fatal(held, err)
	}
	verifier.post("/o/"+s.Employer.ID.String()+"/checks", url.Values{"code": {held[0].Code}})
	wants(t, verifier.post(staff, ask), http.StatusOK, testkit.Says("specialty.trained.nobody_trained_today"))
	s.Grant(s.Student.TherapistID, s.Employer, access.ScopeSpecialties)
	wants(t, verifier.post(staff, ask), http.StatusOK, "Ada Example", "AM EST")
	wants(t, s.student.get("/record/disclosures"), http.StatusOK, "Harbor Clinic")
	wants(t, s.student.get("/record/sharing"), http.StatusOK, "Harbor Clinic", testkit.Says("grant.sharing.looks"), "specialties")
	wants(t, s.office.get(staff), http.StatusNotFound)
}

func TestDirectory(t *testing.T) {
	t.Parallel()
	s := newSpecialtySite(t)
	anybody := s.stranger()
	wants(t, anybody.get("/directory"), http.StatusOK, "Find a therapist", testkit.Says("specialty.directory.nobody_listed_yet"))
	form := url.Values{
		"listed": {"true"}, "name": {"The Best"}, "area": {"florida"}, "place": {"Tampa"}, "contact": {"ada@example.org"}, "languages": {"English, Spanish"},
		"insurances": {"Acme"}, "mentor": {"true"}, "shown": {"area", "languages"},
	}
	wants(t, s.student.get("/record/directory"), http.StatusOK, testkit.Says("specialty.profile.off_until_you_switch_others"))
	wants(t, s.student.post("/record/directory", form), http.StatusUnprocessableEntity, testkit.Says("bad_area"))
	form.Set("area", "fl")
	wants(t, s.student.post("/record/directory", form), http.StatusUnprocessableEntity, testkit.Says("nothing_on_record"), testkit.Said("specialty.profile.name_of_record", "name", "Ada Example"))
	s.license(t)
	leadsTo(t, s.student.post("/record/directory", form), "/record/directory")
	read := text(anybody.get("/directory?language=spanish&area=FL"))
	if !strings.Contains(read, "Ada Example") || !strings.Contains(read, testkit.Said("specialty.directory.speaks", "languages", []string{"English", "Spanish"})) {
		t.Error("she is not found:", read)
	}
	for _, hidden := range []string{"Tampa", "ada@example.org", "Acme", "Offers to mentor Ada", "The Best"} {
		if strings.Contains(strings.TrimSuffix(read, "Offers to mentor Find"), hidden) {
			t.Errorf("the directory shows %q, which was not chosen", hidden)
		}
	}
	wants(t, anybody.get("/directory?mentor=true"), http.StatusOK, testkit.Says("logbook.students.nobody_was_found"))
	form.Del("listed")
	leadsTo(t, s.student.post("/record/directory", form), "/record/directory")
	wants(t, anybody.get("/directory"), http.StatusOK, testkit.Says("specialty.directory.nobody_listed_yet"))
	wants(t, s.office.get("/record/directory"), http.StatusNotFound)
}

// A stranger reports an entry; the office takes it down, the therapist reads why, and it
// is put back. The operator has the same pages.
func TestDirectory_Moderation(t *testing.T) {
	t.Parallel()
	s := newSpecialtySite(t)
	s.license(t)
	leadsTo(t, s.student.post("/record/directory", url.Values{"listed": {"true"}, "area": {"FL"}, "contact": {"ada@example.org"}, "shown": {"area", "contact"}}), "/record/directory")
	anybody, entry, office := s.stranger(), "/directory/"+s.Student.TherapistID.String(), s.base+"/directory"
	wants(t, anybody.get("/directory"), http.StatusOK, "Ada Example")
	wants(t, anybody.get(entry), http.StatusOK, "Ada Example", "ada@example.org", testkit.Says("specialty.report.report_entry"))
	wants(t, anybody.get("/directory/"+s.Stranger.TherapistID.String()), http.StatusNotFound)
	wants(t, anybody.get(entry+"/report"), http.StatusOK, testkit.Says("directory_report.not_licensed"), testkit.Says("specialty.report.who_reads"))
	wants(t, anybody.post(entry+"/report", url.Values{"note": {"It is my phone."}}), http.StatusUnprocessableEntity, testkit.Says("unknown_reason"), "It is my phone.")
	leadsTo(t, anybody.post(entry+"/report", url.Values{"reason": {"wrong_contact"}, "note": {"It is my phone."}}), entry)
	wants(t, anybody.get(entry), http.StatusOK, testkit.Says("specialty.report.thanks"))
	leadsTo(t, anybody.post(entry+"/report", url.Values{"reason": {"other"}}), entry)

	one := office + "/" + s.Student.TherapistID.String()
	wants(t, anybody.get(office), http.StatusSeeOther)
	wants(t, s.student.get(office), http.StatusForbidden)
	wants(t, s.as(s.Stranger.Email).get(one), http.StatusNotFound)
	wants(t, s.office.get(office), http.StatusOK, "Ada Example", "It is my phone.", testkit.Says("directory_report.wrong_contact"), testkit.Says("directory_report_state.open"))
	wants(t, s.office.get(entry), http.StatusOK, testkit.Says("specialty.moderation.take_down_entry"))
	res := s.office.get(one)
	wants(t, res, http.StatusOK, testkit.Says("specialty.moderation.keep"), "ada@example.org", testkit.Says("specialty.moderation.what_happens"))
	keep := one + "/reports/" + between(res.Body.String(), `action="`+one+"/reports/", `"`)[0]
	leadsTo(t, s.office.post(keep, url.Values{}), one)
	wants(t, s.office.post(one, url.Values{"reason": {""}}), http.StatusUnprocessableEntity, testkit.Says("required.needed"))
	leadsTo(t, s.office.post(one, url.Values{"reason": {"Wrong phone."}}), one)
	wants(t, s.office.get(one), http.StatusOK, testkit.Says("specialty.moderation.not_shown"), "Wrong phone.", testkit.Says("specialty.moderation.lift"))
	wants(t, s.office.post(one, url.Values{"reason": {"Again."}}), http.StatusConflict, testkit.Says("down_already"))
	wants(t, s.office.get(office+"?state=decided"), http.StatusOK, testkit.Said("directory_report_state.kept", "by", s.School.Name), testkit.Said("directory_report_state.taken_down", "by", s.School.Name))
	wants(t, s.office.get(office+"?state=down"), http.StatusOK, "Ada Example", "Wrong phone.")
	wants(t, s.office.get(office), http.StatusOK, testkit.Says("specialty.moderation.none"))
	wants(t, anybody.get(entry), http.StatusNotFound)
	if read := text(anybody.get("/directory")); strings.Contains(read, "Ada Example") {
		t.Error("it is in the list while it is down")
	}
	wants(t, s.student.get("/record/directory"), http.StatusOK, testkit.Says("specialty.profile.taken_down"), "Wrong phone.", testkit.Said("specialty.profile.object_school", "organization", s.School.Name))
	wants(t, s.student.post("/record/directory", url.Values{"listed": {"true"}}), http.StatusUnprocessableEntity, testkit.Says("taken_down"), "Wrong phone.")

	s.admin("opal@example.org", s.Other)
	if _, err := s.SQL.Exec("UPDATE accounts SET operator = true WHERE email = 'opal@example.org'"); err != nil {
		t.Fatal(err)
	}
	operator := s.as("opal@example.org")
	theirs := "/directory-reports/" + s.Student.TherapistID.String()
	wants(t, s.office.get("/directory-reports"), http.StatusNotFound)
	wants(t, operator.get("/directory"), http.StatusOK, testkit.Says("specialty.moderation.directory_reports"))
	wants(t, operator.get("/directory-reports?state=down"), http.StatusOK, "Ada Example", s.School.Name, testkit.Says("specialty.moderation.lead_operator"))
	wants(t, operator.get(theirs), http.StatusOK, s.School.Name, testkit.Says("specialty.moderation.lift"))
	leadsTo(t, operator.post(theirs, url.Values{"reason": {"Asked by a court."}}), theirs)
	wants(t, operator.get("/directory-reports?state=decided"), http.StatusOK)
	wants(t, operator.get(theirs), http.StatusOK, testkit.Says("directory_operator_alone"))
	wants(t, s.student.get("/record/directory"), http.StatusOK, "By "+testkit.Says("directory_operator"))
	wants(t, s.student.get("/record/directory"), http.StatusOK, testkit.Says("specialty.profile.object_operator"))
	for _, part := range between(operator.get(theirs).Body.String(), `action="`+theirs+"/take-downs/", `"`) {
		leadsTo(t, operator.post(theirs+"/take-downs/"+part, url.Values{}), theirs)
	}
	wants(t, anybody.get(entry), http.StatusOK, "Ada Example")
}
