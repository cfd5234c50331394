package specialty_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/license"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/platform/store"
)

func (s *school) save(who access.Actor, p specialty.DirectoryProfile) {
	s.t.Helper()
	_, err := s.Specialty.SaveProfile(s.ctx, who, 0, p)
	s.ok(err)
}

func (s *school) search(q specialty.DirectorySearch) []specialty.Listed {
	s.t.Helper()
	list, _, err := s.Specialty.Search(s.ctx, q, core.Page{})
	s.ok(err)
	return list.Items
}

var everything = specialty.DirectoryProfile{
	Listed: true, Area: "FL", Place: "Tampa", Contact: "ada@example.org", Languages: []string{"English", "Português"},
	Insurances: []string{"Acme Health"}, Mentor: true, Shown: specialty.DirectoryFields,
}

// TestDirectory_barred is someone whom a register calls suspended, and then reinstated.
func TestDirectory_barred(t *testing.T) {
	each(t, func(s *school) {
		s.certified(s.course("MLD-1", 60, drainage), s.Student, monday)
		s.save(s.Student, everything)
		l, err := s.Licensure.RecordLicense(s.ctx, s.Student, s.Student.TherapistID, licensure.LicenseInput{Jurisdiction: "FL", Number: "MA1", Status: "active", EffectiveOn: monday.AddDays(-90)})
		s.ok(err)
		says := func(status string, from core.Date) {
			s.Write(func(ctx context.Context, tx *store.Tx) error {
				return kept.On(tx).InsertLicenseEvents(ctx, []core.LicenseEvent{{
					ID: core.NewID[core.LicenseEventID](s.Src), LicenseID: l.ID, Axis: core.Discipline, Status: status, EffectiveOn: from, CheckedOn: from,
					Method: core.MethodPrimarySource, Register: true, Source: "Florida register", RecordedAt: s.Src.Now(), RecordedBy: s.Student.AccountID,
				}})
			})
		}
		says("suspended", monday.AddDays(-9))
		if found := s.search(specialty.DirectorySearch{}); len(found) != 0 {
			s.t.Errorf("someone suspended is found: %+v", found)
		}
		_, err = s.Specialty.Entry(s.ctx, s.Student.TherapistID)
		s.refused(err, "not_found")
		says(core.Reinstated, monday.AddDays(-2))
		if found := s.search(specialty.DirectorySearch{}); len(found) != 1 {
			s.t.Errorf("after the reinstatement: %+v", found)
		}
	})
}

func TestDirectory(t *testing.T) {
	each(t, func(s *school) {
		s.certified(s.course("MLD-1", 60, drainage), s.Student, monday)
		if p, err := s.Specialty.Profile(s.ctx, s.Student); err != nil || p.Listed || len(p.Shown) != 0 {
			s.t.Fatalf("before she ever asked: %+v, %v", p, err)
		}
		_, err := s.Specialty.Profile(s.ctx, s.Registrar)
		s.refused(err, "not_found")
		_, err = s.Specialty.SaveProfile(s.ctx, access.Actor{}, 0, everything)
		s.refused(err, "unauthenticated")
		bad := everything
		bad.Area, bad.Contact, bad.Shown = "Florida", "Call me", []specialty.DirectoryField{"shoe_size"}
		_, err = s.Specialty.SaveProfile(s.ctx, s.Student, 0, bad)
		if f := s.refused(err, "invalid"); len(f.Fields) != 3 {
			s.t.Errorf("fields %+v", f.Fields)
		}
		s.save(s.Student, everything)
		for _, q := range []specialty.DirectorySearch{
			{}, {Area: "fl"}, {Language: "português"}, {Insurance: "acme health"}, {Mentor: true}, {Condition: "lymphedema"},
			{Area: "FL", Language: "English", Insurance: "Acme Health", Mentor: true, Condition: "after-surgery"},
		} {
			if found := s.search(q); len(found) != 1 || len(found[0].Conditions) != 2 || found[0].Contact == "" {
				s.t.Errorf("%+v finds %+v", q, found)
			}
		}
		for _, q := range []specialty.DirectorySearch{{Area: "GA"}, {Language: "French"}, {Condition: "neck"}, {Area: "FL", Condition: "neck"}} {
			if found := s.search(q); len(found) != 0 {
				s.t.Errorf("%+v finds %+v", q, found)
			}
		}
		if list, err := s.Specialty.Trained(s.ctx, s.Registrar, s.School.ID, specialty.Ready{Condition: "lymphedema", Area: "FL"}, core.Page{}); err != nil || len(list.Items) != 1 {
			s.t.Errorf("by the area that she shows: %+v, %v", list.Items, err)
		}
		_, err = s.Specialty.SaveProfile(s.ctx, s.Student, 1, everything)
		s.refused(err, "stale")
		off := everything
		off.Listed = false
		s.save(s.Student, off)
		if found := s.search(specialty.DirectorySearch{}); len(found) != 0 {
			s.t.Errorf("after she switched it off: %+v", found)
		}
		if list, err := s.Specialty.Trained(s.ctx, s.Registrar, s.School.ID, specialty.Ready{Condition: "lymphedema", Area: "FL"}, core.Page{}); err != nil || len(list.Items) != 0 {
			s.t.Errorf("by an area that she shows no more: %+v, %v", list.Items, err)
		}
		s.pages()
		s.sound()
	})
}

