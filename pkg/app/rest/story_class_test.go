package rest_test

import (
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/classroom/classroomapi"
	"github.com/palmar/palmar/pkg/earn/logbook/logbookapi"
	"github.com/palmar/palmar/pkg/people/account/accountapi"
)

// attendsClass: a roster that is checked in to by code, attacked, and signed as
// one.
func (s *story) attendsClass() {
	classes := "/v1/organizations/" + s.school + "/classes"
	s.supervisor = s.supervisor.confirmed()
	var students []client
	for _, who := range []string{"Cleo Marsh", "Dan Abbey"} {
		email := strings.ToLower(strings.Fields(who)[0]) + "@brightwater.example"
		s.registrar.post("/v1/organizations/"+s.school+"/enrollments", map[string]any{
			"email": email, "name": who, "program_id": s.program, "enrolled_on": "2026-08-01", "invite": true,
		}).want(201)
		students = append(students, s.accepts(email, who))
	}
	cleo, dan := students[0], students[1]
	start := s.clock().In(time.FixedZone("", -4*3600)).Truncate(time.Minute).Add(5 * time.Minute)
	in := map[string]any{
		"program_id": s.program, "date": start.Format("2006-01-02"), "start": start.Format("15:04"), "end": start.Add(2 * time.Hour).Format("15:04"),
		"break_minutes": 10, "subject": "kinesiology", "setting": "classroom", "delivery": "in-person", "mode": "in_class", "check_in": "qr",
	}
	cleo.post(classes, in).refused(403, "forbidden")
	in["subject"] = "juggling"
	s.supervisor.post(classes, in).refused(422, "unknown_subject")
	in["subject"] = "kinesiology"
	s.registrar.post(classes, in).refused(422, "unknown_supervisor")
	class := as[classroomapi.Class](s.supervisor.post(classes, in).want(201))
	if class.Students != 3 || class.Minutes != 110 || class.InstructorName != "Pat Hale" {
		s.t.Errorf("planned %+v", class)
	}
	other := as[classroomapi.Class](s.supervisor.twice("POST", classes, call{body: in}).want(201))
	one := "/v1/classes/" + class.Id.String()
	s.attacks(class, other, cleo, dan)

	if mine := as[classroomapi.MyClasses](cleo.get("/v1/me/classes").want(200)); len(mine.Items) != 2 || mine.Items[0].Mark != core.MarkPresent {
		s.t.Errorf("Cleo's classes are %+v", mine.Items)
	}
	s.supervisor.twice("POST", "/v1/classes/"+other.Id.String()+"/cancel", of(other.Version, nil)).want(200)
	s.supervisor.update("POST", one+"/sign", class.Version, nil).refused(409, "not_over")
	s.pass(3 * time.Hour)
	s.supervisor = s.supervisor.confirmed()
	d := as[classroomapi.ClassDetail](s.supervisor.get(one).want(200))
	p := s.supervisor.update("POST", one+"/sign", d.Class.Version, nil).refused(409, "invalid")
	if p.field("roster[1]") != "missed_punch" || p.field("roster[2]") != "unmarked" {
		s.t.Errorf("unmarked students and a missed punch are %+v", p)
	}
	marks := []map[string]any{}
	for _, row := range d.Roster {
		mark := map[string]any{"enrollment_id": row.EnrollmentId, "mark": "excused"}
		switch row.Name {
		case "Cleo Marsh":
			mark = map[string]any{"enrollment_id": row.EnrollmentId, "mark": "present", "out": start.Add(70 * time.Minute).Format("15:04"), "grade": 88}
		case "Dan Abbey":
			mark["mark"] = "absent"
		}
		marks = append(marks, mark)
	}
	s.registrar.update("PUT", one+"/roster", d.Class.Version, map[string]any{"marks": marks}).refused(403, "forbidden")
	d = as[classroomapi.ClassDetail](s.supervisor.update("PUT", one+"/roster", d.Class.Version, map[string]any{"marks": marks}).want(200))
	d = as[classroomapi.ClassDetail](s.supervisor.twice("POST", one+"/sign", of(d.Class.Version, nil)).want(200))
	s.supervisor.update("POST", one+"/sign", d.Class.Version, nil).refused(409, "not_planned")
	for _, row := range d.Roster {
		if (row.Name == "Cleo Marsh") != !row.EntryId.IsZero() {
			s.t.Errorf("signed: %+v", row)
		}
	}
	for i, want := range []core.Minutes{60, 0} {
		mine := as[logbookapi.EnrollmentRows](students[i].get("/v1/me/enrollments").want(200))
		if mine.Items[0].Recorded != want {
			s.t.Errorf("student %d has %d minutes of the class", i, mine.Items[0].Recorded)
		}
	}
	if list := as[classroomapi.ClassList](s.registrar.get(classes + "?limit=1").want(200)); len(list.Items) != 1 || list.NextCursor == "" {
		s.t.Errorf("the classes are %+v", list)
	}
	s.employer.get(one).refused(404, "not_found")
	s.asks(class, dan, start)
}

