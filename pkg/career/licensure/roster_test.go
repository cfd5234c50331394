package licensure_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/career/roster"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/judge/license"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/kept/granttest"
	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/people/grant"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/testkit"
)

func floridaList() licensure.SourceInput {
	return licensure.SourceInput{
		Name: "Florida DOH, public list", Jurisdiction: "fl",
		Mapping: roster.Mapping{
			Columns: map[roster.Field]string{
				roster.Number: "number", roster.Name: "name", roster.BirthYear: "born", roster.Status: "status", roster.Discipline: "discipline",
				roster.IssuedOn: "issued", roster.ExpiresOn: "expires",
			},
			Dates: "YYYY-MM-DD", Words: map[string]string{"Clear": "lifecycle:active"},
		},
	}
}

const listHeader = "number,name,born,status,discipline,issued,expires\n"

// list is a school with a source and a way to import lists.
type list struct {
	*certifytest.World
	t      *testing.T
	source licensure.RosterSource
}

func newList(t *testing.T, w *certifytest.World) *list {
	t.Helper()
	source, err := w.Licensure.CreateSource(ctx, w.Registrar, w.School.ID, floridaList())
	if err != nil {
		t.Fatal(err)
	}
	return &list{w, t, source}
}

func (l *list) request(rows ...string) licensure.RosterRequest {
	return licensure.RosterRequest{SourceID: l.source.ID, Filename: `C:\lists\florida.csv`, File: strings.NewReader(listHeader + strings.Join(rows, "\n")), AsOf: day(2026, 11, 22)}
}

func (l *list) imports(rows ...string) licensure.Roster {
	l.t.Helper()
	r, err := l.Licensure.ImportRoster(ctx, l.Registrar, l.School.ID, l.request(rows...))
	if err != nil {
		l.t.Fatal(err)
	}
	return r
}

func (l *list) wants(r licensure.Roster, records, matched, changed, doubtful, unknown, refused int) {
	l.t.Helper()
	if r.Records != records || r.Matched != matched || r.Changed != changed || r.Doubtful != doubtful || r.Unknown != unknown || r.Refused != refused {
		l.t.Errorf("%d records: %d matched, %d changed, %d doubtful, %d unknown, %d refused; want %d: %d, %d, %d, %d, %d",
			r.Records, r.Matched, r.Changed, r.Doubtful, r.Unknown, r.Refused, records, matched, changed, doubtful, unknown, refused)
	}
}

func (l *list) open() []licensure.RosterMatch {
	l.t.Helper()
	page, err := l.Licensure.Matches(ctx, l.Registrar, l.School.ID, "", core.Page{})
	if err != nil {
		l.t.Fatal(err)
	}
	return page.Items
}

