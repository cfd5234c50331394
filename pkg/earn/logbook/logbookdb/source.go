package logbookdb

import (
	"context"
	"slices"

	"gorm.io/gorm"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/people/account/accountdb"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/words"
)

// TransferCredit is a signed credit of another school that a transfer stands on.
type TransferCredit struct {
	TransferID core.TransferID `gorm:"primaryKey"`
	CreditID   core.CreditID   `gorm:"primaryKey"`
	Minutes    core.Minutes    `gorm:"not null"`
	Subject    string          `gorm:"not null"`
	Setting    core.Setting    `gorm:"not null"`
	Delivery   core.Delivery   `gorm:"not null"`
	StoodAt    store.Moment
}

// TableName implements schema.Tabler.
func (TransferCredit) TableName() string { return "transfer_credits" }

// Elsewhere are the enrollments of the same person at other schools.
func (t Enrollments) Elsewhere(_ context.Context, e logbook.Enrollment) ([]logbook.OtherPlace, error) {
	return store.All[logbook.OtherPlace](t.Gorm().Table("enrollments e").Select("e.id, e.organization_id, o.name AS school, p.title AS program, v.standard_id").
		Joins("JOIN organizations o ON o.id = e.organization_id JOIN program_versions v ON v.id = e.program_version_id JOIN programs p ON p.id = e.program_id").
		Where(accountdb.OfPerson("e.therapist_id", e.TherapistID)).Where("e.organization_id <> ?", e.OrganizationID).Order("e.id"))
}

// SourceCredits are the credits of enrollments that one of another school may take
// over, in the order of their ids.
func (t Credits) SourceCredits(_ context.Context, from []core.EnrollmentID, to core.EnrollmentID) ([]core.Credit, error) {
	return t.credits(t.standing().Where(store.In(t.Tx, "credits.enrollment_id", from)).Where("credits.kind = ? AND NOT credits.doubt AND credits.supervised AND credits.mode <> ?",
		core.CreditInstruction, core.SupervisionNone).
		Where(`NOT EXISTS (SELECT 1 FROM transfer_credits tc JOIN transfers f ON f.id = tc.transfer_id
			WHERE tc.credit_id = credits.id AND f.enrollment_id = ? AND f.state IN ('proposed', 'accepted'))`, to))
}

// InsertSourceCredits keeps what a transfer stands on.
func (t Transfers) InsertSourceCredits(_ context.Context, id core.TransferID, credits []logbook.SourceCredit) error {
	for part := range slices.Chunk(credits, atOnce) {
		rows := store.Each(part, func(c logbook.SourceCredit) TransferCredit {
			return TransferCredit{TransferID: id, CreditID: c.ID, Minutes: c.Minutes, Subject: c.Subject, Setting: c.Setting, Delivery: c.Delivery}
		})
		if err := store.Insert(t.Gorm(), rows); err != nil {
			return err
		}
	}
	return nil
}

// sourceRow is a credit that a transfer stands on, as the ledger has it: its subject is
// that of the school which takes it over.
type sourceRow struct {
	ID         core.CreditID
	TransferID core.TransferID
	Minutes    core.Minutes
	Kept       core.Minutes
	Subject    string
	Setting    core.Setting
	Delivery   core.Delivery
	LocalDate  core.Date
	Of         core.EnrollmentID
	Kind       core.CreditKind
}

func (r sourceRow) toCore() logbook.SourceCredit {
	return logbook.SourceCredit{ID: r.ID, Minutes: r.Minutes, Subject: r.Subject, Setting: r.Setting, Delivery: r.Delivery, Date: r.LocalDate}
}

func (t Transfers) sources() *gorm.DB {
	return t.Gorm().Table("doubted_credits credits").Select(`credits.id, tc.transfer_id, credits.minutes, tc.minutes AS kept, tc.subject, credits.setting, credits.delivery,
			credits.local_date, credits.enrollment_id AS of, credits.kind`).
		Joins("JOIN transfer_credits tc ON tc.credit_id = credits.id").Order("credits.id")
}

// StandingSources are the credits of a transfer's source that still stand.
func (t Transfers) StandingSources(_ context.Context, id core.TransferID) ([]logbook.SourceCredit, error) {
	rows, err := store.All[sourceRow](t.sources().Where("tc.transfer_id = ? AND NOT credits.doubt", id).
		Where("NOT EXISTS (SELECT 1 FROM credits r WHERE r.reverses_id = credits.id)"))
	return store.Each(rows, sourceRow.toCore), err
}

// SourceSubjects are the subjects of a transfer's source and what they become.
func (t Transfers) SourceSubjects(_ context.Context, id core.TransferID) ([]logbook.SourceSubject, error) {
	type row struct {
		Theirs, Own string
		Minutes     core.Minutes
	}
	found, err := store.All[row](t.Gorm().Table("transfer_credits tc").Select("c.subject AS theirs, tc.subject AS own, SUM(tc.minutes) AS minutes").
		Joins("JOIN credits c ON c.id = tc.credit_id").Where("tc.transfer_id = ?", id).Group("c.subject, tc.subject").Order("c.subject, tc.subject"))
	return store.Each(found, func(r row) logbook.SourceSubject {
		return logbook.SourceSubject{From: r.Theirs, To: r.Own, Minutes: r.Minutes}
	}), err
}