// attacks: an old code, another class's, another student's session, a clock that
// is wrong by a year, and a replay.
func (s *story) attacks(class, other classroomapi.Class, cleo, dan client) {
	path := func(c classroomapi.Class, what string) string { return "/v1/classes/" + c.Id.String() + "/" + what }
	code := func(c classroomapi.Class) string {
		return as[classroomapi.ClassCode](s.supervisor.get(path(c, "code")).want(200)).Code
	}
	in := func(name, value string) map[string]string { return map[string]string{"direction": "in", name: value} }
	cleo.get(path(class, "code")).refused(403, "forbidden")
	s.registrar.get(path(class, "code")).refused(403, "forbidden")
	old := code(class)
	s.pass(26 * time.Second)
	cleo.post(path(class, "clock"), in("code", old)).refused(422, "bad_code")
	cleo.post(path(class, "scan"), map[string]string{"code": old}).refused(422, "bad_code")
	if fresh := code(class); fresh == old {
		s.t.Error("the code did not change")
	}
	cleo.post(path(class, "clock"), in("code", code(other))).refused(422, "bad_code")
	cleo.post(path(class, "clock"), map[string]string{"direction": "in"}).refused(422, "code_required")
	s.employer.post(path(class, "clock"), in("code", code(class))).refused(404, "not_found")

	scan := as[classroomapi.ScannedClass](cleo.post(path(class, "scan"), map[string]string{"code": code(class)}).want(200))
	dan.post(path(class, "clock"), in("ticket", scan.Ticket)).refused(422, "bad_ticket")
	cleo.post(path(other, "clock"), in("ticket", scan.Ticket)).refused(422, "bad_ticket")
	elsewhere := as[accountapi.Session](s.nobody.post("/v1/sessions", map[string]string{"email": "cleo@brightwater.example", "password": password}).want(201))
	client{s.world, elsewhere.Token}.post(path(class, "clock"), in("ticket", scan.Ticket)).refused(422, "bad_ticket")
	forged := scan.Ticket[:len(scan.Ticket)-1] + "A"
	if forged == scan.Ticket {
		forged = scan.Ticket[:len(scan.Ticket)-1] + "B"
	}
	cleo.post(path(class, "clock"), in("ticket", forged)).refused(422, "bad_ticket")
	longer := "9999999999" + scan.Ticket[strings.Index(scan.Ticket, "."):]
	cleo.post(path(class, "clock"), in("ticket", longer)).refused(422, "bad_ticket")

	// A telephone that believes in another year is not asked.
	wrong := call{body: map[string]string{"direction": "in", "code": code(class)}, headers: map[string]string{"Date": "Mon, 24 Nov 2025 05:00:00 GMT"}}
	first := as[classroomapi.Attendance](cleo.twice("POST", path(class, "clock"), wrong).want(200))
	if since := s.clock().Sub(first.InAt); since < 0 || since > time.Second || first.InBy != "qr" || first.Mark != core.MarkPresent {
		s.t.Errorf("clocked in: %+v at %s", first, s.clock())
	}
	cleo.post(path(class, "clock"), map[string]string{"direction": "in", "code": code(class), "at": "2025-11-24T05:00:00Z"}).refused(400, "bad_json")
	s.pass(10 * time.Second)
	if again := as[classroomapi.Attendance](cleo.post(path(class, "clock"), in("ticket", scan.Ticket)).want(200)); !again.InAt.Equal(first.InAt) {
		s.t.Errorf("the replay moved the clock-in to %s", again.InAt)
	}
	s.pass(time.Minute)
	cleo.post(path(class, "clock"), map[string]string{"direction": "out", "ticket": scan.Ticket}).refused(422, "bad_ticket")
	dan.post(path(class, "clock"), map[string]string{"direction": "out", "code": code(class)}).refused(409, "not_in")
}