func TestService_ImportRoster(t *testing.T) {
	each(t, func(t *testing.T, w *certifytest.World) {
		l := newList(t, w)
		known, err := w.Licensure.RecordLicense(ctx, w.Registrar, w.Student.TherapistID, florida())
		if err != nil {
			t.Fatal(err)
		}
		rows := []string{
			`MA12345,"EXAMPLE, ADA",1990,Clear,suspended,2025-09-01,2029-08-31`,
			"MA777,Someone Else,1970,Clear,none,2020-01-01,2027-08-31",
			"MA12345,Ada Example,1990,inactive,none,2025-09-01,2027-08-31",
			"MA9,Bad Line,1990,Zombie,none,,",
		}
		request := l.request(rows...)
		request.DryRun = true
		tried, err := w.Licensure.ImportRoster(ctx, w.Registrar, w.School.ID, request)
		if err != nil || !tried.ID.IsZero() {
			t.Fatalf("%+v, %v", tried, err)
		}
		l.wants(tried, 4, 1, 1, 0, 1, 2)
		if same, err := w.Licensure.License(ctx, w.Registrar, known.ID); err != nil || same.Version != known.Version || len(same.Checks) != 0 {
			t.Errorf("a dry run wrote: %+v, %v", same, err)
		}

		first := l.imports(rows...)
		l.wants(first, 4, 1, 1, 0, 1, 2)
		if first.State != licensure.RosterDone || first.Filename != "florida.csv" || first.Digest == "" || !strings.Contains(string(first.Refusals), "Zombie") {
			t.Errorf("%+v", first)
		}
		changed, err := w.Licensure.License(ctx, w.Registrar, known.ID)
		if err != nil || changed.ExpiresOn != day(2029, 8, 31) || len(changed.Events) != 4 {
			t.Fatalf("%+v, %v", changed, err)
		}
		p := license.Judge(changed, held(day(2026, 11, 23)))
		if p.May() || p.CheckedOn != day(2026, 11, 22) || p.Source != "Florida DOH, public list" || p.Method != core.MethodPrimarySource {
			t.Errorf("%+v", p)
		}
		second := l.imports(rows...)
		l.wants(second, 4, 1, 0, 0, 1, 2)
		same, err := w.Licensure.License(ctx, w.Registrar, known.ID)
		if err != nil || same.Version != changed.Version || len(same.Events) != 4 || len(same.Checks) != 1 || second.Digest != first.Digest {
			t.Errorf("the same list changed something: %+v, %v", same, err)
		}

		// The next list says the same a day later: only the look is newer.
		request = l.request(rows...)
		request.AsOf = day(2026, 11, 23)
		third, err := w.Licensure.ImportRoster(ctx, w.Second, w.School.ID, request)
		if err != nil {
			t.Fatal(err)
		}
		l.wants(third, 4, 1, 0, 0, 1, 2)
		same, err = w.Licensure.License(ctx, w.Registrar, known.ID)
		if p := license.Judge(same, held(day(2026, 11, 23))); err != nil || p.CheckedOn != day(2026, 11, 23) || len(same.Events) != 4 {
			t.Errorf("%+v, %v", p, err)
		}
		kept, err := w.Licensure.Rosters(ctx, w.Registrar, w.School.ID, core.Page{Limit: 2})
		if err != nil || len(kept.Items) != 2 || kept.Next == "" || kept.Items[0].ID != third.ID || kept.Items[0].StartedByName != "Rob Registrar" {
			t.Errorf("%+v, %v", kept, err)
		}

		_, err = w.Licensure.ImportRoster(ctx, w.Supervisor, w.School.ID, l.request(rows...))
		wantCode(t, err, "forbidden")
		_, err = w.Licensure.ImportRoster(ctx, w.Stranger, w.School.ID, l.request(rows...))
		wantCode(t, err, "not_found")
		_, err = w.Licensure.ImportRoster(ctx, w.Stranger, w.Other.ID, l.request(rows...))
		wantCode(t, err, "not_found")
		_, err = w.Licensure.Roster(ctx, w.Stranger, first.ID)
		wantCode(t, err, "not_found")
		request = l.request(rows...)
		request.AsOf = day(2027, 1, 1)
		_, err = w.Licensure.ImportRoster(ctx, w.Registrar, w.School.ID, request)
		wantCode(t, err, "date_in_future")
		request = l.request(rows[0], `"`)
		broken, err := w.Licensure.ImportRoster(ctx, w.Registrar, w.School.ID, request)
		wantCode(t, err, "bad_csv")
		if kept, err := w.Licensure.Roster(ctx, w.Registrar, broken.ID); err != nil || kept.State != licensure.RosterFailed || !strings.Contains(kept.Failure, testkit.Says("bad_csv")) {
			t.Errorf("%+v, %v", kept, err)
		}
	})
}

