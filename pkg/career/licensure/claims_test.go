package licensure_test

import (
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/license"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/testkit"
)

// georgiaSeen is a license of Georgia as a school saw it, and georgiaSelf as a therapist says.
func georgiaSeen(number string) licensure.LicenseInput {
	return licensure.LicenseInput{
		Jurisdiction: "GA", Number: number, IssuedOn: day(2025, 9, 1), ExpiresOn: day(2028, 10, 31), Status: "active", Discipline: "none",
		Method: core.MethodPrimarySource, Source: "Georgia, license search", CheckedOn: day(2026, 11, 20),
	}
}

func georgiaSelf(number string) licensure.LicenseInput {
	in := georgiaSeen(number)
	in.Discipline = ""
	return in
}

// rivals are Ada, whose license the school has recorded, and Bob, of another school.
type rivals struct {
	*certifytest.World
	t             *testing.T
	bob, operator access.Actor
	adas          core.License
}

func newRivals(t *testing.T, w *certifytest.World) *rivals {
	t.Helper()
	r := &rivals{World: w, t: t, bob: w.Person("Bob Other", "bob@example.org", w.Other, core.RoleStudent), operator: w.Person("Opal Operator", "opal@example.org", w.School)}
	r.operator.Operator = true
	w.Grant(r.bob.TherapistID, w.Other)
	var err error
	if r.adas, err = w.Licensure.RecordLicense(ctx, w.Registrar, w.Student.TherapistID, georgiaSeen("DUP-1")); err != nil {
		t.Fatal(err)
	}
	return r
}

func (r *rivals) records(by access.Actor, of core.TherapistID, in licensure.LicenseInput) core.License {
	r.t.Helper()
	l, err := r.Licensure.RecordLicense(ctx, by, of, in)
	if err != nil {
		r.t.Fatal(err)
	}
	return l
}

// says wants an answer to the holder.
func (r *rivals) says(by access.Actor, id core.LicenseID, want license.Answer, reason string) {
	r.t.Helper()
	l, err := r.Licensure.License(ctx, by, id)
	if err != nil {
		r.t.Fatal(err)
	}
	p := license.Judge(l, held(day(2026, 11, 23)))
	if p.Answer != want || reason != "" && p.Because[0].ID != reason {
		r.t.Errorf("%s of %s: the answer is %s (%s), want %s", l.Number, by.Name, p.Answer, p.Reason(), want)
	}
}

const contested = "license_holder.contested"

func TestService_RecordLicense_twice(t *testing.T) {
	each(t, func(t *testing.T, w *certifytest.World) {
		r := newRivals(t, w)
		for _, by := range []access.Actor{w.Registrar, w.Student} {
			_, err := w.Licensure.RecordLicense(ctx, by, w.Student.TherapistID, georgiaSelf("dup 1"))
			wantCode(t, err, "license_exists")
			if f := core.AsFault(err); !strings.Contains(f.Message(), "GA Massage Therapist DUP-1") {
				t.Errorf("the existing one is not named: %s", f.Message())
			}
		}
		other := georgiaSeen("dup 1")
		other.Title = "Massage Apprentice"
		r.records(w.Registrar, w.Student.TherapistID, other)
		other.Title, other.Jurisdiction = "", "FL"
		l := r.records(w.Registrar, w.Student.TherapistID, other)
		if l.Number != "dup 1" {
			t.Errorf("a number is kept as it was written, not as %q", l.Number)
		}
	})
}

// TestService_RecordLicense_another has a number that is recorded for someone else.
func TestService_RecordLicense_another(t *testing.T) {
	each(t, func(t *testing.T, w *certifytest.World) {
		r := newRivals(t, w)
		bobs := r.records(r.bob, r.bob.TherapistID, georgiaSelf("dup 1"))
		r.says(w.Student, r.adas.ID, license.Yes, "") // one's own word contests nothing
		r.says(r.bob, bobs.ID, license.CouldNotCheck, contested)
		look := licensure.LookInput{Lifecycle: "active", ExpiresOn: day(2028, 10, 31), Discipline: "none", Address: "https://board.example/license", CheckedOn: day(2026, 11, 22)}
		if _, err := w.Licensure.RecordLook(ctx, w.Stranger, bobs.ID, 0, look); err != nil {
			t.Fatal(err)
		}
		r.says(w.Student, r.adas.ID, license.CouldNotCheck, contested) // a school's look does
		r.says(r.bob, bobs.ID, license.CouldNotCheck, contested)
	})
}

