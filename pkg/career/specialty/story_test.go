package specialty_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept/certifytest"
)

const base = "https://palmar.example"

// school is a world with courses.
type school struct {
	*certifytest.World
	t   *testing.T
	ctx context.Context
}

func each(t *testing.T, fn func(s *school)) {
	t.Helper()
	t.Parallel()
	certifytest.OneOrFull(t, base, func(t *testing.T, w *certifytest.World) { fn(&school{w, t, context.Background()}) })
}

// both is each for what races: on a database that is drawn, and on both in full.
func both(t *testing.T, fn func(s *school)) {
	t.Helper()
	t.Parallel()
	certifytest.Drawn(t, base, func(t *testing.T, w *certifytest.World) { fn(&school{w, t, context.Background()}) })
}

func (s *school) ok(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *school) refused(err error, code string) *core.Fault {
	s.t.Helper()
	if core.CodeOf(err) != code {
		s.t.Fatalf("gives %v, want %s", err, code)
	}
	return core.AsFault(err)
}

// course is a course about drainage after surgery, or about what is named.
func (s *school) course(code string, minutes core.Minutes, details specialty.DetailsInput, after ...string) core.Course {
	s.t.Helper()
	in := specialty.CourseInput{Code: code, Title: "Course " + code, Specialty: "manual-lymphatic-drainage", Minutes: minutes}
	for _, other := range after {
		in.Prerequisites = append(in.Prerequisites, core.Prerequisite{CourseCode: other})
	}
	c, err := s.Specialty.CreateCourse(s.ctx, s.Registrar, s.School.ID, in)
	s.ok(err)
	d, err := s.Specialty.SetCourseDetails(s.ctx, s.Registrar, c.ID, c.Version, details)
	s.ok(err)
	return d.Course
}

func about(refs ...string) specialty.DetailsInput {
	var in specialty.DetailsInput
	for i := 0; i+1 < len(refs); i += 2 {
		in.Topics = append(in.Topics, specialty.TopicRef{Kind: specialty.TopicKind(refs[i]), Code: refs[i+1]})
	}
	return in
}

var drainage = about("condition", "after-surgery", "condition", "lymphedema", "technique", "manual-lymphatic-drainage", "modality", "cold", "setting", "clinic")

// certified records a completion of a course and certifies it by two persons.
func (s *school) certified(c core.Course, who access.Actor, on core.Date) core.Credential {
	s.t.Helper()
	done, err := s.Specialty.RecordCompletion(s.ctx, s.Registrar, c.ID, specialty.CompletionInput{Email: who.Email, Name: who.Name, CompletedOn: on, Instructor: "Ines"})
	s.ok(err)
	return s.attested(done)
}

func (s *school) attested(done core.CourseCompletion) core.Credential {
	s.t.Helper()
	p, err := s.Certify.ProposeSpecialty(s.ctx, s.Registrar, done.ID)
	s.ok(err)
	second := s.Second
	second.AuthenticatedAt = s.Src.Now()
	made, err := s.Certify.Certify(s.ctx, second, p.ID, p.Version)
	s.ok(err)
	return made
}

// change proposes and certifies a change of a credential.
func (s *school) change(c core.Credential, in certify.ProposalAction) {
	s.t.Helper()
	p, err := s.Certify.ProposeChange(s.ctx, s.Registrar, c.ID, certify.ChangeInput{Action: in, Cause: "Asked by the board."})
	s.ok(err)
	second := s.Second
	second.AuthenticatedAt = s.Src.Now()
	_, err = s.Certify.Certify(s.ctx, second, p.ID, p.Version)
	s.ok(err)
}

func (s *school) trained(condition, means string) (names []string) {
	s.t.Helper()
	list, err := s.Specialty.Trained(s.ctx, s.Registrar, s.School.ID, specialty.Ready{Condition: condition, Means: means}, core.Page{})
	s.ok(err)
	for _, b := range list.Items {
		names = append(names, b.Name)
	}
	return names
}

var monday = core.Date{Year: 2026, Month: time.November, Day: 16}

