package continuing_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/career/continuing"
	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/standard"
)

// Who holds licenses in two states reports once, and each state judges by its own
// cycle and rules.
func TestService_Cycles_TwoStates(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.license(t, "GA", "MT-1", "2018-01-01", "2026-10-31")
		w.license(t, "NE", "77", "2018-01-01", "2027-11-01")
		in := course("Deep Tissue", "2026-10-01", "12 h")
		in.HandsOn = "8 h 30 min" // 70 %, not 75 %
		w.accepted(t, in)
		webinar := course("Ethics Online", "2025-05-01", "3 h")
		webinar.Type, webinar.Lines = "webinar", []continuing.CELine{{Subject: "ethics", Minutes: 180}}
		w.accepted(t, webinar)
		plan := course("Neck and Shoulders", "2026-10-28", "9 h")
		plan.Completed, plan.HandsOn = false, "9 h"
		if _, err := w.ce.AddActivity(ctx, w.Student, w.Student.TherapistID, plan); err != nil {
			t.Fatal(err)
		}
		cycles, err := w.ce.Cycles(ctx, w.Student, w.Student.TherapistID, on("2026-10-20"))
		if err != nil || len(cycles) != 2 {
			t.Fatalf("%+v, %v", cycles, err)
		}
		ga, ne := cycles[0], cycles[1]
		if ga.Span.From != on("2024-11-01") || ga.Span.To != on("2026-10-31") || ne.Span.From != on("2025-11-02") || ne.Span.To != on("2027-11-01") {
			t.Errorf("the cycles are %+v and %+v", ga.Span, ne.Span)
		}
		if ga.Done.Valid != 900 || ga.Done.Answer.Met() || ga.Projected.Valid != 1440 || !ga.Projected.Answer.Met() || !ga.Planned {
			t.Errorf("Georgia: done %d, projected %d %v", ga.Done.Valid, ga.Projected.Valid, ga.Projected.Answer.Met())
		}
		if ne.Done.Valid != 720 || ne.Projected.Valid != 1260 || ne.Projected.Answer.Met() {
			t.Errorf("Nebraska: done %d, projected %d %v", ne.Done.Valid, ne.Projected.Valid, ne.Projected.Answer.Met())
		}
		hands := func(j standard.Judgment) core.Minutes {
			i := slices.IndexFunc(j.Rules, func(r standard.RuleStanding) bool { return r.ID == "hands-on" })
			return j.Rules[i].Valid
		}
		if hands(ga.Done) != 720 || hands(ne.Done) != 0 || hands(ne.Projected) != 540 {
			t.Errorf("hands-on are %d in Georgia, %d in Nebraska", hands(ga.Done), hands(ne.Done))
		}
		if len(ga.Activities) != 3 || len(ne.Activities) != 2 || !ga.Activities[0].Full {
			t.Errorf("Georgia has %d activities, Nebraska %d", len(ga.Activities), len(ne.Activities))
		}
		_, err = w.ce.Cycles(ctx, w.Stranger, w.Student.TherapistID, on("2026-11-23"))
		wantCode(t, err, "not_found")
	})
}

func TestService_Cycles_WhatCounts(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.license(t, "TN", "9", "2018-01-01", "2026-12-31")
		online := course("Anatomy Online", "2026-03-01", "10 h")
		online.Type = "home study"
		w.reported(t, online)
		w.accepted(t, course("Back Care", "2026-04-01", "4 h"))
		w.accepted(t, course("Back Care", "2026-05-01", "4 h"))
		bad := w.reported(t, course("Crystal Healing", "2026-06-01", "5 h"))
		if _, err := w.ce.Reject(ctx, w.fresh(w.Registrar), bad.ID, 0, "Not about massage."); err != nil {
			t.Fatal(err)
		}
		cycles, err := w.ce.Cycles(ctx, w.Registrar, w.Student.TherapistID, on("2026-11-23"))
		if err != nil {
			t.Fatal(err)
		}
		c := cycles[0]
		if c.Done.Valid != 8*60+4*60 || c.Proven.Valid != 4*60 || c.Planned {
			t.Errorf("done %d, proven %d", c.Done.Valid, c.Proven.Valid)
		}
		var rules []string
		for _, a := range c.Activities {
			for _, reason := range a.Reasons {
				rules = append(rules, a.Title+": "+reason.Rule)
			}
		}
		if want := []string{"Anatomy Online: distance", "Back Care: once"}; !slices.Equal(rules, want) {
			t.Errorf("%q, want %q", rules, want)
		}
		if a := c.Activities[0]; a.Full || a.Valid != 480 {
			t.Errorf("%+v", a)
		}
		if a := c.Activities[3]; a.Full || a.Valid != 0 || a.State != continuing.CERejected {
			t.Errorf("%+v", a)
		}
	})
}

