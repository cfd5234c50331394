package specialty_test

import (
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/core"
)

func day(year, month, day int) core.Date {
	return core.Date{Year: year, Month: time.Month(month), Day: day}
}

func mld() specialty.CourseInput {
	return specialty.CourseInput{
		Code: "MLD-1", Title: "Manual Lymphatic Drainage", Specialty: "manual-lymphatic-drainage", Minutes: core.Hours(40),
		Prerequisites: []core.Prerequisite{{Licensed: true}, {Minutes: core.Hours(600)}},
	}
}

func TestService_CreateCourse(t *testing.T) {
	each(t, func(w *school) {
		t := w.t
		c, err := w.Specialty.CreateCourse(w.ctx, w.Registrar, w.School.ID, mld())
		if err != nil || c.Version != 1 || len(c.Prerequisites) != 2 {
			t.Fatalf("%+v, %v", c, err)
		}
		_, err = w.Specialty.CreateCourse(w.ctx, w.Registrar, w.School.ID, mld())
		w.refused(err, "duplicate")
		_, err = w.Specialty.CreateCourse(w.ctx, w.Supervisor, w.School.ID, mld())
		w.refused(err, "forbidden")
		_, err = w.Specialty.CreateCourse(w.ctx, w.Stranger, w.School.ID, mld())
		w.refused(err, "not_found")

		for name, bad := range map[string]struct {
			change func(*specialty.CourseInput)
			field  string
			code   string
		}{
			"Title":             {func(in *specialty.CourseInput) { in.Title = " " }, "title", "required"},
			"Code":              {func(in *specialty.CourseInput) { in.Code = "MLD 1" }, "code", "bad_code"},
			"Specialty":         {func(in *specialty.CourseInput) { in.Specialty = "Lymph" }, "specialty", "bad_specialty"},
			"Minutes":           {func(in *specialty.CourseInput) { in.Minutes = 0 }, "minutes", "bad_minutes"},
			"TwoInOne":          {func(in *specialty.CourseInput) { in.Prerequisites[0].Minutes = 1 }, "prerequisites[0]", "bad_prerequisite"},
			"NothingInIt":       {func(in *specialty.CourseInput) { in.Prerequisites[0] = core.Prerequisite{} }, "prerequisites[0]", "bad_prerequisite"},
			"Itself":            {func(in *specialty.CourseInput) { in.Prerequisites[1] = core.Prerequisite{CourseCode: "NEW"} }, "prerequisites[1]", "bad_prerequisite"},
			"AnotherWhichIsNot": {func(in *specialty.CourseInput) { in.Prerequisites[1] = core.Prerequisite{CourseCode: "GONE"} }, "prerequisites[1]", "unknown_course"},
		} {
			t.Run(name, func(t *testing.T) {
				in := mld()
				in.Code = "NEW"
				bad.change(&in)
				_, err := w.Specialty.CreateCourse(w.ctx, w.Registrar, w.School.ID, in)
				if core.CodeOf(err) != bad.code {
					t.Fatalf("gives %v, want %s", err, bad.code)
				}
				if f := core.AsFault(err).Fields; len(f) != 1 || f[0].Name != bad.field {
					t.Errorf("%+v", f)
				}
			})
		}
	})
}

func TestService_UpdateCourse(t *testing.T) {
	each(t, func(w *school) {
		t := w.t
		c, err := w.Specialty.CreateCourse(w.ctx, w.Registrar, w.School.ID, mld())
		if err != nil {
			t.Fatal(err)
		}
		in := mld()
		in.Title, in.Minutes = "MLD, first part", core.Hours(45)
		changed, err := w.Specialty.UpdateCourse(w.ctx, w.Second, c.ID, 1, in)
		if err != nil || changed.Version != 2 {
			t.Fatalf("%+v, %v", changed, err)
		}
		kept, err := w.Specialty.Course(w.ctx, w.Student, c.ID)
		if err != nil || kept.Title != in.Title || kept.Minutes != in.Minutes || kept.Version != 2 || len(kept.Prerequisites) != 2 {
			t.Errorf("%+v, %v", kept, err)
		}
		_, err = w.Specialty.UpdateCourse(w.ctx, w.Second, c.ID, 1, in)
		w.refused(err, "stale")
		in.Code = "MLD-2"
		_, err = w.Specialty.UpdateCourse(w.ctx, w.Second, c.ID, 0, in)
		w.refused(err, "code_fixed")
		_, err = w.Specialty.UpdateCourse(w.ctx, w.Stranger, c.ID, 0, in)
		w.refused(err, "not_found")

		for _, code := range []string{"A", "B"} {
			in.Code = code
			if _, err := w.Specialty.CreateCourse(w.ctx, w.Registrar, w.School.ID, in); err != nil {
				t.Fatal(err)
			}
		}
		page, err := w.Specialty.Courses(w.ctx, w.Student, w.School.ID, core.Page{Limit: 2})
		if err != nil || len(page.Items) != 2 || page.Items[0].Code != "A" || page.Next == "" {
			t.Fatalf("%+v, %v", page, err)
		}
		page, err = w.Specialty.Courses(w.ctx, w.Student, w.School.ID, core.Page{Limit: 2, Cursor: page.Next})
		if err != nil || len(page.Items) != 1 || page.Items[0].Code != "MLD-1" || page.Next != "" {
			t.Fatalf("%+v, %v", page, err)
		}
	})
}

