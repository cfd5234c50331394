package licensure_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/career/roster"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/license"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/platform/store"
)

var update = flag.Bool("update", false, "write golden files")

// made is a therapist of a made-up clinic, and what is true of the license.
type made struct {
	access.Actor
	license       core.LicenseID
	number, state string
	status, order string
	expires       core.Date
	listed        bool // is on the board's list
}

// boardList is a made-up board with its list, in the layout that the reader takes. Age is of
// how many days ago the list speaks.
type boardList struct {
	state, heads, dates string
	words               map[string]string
	answers             licensure.Answers
	age                 int
	columns             map[roster.Field]string
	row                 func(m made, name string) []string
}

func us(d core.Date) string  { return fmt.Sprintf("%02d/%02d/%d", d.Month, d.Day, d.Year) }
func num(d core.Date) string { return fmt.Sprintf("%d%02d%02d", d.Year, d.Month, d.Day) }

// lists are six boards' lists: one word for status and discipline; a column for each; a
// list that says nothing of discipline; one without expirations; one that is too old; and
// one whose board says that active means no discipline.
var lists = []boardList{
	{"FL", "License Number,Name,License Status,Expiration Date", "MM/DD/YYYY",
		map[string]string{"CLEAR/ACTIVE": "lifecycle:active discipline:none", "DELINQUENT": "lifecycle:delinquent", "SUSPENSION/ACTIVE": "lifecycle:active discipline:suspended", "PROBATION/ACTIVE": "lifecycle:active discipline:probation", "CLEAR/INACTIVE": "lifecycle:inactive discipline:none"},
		licensure.Answers{Status: true, Expiration: true, Discipline: true, ActiveIsClear: true}, 2,
		map[roster.Field]string{roster.Number: "License Number", roster.Name: "Name", roster.Status: "License Status", roster.ExpiresOn: "Expiration Date"},
		func(m made, name string) []string {
			word := map[string]string{"active": "CLEAR/ACTIVE", "expired": "DELINQUENT", "inactive": "CLEAR/INACTIVE"}[m.status]
			if m.order != "none" && m.status == "active" {
				word = map[string]string{"suspended": "SUSPENSION/ACTIVE", "probation": "PROBATION/ACTIVE"}[m.order]
			}
			return []string{m.number, name, word, us(m.expires)}
		}},
	{"TX", "LICENSE_NBR,FIRST,LAST,STAT,DISC,EXP_DT", "YYYY-MM-DD", map[string]string{},
		licensure.Answers{Status: true, Expiration: true, Discipline: true}, 1,
		map[roster.Field]string{roster.Number: "LICENSE_NBR", roster.FirstName: "FIRST", roster.LastName: "LAST", roster.Status: "STAT", roster.Discipline: "DISC", roster.ExpiresOn: "EXP_DT"},
		func(m made, name string) []string {
			first, last, _ := strings.Cut(name, " ")
			return []string{m.number, first, last, m.status, m.order, m.expires.String()}
		}},
	{"WA", "CredentialNumber,LastName,FirstName,Status,ExpirationDate", "YYYYMMDD", map[string]string{},
		licensure.Answers{Status: true, Expiration: true}, 3,
		map[roster.Field]string{roster.Number: "CredentialNumber", roster.FirstName: "FirstName", roster.LastName: "LastName", roster.Status: "Status", roster.ExpiresOn: "ExpirationDate"},
		func(m made, name string) []string {
			first, last, _ := strings.Cut(name, " ")
			return []string{m.number, last, first, m.status, num(m.expires)}
		}},
	{"NY", "Number,Licensee,Status,Enforcement", "YYYY-MM-DD", map[string]string{},
		licensure.Answers{Status: true, Discipline: true}, 5,
		map[roster.Field]string{roster.Number: "Number", roster.Name: "Licensee", roster.Status: "Status", roster.Discipline: "Enforcement"},
		func(m made, name string) []string { return []string{m.number, name, m.status, m.order} }},
	{"AZ", "Lic,Name,Status,Action,Expires", "MM/DD/YYYY", map[string]string{},
		licensure.Answers{Status: true, Expiration: true, Discipline: true}, 45,
		map[roster.Field]string{roster.Number: "Lic", roster.Name: "Name", roster.Status: "Status", roster.Discipline: "Action", roster.ExpiresOn: "Expires"},
		func(m made, name string) []string { return []string{m.number, name, m.status, m.order, us(m.expires)} }},
	{"GA", "no,name,status,expires", "YYYY-MM-DD", map[string]string{"Suspended": "lifecycle:active discipline:suspended", "Probation": "lifecycle:active discipline:probation"},
		licensure.Answers{Status: true, Expiration: true, Discipline: true, ActiveIsClear: true}, 0,
		map[roster.Field]string{roster.Number: "no", roster.Name: "name", roster.Status: "status", roster.ExpiresOn: "expires"},
		func(m made, name string) []string {
			status := m.status
			if m.order != "none" && m.status == "active" {
				status = map[string]string{"suspended": "Suspended", "probation": "Probation"}[m.order]
			}
			return []string{m.number, name, status, m.expires.String()}
		}},
}

var elsewhere = []string{"OH", "NC", "TN", "OR", "CO", "PA"}

