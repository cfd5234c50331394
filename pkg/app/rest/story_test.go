package rest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/attest/certify/certifyapi"
	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/check/employer/employerapi"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/earn/logbook/logbookapi"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/people/account/accountapi"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/platform/store/storetest"
)

// story is who takes part and what came of it so far.
type story struct {
	*world
	nobody                                          client
	admin, registrar, supervisor, student, employer client
	school, company                                 string
	program, enrollment, therapist, supervisorID    string
	code, specialtyCode                             string
}

// The main job by the API alone: from the first link to the employer's check.
func TestStory(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := &story{world: newWorld(t, db)}
		s.nobody = client{s.world, ""}
		s.opens()
		s.publishes()
		s.shares()
		s.logs()
		s.corrects()
		s.imports()
		s.certifies()
		s.isChecked()
		s.goesOn()
		s.keepsLearning()
		s.isInspected()
		s.isAttested()
		s.isAudited()
		s.renews()
		s.transfers()
		s.movesSchool()
		s.specializes()
		s.attendsClass()
		s.drafts()
		s.looksAround()
		s.links()
		s.joins()
		s.holds()
		s.sourcesOf()
		s.closes()
		s.endsThings()
		s.ledgerIsSound()
		var missed []string
		for _, item := range contract(t).Paths.Map() {
			for _, o := range item.Operations() {
				if !s.covered[o.OperationID] {
					missed = append(missed, o.OperationID)
				}
			}
		}
		if len(missed) > 0 {
			t.Errorf("the story never saw these succeed: %v", missed)
		}
	})
}

// opens: the first administrator's link makes the school, which invites.
func (s *story) opens() {
	token, needed, err := s.services.Account.Bootstrap(context.Background())
	if err != nil || !needed {
		s.t.Fatal(needed, err)
	}
	view := as[accountapi.InvitationView](s.nobody.post("/v1/invitations/look-up", map[string]string{"token": token}).want(200))
	if !view.First {
		s.t.Errorf("the first link says %+v", view)
	}
	first := map[string]string{
		"token": token, "name": "Ada Quinn", "email": "ada@brightwater.example", "password": "short", "organization_name": "Brightwater School",
		"organization_kind": "school", "zone": "America/New_York",
	}
	s.nobody.post("/v1/invitations/accept", first).refused(422, "password_too_short")
	first["password"] = password
	made := as[accountapi.Session](s.nobody.post("/v1/invitations/accept", first).want(201))
	s.nobody.post("/v1/invitations/accept", first).refused(404, "invitation_invalid")
	s.admin = client{s.world, made.Token}
	s.school = made.Account.Memberships[0].OrganizationId.String()
	if !made.Account.Operator || made.Account.Memberships[0].Role != core.RoleAdmin {
		s.t.Errorf("the first administrator is %+v", made.Account)
	}
	s.registrar = s.admin.invited(s.school, "rita@brightwater.example", "Rita Ross", "registrar")
	s.supervisor = s.admin.invited(s.school, "p.hale@brightwater.example", "Pat Hale", "supervisor")
	company := as[common.Organization](s.admin.post("/v1/organizations", map[string]string{
		"kind": "employer", "name": "Stillwater Spa", "zone": "America/Chicago", "admin_email": "eve@stillwater.example", "admin_name": "Eve Long",
	}).want(201))
	s.company = company.Id.String()
	s.employer = s.accepts("eve@stillwater.example", "Eve Long")
}

