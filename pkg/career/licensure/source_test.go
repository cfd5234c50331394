package licensure_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/career/roster"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/license"
	"github.com/palmar/palmar/pkg/kept/certifytest"
)

const listAddress = "https://board.example/massage.csv"

func approvedList() licensure.ApprovedInput {
	return licensure.ApprovedInput{
		SourceInput: licensure.SourceInput{
			Name: "Georgia list", Jurisdiction: "GA",
			Mapping: roster.Mapping{
				Columns: map[roster.Field]string{roster.Number: "no", roster.Name: "name", roster.BirthYear: "born", roster.Status: "status", roster.ExpiresOn: "expires"},
				Dates:   "YYYY-MM-DD",
			},
		},
		Authority: "Georgia Board of Massage Therapy", Addresses: []string{listAddress}, Answers: licensure.Answers{Status: true, Expiration: true},
	}
}

// approval is a world with an operator and a source.
type approval struct {
	*certifytest.World
	t        *testing.T
	operator access.Actor
	source   licensure.RosterSource
}

func approves(t *testing.T, w *certifytest.World, change ...func(*licensure.ApprovedInput)) *approval {
	t.Helper()
	a := &approval{World: w, t: t, operator: w.Person("Opal Operator", "opal@example.org", w.School)}
	a.operator.Operator = true
	in := approvedList()
	for _, c := range change {
		c(&in)
	}
	var err error
	if a.source, err = w.Licensure.ApproveSource(ctx, a.operator, in); err != nil {
		t.Fatal(err)
	}
	return a
}

func clear(in *licensure.ApprovedInput) {
	in.Answers.Discipline, in.Answers.ActiveIsClear = true, true
}

func (a *approval) file(asOf core.Date, rows ...string) licensure.RosterRequest {
	return licensure.RosterRequest{SourceID: a.source.ID, Filename: "ga.csv", File: strings.NewReader("no,name,born,status,expires\n" + strings.Join(rows, "\n")), AsOf: asOf}
}

// takes has a school take a list in, or, without one, the operator.
func (a *approval) takes(by access.Actor, org core.OrganizationID, asOf core.Date, rows ...string) licensure.Roster {
	a.t.Helper()
	r, err := a.Licensure.ImportRoster(ctx, by, org, a.file(asOf, rows...))
	if err != nil {
		a.t.Fatal(err)
	}
	return r
}

// recorded is a license that the student reported of themself.
func (a *approval) recorded(number string) core.LicenseID {
	a.t.Helper()
	l, err := a.Licensure.RecordLicense(ctx, a.Student, a.Student.TherapistID, licensure.LicenseInput{
		Jurisdiction: "GA", Number: number, IssuedOn: day(2025, 9, 1), ExpiresOn: day(2026, 1, 31), Status: "active",
	})
	if err != nil {
		a.t.Fatal(err)
	}
	return l.ID
}

// says is the answer to an organization, or, without one, to a stranger.
func (a *approval) says(id core.LicenseID, org core.OrganizationID, on core.Date) license.Practice {
	a.t.Helper()
	l, err := a.Licensure.License(ctx, a.Student, id)
	if err != nil {
		a.t.Fatal(err)
	}
	q := held(on)
	q.Own, q.For = false, org
	return license.Judge(l, q)
}

func (a *approval) wants(id core.LicenseID, org core.OrganizationID, on core.Date, want license.Answer) license.Practice {
	a.t.Helper()
	p := a.says(id, org, on)
	if p.Answer != want {
		a.t.Errorf("the answer is %s (%s), want %s", p.Answer, p.Reason(), want)
	}
	return p
}

const adasLine = "MT 0042,Ada Example,1990,active,2028-10-31"

