package rest_test

import (
	"encoding/json"
	"strings"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/act/acttest"
	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/attest/certify/certifyapi"
	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/check/employer/employerapi"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/translog"
	"github.com/palmar/palmar/pkg/translog/translogapi"
	"github.com/palmar/palmar/pkg/translog/translogtest"
)

// decides has the registrar propose a change and the administrator decide on it,
// whose answer is lost: asked again, it is the same.
func (s *story) decides(credentialID string, in map[string]string) common.Credential {
	s.t.Helper()
	p := as[certifyapi.Proposal](s.registrar.post("/v1/credentials/"+credentialID+"/proposals", in).want(201))
	s.admin = s.admin.confirmed()
	repeated := call{headers: map[string]string{"If-Match": `"` + itoa(p.Version) + `"`, "Idempotency-Key": p.Id.String()}}
	lost := s.admin.do("POST", "/v1/proposals/"+p.Id.String()+"/certify", repeated).want(201)
	again := s.admin.do("POST", "/v1/proposals/"+p.Id.String()+"/certify", repeated).want(201)
	if string(lost.body) != string(again.body) || again.header.Get("Idempotency-Replayed") != "true" {
		s.t.Errorf("certified with a key: first %s, then %s", lost.body, again.body)
	}
	return as[common.Credential](again)
}

// isAttested: the certificate in both forms with its proofs, what the holder
// shows of it, and how it is taken back and replaced.
func (s *story) isAttested() {
	all := as[certifyapi.Credentials](s.student.get("/v1/therapists/" + s.therapist + "/credentials").want(200))
	id := all.Items[0].Id.String()
	s.packs()
	s.shows(id)
	s.cosigns()

	s.registrar.post("/v1/credentials/"+id+"/proposals", map[string]string{"action": "reinstate", "cause": "It is not suspended."}).refused(409, "not_possible")
	s.decides(id, map[string]string{"action": "suspend", "cause": "The board asks."})
	if check := as[employerapi.Check](s.nobody.get("/v1/check/" + s.code).want(200)); check.Outcome != "not_valid" || check.State != core.CredentialSuspended || check.Cause != "The board asks." {
		s.t.Errorf("suspended: %+v", check)
	}
	s.decides(id, map[string]string{"action": "reinstate", "cause": "Answered."})
	renamed := s.decides(id, map[string]string{"action": "reissue", "cause": "Married.", "holder_name": "Inês Castro-Silva"})
	former := as[employerapi.Check](s.nobody.get("/v1/check/" + s.code).want(200))
	if renamed.SubjectName != "Inês Castro-Silva" || former.State != core.CredentialReplaced || former.ReplacedByUrl != renamed.Url {
		s.t.Errorf("reissued %+v, the former says %+v", renamed, former)
	}
	s.code = renamed.Code

	transcript := as[certifyapi.Proposal](s.registrar.post("/v1/enrollments/"+s.enrollment+"/transcripts", nil).want(201))
	s.admin = s.admin.confirmed()
	many := as[certifyapi.CertifyOutcomes](s.admin.post("/v1/organizations/"+s.school+"/certifications", map[string]any{"proposals": []map[string]any{
		{"id": transcript.Id, "version": transcript.Version}, {"id": transcript.Id, "version": transcript.Version}, {"id": s.school, "version": 1},
	}}).want(200))
	if many.Certified != 1 || len(many.Items) != 3 || many.Items[1].Code == "" || many.Items[2].Code != "not_found" {
		s.t.Errorf("certified at once: %+v", many)
	}
	stated := many.Items[0].Credential
	if stated.Kind != core.CredentialTranscript || stated.Minutes != 36_000 {
		s.t.Errorf("the transcript states %+v", stated)
	}
	s.decides(stated.Id.String(), map[string]string{"action": "revoke", "cause": "Not wanted any more."})
	s.certifiesCohort()
	s.keepsKeys()
	s.prints(id)
}

// prints: the school chooses a style, tries and uses it, and anybody gets the
// certificate on paper.
func (s *story) prints(id string) {
	path := "/v1/organizations/" + s.school + "/paper"
	s.registrar.get(path).want(200)
	anything := map[string]string{"If-Match": "*"}
	style := map[string]any{"layout": "modern", "size": "a4", "accent": "#ffff00", "signatories": []map[string]string{{"name": "Gwen", "role": "Registrar"}}}
	s.admin.do("PUT", path, call{body: style, headers: anything}).refused(422, "too_pale")
	style["accent"] = "#123456"
	s.registrar.do("PUT", path, call{body: style, headers: anything}).refused(403, "forbidden")
	draft := as[certifyapi.PaperStyle](s.admin.do("PUT", path, call{body: style, headers: anything}).want(200))
	s.registrar.get(path + "/preview?kind=completion").want(200)
	s.admin.update("POST", path+"/use", draft.Version+1, nil).refused(412, "stale")
	if v := as[certifyapi.PaperStyles](s.admin.update("POST", path+"/use", draft.Version, nil).want(200)); v.Used.Layout != "modern" || v.Used.Version != 1 {
		s.t.Errorf("the style in use: %+v", v.Used)
	}
	for _, pdf := range []*answer{s.nobody.get("/v1/check/" + s.code + "/pdf").want(200), s.student.get("/v1/credentials/" + id + "/sessions/pdf").want(200)} {
		if pdf.header.Get("Content-Type") != "application/pdf" || !strings.HasPrefix(string(pdf.body), "%PDF-") {
			s.t.Errorf("on paper: %v", pdf.header)
		}
	}
	s.nobody.get("/v1/check/"+strings.Repeat("0", 28)+"/pdf").refused(404, "not_found")
}

