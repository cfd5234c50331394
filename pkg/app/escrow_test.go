package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/app"
	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/platform/config"
	"github.com/palmar/palmar/pkg/platform/store/storetest"
	"github.com/palmar/palmar/pkg/testkit"
)

const formerHost = "former.example"

// TestEscrow is a school that closes, with a certificate of every kind and fate:
// another installation, of which nothing is there, takes its escrow in and answers
// under the former host name. Every link gives what it gave, and every file is
// judged as before, with and without a network. A database that is drawn hands over
// to the other; each does, and to its own kind too, where everything is asked for.
func TestEscrow(t *testing.T) {
	databases := map[string]func(testing.TB) string{"sqlite": storetest.SQLiteAddress, "postgres": storetest.PostgresAddress}
	first := testkit.Coin(t)
	for from, fromAddress := range databases {
		if !testkit.Full() && first != (from == "sqlite") {
			continue // from one to the other, or back
		}
		t.Run("from "+from, func(t *testing.T) {
			t.Parallel()
			address := fromAddress(t)
			closed, world := closingSchool(t, address)
			c := load(t, escrowSettings(t, address, "https://"+formerHost))
			path := filepath.Join(t.TempDir(), "school.zip")
			if err := app.ExportEscrow(t.Context(), c, "brightwater", path, io.Discard); core.CodeOf(err) != "school_open" {
				t.Fatalf("exported while it is open: %v", err)
			}
			var said bytes.Buffer
			world.Close("The owner retires.")
			if err := app.ExportEscrow(t.Context(), c, "brightwater", path, &said); err != nil {
				t.Fatal(err)
			}
			before := walk(t, serving(t, c), closed)
			for to, toAddress := range databases {
				if to == from && !testkit.Full() {
					continue
				}
				t.Run("to "+to, func(t *testing.T) {
					c := load(t, escrowSettings(t, toAddress(t), "https://receiver.example"))
					if err := app.ImportEscrow(t.Context(), c, path, &said); err != nil {
						t.Fatal(err)
					}
					compare(t, before, walk(t, serving(t, c), closed))
					hoursOf(t, c, path, closed)
				})
			}
		})
	}
}

func escrowSettings(t *testing.T, address, base string) []string {
	return append(settings(t, address), "PALMAR_PUBLIC_URL="+base)
}

// fates are the certificates of the closing school by what became of them.
type fates map[string]core.Credential

var outcomes = map[string]credential.Outcome{
	"valid": credential.Valid, "transcript": credential.Valid, "specialty": credential.Valid, "license": credential.Valid,
	"revoked": credential.NotValid, "suspended": credential.NotValid, "replaced": credential.NotValid, "reissued": credential.Valid,
	"superseded": credential.NotValid, "superseding": credential.Valid,
	"rotated": credential.Valid, "doubtful": credential.NotValid, "after the loss": credential.Valid,
}

// maker certifies in a world.
type maker struct {
	*certifytest.World
	t *testing.T
}

func (m maker) certify(p certify.Proposal, err error) core.Credential {
	m.t.Helper()
	if err != nil {
		m.t.Fatal(err)
	}
	m.Second.AuthenticatedAt = m.Src.Now()
	c, err := m.Certify.Certify(m.t.Context(), m.Second, p.ID, p.Version)
	if err != nil {
		m.t.Fatal(err)
	}
	return c
}

func (m maker) student(name string) core.Credential {
	m.t.Helper()
	m.Student = m.Person(name+" Example", strings.ToLower(name)+"@example.org", m.School, core.RoleStudent)
	m.Enrollment = m.Enroll(m.Student)
	m.EarnAll(m.Enrollment, m.Student, 900)
	return m.certify(m.Certify.Propose(m.t.Context(), m.Registrar, m.Enrollment))
}

func (m maker) change(c core.Credential, in certify.ChangeInput) core.Credential {
	m.t.Helper()
	in.Cause = "Because of <this> & that."
	return m.certify(m.Certify.ProposeChange(m.t.Context(), m.Registrar, c.ID, in))
}