// TestService_RecordLicense_after has someone who was first, with nothing but their own
// word: neither who records it nor the school's list is stopped by that.
func TestService_RecordLicense_after(t *testing.T) {
	each(t, func(t *testing.T, w *certifytest.World) {
		r := newRivals(t, w)
		first := r.records(r.bob, r.bob.TherapistID, georgiaSelf("MT0042"))
		if _, err := w.Licensure.SetDetails(ctx, w.Student, w.Student.TherapistID, day(1990, 3, 1), ""); err != nil {
			t.Fatal(err)
		}
		source, err := w.Licensure.CreateSource(ctx, w.Registrar, w.School.ID, approvedList().SourceInput)
		if err != nil {
			t.Fatal(err)
		}
		in := licensure.RosterRequest{SourceID: source.ID, AsOf: day(2026, 11, 22), File: strings.NewReader("no,name,born,status,expires\nMT-0042,Ada Example,1990,active,2028-10-31\n")}
		list, err := w.Licensure.ImportRoster(ctx, w.Registrar, w.School.ID, in)
		if err != nil || list.Doubtful != 1 { // she has DUP-1 with this title
			t.Fatalf("%+v, %v", list, err)
		}
		open, err := w.Licensure.Matches(ctx, w.Registrar, w.School.ID, "", core.Page{})
		if err != nil || len(open.Items) != 1 || open.Items[0].Doubt != licensure.DoubtOtherNumber {
			t.Fatalf("%+v, %v", open, err)
		}
		linked, err := w.Licensure.Link(ctx, w.Registrar, open.Items[0].ID, 1, w.Student.TherapistID)
		if err != nil || linked.LicenseID == first.ID {
			t.Fatalf("%+v, %v", linked, err)
		}
		l, err := w.Licensure.License(ctx, w.Student, linked.LicenseID)
		if err != nil || l.Holder != "" || l.TherapistID != w.Student.TherapistID || l.Number != "MT-0042" {
			t.Errorf("%+v, %v", l, err)
		}
		r.says(r.bob, first.ID, license.CouldNotCheck, contested)
	})
}

