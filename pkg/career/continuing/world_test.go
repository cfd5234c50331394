package continuing_test

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/continuing"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/platform/store"
)

var ctx = context.Background()

// world is certifytest's with the service.
type world struct {
	*certifytest.World
	ce *continuing.Service
}

func each(t *testing.T, fn func(t *testing.T, w *world)) {
	t.Helper()
	t.Parallel()
	certifytest.OneOrFull(t, "http://127.0.0.1:8080", with(fn))
}

// both is each for what the databases compute each in its own way: on one that is
// drawn, and on both in full.
func both(t *testing.T, fn func(t *testing.T, w *world)) {
	t.Helper()
	t.Parallel()
	certifytest.Drawn(t, "http://127.0.0.1:8080", with(fn))
}

func with(fn func(t *testing.T, w *world)) func(t *testing.T, w *certifytest.World) {
	return func(t *testing.T, w *certifytest.World) {
		fn(t, &world{w, continuing.New(store.Bind(w.DB, func(tx *store.Tx) continuing.Tx { return kept.On(tx) }), w.Src)})
	}
}

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	if core.CodeOf(err) != code {
		t.Fatalf("got %v, want the code %q", err, code)
	}
}

// fieldsOf are the fields of a fault with their codes.
func fieldsOf(err error) map[string]string {
	fields := map[string]string{}
	if f := core.AsFault(err); f != nil {
		for _, field := range f.Fields {
			fields[field.Name] = field.Code
		}
	}
	return fields
}

func on(s string) core.Date {
	d, err := core.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

var pdf = []byte("%PDF-1.7\ncertificate\n%%EOF")

func scan() []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 2, 2))); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// license records a license for the student.
func (w *world) license(t *testing.T, jurisdiction, number, issued, expires string) core.License {
	t.Helper()
	l, err := w.Licensure.RecordLicense(ctx, w.Registrar, w.Student.TherapistID, licensure.LicenseInput{
		Jurisdiction: jurisdiction, Number: number, IssuedOn: on(issued), ExpiresOn: on(expires), Status: "active",
		Method: core.MethodPrimarySource, Source: "Board", CheckedOn: on("2026-11-20"),
	})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// course is an activity with all that a certificate shows.
func course(title, day, amount string) continuing.ActivityInput {
	return continuing.ActivityInput{
		Completed: true, Title: title, Type: "live", On: on(day), Amount: amount, Approved: amount, Participant: "Ada Example",
		ProviderName: "Lakeside Institute", ProviderBody: "NCBTMB", ProviderNumber: "451234-09", ProviderContact: "office@lakeside.example", Signed: true,
		LicenseNumber: "MA12345", ProgramNumber: "20-777",
	}
}

// reported records an activity with its certificate and reports it.
func (w *world) reported(t *testing.T, in continuing.ActivityInput) continuing.CEActivity {
	t.Helper()
	a, err := w.ce.AddActivity(ctx, w.Student, w.Student.TherapistID, in)
	if err == nil {
		a, err = w.ce.Attach(ctx, w.Student, a.ID, a.Version, "certificate.pdf", pdf)
	}
	if err == nil {
		a, err = w.ce.Report(ctx, w.Student, a.ID, a.Version)
	}
	if err != nil {
		t.Fatal(err, fieldsOf(err))
	}
	return a
}

func (w *world) accepted(t *testing.T, in continuing.ActivityInput) continuing.CEActivity {
	t.Helper()
	a := w.reported(t, in)
	a, err := w.ce.Accept(ctx, w.fresh(w.Registrar), a.ID, a.Version)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// fresh has just given the password.
func (w *world) fresh(a access.Actor) access.Actor {
	a.AuthenticatedAt = w.Src.Now()
	return a
}

func old(a access.Actor) access.Actor {
	a.AuthenticatedAt = certifytest.Start.Add(-time.Hour)
	return a
}