func TestService_Cycles_NotKnown(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.license(t, "KS", "1", "2018-01-01", "2026-12-31")
		w.license(t, "OH", "2", "2018-01-01", "2026-12-31")
		w.license(t, "AR", "3", "2018-01-01", "2026-12-31")
		cycles, err := w.ce.Cycles(ctx, w.Student, w.Student.TherapistID, on("2026-11-23"))
		if err != nil || len(cycles) != 3 {
			t.Fatal(err)
		}
		for i, want := range []struct{ code, why string }{{"no_pack", "KS"}, {"no_pack", "asks for none"}, {"birth_date_needed", "birthday"}} {
			if c := cycles[i]; c.Known || c.Code != want.code || !strings.Contains(c.Why, want.why) {
				t.Errorf("%s: %s %q", c.License.Jurisdiction, c.Code, c.Why)
			}
		}
		_, err = w.ce.RequestLeave(ctx, w.Student, cycles[0].License.ID, continuing.LeaveInput{Kind: continuing.CEWaiver, Reason: "Illness"})
		wantCode(t, err, "not_known")
		wantCode(t, w.ce.WriteProof(ctx, w.Student, cycles[2].License.ID, on("2026-11-23"), io.Discard), "not_known")
		if _, err := w.SQL.Exec(`UPDATE therapists SET birth_date = '1990-06-14'`); err != nil {
			t.Fatal(err)
		}
		if cycles, err = w.ce.Cycles(ctx, w.Student, w.Student.TherapistID, on("2026-11-23")); err != nil || !cycles[2].Known || cycles[2].Span.To != on("2028-06-14") {
			t.Errorf("%+v, %v", cycles[2].Span, err)
		}
	})
}

// A course of a school here is continuing education at once.
func TestService_Cycles_CourseHere(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.license(t, "NE", "77", "2018-01-01", "2027-11-01")
		c, err := w.Specialty.CreateCourse(ctx, w.Registrar, w.School.ID, specialty.CourseInput{
			Code: "ETH", Title: "Ethics and Hands", Specialty: "ethics", Minutes: core.Hours(8),
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err = w.Specialty.RecordCompletion(ctx, w.Registrar, c.ID, specialty.CompletionInput{
			Email: "ada@example.org", CompletedOn: on("2026-10-01"), Instructor: "Ines", Minutes: core.Hours(9),
		}); err != nil {
			t.Fatal(err)
		}
		judged := func() continuing.Cycle {
			cycles, err := w.ce.Cycles(ctx, w.Student, w.Student.TherapistID, on("2026-11-23"))
			if err != nil {
				t.Fatal(err)
			}
			return cycles[0]
		}
		first := judged()
		if a := first.Activities[0]; first.Proven.Valid != 540 || first.Proven.Subjects[0].Valid != 0 || a.State != continuing.CEAccepted || !a.ProviderKnown() || a.ProviderName != w.School.Name || a.Amount.Words != "9 CEs" {
			t.Errorf("%+v", a)
		}
		in := continuing.CourseCE{Type: continuing.CELive, HandsOn: core.Hours(7), Lines: []continuing.CELine{{Subject: "ethics", Minutes: 180}, {Subject: "massage", Minutes: 300}}}
		set, err := w.ce.SetCourse(ctx, w.Registrar, c.ID, in)
		if err != nil || set.Version != 1 || len(set.Lines) != 2 {
			t.Fatalf("%+v, %v", set, err)
		}
		if set, err = w.ce.SetCourse(ctx, w.Second, c.ID, in); err != nil || set.Version != 2 {
			t.Fatalf("%+v, %v", set, err)
		}
		if now := judged(); now.Proven.Valid != 540 || now.Proven.Subjects[0].Valid != 180 {
			t.Errorf("%+v", now.Proven.Subjects)
		}
		in.HandsOn = core.Hours(9)
		_, err = w.ce.SetCourse(ctx, w.Registrar, c.ID, in)
		wantCode(t, err, "more_than_amount")
		in.HandsOn, in.Lines[0].Minutes = 0, 179
		_, err = w.ce.SetCourse(ctx, w.Registrar, c.ID, in)
		wantCode(t, err, "not_the_amount")
		_, err = w.ce.SetCourse(ctx, w.Student, c.ID, in)
		wantCode(t, err, "forbidden")
		_, err = w.ce.SetCourse(ctx, w.Stranger, c.ID, in)
		wantCode(t, err, "not_found")
	})
}