func TestService_SetLicenseAside(t *testing.T) {
	each(t, func(t *testing.T, w *certifytest.World) {
		r := newRivals(t, w)
		wantCode(t, second(w.Licensure.SetLicenseAside(ctx, r.operator, r.adas.ID, "Typed wrongly")), "not_contested")
		suspended := georgiaSeen("dup 1")
		suspended.Discipline = "suspended"
		bobs := r.records(w.Stranger, r.bob.TherapistID, suspended)
		r.says(w.Student, r.adas.ID, license.CouldNotCheck, contested)
		r.says(r.bob, bobs.ID, license.CouldNotCheck, contested)

		// A school sees its own record and how many others there are; the operator sees all.
		for _, c := range []struct {
			by  access.Actor
			org core.OrganizationID
			id  core.LicenseID
		}{{w.Registrar, w.School.ID, r.adas.ID}, {w.Stranger, w.Other.ID, bobs.ID}} {
			mine, err := w.Licensure.Contests(ctx, c.by, c.org, core.Page{})
			if err != nil || len(mine.Items) != 1 || len(mine.Items[0].Claims) != 1 || mine.Items[0].Claims[0].ID != c.id || mine.Items[0].Others != 1 {
				t.Errorf("%+v, %v", mine, err)
			}
		}
		all, err := w.Licensure.Contests(ctx, r.operator, core.OrganizationID{}, core.Page{})
		if err != nil || len(all.Items) != 1 || len(all.Items[0].Claims) != 2 || all.Items[0].Claims[0].HolderName != "Ada Example" || all.Items[0].Claims[1].OrganizationName != w.Other.Name || !all.Items[0].Claims[1].Vouched {
			t.Errorf("%+v, %v", all, err)
		}
		wantCode(t, second(w.Licensure.Contests(ctx, w.Registrar, core.OrganizationID{}, core.Page{})), "not_found")
		wantCode(t, second(w.Licensure.Contests(ctx, w.Registrar, w.Other.ID, core.Page{})), "not_found")
		wantCode(t, second(w.Licensure.Contests(ctx, w.Supervisor, w.School.ID, core.Page{})), "forbidden")

		// Nobody decides on another school's record, or on their own.
		wantCode(t, second(w.Licensure.SetLicenseAside(ctx, w.Registrar, bobs.ID, "It is Ada’s")), "not_found")
		wantCode(t, second(w.Licensure.SetLicenseAside(ctx, w.Supervisor, r.adas.ID, "It is Bob’s")), "forbidden")
		wantCode(t, second(w.Licensure.SetLicenseAside(ctx, w.Join(w.Student, w.School, core.RoleRegistrar), r.adas.ID, "Mine")), "own_record")
		_, err = w.Licensure.SetLicenseAside(ctx, r.operator, bobs.ID, " ")
		if f := core.AsFault(err); f == nil || f.Fields[0].Name != "reason" {
			t.Errorf("%v", err)
		}

		// The school that recorded it: nothing is contested by it any more, and it is doubtful.
		if l, err := w.Licensure.SetLicenseAside(ctx, w.Stranger, bobs.ID, "A typing error"); err != nil || l.Holder != core.Contested || l.Version != bobs.Version+1 {
			t.Fatalf("%+v, %v", l, err)
		}
		r.says(w.Student, r.adas.ID, license.Yes, "")
		r.says(r.bob, bobs.ID, license.CouldNotCheck, contested)
		if l, err := w.Licensure.License(ctx, r.bob, bobs.ID); err != nil || !license.Judge(l, held(day(2026, 11, 23))).Doubted {
			t.Errorf("a school's word took an order away: %+v, %v", l, err)
		}
		wantCode(t, second(w.Licensure.SetLicenseAside(ctx, r.operator, bobs.ID, "It is Ada’s")), "set_aside_already")
		wantCode(t, second(w.Licensure.LiftLicenseAside(ctx, w.Registrar, bobs.ID)), "not_found")
		if _, err := w.Licensure.LiftLicenseAside(ctx, w.Stranger, bobs.ID); err != nil {
			t.Fatal(err)
		}
		wantCode(t, second(w.Licensure.LiftLicenseAside(ctx, w.Stranger, bobs.ID)), "not_set_aside")
		r.says(w.Student, r.adas.ID, license.CouldNotCheck, contested)

		// The operator: it says nothing of Bob.
		if l, err := w.Licensure.SetLicenseAside(ctx, r.operator, bobs.ID, "The board says it is Ada’s"); err != nil || l.Holder != core.Disowned {
			t.Fatalf("%+v, %v", l, err)
		}
		wantCode(t, second(w.Licensure.LiftLicenseAside(ctx, w.Stranger, bobs.ID)), "not_set_aside") // it was not the school's decision
		r.says(w.Student, r.adas.ID, license.Yes, "")
		r.says(r.bob, bobs.ID, license.CouldNotCheck, "license_holder.disowned")
		l, err := w.Licensure.License(ctx, r.bob, bobs.ID)
		if p := license.Judge(l, held(day(2026, 11, 23))); err != nil || p.Barred || p.Doubted || !strings.Contains(p.Reason(), testkit.Said("license_holder.disowned", "license", "GA Massage Therapist dup 1")) {
			t.Errorf("%+v, %v", p, err)
		}
		if all, err := w.Licensure.Contests(ctx, r.operator, core.OrganizationID{}, core.Page{}); err != nil || len(all.Items) != 0 {
			t.Errorf("%+v, %v", all, err)
		}
	})
}