// publishes: the registrar publishes the program and enrolls a student.
func (s *story) publishes() {
	rules, err := standard.Demo().Marshal()
	if err != nil {
		s.t.Fatal(err)
	}
	v := as[logbookapi.ProgramVersion](s.registrar.post("/v1/organizations/"+s.school+"/programs", map[string]any{
		"code": "mmf", "title": "Medical Massage Foundations", "standard": json.RawMessage(rules),
	}).want(201))
	s.program = v.ProgramId.String()
	s.confirms(v)
	e := as[common.Enrollment](s.registrar.post("/v1/organizations/"+s.school+"/enrollments", map[string]any{
		"email": "ines@brightwater.example", "name": "Inês Castro", "program_id": s.program, "enrolled_on": "2026-03-02", "invite": true,
	}).want(201))
	s.enrollment, s.therapist = e.Id.String(), e.TherapistId.String()
	s.student = s.accepts("ines@brightwater.example", "Inês Castro")
	mine := as[logbookapi.EnrollmentRows](s.student.get("/v1/me/enrollments").want(200))
	if len(mine.Items) != 1 || mine.Items[0].Enrollment.Id != e.Id || mine.Items[0].Required != 36_000 {
		s.t.Fatalf("the student sees %+v", mine)
	}
	supervisors := as[accountapi.Supervisors](s.student.get("/v1/organizations/" + s.school + "/supervisors").want(200))
	s.supervisorID = supervisors.Items[0].Id.String()
}

// confirms: the one who published a version does not confirm it, and it is done once.
func (s *story) confirms(v logbookapi.ProgramVersion) {
	path := "/v1/program-versions/" + v.Id.String() + "/confirm"
	if v.Confirmed || v.PublishedByName != "Rita Ross" {
		s.t.Errorf("published %+v", v)
	}
	s.registrar.post(path, nil).refused(403, "same_person")
	s.supervisor.post(path, nil).refused(403, "forbidden")
	s.employer.post(path, nil).refused(404, "not_found")
	done := as[logbookapi.ProgramVersion](s.admin.post(path, nil).want(200))
	if !done.Confirmed || done.ConfirmedAt.IsZero() || done.ConfirmedBy == v.PublishedBy || done.ConfirmedByName == "" {
		s.t.Errorf("confirmed %+v", done)
	}
	s.admin.post(path, nil).refused(409, "already_decided")
	if all := as[logbookapi.ProgramVersions](s.registrar.get("/v1/programs/" + s.program).want(200)); all.Items[0].ConfirmedBy != done.ConfirmedBy {
		s.t.Errorf("kept %+v", all.Items[0])
	}
}

func (s *story) session(date, start, end string) map[string]any {
	return map[string]any{
		"date": date, "start": start, "end": end, "subject": "massage-practice", "setting": "lab", "delivery": "in-person",
		"supervisor_id": s.supervisorID, "submit": true,
	}
}