// StandBySources marks what is lost of a transfer's source.
func (t Transfers) StandBySources(_ context.Context, f logbook.TransferRequest) error {
	_, err := store.Change(t.Gorm().Model(&TransferCredit{}).
		Where("transfer_id = ? AND credit_id IN (SELECT l.credit_id FROM lost_sources l WHERE l.transfer_id = ?)", f.ID, f.ID).
		Update("stood_at", store.At(f.Source.StoodAt)))
	return err
}

// LostTransfers are the accepted transfers of an enrollment of which some source was
// lost that nobody stood by.
func (t Transfers) LostTransfers(_ context.Context, enrollment core.EnrollmentID) ([]logbook.TransferRequest, error) {
	found, err := store.All[namedTransfer](t.lost().Where("transfers.enrollment_id = ?", enrollment))
	return store.Each(found, namedTransfer.toCore), err
}

// LostTransfersAt are at most limit of those of a school's students who are enrolled.
func (t Transfers) LostTransfersAt(_ context.Context, org core.OrganizationID, limit int) ([]logbook.TransferRequest, error) {
	found, err := store.All[namedTransfer](t.lost().Where("transfers.organization_id = ?", org).
		Joins("JOIN enrollments e ON e.id = transfers.enrollment_id AND e.state = ?", core.EnrollmentActive).Limit(limit))
	return store.Each(found, namedTransfer.toCore), err
}

func (t Transfers) lost() *gorm.DB {
	return t.named().Where("transfers.state = ? AND EXISTS (SELECT 1 FROM lost_sources l WHERE l.transfer_id = transfers.id)", logbook.TransferAccepted).
		Order("transfers.id")
}

// FindHanded lists what was handed on to other schools, newest first.
func (t Transfers) FindHanded(_ context.Context, q logbook.HandedQuery) ([]logbook.Handed, error) {
	g := t.Gorm().Table("transfers").Select(`transfers.id, a.name AS "from", b.name AS "to", sa.name, p.title AS program, transfers.proposed_at AS at,
			(SELECT SUM(tc.minutes) FROM transfer_credits tc WHERE tc.transfer_id = transfers.id) AS minutes,
			(SELECT COUNT(*) FROM transfer_credits tc WHERE tc.transfer_id = transfers.id) AS sessions`).
		Joins("JOIN organizations a ON a.id = transfers.source_organization_id JOIN organizations b ON b.id = transfers.organization_id").
		Joins("JOIN enrollments e ON e.id = transfers.source_enrollment_id JOIN people sa ON sa.id = e.therapist_id JOIN programs p ON p.id = e.program_id")
	if q.From.IsZero() {
		g = g.Where(accountdb.OfPerson("e.therapist_id", q.Therapist))
	} else {
		g = g.Where("transfers.source_organization_id = ?", q.From)
	}
	if !q.After.IsZero() {
		g = g.Where("transfers.id < ?", q.After)
	}
	type row struct {
		ID                      core.TransferID
		From, To, Name, Program string
		At                      store.Moment
		Minutes                 core.Minutes
		Sessions                int
	}
	found, err := store.All[row](g.Order("transfers.id DESC").Limit(q.Limit))
	return store.Each(found, func(r row) logbook.Handed {
		return logbook.Handed{ID: r.ID, From: r.From, To: r.To, Name: r.Name, Program: r.Program, Minutes: r.Minutes, Sessions: r.Sessions, At: r.At.Time}
	}), err
}

// examineTransfers holds transfers that stand on signed credits against these: what
// was proposed are their sums and their digest, each is one of the enrollment that is
// named, and what was accepted was posted so.
func (t Credits) examineTransfers(page []core.EnrollmentID) ([]logbook.Difference, error) {
	signed, err := store.All[Transfer](t.Gorm().Where("source_digest <> ''").Where(store.In(t.Tx, "enrollment_id", page)).Order("id"))
	if err != nil {
		return nil, err
	}
	if len(signed) == 0 {
		return nil, nil
	}
	found, err := store.All[sourceRow](Transfers(t).sources().Where(store.In(t.Tx, "tc.transfer_id", store.Each(signed, func(f Transfer) core.TransferID { return f.ID }))))
	if err != nil {
		return nil, err
	}
	of := map[core.TransferID][]sourceRow{}
	for _, r := range found {
		of[r.TransferID] = append(of[r.TransferID], r)
	}
	var all []logbook.Difference
	for _, f := range signed {
		rows := of[f.ID]
		credits := store.Each(rows, sourceRow.toCore)
		another := slices.ContainsFunc(rows, func(r sourceRow) bool {
			return r.Of != f.SourceEnrollmentID || r.Kind != core.CreditInstruction || r.Kept != r.Minutes
		})
		sum := logbook.TransferRequest{Lines: logbook.SourceLines(credits)}
		if another || !slices.Equal(sum.Lines, f.Lines.V) || logbook.SourceDigest(credits) != f.SourceDigest {
			all = append(all, logbook.Difference{
				Enrollment: f.EnrollmentID, What: words.S("difference.transfer", "transfer", f.ID),
				Kept:       words.S("difference.sum", "minutes", logbook.TransferRequest{Lines: f.Lines.V}.Minutes()),
				Recomputed: words.S("difference.sum", "minutes", sum.Minutes()),
			})
		}
	}
	return all, nil
}