func TestService_ImportRoster_byName(t *testing.T) {
	each(t, func(t *testing.T, w *certifytest.World) {
		l := newList(t, w)
		row := "MA1,Ada M. Example,1990,Clear,none,2025-09-01,2027-08-31"
		l.wants(l.imports(row), 1, 0, 0, 1, 0, 0)
		if open := l.open(); len(open) != 1 || open[0].Doubt != licensure.DoubtNoBirthYear || open[0].Candidates[0].Name != "Ada Example" {
			t.Fatalf("%+v", open)
		}
		l.wants(l.imports(row), 1, 0, 0, 1, 0, 0)
		if len(l.open()) != 1 {
			t.Error("a doubt is put twice")
		}
		if _, err := w.Licensure.SetDetails(ctx, w.Student, w.Student.TherapistID, day(1991, 3, 1), ""); err != nil {
			t.Fatal(err)
		}
		l.wants(l.imports(row), 1, 0, 0, 0, 1, 0) // born in another year
		if _, err := w.Licensure.SetDetails(ctx, w.Student, w.Student.TherapistID, day(1990, 3, 1), ""); err != nil {
			t.Fatal(err)
		}
		l.wants(l.imports(row), 1, 1, 1, 0, 0, 0)
		l.wants(l.imports(row), 1, 1, 0, 0, 0, 0)
		all, err := w.Licensure.Licenses(ctx, w.Student, w.Student.TherapistID)
		if err != nil || len(all) != 1 || all[0].Number != "MA1" || all[0].IssuedOn != day(2025, 9, 1) || !mayOn(all[0], day(2026, 11, 23)) {
			t.Fatalf("%+v, %v", all, err)
		}
		l.wants(l.imports("MA2,Ada Example,1990,Clear,none,,"), 1, 0, 0, 1, 0, 0)                     // another number
		l.wants(l.imports("MA1,Bob Other,1990,Clear,none,,"), 1, 0, 0, 1, 0, 0)                       // another name
		l.wants(l.imports("MA1,Ada Example,1990,Clear,none,2025-09-01,2026-08-31"), 1, 1, 1, 0, 0, 0) // an earlier last day
		doubts := map[licensure.RosterDoubt]licensure.RosterMatch{}
		for _, m := range l.open() {
			doubts[m.Doubt] = m
		}
		if len(doubts) != 3 {
			t.Fatalf("%+v", doubts)
		}

		name := doubts[licensure.DoubtOtherName]
		_, err = w.Licensure.Dismiss(ctx, w.Join(w.Student, w.School, core.RoleRegistrar), name.ID, 0)
		wantCode(t, err, "own_record")
		_, err = w.Licensure.Dismiss(ctx, w.Supervisor, name.ID, 0)
		wantCode(t, err, "forbidden")
		_, err = w.Licensure.Dismiss(ctx, w.Stranger, name.ID, 0)
		wantCode(t, err, "not_found")
		_, err = w.Licensure.Dismiss(ctx, w.Registrar, name.ID, 5)
		wantCode(t, err, "stale")
		if m, err := w.Licensure.Dismiss(ctx, w.Registrar, name.ID, 1); err != nil || m.State != licensure.MatchDismissed {
			t.Errorf("%+v, %v", m, err)
		}
		_, err = w.Licensure.Dismiss(ctx, w.Registrar, name.ID, 0)
		wantCode(t, err, "decided")
		l.wants(l.imports("MA1,Bob Other,1990,Clear,none,,"), 1, 0, 0, 0, 1, 0)

		number := doubts[licensure.DoubtOtherNumber]
		_, err = w.Licensure.Link(ctx, w.Registrar, number.ID, 0, core.NewID[core.TherapistID](w.Src))
		wantCode(t, err, "not_a_candidate")
		linked, err := w.Licensure.Link(ctx, w.Registrar, number.ID, 1, w.Student.TherapistID)
		if err != nil || linked.LicenseID.IsZero() {
			t.Fatalf("%+v, %v", linked, err)
		}
		l.wants(l.imports("MA2,Ada Example,1990,Clear,none,,"), 1, 1, 0, 0, 0, 0)

		shorter, err := w.Licensure.License(ctx, w.Registrar, all[0].ID)
		if err != nil || shorter.ExpiresOn != day(2026, 8, 31) || mayOn(shorter, day(2026, 11, 23)) {
			t.Errorf("%+v, %v", shorter, err)
		}
		l.wants(l.imports("MA1,Ada Example,1990,Clear,none,2025-09-01,2026-08-31"), 1, 1, 0, 0, 0, 0)
	})
}

// TestService_ImportRoster_foreign has a license of a therapist whom only
// another school knows.
func TestService_ImportRoster_foreign(t *testing.T) {
	each(t, func(t *testing.T, w *certifytest.World) {
		if _, err := w.Licensure.RecordLicense(ctx, w.Registrar, w.Student.TherapistID, florida()); err != nil {
			t.Fatal(err)
		}
		source, err := w.Licensure.CreateSource(ctx, w.Stranger, w.Other.ID, floridaList())
		if err != nil {
			t.Fatal(err)
		}
		r, err := w.Licensure.ImportRoster(ctx, w.Stranger, w.Other.ID, licensure.RosterRequest{
			SourceID: source.ID, File: strings.NewReader(listHeader + "MA12345,Ada Example,1990,inactive,none,,"),
		})
		if err != nil || r.Unknown != 1 || r.Matched+r.Doubtful != 0 {
			t.Errorf("%+v, %v", r, err)
		}
	})
}

func TestService_Sources(t *testing.T) {
	each(t, func(t *testing.T, w *certifytest.World) {
		l := newList(t, w)
		_, err := w.Licensure.CreateSource(ctx, w.Registrar, w.School.ID, floridaList())
		wantCode(t, err, "duplicate")
		in := floridaList()
		in.Name, in.Mapping.Dates = "Florida, monthly", "MM/DD/YYYY"
		changed, err := w.Licensure.UpdateSource(ctx, w.Second, l.source.ID, 1, in)
		if err != nil || changed.Version != 2 || !strings.Contains(string(changed.Mapping), "MM/DD") {
			t.Errorf("%+v, %v", changed, err)
		}
		_, err = w.Licensure.UpdateSource(ctx, w.Second, l.source.ID, 1, in)
		wantCode(t, err, "stale")
		in.Jurisdiction = "GA"
		_, err = w.Licensure.UpdateSource(ctx, w.Second, l.source.ID, 0, in)
		wantCode(t, err, "jurisdiction_fixed")
		in.Mapping.Columns = nil
		_, err = w.Licensure.UpdateSource(ctx, w.Second, l.source.ID, 0, in)
		wantCode(t, err, "invalid")
		for _, a := range []struct {
			err  error
			code string
		}{
			{second(w.Licensure.Source(ctx, w.Stranger, l.source.ID)), "not_found"},
			{second(w.Licensure.Source(ctx, w.Supervisor, l.source.ID)), "forbidden"},
			{second(w.Licensure.UpdateSource(ctx, w.Stranger, l.source.ID, 0, in)), "not_found"},
			{second(w.Licensure.Sources(ctx, w.Verifier, w.School.ID, core.Page{})), "not_found"},
		} {
			wantCode(t, a.err, a.code)
		}
		all, err := w.Licensure.Sources(ctx, w.Registrar, w.School.ID, core.Page{})
		if err != nil || len(all.Items) != 1 || all.Items[0].Name != "Florida, monthly" {
			t.Errorf("%+v, %v", all, err)
		}
	})
}