// logs: the student logs, the supervisor signs one session and returns another.
func (s *story) logs() {
	entries := "/v1/enrollments/" + s.enrollment + "/entries"
	first := as[logbookapi.Entry](s.student.post(entries, s.session("2026-08-31", "09:00", "12:00")).want(201))
	if first.State != core.EntrySubmitted || first.Minutes != 180 {
		s.t.Errorf("logged %+v", first)
	}
	s.student.post(entries, s.session("2026-08-31", "11:00", "12:30")).refused(409, "entry_overlap")
	s.student.post(entries, s.session("2026-09-03", "11:00", "12:30")).refused(422, "future")
	draft := s.session("2026-08-30", "13:00", "15:00")
	draft["submit"] = false
	second := as[logbookapi.Entry](s.student.post(entries, draft).want(201))
	path := "/v1/entries/" + second.Id.String()
	s.student.do("PUT", path, call{body: draft}).refused(428, "precondition_required")
	draft["end"] = "14:59"
	second = as[logbookapi.Entry](s.student.update("PUT", path, second.Version, draft).want(200))
	s.student.update("PUT", path, second.Version-1, draft).refused(412, "stale")
	second = as[logbookapi.Entry](s.student.update("POST", path+"/submit", second.Version, nil).want(200))
	third := as[logbookapi.Entry](s.student.post(entries, s.session("2026-08-29", "09:00", "10:00")).want(201))
	gone := as[logbookapi.Entry](s.student.update("DELETE", "/v1/entries/"+third.Id.String(), third.Version, nil).want(200))
	if gone.State != core.EntryWithdrawn {
		s.t.Errorf("withdrawn: %s", gone.State)
	}
	inbox := as[logbookapi.InboxGroupList](s.supervisor.get("/v1/organizations/" + s.school + "/inbox").want(200))
	if len(inbox.Items) != 2 || len(inbox.Items[0].Items) != 1 || inbox.Total != 2 {
		s.t.Errorf("the inbox has %+v", inbox)
	}
	if first := as[logbookapi.InboxGroupList](s.supervisor.get("/v1/organizations/" + s.school + "/inbox?limit=1").want(200)); len(first.Items) != 1 || first.Total != 2 || first.NextCursor == "" {
		s.t.Errorf("the first week of the inbox is %+v", first)
	}
	s.supervisor.update("POST", path+"/return", second.Version, map[string]string{"reason": "Which technique?"}).want(200)
	returned := as[logbookapi.EntryDetail](s.student.get(path).want(200)).Entry
	if returned.State != core.EntryReturned || returned.ReturnReason == "" {
		s.t.Errorf("returned: %+v", returned)
	}
	second = as[logbookapi.Entry](s.student.update("POST", path+"/submit", returned.Version, nil).want(200))
	s.signs(first, second)
	if progress := s.progress(); progress.Standing.Valid != 180+119 || progress.Standing.Met {
		s.t.Errorf("after signing: %+v", progress.Standing)
	}
}

func (s *story) signs(entries ...logbookapi.Entry) {
	s.t.Helper()
	var refs []map[string]any
	for _, e := range entries {
		refs = append(refs, map[string]any{"id": e.Id, "version": e.Version})
	}
	signatures := "/v1/organizations/" + s.school + "/signatures"
	s.student.post(signatures, map[string]any{"entries": refs}).refused(403, "forbidden")
	s.pass(16 * time.Minute)
	a := s.supervisor.post(signatures, map[string]any{"entries": refs})
	a.refused(401, "reauthentication_required")
	if !strings.Contains(a.header.Get("WWW-Authenticate"), "max_age=900") {
		s.t.Errorf("the challenge is %q", a.header.Get("WWW-Authenticate"))
	}
	s.supervisor = s.supervisor.confirmed()
	signed := as[logbookapi.SignedEntries](s.supervisor.post(signatures, map[string]any{"entries": refs}).want(200))
	for _, e := range signed.Entries {
		if e.State != core.EntrySigned {
			s.t.Errorf("signed: %s", e.State)
		}
	}
}

func (s *story) progress() logbookapi.Progress {
	s.t.Helper()
	return as[logbookapi.Progress](s.student.get("/v1/enrollments/" + s.enrollment + "/progress").want(200))
}

// corrects: a signed entry is locked; a correction supersedes it.
func (s *story) corrects() {
	list := as[logbookapi.EntryList](s.student.get("/v1/enrollments/" + s.enrollment + "/entries?state=signed").want(200))
	var wrong logbookapi.Entry
	for _, e := range list.Items {
		if e.Minutes == 180 {
			wrong = e
		}
	}
	path := "/v1/entries/" + wrong.Id.String()
	s.student.update("PUT", path, wrong.Version, s.session("2026-08-31", "09:00", "11:00")).want(409)
	in := s.session("2026-08-31", "09:00", "11:00")
	delete(in, "submit")
	in["reason"] = "We stopped an hour earlier."
	correction := as[logbookapi.Entry](s.student.update("POST", path+"/corrections", wrong.Version, in).want(201))
	if correction.Corrects != wrong.Id {
		s.t.Errorf("the correction is %+v", correction)
	}
	s.signs(correction)
	old := as[logbookapi.EntryDetail](s.student.get(path).want(200))
	if old.Entry.State != core.EntrySuperseded || old.Entry.SupersededBy != correction.Id || old.Entry.Minutes != 180 {
		s.t.Errorf("the corrected entry is %+v", old.Entry)
	}
	if progress := s.progress(); progress.Standing.Valid != 120+119 {
		s.t.Errorf("after the correction %d minutes are valid", progress.Standing.Valid)
	}
}