func TestService_Source_strength(t *testing.T) {
	each(t, func(t *testing.T, w *certifytest.World) {
		a := approves(t, w, clear)
		id, on, nobody := a.recorded("mt-0042"), day(2026, 11, 23), core.OrganizationID{}

		// The same list, taken in by two schools: seen, by each for itself alone.
		a.takes(w.Registrar, w.School.ID, on, adasLine)
		a.wants(id, w.School.ID, on, license.Yes)
		a.wants(id, w.Other.ID, on, license.CouldNotCheck)
		a.wants(id, nobody, on, license.CouldNotCheck)
		w.Grant(w.Student.TherapistID, w.Other)
		second := a.takes(w.Stranger, w.Other.ID, on, adasLine)
		if second.Matched != 1 || second.Changed != 1 {
			t.Errorf("the other school's: %+v", second)
		}
		a.wants(id, w.Other.ID, on, license.Yes)
		a.wants(id, nobody, on, license.CouldNotCheck)

		// By the operator: for everybody; again it changes nothing.
		first := a.takes(a.operator, nobody, on, adasLine, "MT 77,Ada Example,1990,active,2028-10-31")
		again := a.takes(a.operator, nobody, on, adasLine)
		if first.Matched != 1 || first.Changed != 1 || first.Unknown != 1 || again.Matched != 1 || again.Changed != 0 {
			t.Errorf("the operator's: %+v, then %+v", first, again)
		}
		if p := a.wants(id, nobody, on, license.Yes); p.Sources[0].Strength != license.Register || p.Source != "Georgia list" {
			t.Errorf("%+v", p.Sources)
		}
		if all, err := w.Licensure.Licenses(ctx, w.Student, w.Student.TherapistID); err != nil || len(all) != 1 || all[0].ExpiresOn != day(2028, 10, 31) {
			t.Errorf("the operator's list makes no licenses: %+v, %v", all, err)
		}

		// What the authority says later by a register replaces it for all; what a school saw
		// later on casts doubt alone, and does not lift anything.
		a.takes(w.Registrar, w.School.ID, day(2026, 11, 24), "MT0042,Ada Example,1990,inactive,2028-10-31")
		a.wants(id, w.School.ID, day(2026, 11, 24), license.No)
		a.wants(id, nobody, day(2026, 11, 24), license.CouldNotCheck)
		a.takes(a.operator, nobody, day(2026, 11, 24), adasLine)
		a.wants(id, w.School.ID, day(2026, 11, 24), license.Yes)
		a.takes(a.operator, nobody, day(2026, 11, 24), "MT0042,Ada Example,1990,active,2026-11-23") // an earlier last day
		a.wants(id, nobody, day(2026, 11, 24), license.No)
		a.takes(w.Registrar, w.School.ID, day(2026, 11, 24), adasLine)
		a.wants(id, nobody, day(2026, 11, 24), license.No)
	})
}

// TestService_Source_silence has lists that say nothing of discipline, and one whose
// board says that active means none.
func TestService_Source_silence(t *testing.T) {
	each(t, func(t *testing.T, w *certifytest.World) {
		a := approves(t, w)
		id, on, nobody := a.recorded("MT0042"), day(2026, 11, 23), core.OrganizationID{}
		a.takes(a.operator, nobody, on, adasLine)
		if p := a.wants(id, nobody, on, license.CouldNotCheck); p.Standing != "unknown" {
			t.Errorf("a list of statuses says of discipline %q", p.Standing)
		}
		// Its word for it is refused, not lost.
		if r := a.takes(a.operator, nobody, on, "MT0042,Ada Example,1990,suspended,"); r.Refused != 1 || !strings.Contains(string(r.Refusals), "unanswered") {
			t.Errorf("%+v", r)
		}
		// A license that is not in the list is as unknown as before.
		a.takes(a.operator, nobody, day(2026, 11, 24), "MT1,Someone Else,1970,active,2028-10-31")
		if l, err := w.Licensure.License(ctx, w.Student, id); err != nil || len(l.Checks) != 1 {
			t.Errorf("%+v, %v", l.Checks, err)
		}
		in := approvedList()
		clear(&in)
		if _, err := w.Licensure.ChangeSource(ctx, a.operator, a.source.ID, 1, in); err != nil {
			t.Fatal(err)
		}
		a.takes(a.operator, nobody, day(2026, 11, 24), adasLine)
		a.wants(id, nobody, day(2026, 11, 24), license.Yes)
		a.takes(a.operator, nobody, day(2026, 11, 24), "MT0042,Ada Example,1990,inactive,2028-10-31")
		if l, err := w.Licensure.License(ctx, w.Student, id); err != nil || len(l.Live(core.Discipline)) != 0 {
			t.Errorf("inactive says nothing of discipline: %+v, %v", l.Live(core.Discipline), err)
		}
	})
}

