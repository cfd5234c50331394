package logbook_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/kept/kepttest"
	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/people/account/accountdb"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/platform/store/storetest"
	"github.com/palmar/palmar/pkg/testkit"
)

// search is whom a school finds, by name.
func search(t testing.TB, f *kepttest.Fixture, a access.Actor, org core.OrganizationID, q string) []string {
	t.Helper()
	list, err := f.Logbook.Enrollments(bg, a, org, logbook.EnrollmentFilter{Query: q}, core.Page{Limit: 50})
	if err != nil {
		t.Fatal(err)
	}
	names := []string{}
	for _, e := range list.Items {
		names = append(names, e.Name)
	}
	return names
}

// enroll enrolls a student by name, with an address that says nothing of it.
func enroll(t testing.TB, f *kepttest.Fixture, n int, name string) logbook.Enrollment {
	t.Helper()
	e, err := f.Logbook.Enroll(bg, f.Registrar, f.School.ID, logbook.Enroll{
		Email: fmt.Sprintf("z%d@students.example", n), Name: name, ProgramID: f.Version.ProgramID, EnrolledOn: core.Date{Year: 2025, Month: 9, Day: 1},
	})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// unsound are enrollments that are found by other words than those of their names.
func unsound(t testing.TB, f *kepttest.Fixture) (found []core.EnrollmentID) {
	t.Helper()
	err := f.DB.Read(bg, func(ctx context.Context, tx *store.Tx) (err error) {
		found, err = kept.On(tx).UnsoundNames(ctx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// A school finds its students by the beginning of any word of their names, however
// it is written, and by their addresses; nobody finds another school's.
func TestService_Enrollments_Search(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := kepttest.School(t, db)
		people := []string{
			"Ana María Ortega Ruiz", "Nguyễn Văn An", "Siobhán O’Neill", "Kate O'Brien", "Søren Kierkegaard", "Łukasz Kowalski", "Jose\u0301 Cruz", "Eva García-López", "İlker Işık", "Алёна Сергеевна", "김민수", "👩\u200d🔬",
		}
		for i, name := range people {
			enroll(t, f, i, name)
		}
		for q, want := range map[string][]string{
			"Ortega": {people[0]}, "ortega ana": {people[0]}, "MARIA ruiz": {people[0]}, "nguyen": {people[1]}, "NGUYỄN": {people[1]}, "O'Neill": {people[2]}, "O’Neill": {people[2]}, "oneill": {people[2]}, "neill": {people[2]},
			"O'Brien": {people[3]}, "O’Brien": {people[3]}, "SOREN": {people[4]}, "Lukasz": {people[5]}, "Łukasz": {people[5]}, "ŁUKASZ": {people[5]}, "Kowalski": {people[5]}, "José": {"José Cruz"}, "Jose\u0301": {"José Cruz"}, "jose": {"José Cruz"}, "Cruz": {"José Cruz"},
			"lopez": {people[7]}, "Garcia-Lopez": {people[7]}, "ilker isik": {people[8]}, "АЛЕНА": {people[9]}, "сергеевна": {people[9]}, "김": {people[10]}, "mara.quill@": {"Mara Quill"}, "MARA.QUILL@students.example": {"Mara Quill"}, "birch": {"Noah Birch"},
			"rtega": {}, "%": {}, "_rtega": {}, "Ortega Cruz": {}, "'": {}, "ortega\x00": {people[0]},
		} {
			if got := search(t, f, f.Registrar, f.School.ID, q); !slices.Equal(got, want) {
				t.Errorf("%q finds %q, want %q", q, got, want)
			}
			if got := search(t, f, f.OtherOffice, f.Other.ID, q); len(got) > 0 {
				t.Errorf("another school finds %q by %q", got, q)
			}
		}
		if wrong := unsound(t, f); len(wrong) > 0 {
			t.Errorf("enrollments with other words than their names': %v", wrong)
		}
	})
}

// A person who has another name is found by that alone, whichever way it changed.
func TestService_Enrollments_SearchRenamed(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := kepttest.School(t, db)
		e := enroll(t, f, 1, "Ana Ortega")
		finds := func(q string, want ...string) {
			t.Helper()
			if got := search(t, f, f.Registrar, f.School.ID, q); !slices.Equal(got, append([]string{}, want...)) {
				t.Errorf("%q finds %q, want %q", q, got, want)
			}
		}
		if _, err := f.Logbook.CorrectStudent(bg, f.Registrar, e.ID, e.Version, logbook.Corrected{Name: "Ana Łukowska", Email: "ana@home.example"}); err != nil {
			t.Fatal(err)
		}
		finds("ortega")
		finds("z1@")
		finds("lukowska", "Ana Łukowska")
		finds("ana@home", "Ana Łukowska")

		// the file becomes the record of an account with another name, which it is called by
		student := f.Actor(t, f.School, core.RoleStudent, "Ann Cruz", "ana@home.example")
		change := func(do func(ctx context.Context, tx kept.Tx) error) {
			t.Helper()
			if err := f.DB.Write(bg, func(ctx context.Context, tx *store.Tx) error { return do(ctx, kept.On(tx)) }); err != nil {
				t.Fatal(err)
			}
		}
		change(func(ctx context.Context, tx kept.Tx) error {
			return tx.JoinFile(ctx, e.TherapistID, student.AccountID, f.Source.Now())
		})
		finds("lukowska")
		finds("cruz", "Ann Cruz")
		change(func(ctx context.Context, tx kept.Tx) error {
			a, err := tx.Account(ctx, student.AccountID)
			if err != nil {
				return err
			}
			a.Name = "Ann Müller"
			return tx.UpdateAccount(ctx, a)
		})
		finds("cruz")
		finds("MULLER", "Ann Müller")

		// a program that knows nothing of words changes a name: nobody is found by the
		// former one, and by the new one when this program has started
		change(func(_ context.Context, tx kept.Tx) error {
			return tx.Gorm().Exec("UPDATE accounts SET name = 'Ann Núñez' WHERE email = 'ana@home.example'").Error
		})
		finds("muller")
		if wrong := unsound(t, f); !slices.Equal(wrong, []core.EnrollmentID{e.ID}) {
			t.Errorf("without its words, only %v is found by others", wrong)
		}
		if err := accountdb.FillNames(bg, db); err != nil {
			t.Fatal(err)
		}
		finds("nunez", "Ann Núñez")
		if wrong := unsound(t, f); len(wrong) > 0 {
			t.Errorf("enrollments with other words than their names': %v", wrong)
		}
	})
}

// crowd gives a school many students, the last of whom is Zoë Ortega-Quillfeather.
func crowd(t testing.TB, f *kepttest.Fixture, many int) {
	t.Helper()
	first, last := []string{"Ana", "José", "Łukasz", "Nguyễn", "Søren", "Kate", "Mei", "Omar"}, []string{"Cruz", "O’Brien", "Kowalski", "García", "Li", "Haddad", "Okafor", "Lund"}
	err := f.DB.Write(bg, func(ctx context.Context, tx *store.Tx) error {
		var files []account.Person
		var all []logbook.Enrollment
		for i := range many {
			name := fmt.Sprintf("%s %s %c%s", first[i%8], last[i/8%8], 'A'+rune(i%26), strings.Repeat("x", i/26%20))
			if i == many-1 {
				name = "Zoë Ortega-Quillfeather"
			}
			p := account.Person{TherapistID: core.NewID[core.TherapistID](f.Source), Name: name, Email: fmt.Sprintf("c%d@students.example", i)}
			files = append(files, p)
			all = append(all, logbook.Enrollment{
				ID: core.NewID[core.EnrollmentID](f.Source), OrganizationID: f.School.ID, ProgramID: f.Version.ProgramID, ProgramVersionID: f.Version.ID, TherapistID: p.TherapistID,
				State: core.EnrollmentActive, EnrolledOn: core.Date{Year: 2025, Month: 9, Day: 1}, CreatedAt: f.Source.Now(),
			})
		}
		if err := kept.On(tx).InsertFiles(ctx, f.School.ID, files, f.Source.Now()); err != nil {
			return err
		}
		return kept.On(tx).InsertEnrollments(ctx, all)
	})
	if err != nil {
		t.Fatal(err)
	}
	err = f.DB.Write(bg, func(_ context.Context, tx *store.Tx) error { return tx.Gorm().Exec("ANALYZE").Error })
	if err != nil {
		t.Fatal(err)
	}
}

// Among thousands, the words of a search are looked up in their index, whichever
// database it is.
func TestService_Enrollments_SearchMany(t *testing.T) {
	t.Parallel()
	many := 2_000
	if testkit.Full() {
		many = 20_000
	}
	storetest.Drawn(t, func(t *testing.T, db *store.DB) {
		f := kepttest.School(t, db)
		crowd(t, f, many)
		for _, q := range []string{"quillfeather", "zoe ortega", "ORTEGA-Q"} {
			if got := search(t, f, f.Registrar, f.School.ID, q); !slices.Equal(got, []string{"Zoë Ortega-Quillfeather"}) {
				t.Errorf("%q finds %q", q, got)
			}
		}
		if got := search(t, f, f.Registrar, f.School.ID, "obrien"); len(got) != 50 {
			t.Errorf("a page has %d", len(got))
		}
		plan := planOf(t, db, f.School.ID, "zoe ortega")
		if strings.Count(plan, "name_words_pkey")+strings.Count(plan, "PRIMARY KEY (organization_id=? AND word>? AND word<?)") < 2 || strings.Contains(plan, "SCAN name_words") || strings.Contains(plan, "Seq Scan on name_words") {
			t.Errorf("the words are not looked up in their index:\n%s", plan)
		}
	})
}

// planOf is how a database finds the enrollments of a search.
func planOf(t testing.TB, db *store.DB, org core.OrganizationID, q string) string {
	t.Helper()
	explain := "EXPLAIN QUERY PLAN "
	if db.Postgres() {
		explain = "EXPLAIN "
	}
	var plan strings.Builder
	err := db.Read(bg, func(_ context.Context, tx *store.Tx) error {
		rows, err := tx.Gorm().Raw(explain+"SELECT e.id FROM enrollments e JOIN people sa ON sa.id = e.therapist_id WHERE e.organization_id = ? AND ? ORDER BY sa.name, e.id LIMIT 26",
			org, accountdb.Named("e.id", org, q)).Rows()
		if err != nil {
			return err
		}
		defer rows.Close()
		columns, err := rows.Columns()
		if err != nil {
			return err
		}
		for rows.Next() {
			cells := make([]any, len(columns))
			for i := range cells {
				cells[i] = new(any)
			}
			if err := rows.Scan(cells...); err != nil {
				return err
			}
			fmt.Fprintln(&plan, *cells[len(cells)-1].(*any))
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	return plan.String()
}

// BenchmarkSearch finds one of 20,000 students by two words.
func BenchmarkSearch(b *testing.B) {
	benchEach(b, func(b *testing.B, f *kepttest.Fixture) {
		crowd(b, f, 20_000)
		b.ReportAllocs()
		for b.Loop() {
			if got := search(b, f, f.Registrar, f.School.ID, "ortega zo"); len(got) != 1 {
				b.Fatal(got)
			}
		}
	})
}
