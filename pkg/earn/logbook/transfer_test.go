package logbook_test

import (
	"context"
	"testing"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/kept/kepttest"
	"github.com/palmar/palmar/pkg/platform/store"
)

// TestService_AttachDocument_Replaces shows that the transcript that another took
// the place of is not kept.
func TestService_AttachDocument_Replaces(t *testing.T) {
	each(t, func(t *testing.T, f *kepttest.Fixture) {
		transfer := ok[logbook.TransferRequest](t)
		proposed := transfer(f.Logbook.ProposeTransfer(bg, f.Registrar, f.Enrollment, logbook.TransferInput{
			School: "Lakeside", License: "FL-1", Transcript: "T-1", CompletedOn: core.Date{Year: 2025, Month: 12, Day: 19},
			Lines: []logbook.TransferLine{{Subject: "pathology", Minutes: 600}},
		}))
		pdf := []byte("%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n")
		first := transfer(f.Logbook.AttachDocument(bg, f.Registrar, proposed.ID, 0, "wrong.pdf", pdf))
		second := transfer(f.Logbook.AttachDocument(bg, f.Registrar, proposed.ID, 0, "right.pdf", pdf))
		err := f.DB.Read(bg, func(ctx context.Context, tx *store.Tx) error {
			_, gone := kept.On(tx).Document(ctx, first.Document.ID)
			wantCode(t, gone, "not_found")
			d, err := kept.On(tx).Document(ctx, second.Document.ID)
			if err == nil && d.Name != "right.pdf" {
				t.Errorf("%s is kept", d.Name)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