// file is what the school's own system has of the student: all but 240 minutes.
func (s *story) file() []byte {
	minutes := map[string]int{
		"anatomy-physiology": 7500, "kinesiology": 3000, "pathology": 3000, "massage-practice": 12_900 - 240,
		"hydrotherapy": 900, "ethics-law-business": 2700, "clinical-practice": 6000,
	}
	settings := map[string]string{"clinical-practice": "clinic"}
	var b strings.Builder
	b.WriteString("email,name,date,start,end,break_minutes,subject,setting,delivery,supervisor,note\n")
	day := core.Date{Year: 2026, Month: time.March, Day: 2}
	for _, subject := range slices.Sorted(maps.Keys(minutes)) {
		for left := minutes[subject]; left > 0; left -= 480 {
			now := min(left, 480)
			setting := settings[subject]
			if setting == "" {
				setting = "classroom"
			}
			fmt.Fprintf(&b, "ines@brightwater.example,Inês Castro,%s,09:00,%02d:%02d,0,%s,%s,in-person,p.hale@brightwater.example,\n",
				day, 9+now/60, now%60, subject, setting)
			day = day.AddDays(1)
		}
	}
	// An evening that makes the day longer than anybody has: nothing of it counts.
	b.WriteString("ines@brightwater.example,Inês Castro,2026-03-02,18:00,22:30,0,kinesiology,classroom,in-person,p.hale@brightwater.example,\n")
	b.WriteString("ines@brightwater.example,Inês Castro,2026-03-02,10:00,11:00,0,juggling,lab,in-person,p.hale@brightwater.example,\n")
	return []byte(b.String())
}

// imports: a dry run, the import, the same file again, another's approval.
func (s *story) imports() {
	path := "/v1/organizations/" + s.school + "/imports?program_id=" + s.program + "&filename=spring.csv"
	file := call{body: s.file(), media: "text/csv"}
	tried := as[logbookapi.Import](s.registrar.do("POST", path+"&dry_run=true&as_of=2026-09-01", file).want(200))
	if tried.Refused != 1 || tried.Tally["unknown_subject"] != 1 || tried.Refusals[0].Field != "subject" || !tried.Id.IsZero() {
		s.t.Errorf("the dry run says %+v", tried)
	}
	if list := as[logbookapi.ImportList](s.registrar.get("/v1/organizations/" + s.school + "/imports").want(200)); len(list.Items) != 0 {
		s.t.Error("the dry run left an import")
	}
	s.registrar.do("POST", path, call{body: s.file(), media: "application/json"}).refused(415, "unsupported_media_type")
	done := as[logbookapi.Import](s.registrar.do("POST", path, file).want(201))
	again := as[logbookapi.Import](s.registrar.do("POST", path, file).want(201))
	if done.Id.IsZero() || again.Id != done.Id || again.Accepted != done.Accepted || done.Accepted < 70 {
		s.t.Errorf("imported %+v, then %+v", done, again)
	}
	if progress := s.progress(); progress.Standing.Valid != 239 || progress.Waiting != 36_000-240+270 {
		s.t.Errorf("before approval %d minutes are valid, %d wait", progress.Standing.Valid, progress.Waiting)
	}
	s.registrar = s.registrar.confirmed()
	approve := "/v1/imports/" + done.Id.String() + "/approve"
	s.registrar.update("POST", approve, done.Version, nil).refused(403, "same_person")
	s.admin = s.admin.confirmed()
	approved := as[logbookapi.Import](s.admin.update("POST", approve, done.Version, nil).want(200))
	if approved.State != logbook.ImportApproved || len(approved.Refusals) != 1 {
		s.t.Errorf("approved: %+v", approved)
	}
	s.registrar.get("/v1/imports/" + done.Id.String()).want(200)
	second := as[logbookapi.Import](s.registrar.do("POST", path, call{media: "text/csv", body: []byte(
		"email,name,date,start,end,break_minutes,subject,setting,delivery,supervisor,note\n" +
			"ines@brightwater.example,Inês Castro,2026-08-20,09:00,10:00,0,pathology,lab,in-person,p.hale@brightwater.example,\n")}).want(201))
	s.admin.update("POST", "/v1/imports/"+second.Id.String()+"/reject", second.Version, map[string]string{"reason": "Not ours."}).want(200)
}