func closingSchool(t *testing.T, address string) (fates, *certifytest.World) {
	t.Helper()
	m := maker{certifytest.At(t, address, "https://"+formerHost), t}
	const days = 24 * time.Hour
	m.Pass(now().Sub(m.Src.Now()))
	m.Pass(-10 * days)
	today := core.DateOf(m.Src.Now())
	made := fates{"valid": m.student("Ana")}
	made["transcript"] = m.certify(m.Certify.ProposeTranscript(t.Context(), m.Registrar, m.Enrollment))
	made["specialty"], made["license"] = m.specialty(today), m.license(today)
	made["revoked"] = m.student("Rev")
	m.change(made["revoked"], certify.ChangeInput{Action: certify.ActionRevoke})
	made["suspended"] = m.student("Sus")
	m.change(made["suspended"], certify.ChangeInput{Action: certify.ActionSuspend})
	made["replaced"] = m.student("Rei")
	made["reissued"] = m.change(made["replaced"], certify.ChangeInput{Action: certify.ActionReissue, HolderName: "Rei Nguyễn"})
	made["superseded"] = m.student("Sup")
	made["superseding"] = m.change(made["superseded"], certify.ChangeInput{Action: certify.ActionSupersede})
	admin := m.Person("Abe Admin", "abe@example.org", m.School, core.RoleAdmin)
	admin.AuthenticatedAt = m.Src.Now()
	if _, err := m.Certify.RotateKeys(t.Context(), admin, m.School.ID); err != nil {
		t.Fatal(err)
	}
	made["rotated"] = m.student("Rot")
	m.Pass(8 * days)
	made["doubtful"] = m.student("Dou")
	admin.AuthenticatedAt = m.Src.Now()
	_, err := m.Certify.RevokeKey(t.Context(), admin, m.School.ID, made["doubtful"].KeyID, today.AddDays(7), "The laptop was stolen.")
	if err != nil {
		t.Fatal(err)
	}
	if n, err := m.WorkOff("sign-again"); err != nil || n != 1 {
		t.Fatalf("%d losses were worked off, %v", n, err)
	}
	made["after the loss"] = m.student("Aft")
	return made, m.World
}

func (m maker) specialty(today core.Date) core.Credential {
	m.t.Helper()
	course, err := m.Specialty.CreateCourse(m.t.Context(), m.Registrar, m.School.ID, specialty.CourseInput{
		Code: "MLD-1", Title: "Lymphatic drainage", Specialty: "manual-lymphatic-drainage", Minutes: core.Hours(40),
	})
	if err != nil {
		m.t.Fatal(err)
	}
	done, err := m.Specialty.RecordCompletion(m.t.Context(), m.Registrar, course.ID, specialty.CompletionInput{
		Email: m.Student.Email, CompletedOn: today.AddDays(-5), Instructor: "Ines Instructor",
	})
	if err != nil {
		m.t.Fatal(err)
	}
	return m.certify(m.Certify.ProposeSpecialty(m.t.Context(), m.Registrar, done.ID))
}

func (m maker) license(today core.Date) core.Credential {
	m.t.Helper()
	l, err := m.Licensure.RecordLicense(m.t.Context(), m.Registrar, m.Student.TherapistID, licensure.LicenseInput{
		Jurisdiction: "FL", Number: "MA-1", Status: "active", EffectiveOn: today.AddDays(-90), ExpiresOn: today.AddDays(300), Discipline: "none", Method: core.MethodPrimarySource,
		Source: "Florida Department of Health", CheckedOn: today.AddDays(-1),
	})
	if err != nil {
		m.t.Fatal(err)
	}
	return m.certify(m.Certify.ProposeLicense(m.t.Context(), m.Registrar, l.ID))
}

// serving serves an installation until the test ends, and gives its address.
func serving(t *testing.T, c config.Config) string {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	ready, ended := make(chan string, 1), make(chan error, 1)
	go func() {
		ended <- app.Serve(ctx, c, slog.New(slog.DiscardHandler), io.Discard, app.Serving{Ready: func(address string) { ready <- address }})
	}()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("the server ends with %v", err)
		}
	})
	select {
	case address := <-ready:
		return address
	case err := <-ended:
		ended <- nil
		t.Fatalf("the server does not start: %v", err)
		return ""
	}
}

// visit is someone who knows a server by the former host name.
type visit struct {
	t       *testing.T
	address string
}