func TestService_History(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		l := w.license(t, "FL", "MA1", "2021-03-01", "2027-08-31")
		w.accepted(t, course("In the cycle before", "2025-08-31", "3 h"))
		past, err := w.ce.History(ctx, w.Student, l.ID, on("2026-11-23"))
		if err != nil || len(past) != 4 {
			t.Fatalf("%d cycles, %v", len(past), err)
		}
		if last := past[3]; !last.Span.First || last.Span.From != on("2021-03-01") || last.Span.To != on("2021-08-31") || last.Done.Required != core.Hours(6) {
			t.Errorf("the first cycle is %+v and asks for %s", last.Span, last.Done.Required)
		}
		if past[0].Done.Valid != 0 || past[1].Done.Valid != 180 {
			t.Errorf("%d and %d", past[0].Done.Valid, past[1].Done.Valid)
		}
		_, err = w.ce.History(ctx, w.Stranger, l.ID, on("2026-11-23"))
		wantCode(t, err, "not_found")
	})
}

func TestService_WriteProof(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		l := w.license(t, "FL", "MA1", "2021-03-01", "2027-08-31")
		in := course("=HYPERLINK(1)", "2026-09-01", "3 h")
		w.accepted(t, in)
		w.reported(t, course("Second", "2026-09-02", "3 h"))
		w.accepted(t, course("Before the cycle", "2025-08-31", "3 h"))
		in = course("Planned", "2027-01-01", "3 h")
		in.Completed = false
		if _, err := w.ce.AddActivity(ctx, w.Student, w.Student.TherapistID, in); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := w.ce.WriteProof(ctx, w.Student, l.ID, on("2026-11-23"), &out); err != nil {
			t.Fatal(err)
		}
		z, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
		if err != nil {
			t.Fatal(err)
		}
		files := map[string][]byte{}
		for _, f := range z.File {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			if files[f.Name], err = io.ReadAll(r); err != nil {
				t.Fatal(err)
			}
		}
		if len(files) != 4 || !bytes.Equal(files["certificates/01-certificate.pdf"], pdf) || !bytes.Equal(files["certificates/02-certificate.pdf"], pdf) {
			t.Fatalf("the proof has %d files", len(files))
		}
		var p continuing.Proof
		if err := json.Unmarshal(files["proof.json"], &p); err != nil {
			t.Fatal(err)
		}
		if p.Therapist != "Ada Example" || p.License != "MA1" || len(p.Activities) != 2 || p.Standing.Valid != 360 || p.Activities[0].Certificate != "certificates/01-certificate.pdf" || p.Activities[0].DecidedBy != "Rita Registrar" {
			t.Errorf("%+v", p)
		}
		rows, err := csv.NewReader(bytes.NewReader(files["activities.csv"])).ReadAll()
		if err != nil || len(rows) != 3 || rows[1][1] != "'=HYPERLINK(1)" || rows[2][10] != "reported" {
			t.Errorf("%q, %v", rows, err)
		}
		wantCode(t, w.ce.WriteProof(ctx, w.Stranger, l.ID, on("2026-11-23"), io.Discard), "not_found")
	})
}
