package logbook_test

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/attendance"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/kept/kepttest"
	"github.com/palmar/palmar/pkg/testkit"
)

const header = "email,name,date,start,end,break_minutes,subject,setting,delivery,supervisor,note\n"

const file = header +
	"ana@students.example,Ana Reis,2026-03-02,09:00,12:00,15,kinesiology,classroom,in-person,r.alvarez@brightwater.example,first\n" +
	"ana@students.example,Ana Reis,3/3/2026,1:00 PM,4:00 PM,,Pathology,clinic,in-person,T.Okafor@brightwater.example,\n" +
	"ana@students.example,Ana Reis,2026-03-03,15:00,17:00,,pathology,clinic,in-person,t.okafor@brightwater.example,overlaps\n" +
	"Mara.Quill@students.example,Mara Quill,2026-03-02,09:00,12:00,0,ethics-law-business,classroom,distance,r.alvarez@brightwater.example,\n" +
	"mara.quill@students.example,Mara Quill,2026-03-02,13:00,12:00,0,astrology,classroom,distance,r.alvarez@brightwater.example,\n" +
	"r.alvarez@brightwater.example,Rosa Alvarez,2026-03-09,09:00,12:00,0,pathology,classroom,distance,r.alvarez@brightwater.example,\n"

func request(f *kepttest.Fixture, content string) logbook.ImportRequest {
	return logbook.ImportRequest{ProgramID: f.Version.ProgramID, Filename: `C:\export\march.csv`, File: strings.NewReader(content)}
}

func TestService_Import(t *testing.T) {
	each(t, func(t *testing.T, f *kepttest.Fixture) {
		s, report := f.Logbook, ok[logbook.ImportReport](t)
		dry := report(s.DryRun(bg, f.Registrar, f.School.ID, request(f, file)))
		if !dry.Import.ID.IsZero() || dry.Report.Tally[attendance.OK] != 3 || dry.Report.Tally[attendance.Overlap] != 1 ||
			dry.Report.Tally[attendance.UnknownSubject] != 1 || dry.Report.Tally[attendance.UnknownSupervisor] != 1 {
			t.Fatalf("%+v", dry.Report)
		}
		people := func() int {
			return len(ok[core.List[logbook.EnrollmentRow]](t)(s.Enrollments(bg, f.Registrar, f.School.ID, logbook.EnrollmentFilter{}, core.Page{})).Items)
		}
		if people() != 2 {
			t.Fatal("a dry run writes nothing")
		}
		first := report(s.Import(bg, f.Registrar, f.School.ID, request(f, file)))
		if first.Import.Accepted != 3 || first.Import.Refused != 3 || first.Import.Filename != "march.csv" || first.Import.State != logbook.ImportProposed {
			t.Fatalf("%+v", first.Import)
		}
		if people() != 3 {
			t.Fatal("who is new is enrolled")
		}
		if p := progress(t, f); p.Waiting != 180 || p.Standing.Valid != 0 {
			t.Fatalf("hours wait for the approval: %+v", p)
		}
		inbox := ok[core.List[logbook.InboxGroup]](t)(s.Inbox(bg, f.Alvarez, f.School.ID, core.Page{}))
		if len(inbox.Items) != 0 {
			t.Fatalf("an import waits in no inbox: %+v", inbox)
		}
		again := report(s.Import(bg, f.Admin, f.School.ID, request(f, file)))
		if again.Import.ID != first.Import.ID || again.Import.ProposedBy != f.Registrar.AccountID {
			t.Fatalf("the same file gives the first import: %+v", again.Import)
		}
		entries := ok[core.List[core.Entry]](t)(s.Entries(bg, f.Student, f.Enrollment, logbook.EntryFilter{}, core.Page{}))
		_, err := s.Sign(bg, f.Alvarez, f.School.ID, ref(entries.Items[0]))
		wantCode(t, err, "import_pending")
		_, err = s.Withdraw(bg, f.Student, entries.Items[0].ID, 0)
		wantCode(t, err, "import_pending")

		_, err = s.ApproveImport(bg, f.Registrar, first.Import.ID, 0, "")
		wantCode(t, err, "same_person")
		_, err = s.ApproveImport(bg, f.OtherOffice, first.Import.ID, 0, "")
		wantCode(t, err, "not_found")
		late := f.Registrar2
		late.AuthenticatedAt = late.AuthenticatedAt.Add(-time.Hour)
		_, err = s.ApproveImport(bg, late, first.Import.ID, 0, "")
		wantCode(t, err, "reauthentication_required")
		_, err = s.ApproveImport(bg, f.Registrar2, first.Import.ID, 7, "")
		wantCode(t, err, "stale")
		approved := ok[logbook.Import](t)(s.ApproveImport(bg, f.Registrar2, first.Import.ID, first.Import.Version, ""))
		if approved.State != logbook.ImportApproved || approved.DecidedBy != f.Registrar2.AccountID {
			t.Fatalf("%+v", approved)
		}
		if p := progress(t, f); p.Waiting != 0 || p.Standing.Valid != 180 {
			t.Fatalf("approved hours count: %+v", p)
		}
		_, err = s.ApproveImport(bg, f.Registrar2, first.Import.ID, 0, "")
		wantCode(t, err, "already_decided")

		more := file + "ana@students.example,Ana Reis,2026-03-04,09:00,12:00,,pathology,clinic,in-person,t.okafor@brightwater.example,\n"
		more = strings.Replace(more, "2026-03-02,09:00,12:00,0", "2026-03-02,09:00,12:30,0", 1)
		second := report(s.Import(bg, f.Registrar, f.School.ID, request(f, more)))
		if second.Import.Accepted != 3 || second.Import.Unchanged != 2 || second.Report.Tally[attendance.Overlap] != 2 {
			t.Fatalf("what is recorded already is unchanged, what conflicts overlaps: %+v %v", second.Import, second.Report.Tally)
		}
		_, err = s.RejectImport(bg, f.Registrar2, second.Import.ID, 0, "")
		wantCode(t, err, "required")
		ok[logbook.Import](t)(s.RejectImport(bg, f.Registrar2, second.Import.ID, 0, "The wrong month"))
		third := report(s.Import(bg, f.Registrar, f.School.ID, request(f, more)))
		if third.Import.ID == second.Import.ID || third.Import.Unchanged != 2 {
			t.Fatalf("a rejected file may come again: %+v", third.Import)
		}
		list := ok[core.List[logbook.Import]](t)(s.Imports(bg, f.Admin, f.School.ID, core.Page{Limit: 2}))
		if len(list.Items) != 2 || list.Items[0].ID != third.Import.ID || list.Next == "" {
			t.Fatalf("%+v", list)
		}
		got := ok[logbook.Import](t)(s.ImportByID(bg, f.Admin, second.Import.ID))
		var kept logbook.Kept
		if err := json.Unmarshal(got.Report, &kept); err != nil || kept.Tally[attendance.OK] != 3 || len(kept.Refused) != 4 || got.Reason != "The wrong month" {
			t.Fatalf("%+v %v", kept, err)
		}
	})
}