func TestService_Source_withdrawn(t *testing.T) {
	each(t, func(t *testing.T, w *certifytest.World) {
		a := approves(t, w, clear)
		id, on, nobody := a.recorded("MT0042"), day(2026, 11, 23), core.OrganizationID{}
		a.takes(a.operator, nobody, on, adasLine)
		withdrawn, err := w.Licensure.WithdrawSource(ctx, a.operator, a.source.ID, a.source.Version)
		if err != nil || withdrawn.WithdrawnAt.IsZero() {
			t.Fatalf("%+v, %v", withdrawn, err)
		}
		wantCode(t, second(w.Licensure.WithdrawSource(ctx, a.operator, a.source.ID, 0)), "source_withdrawn")
		wantCode(t, second(w.Licensure.ImportRoster(ctx, a.operator, nobody, a.file(on, adasLine))), "source_withdrawn")
		wantCode(t, second(w.Licensure.ImportRoster(ctx, w.Registrar, w.School.ID, a.file(on, adasLine))), "source_withdrawn")
		wantCode(t, second(w.Licensure.FetchRoster(ctx, a.operator, a.source.ID, listAddress)), "source_withdrawn")
		if open, err := w.Licensure.OpenSources(ctx, w.Registrar, w.School.ID); err != nil || len(open) != 0 {
			t.Errorf("%+v, %v", open, err)
		}
		a.wants(id, nobody, on, license.Yes) // what it said of that day
		a.wants(id, nobody, day(2026, 12, 24), license.CouldNotCheck)

		// A look-up under its name is no answer either.
		w.Pass(2 * time.Minute)
		w.Licensure.Ask(georgia{licensure.Answer{Source: "Georgia list", Line: roster.Line{Number: "MT0042", Name: "Ada Example", Lifecycle: "inactive"}}})
		if c, err := w.Licensure.CheckNow(ctx, w.Registrar, id); err != nil || c.Outcome != core.CheckCouldNotCheck {
			t.Errorf("%+v, %v", c, err)
		}
		if _, err := w.Licensure.ChangeSource(ctx, a.operator, a.source.ID, withdrawn.Version, approvedList()); err != nil {
			t.Fatal(err)
		}
		a.takes(a.operator, nobody, on, adasLine)
		w.Pass(2 * time.Minute)
		if c, err := w.Licensure.CheckNow(ctx, w.Registrar, id); err != nil || c.Outcome != core.CheckChanged || c.Discipline != "" {
			t.Errorf("%+v, %v", c, err)
		}
	})
}

// georgia is a register that says what it is told.
type georgia struct{ answer licensure.Answer }

func (georgia) Knows(jurisdiction string) bool { return jurisdiction == "GA" }

func (g georgia) LookUp(context.Context, string, string, string) (licensure.Answer, error) {
	return g.answer, nil
}

// web has lists by their addresses.
type web map[string]string

func (w web) FetchList(_ context.Context, address string) (io.ReadCloser, error) {
	list, ok := w[address]
	if !ok {
		return nil, errors.New("nothing is there")
	}
	return io.NopCloser(strings.NewReader(list)), nil
}

func TestService_FetchRoster(t *testing.T) {
	each(t, func(t *testing.T, w *certifytest.World) {
		a := approves(t, w, clear, func(in *licensure.ApprovedInput) {
			in.Addresses = append(in.Addresses, "https://board.example/gone.csv")
		})
		id, nobody := a.recorded("MT0042"), core.OrganizationID{}
		list := "no,name,born,status,expires\n" + adasLine + "\n"
		w.Licensure.Fetch(web{listAddress: list, "https://elsewhere.example/list.csv": list})
		wantCode(t, second(w.Licensure.FetchRoster(ctx, a.operator, a.source.ID, "https://elsewhere.example/list.csv")), "not_an_address")
		wantCode(t, second(w.Licensure.FetchRoster(ctx, a.operator, a.source.ID, "https://board.example/gone.csv")), "source_unreachable")
		wantCode(t, second(w.Licensure.FetchRoster(ctx, w.Registrar, a.source.ID, listAddress)), "not_found")
		r, err := w.Licensure.FetchRoster(ctx, a.operator, a.source.ID, listAddress)
		if err != nil || r.Address != listAddress || r.Filename != "massage.csv" || r.AsOf != day(2026, 11, 23) || r.Matched != 1 {
			t.Fatalf("%+v, %v", r, err)
		}
		a.wants(id, nobody, day(2026, 11, 23), license.Yes)
		file, err := w.Licensure.SourceFile(ctx, a.operator, r.ID)
		if err != nil || string(file.Body) != list || file.Digest != r.Digest {
			t.Errorf("%+v, %v", file, err)
		}
		found, err := w.Licensure.ApprovedSource(ctx, a.operator, a.source.ID)
		if err != nil || found.LastRoster != r.ID || found.LastAsOf != r.AsOf {
			t.Errorf("the last good import: %+v, %v", found, err)
		}
		if all, err := w.Licensure.SourceRosters(ctx, a.operator, a.source.ID, core.Page{}); err != nil || len(all.Items) != 1 {
			t.Errorf("%+v, %v", all, err)
		}
	})
}