func TestCatalog(t *testing.T) {
	each(t, func(s *school) {
		all, err := s.Specialty.Topics(s.ctx, s.Student, s.School.ID)
		s.ok(err)
		if len(all) != len(specialty.Shipped()) {
			s.t.Fatalf("%d topics", len(all))
		}
		own := specialty.Topic{TopicRef: specialty.TopicRef{Kind: specialty.TopicCondition, Code: "frozen-shoulder"}, Title: "Frozen shoulder"}
		_, err = s.Specialty.AddTopic(s.ctx, s.Student, s.School.ID, own)
		s.refused(err, "forbidden")
		_, err = s.Specialty.AddTopic(s.ctx, s.Stranger, s.School.ID, own)
		s.refused(err, "not_found")
		_, err = s.Specialty.AddTopic(s.ctx, s.Registrar, s.School.ID, specialty.Topic{TopicRef: specialty.TopicRef{Kind: "mood", Code: "A b"}})
		if f := s.refused(err, "invalid"); len(f.Fields) != 3 {
			s.t.Errorf("fields %+v", f.Fields)
		}
		_, err = s.Specialty.AddTopic(s.ctx, s.Registrar, s.School.ID, own)
		s.ok(err)
		_, err = s.Specialty.AddTopic(s.ctx, s.Registrar, s.School.ID, own)
		s.refused(err, "duplicate")
		_, err = s.Specialty.AddTopic(s.ctx, s.Registrar, s.School.ID, specialty.Topic{TopicRef: specialty.TopicRef{Kind: specialty.TopicCondition, Code: "neck"}, Title: "Neck"})
		s.refused(err, "duplicate")
		neck, err := s.Specialty.HideTopic(s.ctx, s.Registrar, s.School.ID, specialty.TopicRef{Kind: specialty.TopicCondition, Code: "neck"}, true)
		s.ok(err)
		if !neck.Hidden || neck.Title != "Neck pain" {
			s.t.Errorf("hidden %+v", neck)
		}
		_, err = s.Specialty.HideTopic(s.ctx, s.Registrar, s.School.ID, specialty.TopicRef{Kind: specialty.TopicCondition, Code: "nose"}, true)
		s.refused(err, "not_found")
		if all, err = s.Specialty.Topics(s.ctx, s.Registrar, s.School.ID); err != nil || len(all) != len(specialty.Shipped())+1 {
			s.t.Errorf("%d topics, %v", len(all), err)
		}
		elsewhere, err := s.Specialty.Topics(s.ctx, s.Stranger, s.Other.ID)
		if s.ok(err); len(elsewhere) != len(specialty.Shipped()) {
			s.t.Error("another school has the topic too")
		}
		c := s.course("MLD-1", 60, about("condition", "frozen-shoulder", "condition", "neck", "technique", "stretching", "technique", "stretching", "modality", "heat"))
		d, err := s.Specialty.CourseDetails(s.ctx, s.Student, c.ID)
		if s.ok(err); len(d.Topics) != 4 || !d.SchoolHours {
			s.t.Errorf("the course is about %+v", d)
		}
		_, err = s.Specialty.SetCourseDetails(s.ctx, s.Registrar, c.ID, 1, about())
		s.refused(err, "stale")
		_, err = s.Specialty.SetCourseDetails(s.ctx, s.Stranger, c.ID, 0, about())
		s.refused(err, "not_found")
		bad := about("condition", "moon")
		bad.Lasts, bad.Refreshes, bad.Standard = core.Lasting{YearEnd: true}, "MLD-9", "clt-moon"
		_, err = s.Specialty.SetCourseDetails(s.ctx, s.Registrar, c.ID, 0, bad)
		if f := s.refused(err, "invalid"); len(f.Fields) != 4 {
			s.t.Errorf("fields %+v", f.Fields)
		}
		_, err = s.Specialty.SetCourseDetails(s.ctx, s.Registrar, c.ID, 0, specialty.DetailsInput{Refreshes: "MLD-1"})
		s.refused(err, "bad_refresher")
	})
}