// pages: everybody listed comes once, whatever the size of the parts.
func (s *school) pages() {
	s.t.Helper()
	names := map[string]int{}
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		who := s.Person(name, name+"@list.example", s.School, core.RoleStudent)
		s.Grant(who.TherapistID, s.School)
		s.license(s.Registrar, who, name)
		s.save(who, everything)
	}
	for cursor, parts := "", 0; ; parts++ {
		list, _, err := s.Specialty.Search(s.ctx, specialty.DirectorySearch{Area: "FL"}, core.Page{Limit: 2, Cursor: cursor})
		s.ok(err)
		for _, l := range list.Items {
			names[l.Name]++
		}
		if cursor = list.Next; cursor == "" {
			break
		}
	}
	if len(names) != 5 || names["c"] != 1 {
		s.t.Errorf("the parts have %v", names)
	}
	_, _, err := s.Specialty.Search(s.ctx, specialty.DirectorySearch{}, core.Page{Cursor: "nonsense"})
	s.refused(err, "bad_cursor")
}

// Whatever someone writes and chooses, the directory shows what was chosen and
// not one word more, and finds nobody by what is not shown.
func TestDirectory_ShowsWhatWasChosen(t *testing.T) {
	s := &school{certifytest.SQLite(t, base), t, t.Context()}
	s.Grant(s.Student.TherapistID, s.School)
	s.license(s.Registrar, s.Student, "MA1")
	word := rapid.StringMatching(`[A-Z][a-z]{5,9}q`)
	rapid.Check(t, func(r *rapid.T) {
		p := specialty.DirectoryProfile{
			Listed: rapid.Bool().Draw(r, "listed"), Area: rapid.SampledFrom([]string{"", "FL", "GA"}).Draw(r, "area"), Place: word.Draw(r, "place"),
			Contact: strings.ToLower(word.Draw(r, "contact")) + "@example.org", Languages: rapid.SliceOfN(word, 0, 3).Draw(r, "languages"), Insurances: rapid.SliceOfN(word, 0, 3).Draw(r, "insurances"),
			Mentor: rapid.Bool().Draw(r, "mentor"), Shown: rapid.SliceOfDistinct(rapid.SampledFrom(specialty.DirectoryFields), rapid.ID).Draw(r, "shown"),
		}
		s.save(s.Student, p)
		shows := func(field specialty.DirectoryField) bool { return p.Listed && slices.Contains(p.Shown, field) }
		found := s.search(specialty.DirectorySearch{})
		if len(found) == 1 != p.Listed {
			r.Fatalf("listed %t, found %d", p.Listed, len(found))
		}
		var words []string
		for _, l := range found {
			words = append(append(append(words, l.Name, l.Area, l.Place, l.Contact), l.Languages...), l.Insurances...)
		}
		said := strings.Join(words, " ")
		for field, value := range map[specialty.DirectoryField]string{specialty.ShowPlace: p.Place, specialty.ShowContact: p.Contact} {
			if strings.Contains(said, value) != shows(field) {
				r.Fatalf("%s is shown %t: %s", field, !shows(field), said)
			}
		}
		for field, q := range map[specialty.DirectoryField]specialty.DirectorySearch{
			specialty.ShowLanguages: {Language: first(p.Languages)}, specialty.ShowInsurances: {Insurance: first(p.Insurances)}, specialty.ShowArea: {Area: p.Area},
		} {
			if q != (specialty.DirectorySearch{}) && (len(s.search(q)) == 1) != shows(field) {
				r.Fatalf("found by %s: %t", field, !shows(field))
			}
		}
	})
}

func first(words []string) string {
	if len(words) == 0 {
		return ""
	}
	return words[0]
}

