package school

import (
	"context"
	"fmt"
	"time"

	"github.com/palmar/palmar/pkg/career/continuing"
)

// certificate is a PDF of one empty page.
const certificate = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj " +
	"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"

// learn is the continuing education of the first graduates: a course of another
// provider that was accepted, one that waits for a decision, and one planned.
func (b *builder) learn(ctx context.Context) error {
	provider := continuing.ProviderInput{
		Name: "Lakeside Institute of Bodywork", Contact: "office@lakeside.example",
		Numbers: []continuing.CEApproval{{Body: "NCBTMB", Number: "451234-09"}, {Body: "FL", Number: "50-20144"}},
	}
	b.clock.set(b.today.In(b.zone).AddDate(0, 0, -50))
	if _, err := b.Continuing.AddProvider(ctx, b.as(registrars[0]), b.school.ID, provider); err != nil {
		return err
	}
	for _, c := range []struct {
		graduate, daysAgo int
		title, amount     string
		accepted          bool
		lines             []continuing.CELine
	}{
		{1, 40, "Florida Laws, Rules and Ethics", "5 contact hours", true, []continuing.CELine{{Subject: "ethics", Minutes: 120}, {Subject: "law", Minutes: 120}, {Subject: "trafficking", Minutes: 60}}},
		{1, 9, "Myofascial Release of the Neck", "0.8 CEU", false, nil},
		{0, 20, "Ethics of Touch", "3 CEs", true, []continuing.CELine{{Subject: "ethics", Minutes: 180}}},
		{0, -45, "Oncology Massage, second part", "16 contact hours", false, nil},
	} {
		s := b.graduates[c.graduate]
		day := b.today.AddDays(-c.daysAgo)
		b.clock.set(b.today.AddDays(min(-1, 2-c.daysAgo)).In(b.zone).Add(9 * time.Hour))
		a, err := b.Continuing.AddActivity(ctx, b.as(registrars[0]), s.therapist, continuing.ActivityInput{
			Completed: c.daysAgo > 0, Title: c.title, Type: "live", On: day, Amount: c.amount, Approved: c.amount, Lines: c.lines,
			Participant: s.Name, ProviderName: provider.Name, ProviderBody: "NCBTMB", ProviderNumber: "451234-09", ProviderContact: provider.Contact,
			Signed: true, LicenseNumber: "as on the certificate", ProgramNumber: "20-1001",
		})
		if err != nil {
			return fmt.Errorf("%s: %w", c.title, err)
		}
		if c.daysAgo < 0 {
			continue
		}
		if err := b.report(ctx, a, c.accepted); err != nil {
			return fmt.Errorf("%s: %w", c.title, err)
		}
	}
	return nil
}

// report hands a course in; another of the office accepts it, or has not
// looked yet.
func (b *builder) report(ctx context.Context, a continuing.CEActivity, accepted bool) error {
	who := b.as(registrars[0])
	a, err := b.Continuing.Attach(ctx, who, a.ID, a.Version, "certificate.pdf", []byte(certificate))
	if err != nil {
		return err
	}
	if a, err = b.Continuing.Report(ctx, who, a.ID, a.Version); err != nil || !accepted {
		return err
	}
	_, err = b.Continuing.Accept(ctx, b.as(registrars[1]), a.ID, a.Version)
	return err
}