// Who is trained follows certificates, their states and ends, and what courses
// are about, at once.
func TestReadiness(t *testing.T) {
	each(t, func(s *school) {
		lasting := drainage
		lasting.Lasts = core.Lasting{Months: 24}
		one := s.course("MLD-1", 60, lasting)
		s.course("MLD-2", 60, about("condition", "oncology"), "MLD-1")
		s.course("MLD-3", 60, about("condition", "lipedema"), "MLD-2")
		s.course("MLD-4", 60, about("condition", "fibromyalgia"), "MLD-3")
		refresher := s.course("MLD-R", 60, specialty.DetailsInput{Refreshes: "", Lasts: core.Lasting{Months: 24}}, "MLD-1")
		_, err := s.Specialty.SetCourseDetails(s.ctx, s.Registrar, refresher.ID, 0, specialty.DetailsInput{Refreshes: "MLD-1", Lasts: core.Lasting{Months: 24}})
		s.ok(err)
		if got := s.trained("after-surgery", ""); got != nil {
			s.t.Errorf("before anybody was certified: %v", got)
		}
		_, err = s.Specialty.Trained(s.ctx, s.Registrar, s.School.ID, specialty.Ready{}, core.Page{})
		s.refused(err, "required")
		held := s.certified(one, s.Student, monday)
		if held.ValidUntil != time.Date(2028, 11, 16, 0, 0, 0, 0, time.UTC) {
			s.t.Errorf("it is good until %v", held.ValidUntil)
		}
		for _, ask := range [][2]string{{"after-surgery", ""}, {"", "manual-lymphatic-drainage"}, {"after-surgery", "manual-lymphatic-drainage"}, {"lymphedema", "cold"}} {
			if got := s.trained(ask[0], ask[1]); len(got) != 1 || got[0] != "Ada Example" {
				s.t.Errorf("for %v %v", ask, got)
			}
		}
		for _, ask := range [][2]string{{"neck", ""}, {"after-surgery", "heat"}, {"", "clinic"}} {
			if got := s.trained(ask[0], ask[1]); got != nil {
				s.t.Errorf("for %v %v", ask, got)
			}
		}
		r, err := s.Specialty.Readiness(s.ctx, s.Student, s.Student.TherapistID)
		s.ok(err)
		if len(r.Treats) != 2 || !r.Treats[0].Now || r.Licensed {
			s.t.Errorf("she treats %+v", r)
		}
		if len(r.Next) != 2 || r.Next[0].Condition != "oncology" || len(r.Next[0].Missing) != 1 || r.Next[1].Condition != "lipedema" ||
			len(r.Next[1].Missing) != 2 || r.Next[1].Missing[0].Code != "MLD-2" {
			s.t.Errorf("next comes %+v", r.Next)
		}
		_, err = s.Specialty.Readiness(s.ctx, s.Stranger, s.Student.TherapistID)
		s.refused(err, "not_found")
		_, err = s.Specialty.Readiness(s.ctx, s.Supervisor, s.Student.TherapistID)
		s.refused(err, "forbidden")

		s.change(held, certify.ActionSuspend)
		if got := s.trained("after-surgery", ""); got != nil {
			s.t.Errorf("while suspended: %v", got)
		}
		s.change(held, certify.ActionReinstate)
		_, err = s.Specialty.SetCourseDetails(s.ctx, s.Registrar, one.ID, 0, specialty.DetailsInput{Topics: about("condition", "neck").Topics, Lasts: lasting.Lasts})
		s.ok(err)
		if s.trained("after-surgery", "") != nil || len(s.trained("neck", "")) != 1 {
			s.t.Error("the course's topics do not follow at once")
		}
		s.Pass(2 * 366 * 24 * time.Hour)
		if got := s.trained("neck", ""); got != nil {
			s.t.Errorf("after its end: %v", got)
		}
		if r, err = s.Specialty.Readiness(s.ctx, s.Registrar, s.Student.TherapistID); err != nil || r.Treats[0].Now || len(r.Treats[0].By) != 1 {
			s.t.Errorf("after its end she treats %+v, %v", r.Treats, err)
		}
		if n := r.Next[0]; n.Condition != "neck" || len(n.Missing) != 1 || n.Missing[0].Code != "MLD-R" {
			s.t.Errorf("what renews it is %+v", n)
		}
		s.certified(refresher, s.Student, core.Date{Year: 2028, Month: 11, Day: 20})
		if got := s.trained("neck", ""); len(got) != 1 {
			s.t.Error("the refresher renews nothing")
		}
		s.sound()
	})
}