// certifies: at 599 h 59 min it is refused, one minute later two persons do it.
func (s *story) certifies() {
	if progress := s.progress(); progress.Standing.Valid != 35_999 || progress.Standing.Missing != 1 {
		s.t.Fatalf("%d minutes are valid", progress.Standing.Valid)
	}
	s.looksAhead()
	s.pauses()
	propose := "/v1/enrollments/" + s.enrollment + "/proposals"
	p := s.registrar.post(propose, nil).refused(409, "standard_not_met")
	if p.field("total") == "" {
		s.t.Errorf("what is missing is not named: %+v", p)
	}
	last := map[string]any{
		"date": "2026-09-01", "minutes": 1, "subject": "massage-practice", "setting": "lab", "delivery": "in-person",
		"supervisor_id": s.supervisorID, "submit": true,
	}
	e := as[logbookapi.Entry](s.student.post("/v1/enrollments/"+s.enrollment+"/entries", last).want(201))
	s.signs(e)
	first := as[certifyapi.Proposal](s.registrar.post(propose, nil).want(201))
	s.admin = s.admin.confirmed()
	s.admin.update("POST", "/v1/proposals/"+first.Id.String()+"/decline", first.Version, map[string]string{"reason": "The file is missing."}).want(200)
	second := as[certifyapi.Proposal](s.registrar.post(propose, nil).want(201))
	if second.Standing.Valid != 36_000 {
		s.t.Errorf("the proposal saw %+v", second.Standing)
	}
	s.registrar = s.registrar.confirmed()
	certify := "/v1/proposals/" + second.Id.String() + "/certify"
	s.registrar.update("POST", certify, second.Version, nil).refused(403, "same_person")
	flagged := s.admin.update("POST", certify, second.Version, nil).refused(409, "flags_open")
	clear := "/v1/proposals/" + second.Id.String() + "/flags/impossible_pace/clear"
	if len(second.Flags) != 1 || second.Flags[0].Occurrences != 1 || flagged.field("impossible_pace") == "" {
		s.t.Errorf("flagged %+v", second.Flags)
	}
	s.student.post(clear, map[string]string{"reason": "I was there."}).refused(403, "forbidden")
	s.registrar.post(clear, map[string]string{"reason": "An open evening; the hours do not count."}).want(200)
	s.registrar.post(clear, map[string]string{"reason": "Once more."}).refused(409, "already_cleared")
	made := as[common.Credential](s.admin.update("POST", certify, second.Version, nil).want(201))
	s.code = made.Code
	if made.Minutes != 36_000 || made.SubjectName != "Inês Castro" || !strings.HasPrefix(made.Issuer, "did:key:") {
		s.t.Errorf("certified %+v", made)
	}
	s.admin.update("POST", certify, second.Version, nil).want(412)
	as[certifyapi.Proposal](s.registrar.get("/v1/proposals/" + second.Id.String()).want(200))
}