// staff are the therapists of a clinic: most are active, some have expired, are inactive,
// or have an order against them, and a few are not on the list under their number.
func staff(t *testing.T, w *certifytest.World, count int) (all []made) {
	t.Helper()
	draw := rand.New(rand.NewPCG(19, 200))
	states := elsewhere
	for _, l := range lists {
		states = append(states, l.state)
	}
	today := core.DateOf(certifytest.Start)
	for i := range count {
		m := made{Actor: w.Person(fmt.Sprintf("Tess%03d Therapist%03d", i, i), fmt.Sprintf("t%d@example.org", i), w.Other, core.RoleStudent), number: fmt.Sprintf("MA%05d", 40_000+i)}
		m.state, m.status, m.order, m.listed = states[i%len(states)], "active", "none", draw.IntN(25) > 0
		m.expires = today.AddDays(60 + draw.IntN(600))
		switch draw.IntN(25) {
		case 0, 1:
			m.status, m.expires = "expired", today.AddDays(-draw.IntN(200)-1)
		case 2:
			m.status = "inactive"
		case 3:
			m.order = "suspended"
		case 4:
			m.order = "probation"
		}
		l, err := w.Licensure.RecordLicense(ctx, m.Actor, m.TherapistID, licensure.LicenseInput{
			Jurisdiction: m.state, Number: m.number, Status: "active", EffectiveOn: today.AddDays(-700), IssuedOn: today.AddDays(-700), ExpiresOn: m.expires,
		})
		if err != nil {
			t.Fatal(err)
		}
		m.license = l.ID
		w.Grant(m.TherapistID, w.Employer)
		all = append(all, m)
	}
	return all
}

// grayness counts the answers to the clinic, by cause.
func grayness(t *testing.T, w *certifytest.World, all []made) map[string]int {
	t.Helper()
	counts := map[string]int{}
	q := standard.AsOf(w.Src.Now()).By(w.Employer)
	w.Write(func(ctx context.Context, tx *store.Tx) error {
		for _, m := range all {
			found, err := kept.On(tx).LicensesOf(ctx, m.TherapistID)
			if err != nil {
				return err
			}
			p := license.Places(found, q, "")[0].Decided
			counts[string(p.Answer)]++
			counts[fmt.Sprintf("%s: %s", p.Answer, p.Because[0].ID)]++
			if wrong := p.Answer == license.Yes && (m.status != "active" || m.order == "suspended"); wrong {
				t.Errorf("yes of %s in %s, who is %s and %s", m.Name, m.state, m.status, m.order)
			}
		}
		return nil
	})
	return counts
}

// How often is the answer gray? Two hundred therapists of a clinic in twelve states, of
// six of which there are lists.
func TestLicense_Gray(t *testing.T) {
	certifytest.Drawn(t, "http://127.0.0.1:8080", gray)
}

func gray(t *testing.T, w *certifytest.World) {
	all := staff(t, w, 200)
	operator := w.Person("Opal Operator", "opal@example.org", w.School)
	operator.Operator = true
	columns := []map[string]int{grayness(t, w, all)}

	for _, l := range lists {
		source, err := w.Licensure.ApproveSource(ctx, operator, licensure.ApprovedInput{
			SourceInput: licensure.SourceInput{Name: core.JurisdictionName(l.state) + " list", Jurisdiction: l.state, Mapping: roster.Mapping{Columns: l.columns, Dates: l.dates, Words: l.words}},
			Authority:   core.JurisdictionName(l.state) + " board", Addresses: []string{"https://board.example/" + l.state}, Answers: l.answers,
		})
		if err != nil {
			t.Fatalf("%s: %v", l.state, err)
		}
		rows := []string{l.heads}
		for _, m := range all {
			if m.state == l.state && m.listed {
				rows = append(rows, strings.Join(l.row(m, m.Name), ","))
			}
		}
		r, err := w.Licensure.ImportRoster(ctx, operator, core.OrganizationID{}, licensure.RosterRequest{
			SourceID: source.ID, Filename: l.state + ".csv", File: strings.NewReader(strings.Join(rows, "\n")), AsOf: core.DateOf(certifytest.Start).AddDays(-l.age),
		})
		if err != nil || r.Refused > 0 || r.Matched != len(rows)-1 {
			t.Fatalf("%s: %+v, %v", l.state, r, err)
		}
	}
	columns = append(columns, grayness(t, w, all))

	// The office looks at what is left, as the worklist has it.
	checker := w.Verifier
	for _, m := range all {
		l, err := w.Licensure.License(ctx, checker, m.license)
		if err != nil {
			t.Fatal(err)
		}
		if p := license.Judge(l, standard.AsOf(w.Src.Now()).By(w.Employer)); p.Answer != license.CouldNotCheck {
			continue
		}
		look := licensure.LookInput{Lifecycle: m.status, ExpiresOn: m.expires, Discipline: m.order, CheckedOn: core.DateOf(w.Src.Now()), Address: "https://board.example/search"}
		if _, err := w.Licensure.RecordLook(ctx, checker, m.license, 0, look); err != nil {
			t.Fatalf("%s in %s: %v", m.Name, m.state, err)
		}
	}
	columns = append(columns, grayness(t, w, all))
	golden(t, "gray.golden", grayTable(columns))
}

func grayTable(columns []map[string]int) string {
	var b strings.Builder
	tw := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "answer\tself-reported\twith six lists\tand the office's looks")
	names := map[string]bool{}
	for _, c := range columns {
		for name := range c {
			names[name] = true
		}
	}
	sorted := make([]string, 0, len(names))
	for name := range names {
		sorted = append(sorted, name)
	}
	slices.Sort(sorted)
	for _, name := range sorted {
		fmt.Fprintf(tw, "%s\t%d\t%d\t%d\n", name, columns[0][name], columns[1][name], columns[2][name])
	}
	_ = tw.Flush() // into memory
	return b.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got {
		t.Errorf("%s differs; run with -update where it is meant:\n%s", path, got)
	}
}