func (s *school) sound() {
	s.t.Helper()
	differences, err := s.Specialty.Doctor(s.ctx)
	if err != nil || differences != 0 {
		s.t.Errorf("the doctor finds %d differences, %v", differences, err)
	}
}

func (s *school) section(c core.Course, seats int, exam bool) specialty.Section {
	s.t.Helper()
	member, _ := s.Supervisor.Member(s.School.ID, core.RoleSupervisor)
	made, err := s.Specialty.PlanSection(s.ctx, s.Registrar, c.ID, specialty.SectionInput{
		InstructorID: member, StartsOn: monday, EndsOn: monday.AddDays(1), Place: "Room 3", Seats: seats, Exam: exam,
	}, []specialty.SessionInput{
		{Date: monday, Minutes: 40, Part: "theory", Setting: core.Classroom, Delivery: core.InPerson},
		{Date: monday.AddDays(1), Minutes: 20, Part: "lab", Setting: core.Lab, Delivery: core.InPerson},
	})
	s.ok(err)
	return made
}

// A course held for a cohort, from the waiting list to a pathway's certificate.
func TestSections(t *testing.T) {
	each(t, func(s *school) {
		one, two := s.course("MLD-1", 60, drainage), s.course("MLD-2", 60, about("condition", "oncology"), "MLD-1")
		p, err := s.Specialty.CreatePathway(s.ctx, s.Registrar, s.School.ID, specialty.PathwayInput{
			Code: "MLD-PATH", Title: "Lymphatic drainage", Specialty: "manual-lymphatic-drainage", Lasts: core.Lasting{Months: 72, YearEnd: true},
			Steps: []specialty.StepInput{{CourseCode: "MLD-1", Level: specialty.LevelFoundation}, {CourseCode: "MLD-2", Level: specialty.LevelMaster}},
		})
		s.ok(err)
		if p.Course.Minutes != 120 || len(p.Course.Prerequisites) != 2 || len(p.Steps) != 2 {
			s.t.Errorf("the pathway is %+v", p)
		}
		ben := s.Person("Ben Second", "ben@example.org", s.School, core.RoleStudent)
		first, second := s.section(one, 1, true), s.section(two, 5, false)
		join := func(who access.Actor, section specialty.Section) specialty.Place {
			s.t.Helper()
			place, err := s.Specialty.Join(s.ctx, who, section.ID, specialty.JoinInput{})
			s.ok(err)
			return place
		}
		_, err = s.Specialty.Join(s.ctx, s.Stranger, first.ID, specialty.JoinInput{})
		s.refused(err, "not_found")
		if join(ben, first).State != specialty.PlaceSeated || join(s.Student, first).State != specialty.PlaceWaiting {
			s.t.Error("the one seat is not the first's")
		}
		_, err = s.Specialty.Join(s.ctx, ben, first.ID, specialty.JoinInput{})
		s.refused(err, "already_there")
		_, err = s.Specialty.Join(s.ctx, s.Registrar, first.ID, specialty.JoinInput{Other: true, Email: "new@example.org"})
		s.refused(err, "required")
		_, err = s.Specialty.Join(s.ctx, s.Student, second.ID, specialty.JoinInput{})
		if f := s.refused(err, "prerequisite_missing"); len(f.Fields) != 1 {
			s.t.Errorf("fields %+v", f.Fields)
		}
		_, err = s.Specialty.Withdraw(s.ctx, s.Student, first.ID, ben.TherapistID)
		s.refused(err, "not_found")
		_, err = s.Specialty.Withdraw(s.ctx, ben, first.ID, ben.TherapistID)
		s.ok(err)
		_, err = s.Specialty.Withdraw(s.ctx, ben, first.ID, ben.TherapistID)
		s.refused(err, "not_there")
		d, err := s.Specialty.Section(s.ctx, s.Student, first.ID)
		s.ok(err)
		if len(d.Places) != 1 || d.Places[0].State != specialty.PlaceSeated || d.Section.Taken != 1 || d.Teaches {
			s.t.Errorf("the freed seat: %+v", d)
		}
		mails := s.Mails()
		if last := mails[len(mails)-1]; last.To != s.Student.Email {
			s.t.Errorf("the last mail went to %s", last.To)
		}
		s.teaches(first, d.Sessions)
		s.widens(first)
		s.finishes(first, one)
		if place := join(s.Student, second); place.State != specialty.PlaceSeated {
			s.t.Errorf("the second course: %+v", place)
		}
		_, err = s.Specialty.CompletePathway(s.ctx, s.Registrar, p.ID, s.Student.TherapistID, "Ines")
		s.refused(err, "steps_missing")
		_, err = s.Specialty.RecordCompletion(s.ctx, s.Registrar, two.ID, specialty.CompletionInput{TherapistID: s.Student.TherapistID, CompletedOn: monday.AddDays(2), Instructor: "Ines"})
		s.ok(err)
		progress, err := s.Specialty.Progress(s.ctx, s.Student, p.ID, s.Student.TherapistID)
		if s.ok(err); !progress.Ready || len(progress.Steps) != 2 {
			s.t.Errorf("progress %+v", progress)
		}
		done, err := s.Specialty.CompletePathway(s.ctx, s.Registrar, p.ID, s.Student.TherapistID, "Ines")
		s.ok(err)
		_, err = s.Specialty.CompletePathway(s.ctx, s.Registrar, p.ID, s.Student.TherapistID, "Ines")
		s.refused(err, "duplicate")
		_, err = s.Certify.ProposeSpecialty(s.ctx, s.Registrar, done.ID)
		s.refused(err, "prerequisite_missing") // a step counts once it is certified
		steps, err := s.Specialty.Completions(s.ctx, s.Registrar, s.School.ID, core.Page{})
		s.ok(err)
		for _, step := range slices.Backward(steps.Items) {
			if step.ID != done.ID {
				s.attested(step)
			}
		}
		made := s.attested(done)
		if made.Kind != core.CredentialSpecialty || made.Title != "Lymphatic drainage" || made.ValidUntil.Year() != 2033 {
			s.t.Errorf("certified %+v", made)
		}
		if len(s.trained("oncology", "manual-lymphatic-drainage")) != 1 {
			s.t.Error("the pathway's certificate is not about all of its steps")
		}
		_, err = s.Specialty.SetCourseDetails(s.ctx, s.Registrar, two.ID, 0, about("condition", "neck"))
		s.ok(err)
		if s.trained("oncology", "") != nil || len(s.trained("neck", "manual-lymphatic-drainage")) != 1 {
			s.t.Error("the pathway's certificate does not follow its steps")
		}
		s.standings()
		s.sound()
	})
}