func TestService_RosterFile(t *testing.T) {
	each(t, func(t *testing.T, w *certifytest.World) {
		a := approves(t, w)
		on := day(2026, 11, 23)
		rows := []string{adasLine}
		for len(rows) < 1_200 { // of several parts
			rows = append(rows, "MT9"+strings.Repeat("9", len(rows)%7)+core.NewID[core.RosterID](w.Src).String()[:30]+",Someone Else,1970,active,2028-10-31")
		}
		r := a.takes(w.Registrar, w.School.ID, on, rows...)
		file, err := w.Licensure.RosterFile(ctx, w.Registrar, r.ID)
		if want := "no,name,born,status,expires\n" + strings.Join(rows, "\n"); err != nil || string(file.Body) != want || file.Name != "ga.csv" {
			t.Errorf("%d bytes of %d, %v", len(file.Body), len(want), err)
		}
		wantCode(t, second(w.Licensure.RosterFile(ctx, w.Stranger, r.ID)), "not_found")
		wantCode(t, second(w.Licensure.RosterFile(ctx, w.Supervisor, r.ID)), "forbidden")
		wantCode(t, second(w.Licensure.SourceFile(ctx, a.operator, r.ID)), "not_found")
		wantCode(t, second(w.Licensure.SourceRoster(ctx, a.operator, r.ID)), "not_found")
		mine := a.takes(a.operator, core.OrganizationID{}, on, adasLine)
		wantCode(t, second(w.Licensure.RosterFile(ctx, w.Registrar, mine.ID)), "not_found")
		wantCode(t, second(w.Licensure.Roster(ctx, w.Registrar, mine.ID)), "not_found")
	})
}