func TestService_RecordCompletion(t *testing.T) {
	each(t, func(w *school) {
		t := w.t
		c, err := w.Specialty.CreateCourse(w.ctx, w.Registrar, w.School.ID, mld())
		if err != nil {
			t.Fatal(err)
		}
		in := specialty.CompletionInput{Email: "Ada@Example.org", CompletedOn: day(2026, 10, 1), Instructor: "Ines Instructor"}
		done, err := w.Specialty.RecordCompletion(w.ctx, w.Registrar, c.ID, in)
		if err != nil || done.TherapistID != w.Student.TherapistID || done.Name != "Ada Example" || done.Minutes != core.Hours(40) ||
			done.CourseCode != "MLD-1" || done.CompletedOn != in.CompletedOn {
			t.Fatalf("%+v, %v", done, err)
		}
		_, err = w.Specialty.RecordCompletion(w.ctx, w.Registrar, c.ID, in)
		w.refused(err, "duplicate")

		outside := in
		outside.Email = "lena@example.net"
		_, err = w.Specialty.RecordCompletion(w.ctx, w.Registrar, c.ID, outside)
		w.refused(err, "required")
		outside.Name = "Lena Licensed"
		other, err := w.Specialty.RecordCompletion(w.ctx, w.Registrar, c.ID, outside)
		if err != nil || other.Name != "Lena Licensed" || other.TherapistID.IsZero() || other.TherapistID == w.Student.TherapistID {
			t.Fatalf("%+v, %v", other, err)
		}
		again := specialty.CompletionInput{TherapistID: other.TherapistID, CompletedOn: day(2026, 10, 2), Instructor: "Ines Instructor"}
		if _, err := w.Specialty.RecordCompletion(w.ctx, w.Registrar, c.ID, again); err != nil {
			t.Error("someone the school knows is named by id:", err)
		}
		stranger := w.Person("Nora Nowhere", "nora@example.net", w.Other, core.RoleStudent)
		again.TherapistID = stranger.TherapistID
		_, err = w.Specialty.RecordCompletion(w.ctx, w.Registrar, c.ID, again)
		w.refused(err, "not_found")

		for name, bad := range map[string]struct {
			change func(*specialty.CompletionInput)
			code   string
		}{
			"Tomorrow":     {func(in *specialty.CompletionInput) { in.CompletedOn = day(2026, 11, 24) }, "date_in_future"},
			"NoDate":       {func(in *specialty.CompletionInput) { in.CompletedOn = core.Date{} }, "required"},
			"NoInstructor": {func(in *specialty.CompletionInput) { in.Instructor = "" }, "required"},
			"TooShort":     {func(in *specialty.CompletionInput) { in.Minutes = core.Hours(40) - 1 }, "too_few_minutes"},
			"Email":        {func(in *specialty.CompletionInput) { in.Email = "ada" }, "bad_email"},
		} {
			t.Run(name, func(t *testing.T) {
				in := in
				bad.change(&in)
				_, err := w.Specialty.RecordCompletion(w.ctx, w.Registrar, c.ID, in)
				if core.CodeOf(err) != bad.code {
					t.Fatalf("gives %v, want %s", err, bad.code)
				}
			})
		}

		both := w.Join(w.Student, w.School, core.RoleRegistrar)
		in.CompletedOn = day(2026, 10, 3)
		_, err = w.Specialty.RecordCompletion(w.ctx, both, c.ID, in)
		w.refused(err, "own_record")
		_, err = w.Specialty.RecordCompletion(w.ctx, w.Student, c.ID, in)
		w.refused(err, "forbidden")
		_, err = w.Specialty.RecordCompletion(w.ctx, w.Stranger, c.ID, in)
		w.refused(err, "not_found")

		all, err := w.Specialty.Completions(w.ctx, w.Registrar, w.School.ID, core.Page{})
		if err != nil || len(all.Items) != 3 {
			t.Errorf("%+v, %v", all, err)
		}
		own, err := w.Specialty.Completions(w.ctx, w.Student, w.School.ID, core.Page{})
		if err != nil || len(own.Items) != 1 || own.Items[0].ID != done.ID {
			t.Errorf("a student sees their own: %+v, %v", own, err)
		}
		_, err = w.Specialty.Completion(w.ctx, w.Student, other.ID)
		w.refused(err, "not_found")
	})
}