func TestService_ImportAtOnce(t *testing.T) {
	both(t, func(t *testing.T, f *kepttest.Fixture) {
		var wg sync.WaitGroup
		ids, errs := make([]core.ImportID, 8), make([]error, 8)
		for i := range ids {
			wg.Go(func() {
				r, err := f.Logbook.Import(bg, f.Registrar, f.School.ID, request(f, file))
				ids[i], errs[i] = r.Import.ID, err
			})
		}
		wg.Wait()
		for i := range ids {
			if errs[i] != nil || ids[i] != ids[0] || ids[i].IsZero() {
				t.Fatalf("%v %v", ids, errs)
			}
		}
	})
}

// TestService_ImportSchool imports what a school exports and compares with what
// an independent program worked out.
func TestService_ImportSchool(t *testing.T) {
	data, err := os.ReadFile("../../../../shared/data/attendance.csv")
	if err != nil {
		testkit.Need(t, "vectors", "put attendance.csv and attendance.expected.json into ../shared/data beside the repository")
	}
	raw, err := os.ReadFile("../../../../shared/data/attendance.expected.json")
	if err != nil {
		t.Fatal(err)
	}
	var want attendance.Summary
	if err := json.Unmarshal(raw, &want); err != nil {
		t.Fatal(err)
	}
	each(t, func(t *testing.T, f *kepttest.Fixture) {
		in := logbook.ImportRequest{ProgramID: f.Version.ProgramID, Filename: "attendance.csv", File: bytes.NewReader(data)}
		began := time.Now()
		r := ok[logbook.ImportReport](t)(f.Logbook.Import(bg, f.Registrar, f.School.ID, in))
		imported := time.Since(began)
		if r.Import.Records != want.Records || len(r.Report.Refused) != len(want.Refused) {
			t.Fatalf("%+v", r.Import)
		}
		for code, n := range want.Tally {
			if r.Report.Tally[code] != n {
				t.Errorf("%s: %d, want %d", code, r.Report.Tally[code], n)
			}
		}
		began = time.Now()
		ok[logbook.Import](t)(f.Logbook.ApproveImport(bg, f.Registrar2, r.Import.ID, 0, ""))
		if err := f.Logbook.ApplyImports().Do(bg, r.Import.ID.String()); err != nil {
			t.Fatal(err)
		}
		t.Logf("%d records: import %s, approval %s", r.Import.Records, imported, time.Since(began))
		found := 0
		for page := (core.Page{Limit: 100}); ; {
			list := ok[core.List[logbook.EnrollmentRow]](t)(f.Logbook.Enrollments(bg, f.Registrar, f.School.ID, logbook.EnrollmentFilter{}, page))
			for _, row := range list.Items {
				for email, student := range want.Students {
					if strings.EqualFold(email, row.Email) {
						found++
						if row.Valid != student.Valid || row.Recorded != student.Recorded || row.Answer != student.Answer {
							t.Errorf("%s: %+v, want %+v", email, row, student)
						}
					}
				}
			}
			if page.Cursor = list.Next; list.Next == "" {
				break
			}
		}
		if found != len(want.Students) {
			t.Errorf("%d students, want %d", found, len(want.Students))
		}
		in.File = bytes.NewReader(data)
		dry := ok[logbook.ImportReport](t)(f.Logbook.DryRun(bg, f.Registrar, f.School.ID, in))
		if dry.Import.Unchanged != dry.Import.Accepted || dry.Import.Accepted != r.Import.Accepted {
			t.Errorf("imported already: %+v", dry.Import)
		}
	})
}