// certifiesCohort: what waits is certified in the background.
func (s *story) certifiesCohort() {
	path := "/v1/organizations/" + s.school + "/certification-runs"
	s.admin = s.admin.confirmed()
	s.admin.post(path, map[string]any{"all": true}).refused(422, "nothing_chosen")
	s.registrar.post("/v1/enrollments/"+s.enrollment+"/transcripts", nil).want(201)
	begin := func() *answer {
		return s.admin.do("POST", path, call{body: map[string]any{"all": true}, headers: map[string]string{"Idempotency-Key": "cohort"}}).want(201)
	}
	run := as[certifyapi.CertificationRun](begin())
	if run.Total != 1 || !run.Running {
		s.t.Errorf("begun: %+v", run)
	}
	if _, err := acttest.WorkOff(s.t.Context(), s.services.Certify.Works(), "certify"); err != nil {
		s.t.Fatal(err)
	}
	at := "/v1/certification-runs/" + run.Id.String()
	done := as[certifyapi.CertificationRun](s.registrar.get(at).want(200))
	items := as[certifyapi.CertificationRunItemList](s.registrar.get(at + "/items").want(200))
	if done.Certified != 1 || done.Running || len(items.Items) != 1 || items.Items[0].Url == "" {
		s.t.Errorf("after the background work: %+v, %+v", done, items)
	}
	if again := begin(); as[certifyapi.CertificationRun](again).Id != run.Id || again.header.Get("Idempotency-Replayed") != "true" {
		s.t.Errorf("the same request, when nothing waits any more: %s", again.body)
	}
	if runs := as[certifyapi.CertificationRunList](s.registrar.get(path).want(200)); len(runs.Items) != 1 {
		s.t.Errorf("runs: %+v", runs)
	}
	s.employer.get(at).refused(404, "not_found")
	s.decides(items.Items[0].CredentialId.String(), map[string]string{"action": "revoke", "cause": "Not wanted any more."})
}

// packs: the package that is kept for later, and each part of it.
func (s *story) packs() {
	jwt := s.nobody.get("/v1/check/" + s.code + "/jwt").want(200)
	pack := as[certify.Package](s.nobody.get("/v1/check/" + s.code + "/package").want(200))
	if pack.JWT != string(jwt.body) || jwt.header.Get("Content-Type") != "application/vc+jwt" {
		s.t.Errorf("the package holds another JWT, or it is %s", jwt.header.Get("Content-Type"))
	}
	log := as[translogapi.LogView](s.nobody.get("/v1/log").want(200))
	if tree, err := pack.Confirm(log.Key); err != nil || tree.Size != log.Size {
		s.t.Errorf("the log: %+v, %v", tree, err)
	}
	list, err := credential.ReadStatusList(s.t.Context(), []byte(pack.StatusList), nil, s.clock())
	if err != nil || list.Bits.Len() != credential.StatusListSize {
		s.t.Errorf("the status list: %+v, %v", list, err)
	}
	s.nobody.get("/v1/check/"+strings.Repeat("0", 28)+"/package").refused(404, "not_found")
	s.nobody.get("/v1/check/x/jwt").refused(404, "not_found")
}

// shows: the holder opens one session of the record and no other.
func (s *story) shows(id string) {
	record := as[certifyapi.CredentialRecord](s.student.get("/v1/credentials/" + id + "/record").want(200))
	last := record.Lines[len(record.Lines)-1]
	path := "/v1/credentials/" + id + "/disclosure"
	shown := s.student.post(path, map[string]any{"total": true, "subjects": []string{}, "sessions": []string{last.Credit.String()}}).want(200)
	verify := func(raw []byte) employerapi.FileReport {
		return as[employerapi.FileReport](s.nobody.do("POST", "/v1/verify", call{body: raw, media: "application/octet-stream"}).want(200))
	}
	if report := verify(shown.body); report.Outcome != "valid" {
		s.t.Errorf("what the holder shows: %+v", report)
	}
	minutes, err := json.Marshal(last.Minutes)
	if err != nil {
		s.t.Fatal(err)
	}
	changed := strings.Replace(string(shown.body), `"session","date":"`+last.Date+`"`, `"session","date":"2024-02-29"`, 1)
	if report := verify([]byte(changed)); changed == string(shown.body) || report.Outcome != "not_valid" {
		s.t.Errorf("another date, %s minutes: %+v", minutes, report)
	}
	s.student.post(path, map[string]any{"subjects": []string{"astrology"}}).refused(422, "nothing_chosen")
	s.employer.post(path, map[string]any{"total": true, "subjects": []string{}}).refused(404, "not_found")
}