// TestService_ImportRoster_holders has the operator's list with a number that two people
// claim, and with one of someone else.
func TestService_ImportRoster_holders(t *testing.T) {
	each(t, func(t *testing.T, w *certifytest.World) {
		r := newRivals(t, w)
		bobs := r.records(w.Stranger, r.bob.TherapistID, georgiaSeen("dup 1"))
		a := &approval{World: w, t: t, operator: r.operator}
		in := approvedList()
		clear(&in)
		var err error
		if a.source, err = w.Licensure.ApproveSource(ctx, r.operator, in); err != nil {
			t.Fatal(err)
		}
		nobody, on := core.OrganizationID{}, day(2026, 11, 23)
		if got := a.takes(r.operator, nobody, on, "DUP 1,Bob Other,1980,active,2028-10-31"); got.Matched != 1 || got.Doubtful != 0 {
			t.Errorf("the name says whose it is: %+v", got)
		}
		if l, err := w.Licensure.License(ctx, w.Student, r.adas.ID); err != nil || len(l.Checks) != 0 {
			t.Errorf("%+v, %v", l.Checks, err)
		}
		r.says(r.bob, bobs.ID, license.CouldNotCheck, contested) // until a person has decided
		if got := a.takes(r.operator, nobody, on, "DUP.1,Eve Third,1980,active,2028-10-31"); got.Doubtful != 1 {
			t.Errorf("%+v", got)
		}
		open, err := w.Licensure.RegisterMatches(ctx, r.operator, core.Page{})
		if err != nil || len(open.Items) != 1 || open.Items[0].Doubt != licensure.DoubtOtherName || len(open.Items[0].Candidates) != 2 {
			t.Fatalf("%+v, %v", open, err)
		}
		m := open.Items[0]
		wantCode(t, second(w.Licensure.Dismiss(ctx, w.Registrar, m.ID, 1)), "not_found")
		wantCode(t, second(w.Licensure.DismissListed(ctx, w.Registrar, m.ID, 1)), "not_found")
		wantCode(t, second(w.Licensure.LinkListed(ctx, r.operator, m.ID, 1, core.NewID[core.TherapistID](w.Src))), "not_a_candidate")
		linked, err := w.Licensure.LinkListed(ctx, r.operator, m.ID, 1, r.bob.TherapistID)
		if err != nil || linked.LicenseID != bobs.ID {
			t.Fatalf("%+v, %v", linked, err)
		}
		if got := a.takes(r.operator, nobody, day(2026, 11, 24), "DUP.1,Eve Third,1980,inactive,2028-10-31"); got.Matched != 1 || got.Changed != 1 {
			t.Errorf("what was decided is asked again: %+v", got)
		}
		wantCode(t, second(w.Licensure.DismissListed(ctx, r.operator, m.ID, 0)), "decided")
	})
}

// TestService_ImportRoster_doubtOwn has an operator's list with the operator's license.
func TestService_ImportRoster_doubtOwn(t *testing.T) {
	each(t, func(t *testing.T, w *certifytest.World) {
		a := approves(t, w, clear)
		id := a.recorded("MT0042")
		a.operator = w.Student
		a.operator.Operator = true
		if got := a.takes(a.operator, core.OrganizationID{}, day(2026, 11, 23), adasLine); got.Doubtful != 1 {
			t.Errorf("an operator takes in their own license: %+v", got)
		}
		open, err := w.Licensure.RegisterMatches(ctx, a.operator, core.Page{})
		if err != nil || len(open.Items) != 1 {
			t.Fatalf("%+v, %v", open, err)
		}
		wantCode(t, second(w.Licensure.LinkListed(ctx, a.operator, open.Items[0].ID, 1, w.Student.TherapistID)), "own_record")
		other := w.Person("Opal Two", "opal2@example.org", w.School)
		other.Operator = true
		if _, err := w.Licensure.LinkListed(ctx, other, open.Items[0].ID, 1, w.Student.TherapistID); err != nil {
			t.Fatal(err)
		}
		a.wants(id, core.OrganizationID{}, day(2026, 11, 23), license.Yes)
	})
}
