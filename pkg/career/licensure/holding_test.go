package licensure_test

import (
	"context"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/platform/store"
)

var pdf = []byte("%PDF-1.7 evidence")

func policy() licensure.HoldingInput {
	return licensure.HoldingInput{
		Kind: licensure.HoldingInsurance, Name: "Professional liability", Issuer: "ABMP", Number: "P-1", ObtainedOn: day(2026, 1, 1), ExpiresOn: day(2026, 12, 31),
		EachClaim: 2_000_000, Aggregate: 6_000_000,
		Verification: licensure.Verification{Method: core.MethodDocument, Source: "Certificate of insurance", CheckedOn: day(2026, 11, 20)},
	}
}

func TestService_RecordHolding(t *testing.T) {
	each(t, func(t *testing.T, w *certifytest.World) {
		id := w.Student.TherapistID
		h, err := w.Licensure.RecordHolding(ctx, w.Registrar, id, policy())
		if err != nil || h.EachClaim != 2_000_000 || h.NextCheck != day(2026, 12, 31) || h.CheckedByName != "Rita Registrar" || h.TherapistName != "Ada Example" || h.OrganizationID != w.School.ID {
			t.Fatalf("%+v, %v", h, err)
		}
		own := policy()
		own.Kind, own.Name, own.Issuer, own.Passed, own.Attempt, own.ExpiresOn = licensure.HoldingExam, "MBLEx", "FSMTB", true, 2, core.Date{}
		exam, err := w.Licensure.RecordHolding(ctx, w.Student, id, own)
		if err != nil || exam.Method != core.MethodSelfReport || !exam.Passed || exam.Attempt != 2 || !exam.NextCheck.IsZero() || exam.EachClaim != 0 || !exam.OrganizationID.IsZero() {
			t.Errorf("%+v, %v", exam, err)
		}
		npi := policy()
		npi.Kind, npi.Name, npi.Issuer, npi.Number, npi.ExpiresOn = licensure.HoldingNPI, "NPI", "", "1234-567-893", core.Date{}
		number, err := w.Licensure.RecordHolding(ctx, w.Registrar, id, npi)
		if err != nil || number.Number != "1234567893" || number.Taxonomy != licensure.MassageTaxonomy {
			t.Errorf("%+v, %v", number, err)
		}
		_, err = w.Licensure.RecordHolding(ctx, w.Registrar, id, npi)
		wantCode(t, err, "npi_taken")

		for name, bad := range map[string]struct {
			change      func(*licensure.HoldingInput)
			field, code string
		}{
			"Kind":         {func(in *licensure.HoldingInput) { in.Kind = "medal" }, "kind", "unknown_kind"},
			"Name":         {func(in *licensure.HoldingInput) { in.Name = "" }, "name", "required"},
			"Issuer":       {func(in *licensure.HoldingInput) { in.Issuer = " " }, "issuer", "required"},
			"Number":       {func(in *licensure.HoldingInput) { in.Number = "" }, "number", "required"},
			"NoExpiry":     {func(in *licensure.HoldingInput) { in.ExpiresOn = core.Date{} }, "expires_on", "required"},
			"Expiry":       {func(in *licensure.HoldingInput) { in.ExpiresOn = day(2025, 1, 1) }, "expires_on", "expires_before_obtained"},
			"Later":        {func(in *licensure.HoldingInput) { in.ObtainedOn = day(2026, 11, 30) }, "obtained_on", "date_in_future"},
			"NoAmount":     {func(in *licensure.HoldingInput) { in.EachClaim = 0 }, "each_claim", "bad_amount"},
			"Aggregate":    {func(in *licensure.HoldingInput) { in.Aggregate = 1 }, "aggregate", "bad_amount"},
			"NPI":          {func(in *licensure.HoldingInput) { in.Kind, in.Number = licensure.HoldingNPI, "1234567890" }, "number", "bad_npi"},
			"Taxonomy":     {func(in *licensure.HoldingInput) { *in = npi; in.Taxonomy = "X" }, "taxonomy", "bad_taxonomy"},
			"Jurisdiction": {func(in *licensure.HoldingInput) { in.Kind = licensure.HoldingEndorsement }, "jurisdiction", "unknown_jurisdiction"},
			"Attempt":      {func(in *licensure.HoldingInput) { in.Kind, in.Attempt = licensure.HoldingExam, 21 }, "attempt", "bad_attempt"},
			"Method":       {func(in *licensure.HoldingInput) { in.Method = "phone" }, "method", "unknown_method"},
			"NextCheck":    {func(in *licensure.HoldingInput) { in.NextCheck = in.CheckedOn }, "next_check", "next_check_past"},
		} {
			t.Run(name, func(t *testing.T) {
				in := policy()
				bad.change(&in)
				_, err := w.Licensure.RecordHolding(ctx, w.Registrar, id, in)
				wantCode(t, err, bad.code)
				if f := core.AsFault(err).Fields; len(f) != 1 || f[0].Name != bad.field {
					t.Errorf("%+v", f)
				}
			})
		}
		wantCode(t, second(w.Licensure.RecordHolding(ctx, w.Stranger, id, policy())), "not_found")
		wantCode(t, second(w.Licensure.RecordHolding(ctx, w.Supervisor, id, policy())), "forbidden")
		wantCode(t, second(w.Licensure.Holding(ctx, w.Stranger, h.ID)), "not_found")
		wantCode(t, second(w.Licensure.Holdings(ctx, w.Verifier, id, core.Page{})), "not_found")
		list, err := w.Licensure.Holdings(ctx, w.Student, id, core.Page{Limit: 2})
		if err != nil || len(list.Items) != 2 || list.Items[0].ID != number.ID || list.Next == "" {
			t.Errorf("%+v, %v", list, err)
		}
	})
}