// looksAhead: what other states say of the hours, and how they grew.
func (s *story) looksAhead() {
	move := as[logbookapi.Move](s.student.get("/v1/enrollments/" + s.enrollment + "/move").want(200))
	answers := map[string]logbookapi.MoveRow{}
	for _, row := range move.Items {
		answers[row.Code] = row
	}
	il, ne, ks := answers["IL"], answers["NE"], answers["KS"]
	if il.Answer != logbookapi.Met || len(il.Missing) != 0 || il.Source == "" || il.Confidence != "H" {
		s.t.Errorf("Illinois says %+v", il)
	}
	if oh := answers["OH"]; oh.Answer != logbookapi.Ask || oh.Standing.Met || oh.Standing.Answer != common.Ask || len(oh.Ask) != 1 || len(oh.Standing.Rules[0].Figures) != 2 || oh.Standing.Required != core.Hours(750) {
		s.t.Errorf("Ohio, of which sources disagree, says %+v", oh)
	}
	if len(il.Ask) != 1 || !il.Standing.Met {
		s.t.Errorf("when to look at Illinois again: %q", il.Ask)
	}
	if ne.Answer != logbookapi.Short || len(ne.Missing) == 0 || ne.Standing == nil || ks.Answer != logbookapi.Unknown || ks.Standing != nil {
		s.t.Errorf("Nebraska says %s, Kansas %s", ne.Answer, ks.Answer)
	}
	s.student.get("/v1/enrollments/"+s.enrollment+"/statement?month=March").refused(422, "bad_month")
	march := as[logbookapi.Statement](s.student.get("/v1/enrollments/" + s.enrollment + "/statement?month=2026-03").want(200))
	if march.Recorded != march.Valid+270 || march.RecordedInAll != march.Recorded || len(march.Uncounted) != 1 || march.Last.String() != "2026-03-31" {
		s.t.Errorf("the statement of March is %+v", march)
	}
	outlook := as[logbookapi.Outlook](s.student.get("/v1/enrollments/" + s.enrollment + "/outlook").want(200))
	if len(outlook.Weeks) < 10 || outlook.Weeks[len(outlook.Weeks)-1].Valid != 35_999 || outlook.Projection.Missing != 1 {
		s.t.Errorf("the outlook is %+v", outlook)
	}
}

// isChecked: anybody checks the code and verifies the file.
func (s *story) isChecked() {
	check := as[employerapi.Check](s.nobody.get("/v1/check/" + s.code).want(200))
	if check.Outcome != employerapi.CheckOutcomeValid || check.IssuerName != "Brightwater School" || check.Minutes != 36_000 {
		s.t.Errorf("the check says %+v", check)
	}
	s.nobody.get("/v1/check/"+strings.Repeat("0", 28)).refused(404, "not_found")
	file := s.nobody.get(strings.TrimPrefix(check.DocumentUrl, base)).want(200)
	if file.header.Get("ETag") == "" || !strings.Contains(file.header.Get("Content-Disposition"), "attachment") {
		s.t.Errorf("the download has the headers %v", file.header)
	}
	report := credential.Verify(s.t.Context(), file.body, credential.Options{Now: s.clock()})
	if report.SubjectName != "Inês Castro" || report.Minutes != 36_000 || report.Outcome == credential.NotValid {
		s.t.Errorf("the file by itself: %+v", report)
	}
	verify := func(raw []byte) employerapi.FileReport {
		return as[employerapi.FileReport](s.nobody.do("POST", "/v1/verify", call{body: raw, media: "application/octet-stream"}).want(200))
	}
	if r := verify(file.body); r.Outcome == employerapi.FileReportOutcomeNotValid {
		s.t.Errorf("the file as downloaded: %+v", r)
	}
	changed := []byte(strings.Replace(string(file.body), "36000", "46000", 1))
	if r := verify(changed); r.Outcome != employerapi.FileReportOutcomeNotValid {
		s.t.Errorf("a changed file: %+v", r)
	}
	if r := verify([]byte("no credential")); r.Outcome == employerapi.FileReportOutcomeValid {
		s.t.Errorf("no credential: %+v", r)
	}
}