// An employer sees of the trained those who let it, each is told, and an ended
// certificate does not count. That it was shown a certificate lets it see nothing.
func TestStaffReady(t *testing.T) {
	each(t, func(s *school) {
		lasting := drainage
		lasting.Lasts = core.Lasting{Months: 12}
		c := s.certified(s.course("MLD-1", 60, lasting), s.Student, monday)
		ask := func() []specialty.Ability {
			s.t.Helper()
			list, err := s.Specialty.StaffReady(s.ctx, s.Verifier, s.Employer.ID, specialty.Ready{Condition: "lymphedema", Means: "cold"}, core.Page{})
			s.ok(err)
			return list.Items
		}
		told := func() int {
			s.t.Helper()
			return s.looks(s.Student, s.Employer)
		}
		if len(ask()) != 0 || told() != 0 {
			s.t.Error("someone is seen who never showed anything")
		}
		_, err := s.Check.Inspect(s.ctx, s.Verifier, s.Employer.ID, c.Code, license.Asked{})
		s.ok(err)
		if len(ask()) != 0 || told() != 0 {
			s.t.Error("a code lets an employer see who is trained")
		}
		s.Grant(s.Student.TherapistID, s.Employer, access.ScopeLicenses)
		if len(ask()) != 0 || told() != 0 {
			s.t.Error("a grant of something else lets an employer see who is trained")
		}
		s.Grant(s.Student.TherapistID, s.Employer, access.ScopeSpecialties)
		if found := ask(); len(found) != 1 || found[0].Code != c.Code || told() != 1 {
			s.t.Errorf("found %+v, told %d times", found, told())
		}
		_, err = s.Specialty.StaffReady(s.ctx, s.Registrar, s.Employer.ID, specialty.Ready{Condition: "lymphedema"}, core.Page{})
		s.refused(err, "not_found")
		_, err = s.Specialty.StaffReady(s.ctx, s.Verifier, s.Employer.ID, specialty.Ready{}, core.Page{})
		s.refused(err, "required")
		s.Pass(366 * 24 * time.Hour)
		if found := ask(); len(found) != 0 {
			s.t.Errorf("after its end: %+v", found)
		}
	})
}

// looks is how often members of an organization were shown something of a person's
// record.
func (s *school) looks(of access.Actor, by core.Organization) (n int) {
	s.t.Helper()
	s.Write(func(_ context.Context, tx *store.Tx) (err error) {
		n, err = store.One[int](tx.Gorm().Table("looks").Select("COUNT(*)").Where("therapist_id = ? AND organization_id = ?", of.TherapistID, by.ID), "count")
		return err
	})
	return n
}

// license records a license of someone by someone.
func (s *school) license(by, of access.Actor, number string) core.License {
	s.t.Helper()
	l, err := s.Licensure.RecordLicense(s.ctx, by, of.TherapistID, licensure.LicenseInput{
		Jurisdiction: "FL", Number: number, IssuedOn: day(2025, 9, 1), ExpiresOn: day(2027, 8, 31), Status: core.Active,
		Method: core.MethodPrimarySource, Source: "Florida board", CheckedOn: day(2026, 11, 20),
	})
	s.ok(err)
	return l
}

// Who is listed has a certificate that is good or a license that is known from more than
// their own word; who has neither any more is not shown. The name is the record's.
func TestDirectory_OnRecord(t *testing.T) {
	each(t, func(s *school) {
		who := s.Person("Nell Nobody", "nell@list.example", s.School, core.RoleStudent)
		s.Grant(who.TherapistID, s.School)
		listed := func() error {
			_, err := s.Specialty.SaveProfile(s.ctx, who, 0, everything)
			return err
		}
		s.refused(listed(), "nothing_on_record")
		s.license(who, who, "MA1")
		s.refused(listed(), "nothing_on_record")
		l := s.license(s.Registrar, who, "MA2")
		named := everything
		named.Name = "The Best"
		s.save(who, named)
		if found := s.search(specialty.DirectorySearch{}); len(found) != 1 || found[0].Name != "Nell Nobody" {
			s.t.Errorf("found %+v", found)
		}
		for _, e := range l.Events {
			_, err := s.Licensure.Withdraw(s.ctx, s.Registrar, l.ID, 0, e.ID, "Typed wrongly.")
			s.ok(err)
		}
		if found := s.search(specialty.DirectorySearch{}); len(found) != 0 {
			s.t.Errorf("without a license found %+v", found)
		}
		s.certified(s.course("MLD-1", 60, drainage), s.Student, monday)
		s.save(s.Student, everything)
		if found := s.search(specialty.DirectorySearch{}); len(found) != 1 || found[0].Name != s.Student.Name {
			s.t.Errorf("by a certificate found %+v", found)
		}
	})
}

func TestDirectory_Contact(t *testing.T) {
	each(t, func(s *school) {
		s.license(s.Registrar, s.Student, "MA1")
		for contact, code := range map[string]string{
			"ada@example.org": "", "(813) 555-0100": "", "+1 813 555 0100": "", "https://ada.example/book": "", "": "",
			"http://ada.example": "bad_contact", "https://ada": "bad_contact", "https://a@ada.example": "bad_contact", "javascript:alert(1)": "bad_contact",
			"Call me": "bad_contact", "12345": "bad_contact", "1234567890123456": "bad_contact", "ada@": "bad_contact",
		} {
			p := everything
			p.Contact = contact
			if _, err := s.Specialty.SaveProfile(s.ctx, s.Student, 0, p); core.CodeOf(err) != code {
				s.t.Errorf("%q: %v, want %q", contact, err, code)
			}
		}
	})
}

// selfReported is a license by its holder's own word.
func selfReported(number string) licensure.LicenseInput {
	return licensure.LicenseInput{Jurisdiction: "FL", Number: number, Status: core.Active, EffectiveOn: monday.AddDays(-90)}
}