func TestService_Verify(t *testing.T) {
	each(t, func(t *testing.T, w *certifytest.World) {
		h, err := w.Licensure.RecordHolding(ctx, w.Student, w.Student.TherapistID, policy())
		if err != nil {
			t.Fatal(err)
		}
		looked := licensure.Verification{Method: core.MethodPrimarySource, Source: "ABMP, by telephone", CheckedOn: day(2026, 11, 23), NextCheck: day(2026, 11, 30)}
		wantCode(t, second(w.Licensure.Verify(ctx, w.Join(w.Student, w.School, core.RoleRegistrar), h.ID, 0, looked)), "forbidden")
		wantCode(t, second(w.Licensure.Verify(ctx, w.Stranger, h.ID, 0, looked)), "not_found")
		wantCode(t, second(w.Licensure.Verify(ctx, w.Registrar, h.ID, 3, looked)), "stale")
		h, err = w.Licensure.Verify(ctx, w.Registrar, h.ID, 1, looked)
		if err != nil || h.Method != core.MethodPrimarySource || h.CheckedByName != "Rita Registrar" || h.RecordedByName != "Ada Example" || h.Version != 2 {
			t.Fatalf("%+v, %v", h, err)
		}
		for by, n := range map[core.Date]int{{}: 0, day(2026, 11, 29): 0, day(2026, 11, 30): 1} {
			due, err := w.Licensure.HoldingsDue(ctx, w.Registrar, w.School.ID, by, core.Page{})
			if err != nil || len(due.Items) != n {
				t.Errorf("due by %s: %+v, %v", by, due, err)
			}
		}
		if due, err := w.Licensure.HoldingsDue(ctx, w.Stranger, w.Other.ID, day(2030, 1, 1), core.Page{}); err != nil || len(due.Items) != 0 {
			t.Errorf("another school sees %+v, %v", due, err)
		}
		wantCode(t, second(w.Licensure.HoldingsDue(ctx, w.Student, w.School.ID, core.Date{}, core.Page{})), "forbidden")

		wantCode(t, second(w.Licensure.AttachHoldingDocument(ctx, w.Student, h.ID, 0, "a.pdf", []byte("<html>"))), "bad_document")
		wantCode(t, second(w.Licensure.HoldingDocument(ctx, w.Student, h.ID)), "not_found")
		h, err = w.Licensure.AttachHoldingDocument(ctx, w.Student, h.ID, 0, `..\policy.html`, pdf)
		if err != nil || h.DocumentName != "policy.pdf" {
			t.Fatalf("%+v, %v", h, err)
		}
		d, err := w.Licensure.HoldingDocument(ctx, w.Registrar, h.ID)
		if err != nil || string(d.Body) != string(pdf) || d.OrganizationID != w.School.ID {
			t.Errorf("%+v, %v", d, err)
		}
		wantCode(t, second(w.Licensure.HoldingDocument(ctx, w.Stranger, h.ID)), "not_found")
		kept := func() (n int) {
			if err := w.SQL.QueryRow("SELECT COUNT(*) FROM documents").Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		if h, err = w.Licensure.AttachHoldingDocument(ctx, w.Student, h.ID, 0, "renewed.pdf", pdf); err != nil || kept() != 1 {
			t.Fatalf("%d documents are kept after one was replaced, %v", kept(), err)
		}

		wantCode(t, second(w.Licensure.EndHolding(ctx, w.Registrar, h.ID, 0)), "not_found") // who recorded it ends it
		if _, err := w.Licensure.EndHolding(ctx, w.Student, h.ID, h.Version); err != nil || kept() != 0 {
			t.Fatalf("%d documents are kept of what was taken back, %v", kept(), err)
		}
		wantCode(t, second(w.Licensure.Holding(ctx, w.Registrar, h.ID)), "not_found")
	})
}

func TestService_RecordAdverse(t *testing.T) {
	each(t, func(t *testing.T, w *certifytest.World) {
		l, err := w.Licensure.RecordLicense(ctx, w.Registrar, w.Student.TherapistID, florida())
		if err != nil {
			t.Fatal(err)
		}
		in := licensure.AdverseInput{
			Kind: "suspension", Authority: "Florida Board of Massage Therapy", OrderNumber: "2026-7", StartsOn: day(2026, 10, 1), EndsOn: day(2026, 10, 30),
			Method: core.MethodPrimarySource, CheckedOn: day(2026, 11, 20), Filename: "order.pdf", Order: pdf,
		}
		v, err := w.Licensure.RecordAdverse(ctx, w.Registrar, l.ID, 1, in)
		if err != nil || v.EventID.IsZero() || v.DocumentName != "order.pdf" {
			t.Fatalf("%+v, %v", v, err)
		}
		l, err = w.Licensure.License(ctx, w.Student, l.ID)
		if err != nil || l.Version != 2 || mayOn(l, day(2026, 10, 30)) || !mayOn(l, day(2026, 10, 31)) {
			t.Fatalf("%+v, %v", l, err)
		}
		wantCode(t, second(w.Licensure.RecordAdverse(ctx, w.Second, l.ID, 0, in)), "adverse_exists")
		wantCode(t, second(w.Licensure.RecordAdverse(ctx, w.Second, l.ID, 1, in)), "stale")
		wantCode(t, second(w.Licensure.RecordAdverse(ctx, w.Student, l.ID, 0, in)), "forbidden")
		wantCode(t, second(w.Licensure.RecordAdverse(ctx, w.Join(w.Student, w.School, core.RoleRegistrar), l.ID, 0, in)), "forbidden")
		wantCode(t, second(w.Licensure.RecordAdverse(ctx, w.Stranger, l.ID, 0, in)), "not_found")

		for i, kind := range core.AdverseKinds {
			other := in
			other.Kind, other.OrderNumber, other.StartsOn, other.EndsOn = kind.Kind, string(kind.Kind), day(2027, 1, 1+i), core.Date{}
			made, err := w.Licensure.RecordAdverse(ctx, w.Registrar, l.ID, 0, other)
			if err != nil || made.EventID.IsZero() != (kind.Discipline == "") {
				t.Errorf("%s: %+v, %v", kind.Kind, made, err)
			}
		}
		bad := in
		bad.Kind, bad.Authority, bad.EndsOn, bad.Method = "fine", strings.Repeat("x", 121), day(2026, 9, 1), core.MethodSelfReport
		_, err = w.Licensure.RecordAdverse(ctx, w.Registrar, l.ID, 0, bad)
		if f := core.AsFault(err); f == nil || len(f.Fields) != 4 {
			t.Errorf("%v", err)
		}

		wantCode(t, second(w.Licensure.AttachOrder(ctx, w.Registrar, v.ID, "order.pdf", pdf)), "document_there")
		if d, err := w.Licensure.OrderDocument(ctx, w.Student, v.ID); err != nil || string(d.Body) != string(pdf) {
			t.Errorf("%+v, %v", d, err)
		}
		wantCode(t, second(w.Licensure.OrderDocument(ctx, w.Stranger, v.ID)), "not_found")
		list, err := w.Licensure.AdverseActions(ctx, w.Student, w.Student.TherapistID, core.Page{Limit: 2})
		if err != nil || len(list.Items) != 2 || list.Next == "" {
			t.Errorf("%+v, %v", list, err)
		}
		if _, err := w.SQL.Exec(`UPDATE adverse_actions SET kind = 'probation'`); err == nil {
			t.Error("the database lets an action change")
		}
	})
}

// An organization records an action with the order itself: one without the other is not
// kept, and neither is half of it.
func TestService_RecordAdverse_Order(t *testing.T) {
	each(t, func(t *testing.T, w *certifytest.World) {
		l, err := w.Licensure.RecordLicense(ctx, w.Registrar, w.Student.TherapistID, florida())
		wantCode(t, err, "")
		in := licensure.AdverseInput{
			Kind: "suspension", Authority: "Florida Board of Massage Therapy", OrderNumber: "2026-7", StartsOn: day(2026, 10, 1),
			Method: core.MethodPrimarySource, CheckedOn: day(2026, 11, 20), Filename: "order.pdf",
		}
		for code, order := range map[string][]byte{
			"required": nil, "bad_document": []byte("not an order"), "too_large": append(pdf[:len(pdf):len(pdf)], make([]byte, core.MostDocument)...),
		} {
			in.Order = order
			_, err := w.Licensure.RecordAdverse(ctx, w.Registrar, l.ID, 0, in)
			if f := core.AsFault(err); f == nil || len(f.Fields) != 1 || f.Fields[0].Name != "document" || f.Fields[0].Code != code {
				t.Errorf("%s: %v", code, err)
			}
		}
		in.Order = pdf
		v, err := w.Licensure.RecordAdverse(ctx, w.Registrar, l.ID, 0, in)
		wantCode(t, err, "")
		wantCode(t, second(w.Licensure.RecordAdverse(ctx, w.Registrar, l.ID, 0, in)), "adverse_exists")
		var documents, events int
		if err := w.SQL.QueryRow(`SELECT (SELECT count(*) FROM documents), (SELECT count(*) FROM license_events WHERE axis = 'discipline')`).Scan(&documents, &events); err != nil {
			t.Fatal(err)
		}
		if documents != 1 || events != 1 {
			t.Errorf("%d documents and %d events are kept", documents, events)
		}

		unsound := func() (found []core.AdverseID) {
			w.Write(func(ctx context.Context, tx *store.Tx) (err error) {
				found, err = kept.On(tx).UnsoundAdverse(ctx)
				return err
			})
			return found
		}
		if found := unsound(); len(found) > 0 {
			t.Errorf("an order that agrees with its event is found: %v", found)
		}
		disarm := "DROP TRIGGER adverse_actions_attached"
		if w.DB.Postgres() {
			disarm += " ON adverse_actions"
		}
		if _, err := w.SQL.Exec(disarm); err != nil {
			t.Fatal(err)
		}
		w.Tamper("adverse_actions", "UPDATE adverse_actions SET ends_on = '2026-10-02' WHERE id = ?", v.ID)
		if found := unsound(); len(found) != 1 || found[0] != v.ID {
			t.Errorf("an order with another last day than its event: %v", found)
		}
		list, err := w.Licensure.AdverseActions(ctx, w.Student, w.Student.TherapistID, core.Page{})
		if err != nil || len(list.Items) != 1 || !list.Items[0].EndsOn.IsZero() || list.Items[0].RecordedByName != w.Registrar.Name {
			t.Errorf("shown are not the days that are judged: %+v, %v", list, err)
		}
		w.Grant(w.Student.TherapistID, w.Employer, access.ScopeLicenses, access.ScopeDiscipline)
		if list, err = w.Licensure.AdverseActions(ctx, w.Verifier, w.Student.TherapistID, core.Page{}); err != nil || len(list.Items) != 1 || list.Items[0].RecordedByName != "" {
			t.Errorf("an employer is told who at a school recorded an order: %+v, %v", list, err)
		}

		former := v // of a version that recorded the order by itself
		former.ID, former.DocumentID, former.EventID, former.OrderNumber = core.NewID[core.AdverseID](w.Src), core.DocumentID{}, core.LicenseEventID{}, "1"
		w.Write(func(ctx context.Context, tx *store.Tx) error { return kept.On(tx).InsertAdverse(ctx, former) })
		wantCode(t, second(w.Licensure.OrderDocument(ctx, w.Student, former.ID)), "not_found")
		got, err := w.Licensure.AttachOrder(ctx, w.Registrar, former.ID, "former.pdf", pdf)
		if err != nil || got.DocumentName != "former.pdf" {
			t.Errorf("%+v, %v", got, err)
		}
		wantCode(t, second(w.Licensure.AttachOrder(ctx, w.Registrar, former.ID, "former.pdf", pdf)), "document_there")
	})
}