// cosigns: a witness that the installation knows adds its word to a checkpoint.
func (s *story) cosigns() {
	log := as[translogapi.LogView](s.nobody.get("/v1/log").want(200))
	witness := translogtest.New(s.t, "witness.example")
	send := func(text string) *answer {
		return s.nobody.do("POST", "/v1/log/cosignatures", call{body: []byte(text), media: "application/octet-stream"})
	}
	send(log.Checkpoint).refused(422, "bad_cosignature")
	send(translogtest.New(s.t, "stranger.example").Cosign(log.Checkpoint, s.clock())).refused(422, "bad_cosignature")
	send(witness.Cosign(strings.Replace(log.Checkpoint, "\n", "x\n", 1), s.clock())).refused(422, "bad_cosignature")
	seen := as[translogapi.LogView](send(witness.Cosign(log.Checkpoint, s.clock())).want(200))
	if seen.CosignedSize != log.Size || len(seen.Witnesses) != 1 || seen.Witnesses[0].Name != "witness.example" {
		s.t.Errorf("after the witness: %+v", seen)
	}
	if _, err := translog.OpenCheckpoint([]byte(log.Checkpoint), log.Key); err != nil {
		s.t.Error(err)
	}
}

// keepsKeys: the administrator changes the keys, and says that one was lost.
func (s *story) keepsKeys() {
	path := "/v1/organizations/" + s.school + "/keys"
	before := as[certifyapi.SigningKeys](s.registrar.get(path).want(200))
	s.registrar.post(path+"/rotate", nil).refused(403, "forbidden")
	s.admin = s.admin.confirmed()
	after := as[certifyapi.SigningKeys](s.admin.post(path+"/rotate", nil).want(200))
	if len(before.Items) != 2 || len(after.Items) != 4 || after.Items[0].RetiredAt.IsZero() {
		s.t.Errorf("keys before %+v, after %+v", before, after)
	}
	if check := as[employerapi.Check](s.nobody.get("/v1/check/" + s.code).want(200)); check.Outcome != "valid" {
		s.t.Errorf("under the retired key: %+v", check)
	}
	lost := map[string]string{"lost_since": "2099-01-01", "cause": "The server was stolen."}
	revoke := path + "/" + before.Items[0].Id + "/revoke"
	s.admin.post(revoke, lost).refused(422, "in_future")
	s.admin.post(path+"/z6Mk/revoke", lost).refused(404, "not_found")
	lost["lost_since"] = core.DateOf(s.clock()).AddDays(1).String()
	s.admin.post(revoke, lost).refused(422, "in_future")
	lost["lost_since"] = "2026-09-01"
	loss := as[certifyapi.KeyLoss](s.admin.post(revoke, lost).want(200))
	if loss.Total == 0 || !loss.Running {
		s.t.Errorf("the loss: %+v", loss)
	}
	s.admin.post(revoke, lost).refused(409, "already_revoked")
	if _, err := acttest.WorkOff(s.t.Context(), s.services.Certify.Works(), "sign-again"); err != nil {
		s.t.Fatal(err)
	}
	now := as[certifyapi.SigningKeys](s.registrar.get(path).want(200)).Items[0].Loss
	if now.Running || now.Resigned+now.Doubtful != loss.Total {
		s.t.Errorf("after the background work: %+v", now)
	}
	doubtful := as[certifyapi.DoubtfulList](s.registrar.get(path + "/" + before.Items[0].Id + "/doubtful").want(200))
	if len(doubtful.Items) != now.Doubtful {
		s.t.Errorf("%d are doubtful: %+v", now.Doubtful, doubtful)
	}
	for _, c := range doubtful.Items {
		if check := as[employerapi.Check](s.nobody.get("/v1/check/" + c.Code).want(200)); check.Outcome == "valid" {
			s.t.Errorf("signed with the lost key: %+v", check)
		}
	}
	s.decides(s.current(), map[string]string{"action": "supersede", "cause": "Its key was lost."})
}

// current is the id of the certificate of completion that stands.
func (s *story) current() string {
	for _, c := range as[certifyapi.Credentials](s.student.get("/v1/therapists/" + s.therapist + "/credentials").want(200)).Items {
		if c.Kind == core.CredentialCompletion && c.State == core.CredentialActive {
			return c.Id.String()
		}
	}
	s.t.Fatal("no certificate stands")
	return ""
}