// teaches: who was there, the examination at the second attempt, a form.
func (s *school) teaches(section specialty.Section, sessions []specialty.SectionSession) {
	s.t.Helper()
	ada := s.Student.TherapistID
	other := s.Person("Otis", "otis@example.org", s.School, core.RoleSupervisor)
	all := []specialty.MarkInput{{TherapistID: ada, Mark: core.MarkPresent}}
	_, err := s.Specialty.MarkSession(s.ctx, other, sessions[0].ID, all)
	s.refused(err, "other_supervisor")
	_, err = s.Specialty.MarkSession(s.ctx, s.Supervisor, sessions[0].ID, []specialty.MarkInput{{TherapistID: ada, Mark: core.MarkPresent, Minutes: 41}})
	s.refused(err, "bad_minutes")
	_, err = s.Specialty.MarkSession(s.ctx, s.Supervisor, sessions[0].ID, all)
	s.ok(err)
	d, err := s.Specialty.MarkSession(s.ctx, s.Supervisor, sessions[1].ID, all)
	if s.ok(err); d.Places[1].Attended != 60 || len(d.Marks) != 2 {
		s.t.Errorf("attended: %+v", d.Places)
	}
	exam := func(in specialty.ExamInput) error {
		in.TakenOn = section.EndsOn
		_, err := s.Specialty.RecordExam(s.ctx, s.Supervisor, section.ID, ada, in)
		return err
	}
	s.refused(exam(specialty.ExamInput{Scored: true, Score: 101}), "bad_score")
	s.ok(exam(specialty.ExamInput{Scored: true, Score: 61}))
	s.ok(exam(specialty.ExamInput{Passed: true, Scored: true, Score: 88}))
	s.refused(exam(specialty.ExamInput{Passed: true}), "passed_already")

	form, err := s.Specialty.CreateForm(s.ctx, s.Registrar, s.School.ID, "Hands", 5, []string{"Pressure", "Draping"})
	s.ok(err)
	_, err = s.Specialty.Assess(s.ctx, s.Supervisor, section.ID, ada, specialty.AssessInput{FormID: form.ID, Scores: []int{6, 1}})
	s.refused(err, "bad_score")
	_, err = s.Specialty.Assess(s.ctx, s.Supervisor, section.ID, ada, specialty.AssessInput{FormID: form.ID, Scores: []int{5, 4}, Remark: "Calm."})
	s.ok(err)
	mine, err := s.Specialty.Assessments(s.ctx, s.Student, section.ID, core.Page{})
	if s.ok(err); len(mine.Items) != 1 || mine.Items[0].Form.Competencies[1] != "Draping" || mine.Items[0].Scores[1] != 4 {
		s.t.Errorf("she reads %+v", mine.Items)
	}
}