func second[T any](_ T, err error) error { return err }

// rosterLines makes a list of n lines; the school knows every k-th holder.
func rosterLines(n int) io.Reader {
	r, w := io.Pipe()
	go func() {
		_, err := io.WriteString(w, listHeader)
		for i := 0; i < n && err == nil; i++ {
			_, err = fmt.Fprintf(w, "MA%d,Given%d Family%d,%d,Clear,none,2020-01-01,2027-08-31\n", i, i, i, 1950+i%50)
		}
		_ = w.CloseWithError(err)
	}()
	return r
}

// TestService_ImportRoster_large imports a list twice, in memory that does not
// grow with it. PALMAR_TEST_ROSTER=50000 makes it as large as a state's.
func TestService_ImportRoster_large(t *testing.T) {
	n, every := 3_000, 5
	if s := os.Getenv("PALMAR_TEST_ROSTER"); s != "" {
		_, _ = fmt.Sscan(s, &n)
	}
	each(t, func(t *testing.T, w *certifytest.World) {
		l := newList(t, w)
		l.enrolled(n, every)
		for round, changed := range []int{n / every, 0} {
			told, most := 0, uint64(0)
			begun := time.Now()
			r, err := w.Licensure.ImportRoster(ctx, w.Registrar, w.School.ID, licensure.RosterRequest{
				SourceID: l.source.ID, Filename: "state.csv", File: rosterLines(n), AsOf: day(2026, 11, 22),
				Progress: func(r licensure.Roster) {
					if told++; told%20 == 1 {
						var m runtime.MemStats
						runtime.ReadMemStats(&m)
						most = max(most, m.HeapAlloc)
					}
				},
			})
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("round %d: %d lines in %v, %d told, at the most %d MB of heap", round+1, r.Records, time.Since(begun).Round(time.Millisecond), told, most>>20)
			l.wants(r, n, n/every, changed, 0, n-n/every, 0)
			if told < n/500 {
				t.Errorf("progress was told %d times", told)
			}
		}
	})
}

// enrolled makes the school know every k-th of n holders, born in the year that
// their line says.
func (l *list) enrolled(n, every int) {
	l.t.Helper()
	for from := 0; from < n; from += 1_000 {
		l.Write(func(ctx context.Context, tx *store.Tx) error {
			var people []account.Person
			for i := from; i < min(n, from+1_000); i += every {
				people = append(people, account.Person{
					TherapistID: core.NewID[core.TherapistID](l.Src), Email: fmt.Sprintf("p%d@list.example", i), Name: fmt.Sprintf("Given%d Family%d", i, i),
				})
			}
			if err := kept.On(tx).InsertFiles(ctx, l.School.ID, people, certifytest.Start); err != nil {
				return err
			}
			for _, p := range people {
				if err := granttest.New(l.DB, l.Src).Seed(ctx, p.TherapistID, l.School, grant.Everything()); err != nil {
					return err
				}
			}
			program, err := kept.On(tx).ProgramByCode(ctx, l.School.ID, "mmf")
			if err != nil {
				return err
			}
			versions, err := kept.On(tx).ProgramVersions(ctx, program.ID)
			if err != nil {
				return err
			}
			var enrollments []logbook.Enrollment
			for i := from; i < min(n, from+1_000); i += every {
				id := people[(i-from)/every].TherapistID
				enrollments = append(enrollments, logbook.Enrollment{
					ID: core.NewID[core.EnrollmentID](l.Src), OrganizationID: l.School.ID, ProgramID: program.ID, ProgramVersionID: versions[0].ID,
					TherapistID: id, State: core.EnrollmentActive, EnrolledOn: day(2025, 1, 1), CreatedAt: certifytest.Start,
				})
				if err := kept.On(tx).SetTherapistDetails(ctx, core.Therapist{ID: id, BirthDate: day(1950+i%50, 6, 1)}); err != nil {
					return err
				}
			}
			return kept.On(tx).InsertEnrollments(ctx, enrollments)
		})
	}
}