func TestService_ApproveSource(t *testing.T) {
	each(t, func(t *testing.T, w *certifytest.World) {
		a := approves(t, w)
		if a.source.ApprovedByName != "Opal Operator" || !a.source.ApprovedAt.Equal(a.source.CreatedAt) {
			t.Errorf("%+v", a.source)
		}
		for name, c := range map[string]struct {
			change      func(*licensure.ApprovedInput)
			field, code string
		}{
			"the same name":               {func(*licensure.ApprovedInput) {}, "name", "duplicate"},
			"no authority":                {func(in *licensure.ApprovedInput) { in.Authority = " " }, "authority", "required"},
			"http":                        {func(in *licensure.ApprovedInput) { in.Addresses = []string{"http://board.example/"} }, "addresses", "bad_url"},
			"a password":                  {func(in *licensure.ApprovedInput) { in.Addresses = []string{"https://a:b@board.example/"} }, "addresses", "bad_url"},
			"too many":                    {func(in *licensure.ApprovedInput) { in.Addresses = make6() }, "addresses", "too_many"},
			"answers nothing":             {func(in *licensure.ApprovedInput) { in.Answers = licensure.Answers{} }, "answers", "required"},
			"discipline without a word":   {func(in *licensure.ApprovedInput) { in.Answers.Discipline = true }, "answers", "unsaid"},
			"clear without discipline":    {func(in *licensure.ApprovedInput) { in.Answers.ActiveIsClear = true }, "answers", "unanswered"},
			"a word of discipline":        {func(in *licensure.ApprovedInput) { in.Mapping.Words = map[string]string{"S": "discipline:suspended"} }, "answers", "unanswered"},
			"a column without expiration": {func(in *licensure.ApprovedInput) { in.Answers.Expiration = false }, "answers", "unsaid"},
			"expiration without a column": {func(in *licensure.ApprovedInput) { delete(in.Mapping.Columns, roster.ExpiresOn) }, "columns.expires_on", "unsaid"},
			"a word for active and no more": {func(in *licensure.ApprovedInput) {
				in.Answers.Discipline, in.Mapping.Words = true, map[string]string{"OK": "lifecycle:active discipline:none"}
			}, "active_is_clear", "required"},
		} {
			in := approvedList()
			if name != "the same name" {
				in.Name = name
			}
			c.change(&in)
			_, err := w.Licensure.ApproveSource(ctx, a.operator, in)
			if f := core.AsFault(err); f == nil || f.Code != c.code || len(f.Fields) != 1 || f.Fields[0].Name != c.field {
				t.Errorf("%s: %v", name, err)
			}
		}
		in := approvedList()
		in.Name = "Another"
		changed := approvedList()
		changed.Authority = "The Board"
		for _, by := range []access.Actor{w.Registrar, w.Join(w.Registrar, w.School, core.RoleAdmin), w.Stranger, w.Verifier, w.Student} {
			wantCode(t, second(w.Licensure.ApproveSource(ctx, by, in)), "not_found")
			wantCode(t, second(w.Licensure.ChangeSource(ctx, by, a.source.ID, 1, changed)), "not_found")
			wantCode(t, second(w.Licensure.WithdrawSource(ctx, by, a.source.ID, 1)), "not_found")
			wantCode(t, second(w.Licensure.ApprovedSource(ctx, by, a.source.ID)), "not_found")
			wantCode(t, second(w.Licensure.ApprovedSources(ctx, by, core.Page{})), "not_found")
			wantCode(t, second(w.Licensure.ImportRoster(ctx, by, core.OrganizationID{}, a.file(day(2026, 11, 23), adasLine))), "not_found")
			wantCode(t, second(w.Licensure.RegisterMatches(ctx, by, core.Page{})), "not_found")
		}
		// A school does not edit it as if it were its own.
		wantCode(t, second(w.Licensure.Source(ctx, w.Registrar, a.source.ID)), "not_found")
		wantCode(t, second(w.Licensure.UpdateSource(ctx, w.Registrar, a.source.ID, 1, in.SourceInput)), "not_found")
		own, err := w.Licensure.CreateSource(ctx, w.Registrar, w.School.ID, floridaList())
		if err != nil {
			t.Fatal(err)
		}
		wantCode(t, second(w.Licensure.ApprovedSource(ctx, a.operator, own.ID)), "not_found")
		request := a.file(day(2026, 11, 23), adasLine)
		request.SourceID = own.ID
		wantCode(t, second(w.Licensure.ImportRoster(ctx, a.operator, core.OrganizationID{}, request)), "not_found")

		wantCode(t, second(w.Licensure.ChangeSource(ctx, a.operator, a.source.ID, 5, changed)), "stale")
		moved := changed
		moved.Jurisdiction = "FL"
		wantCode(t, second(w.Licensure.ChangeSource(ctx, a.operator, a.source.ID, 1, moved)), "jurisdiction_fixed")
		again, err := w.Licensure.ChangeSource(ctx, a.operator, a.source.ID, 1, changed)
		if err != nil || again.Authority != "The Board" || again.Version != 2 || !again.ApprovedAt.After(a.source.ApprovedAt) {
			t.Errorf("%+v, %v", again, err)
		}
		all, err := w.Licensure.ApprovedSources(ctx, a.operator, core.Page{})
		if err != nil || len(all.Items) != 1 || all.Items[0].Addresses[0] != listAddress {
			t.Errorf("%+v, %v", all, err)
		}
		if _, err := w.Licensure.WithdrawSource(ctx, a.operator, a.source.ID, 2); err != nil {
			t.Fatal(err)
		}
		for _, e := range []string{"source.approve", "source.change", "source.withdraw"} {
			var n int
			if err := w.SQL.QueryRow("SELECT COUNT(*) FROM audit_events WHERE action = '" + e + "'").Scan(&n); err != nil || n != 1 {
				t.Errorf("%s is in the audit %d times: %v", e, n, err)
			}
		}
	})
}

func make6() (all []string) {
	for range 6 {
		all = append(all, listAddress)
	}
	return all
}