// get is what a link gives; the body of anything but 200 is empty.
func (v visit) get(path string) string {
	v.t.Helper()
	q, err := http.NewRequestWithContext(v.t.Context(), http.MethodGet, "http://"+v.address+path, http.NoBody)
	if err != nil {
		v.t.Fatal(err)
	}
	q.Host = formerHost
	answer, err := http.DefaultClient.Do(q)
	if err != nil {
		v.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	if answer.StatusCode != http.StatusOK {
		v.t.Errorf("%s answers %d", path, answer.StatusCode)
		return ""
	}
	return string(body)
}

// fetch gets what an https address of the former host leads to.
func (v visit) fetch(_ context.Context, address string) ([]byte, error) {
	path, ok := strings.CutPrefix(address, "https://"+formerHost)
	if !ok {
		return nil, fmt.Errorf("%s is elsewhere", address)
	}
	return []byte(v.get(path)), nil
}

// Resolve implements credential.Resolver by the did.json of the former host.
func (v visit) Resolve(_ context.Context, did string) (document credential.Document, err error) {
	rest, ok := strings.CutPrefix(did, "did:web:"+formerHost+":")
	if !ok {
		return document, fmt.Errorf("%s is elsewhere", did)
	}
	return document, json.Unmarshal([]byte(v.get("/"+strings.ReplaceAll(rest, ":", "/")+"/did.json")), &document)
}

var title = regexp.MustCompile(`(?s)<title>.*?</title>`)

// walk follows every link of the school's certificates, and judges every file.
func walk(t *testing.T, address string, made fates) map[string]string {
	t.Helper()
	v := visit{t, address}
	seen := map[string]string{}
	var pinned certify.Pinned
	page := v.get("/verify/offline")
	if err := json.Unmarshal([]byte(regexp.MustCompile(`id="pinned">([^<]+)<`).FindStringSubmatch(page)[1]), &pinned); err != nil {
		t.Fatal(err)
	}
	for fate, c := range made {
		path := "/c/" + credential.Code(c.Code).Compact()
		for _, file := range []string{"/credential.json", "/credential.jwt", "/badge.png", "/badge.svg"} {
			seen[path+file] = v.get(path + file)
		}
		shown := v.get(path)
		seen[path] = title.FindString(shown) + fmt.Sprint(strings.Contains(shown, "Because of &lt;this&gt; &amp; that."), strings.Contains(shown, testkit.Says("employer.certificate.see_certificate_took_its_place")))
		for _, list := range []string{"", "/suspension"} {
			at := "/status/" + c.StatusListID.String() + list
			seen[at] = v.get(at)
		}
		v.judge(fate, path, seen, pinned)
	}
	var document credential.Document
	if err := json.Unmarshal([]byte(v.get("/schools/brightwater/did.json")), &document); err != nil {
		t.Fatal(err)
	}
	slices.Sort(document.AssertionMethod)
	seen["did.json"] = document.ID + fmt.Sprint(document.AssertionMethod)
	return seen
}

// judge holds every file of a certificate to what became of it: as a stranger
// with a network, with the package alone, and by the page of its link.
func (v visit) judge(fate, path string, seen map[string]string, pinned certify.Pinned) {
	v.t.Helper()
	at, want := now(), outcomes[fate]
	lists := credential.Lists{Now: at, Resolver: v, Fetch: v.fetch}
	online := credential.Options{Now: at, Resolver: v, Status: lists.Status, Suspension: lists.Suspension}
	pack := v.get(path + "/package.json")
	for name, raw := range map[string]string{
		"credential.json": seen[path+"/credential.json"], "credential.jwt": seen[path+"/credential.jwt"],
		"badge.png": seen[path+"/badge.png"], "badge.svg": seen[path+"/badge.svg"], "package.json": pack,
	} {
		if fate == "doubtful" && name == "credential.jwt" {
			continue // the other key was not lost
		}
		if report := credential.Verify(v.t.Context(), []byte(raw), online); report.Outcome != want {
			v.t.Errorf("%s, %s: %+v, want %s", fate, name, report, want)
		}
	}
	alone := credential.Verify(v.t.Context(), []byte(pack), credential.Options{Now: at, Resolver: certifytest.PinnedKeys(pinned)})
	if alone.Outcome != want {
		v.t.Errorf("%s, the package alone: %+v, want %s", fate, alone, want)
	}
	var p certify.Package
	if err := json.Unmarshal([]byte(pack), &p); err != nil {
		v.t.Fatal(err)
	}
	if _, err := p.Confirm(p.Log.Log); err != nil || !slices.Contains(pinned.Logs, p.Log.Log) {
		v.t.Errorf("%s, the log: %v", fate, err)
	}
	p.Log = nil // its proof leads to the log as it is now
	raw, err := json.Marshal(p)
	if err != nil {
		v.t.Fatal(err)
	}
	seen[path+"/package.json"] = string(raw)
	var check struct {
		Outcome credential.Outcome
		Reasons []string
		State   core.CredentialState
	}
	if err := json.Unmarshal([]byte(v.get("/v1/check/"+strings.TrimPrefix(path, "/c/"))), &check); err != nil || check.Outcome != want {
		v.t.Errorf("%s: %+v, %v, want %s", fate, check, err, want)
	}
	seen[path+" check"] = fmt.Sprintf("%+v", check)
}

func compare(t *testing.T, before, after map[string]string) {
	t.Helper()
	if len(before) != len(after) || len(before) < 80 {
		t.Errorf("%d links, and %d before", len(after), len(before))
	}
	for link, was := range before {
		if is := after[link]; is != was {
			t.Errorf("%s gives %.300q, and gave %.300q", link, is, was)
		}
	}
}

// hoursOf has a holder's hours shown, from the installation and from the file.
func hoursOf(t *testing.T, c config.Config, path string, made fates) {
	t.Helper()
	for _, from := range []string{"", path} {
		var out bytes.Buffer
		in := app.BundleOutput{Code: made["rotated"].Code, From: from, Lines: []string{certify.LineTotal, certify.LineSession}}
		if err := app.Bundle(t.Context(), c, in, &out); err != nil {
			t.Fatal(err)
		}
		report := credential.Verify(t.Context(), out.Bytes(), credential.Options{Now: now(), Resolver: resolverOf(t, c)})
		lines := slices.IndexFunc(report.Checks, func(check credential.Check) bool { return check.Name == credential.CheckLines })
		if lines < 0 || report.Checks[lines].Outcome != credential.Valid || len(report.Lines) < 50 {
			t.Errorf("from %q: %d lines, %+v", from, len(report.Lines), report.Checks)
		}
	}
}

func resolverOf(t *testing.T, c config.Config) credential.Resolver {
	t.Helper()
	a, err := app.Open(t.Context(), c, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	pinned, err := a.Certify.Pinned(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return certifytest.PinnedKeys(pinned)
}