// widens: more seats go to who waits, fewer than are held there cannot be.
func (s *school) widens(section specialty.Section) {
	s.t.Helper()
	late, err := s.Specialty.Join(s.ctx, s.Registrar, section.ID, specialty.JoinInput{Other: true, Email: "late@example.org", Name: "Lea Late"})
	if s.ok(err); late.State != specialty.PlaceWaiting {
		s.t.Errorf("late: %+v", late)
	}
	in := specialty.SectionInput{InstructorID: section.InstructorID, StartsOn: section.StartsOn, EndsOn: section.EndsOn, Seats: 2, Exam: true}
	changed, err := s.Specialty.ChangeSection(s.ctx, s.Registrar, section.ID, section.Version, in)
	if s.ok(err); changed.Taken != 2 || changed.Waiting != 0 {
		s.t.Errorf("with two seats: %+v", changed)
	}
	in.Seats = 1
	_, err = s.Specialty.ChangeSection(s.ctx, s.Registrar, section.ID, 0, in)
	s.refused(err, "seats_taken")
}

func (s *school) finishes(section specialty.Section, course core.Course) {
	s.t.Helper()
	_, err := s.Specialty.Finish(s.ctx, s.Supervisor, section.ID, 0)
	s.refused(err, "forbidden")
	s.Specialty.Telling(base)
	read := len(s.Mails())
	d, err := s.Specialty.Finish(s.ctx, s.Registrar, section.ID, 0)
	s.ok(err)
	if told := s.Mails()[read:]; len(told) != 1 || told[0].To != s.Student.Email {
		s.t.Errorf("told of the completion is %+v", told)
	}
	states := map[string]specialty.Place{}
	for _, p := range d.Places {
		states[p.Name] = p
	}
	if p := states["Ada Example"]; p.State != specialty.PlaceCompleted || p.CompletionID.IsZero() {
		s.t.Errorf("Ada: %+v", p)
	}
	if p := states["Lea Late"]; p.State != specialty.PlaceNotCompleted || p.Reason != "Attended 0 min of 1 h." {
		s.t.Errorf("Lea: %+v", p)
	}
	_, err = s.Specialty.Finish(s.ctx, s.Registrar, section.ID, 0)
	s.refused(err, "not_open")
	done, err := s.Specialty.Completion(s.ctx, s.Registrar, states["Ada Example"].CompletionID)
	if s.ok(err); done.CourseID != course.ID || done.Minutes != 60 || done.Instructor != "Sam Super" || done.CompletedOn != section.EndsOn {
		s.t.Errorf("the completion is %+v", done)
	}
}

// standings: the attended sessions are judged by the standards of specialties.
func (s *school) standings() {
	s.t.Helper()
	all, err := s.Specialty.Standings(s.ctx, s.Student, s.Student.TherapistID)
	s.ok(err)
	for _, j := range all {
		if j.Standard.Key == "clt-lana" && (j.Standing.Valid != 60 || j.Standing.Answer.Met()) {
			s.t.Errorf("by CLT-LANA %d min are valid", j.Standing.Valid)
		}
	}
	if len(all) != 11 {
		s.t.Errorf("%d standings", len(all))
	}
}
