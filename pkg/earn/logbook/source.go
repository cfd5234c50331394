package logbook

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/grant"
)

// Sources knows the signed hours of a student at other schools of this installation,
// and what transfers stand on.
type Sources interface {
	// OpenGrants are those of an organization that nobody ended: one, or none.
	OpenGrants(ctx context.Context, therapist core.TherapistID, org core.OrganizationID) ([]grant.Grant, error)
	// Elsewhere are the enrollments of the same person at other schools.
	Elsewhere(ctx context.Context, e Enrollment) ([]OtherPlace, error)
	// SourceCredits are the credits of enrollments that an enrollment of another
	// school may take over, in the order of their ids: of sessions that were signed and
	// supervised, not reversed, not in doubt, and not in a transfer to it that waits or
	// was accepted.
	SourceCredits(ctx context.Context, from []core.EnrollmentID, to core.EnrollmentID) ([]core.Credit, error)
	InsertSourceCredits(ctx context.Context, id core.TransferID, credits []SourceCredit) error
	// StandingSources are those of a transfer that still stand, in the order of their ids.
	StandingSources(ctx context.Context, id core.TransferID) ([]SourceCredit, error)
	// SourceSubjects are the subjects of a transfer's source and what they become, without titles.
	SourceSubjects(ctx context.Context, id core.TransferID) ([]SourceSubject, error)
	// StandBySources marks what is lost of a transfer's source as stood by.
	StandBySources(ctx context.Context, t TransferRequest) error
	FindHanded(ctx context.Context, q HandedQuery) ([]Handed, error)
}

// OtherPlace is an enrollment of a student at another school.
type OtherPlace struct {
	ID             core.EnrollmentID
	OrganizationID core.OrganizationID
	School         string
	Program        string
	StandardID     core.StandardID
}

// Elsewhere is what a school is told of a student's hours at other schools. Where no
// grant opens them (Granted), it is told nothing, and not whether there are any.
type Elsewhere struct {
	Enrollment Enrollment
	Granted    bool
	Sources    []Source
}

// Source is an enrollment at another school with the hours that can be taken over.
type Source struct {
	OrganizationID core.OrganizationID
	School         string
	EnrollmentID   core.EnrollmentID
	Program        string
	First, Last    core.Date
	Lines          []SourceLine
}

// SourceLine is what was signed in one subject of the other school.
type SourceLine struct {
	Subject, Title string
	Setting        core.Setting
	Delivery       core.Delivery
	Minutes        core.Minutes
	Sessions       int
	First, Last    core.Date
}

// Minutes are those of all lines.
func (s Source) Minutes() (sum core.Minutes) {
	for _, line := range s.Lines {
		sum += line.Minutes
	}
	return sum
}

// Subjects are the subjects of the lines, each once.
func (s Source) Subjects() (all []SourceLine) {
	for _, line := range s.Lines {
		if i := slices.IndexFunc(all, func(l SourceLine) bool { return l.Subject == line.Subject }); i >= 0 {
			all[i].Minutes += line.Minutes
			continue
		}
		all = append(all, line)
	}
	return all
}

// openTo is the grant that an organization has of a student, and what asks access
// whether it opens the hours that other schools signed. A zero grant opens nothing.
func openTo(ctx context.Context, tx Sources, therapist core.TherapistID, org core.OrganizationID) (g grant.Grant, sight access.Target, err error) {
	open, err := tx.OpenGrants(ctx, therapist, org)
	if err != nil {
		return g, sight, err
	}
	sight = access.Target{Therapist: therapist, Scope: access.ScopeHoursDetail, Grants: []access.Grant{}}
	if len(open) > 0 {
		g = open[0]
		sight.Grants = append(sight.Grants, g.Access())
	}
	return g, sight, nil
}

// Sources are a student's signed hours at other schools of this installation that can
// be taken over, where a grant to the school opens the detail of hours; each read is a
// look that the student sees. It needs transfer.source.
func (s *transfers) Sources(ctx context.Context, a access.Actor, enrollment core.EnrollmentID) (Elsewhere, error) {
	return act.Read(ctx, s.act, a, access.TransferSource, func(ctx context.Context, r act.Reader[Tx]) (all Elsewhere, err error) {
		place, err := placeFor(ctx, r, enrollment)
		if err != nil {
			return all, err
		}
		all.Enrollment = place.Enrollment
		_, sight, err := openTo(ctx, r.Tx, place.TherapistID, place.OrganizationID)
		if err != nil || !r.Can(sight) {
			return all, err
		}
		all.Granted = true
		others, err := r.Tx.Elsewhere(ctx, place.Enrollment)
		if err != nil || len(others) == 0 {
			return all, err
		}
		ids := make([]core.EnrollmentID, len(others))
		for i, other := range others {
			ids[i] = other.ID
		}
		credits, err := r.Tx.SourceCredits(ctx, ids, enrollment)
		if err != nil {
			return all, err
		}
		of := map[core.EnrollmentID][]core.Credit{}
		for _, c := range credits {
			of[c.EnrollmentID] = append(of[c.EnrollmentID], c)
		}
		for _, other := range others {
			if len(of[other.ID]) == 0 {
				continue
			}
			source, err := s.source(ctx, r.Tx, other, of[other.ID])
			if err != nil {
				return all, err
			}
			all.Sources = append(all.Sources, source)
		}
		return all, nil
	})
}

// source is what of one enrollment another can take over.
func (s *transfers) source(ctx context.Context, tx Tx, from OtherPlace, credits []core.Credit) (Source, error) {
	std, err := s.programs.standardOf(ctx, tx, from.StandardID)
	if err != nil {
		return Source{}, err
	}
	source := Source{OrganizationID: from.OrganizationID, School: from.School, EnrollmentID: from.ID, Program: from.Program}
	at := map[SourceLine]int{}
	for _, c := range credits {
		key := SourceLine{Subject: c.Subject, Setting: c.Setting, Delivery: c.Delivery}
		i, known := at[key]
		if !known {
			i, at[key] = len(source.Lines), len(source.Lines)
			key.Title = std.SubjectTitle(c.Subject)
			source.Lines = append(source.Lines, key)
		}
		line := &source.Lines[i]
		line.Minutes, line.Sessions = line.Minutes+c.Minutes, line.Sessions+1
		line.First, line.Last = spanned(line.First, line.Last, c.Date)
		source.First, source.Last = spanned(source.First, source.Last, c.Date)
	}
	slices.SortFunc(source.Lines, func(a, b SourceLine) int {
		return cmp.Or(cmp.Compare(a.Title, b.Title), cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.Setting, b.Setting), cmp.Compare(a.Delivery, b.Delivery))
	})
	return source, nil
}

func spanned(first, last, day core.Date) (from, to core.Date) {
	if first.IsZero() || day.Before(first) {
		first = day
	}
	if day.After(last) {
		last = day
	}
	return first, last
}

// subjectsOf reads what became of what in a transfer from signed credits: the second
// person judges that.
func (s *transfers) subjectsOf(ctx context.Context, tx Tx, t TransferRequest) ([]SourceSubject, error) {
	if !t.Signed() {
		return nil, nil
	}
	from, err := tx.EnrollmentPlace(ctx, t.Source.EnrollmentID, core.MemberID{})
	if err != nil {
		return nil, err
	}
	std, err := s.programs.standardOf(ctx, tx, from.StandardID)
	if err != nil {
		return nil, err
	}
	subjects, err := tx.SourceSubjects(ctx, t.ID)
	for i := range subjects {
		subjects[i].Title = std.SubjectTitle(subjects[i].From)
	}
	return subjects, err
}

// TakeOver is which of the subjects of an enrollment at another school become which of
// the school's own. One that is not named is left out. License is the other school's
// license number, which rules about transfers ask for.
type TakeOver struct {
	Source   core.EnrollmentID
	License  string
	Subjects []SubjectPair
}

// SubjectPair is a subject of another school and what it becomes.
type SubjectPair struct{ From, To string }

var takesOver = act.Declare(access.TransferPropose, transferProposed)

// ProposeFromCredits proposes hours that another school of this installation signed,
// for another member to accept; the source is signed, so that no document is needed.
// It needs transfer.propose, and a grant of the student to the school that opens the
// detail of hours. With it the hours are handed on, which HandedOn tells the other
// school, and MyHandedOn the student. Codes by field: required, too_long (school_license), required, unknown_subject,
// repeated, too_many, bad_minutes (subjects); grant_required, not_found (of the
// source), nothing_to_transfer, enrollment_closed.
func (s *transfers) ProposeFromCredits(ctx context.Context, a access.Actor, enrollment core.EnrollmentID, in TakeOver) (TransferRequest, error) {
	var credits []SourceCredit
	return act.Do(ctx, s.act, a, takesOver, act.Command[Tx, Place, TransferRequest]{
		Find: placeOf(enrollment, core.MemberID{}),
		Change: func(ctx context.Context, x act.Step[Tx], place Place) (t TransferRequest, err error) {
			if err := lockOpen(ctx, x.Tx, place.ID); err != nil {
				return t, err
			}
			g, from, err := s.sourceFor(ctx, x, place, in.Source)
			if err != nil {
				return t, err
			}
			if credits, err = s.takenOver(ctx, x.Tx, place, in); err != nil {
				return t, err
			}
			t = TransferRequest{
				ID: core.NewID[core.TransferID](s.src), OrganizationID: place.OrganizationID, EnrollmentID: place.ID, TherapistID: place.TherapistID,
				Name: place.Name, State: TransferProposed, ProposedBy: a.AccountID, ProposedByName: a.Name, ProposedAt: x.Now, Version: 1,
				Source: TransferSource{OrganizationID: from.OrganizationID, EnrollmentID: from.ID, GrantID: g.ID, Digest: SourceDigest(credits)},
				Lines:  SourceLines(credits),
			}
			for _, c := range credits {
				_, t.CompletedOn = spanned(c.Date, t.CompletedOn, c.Date)
			}
			license, err := core.CleanText(in.License, 1, 200)
			t.Origin = core.Transfer{School: from.School, License: license, Transcript: t.Source.Digest[:16]}
			return t, checkTaken(t, err)
		},
		Save: func(ctx context.Context, x act.Step[Tx], _ Place, t TransferRequest) error {
			if err := x.Tx.InsertTransfer(ctx, t); err != nil {
				return err
			}
			return x.Tx.InsertSourceCredits(ctx, t.ID, credits)
		},
		Tell: func(_ Place, t TransferRequest) []act.Told {
			return tellTransfer(t, map[string]string{"source": t.Source.OrganizationID.String()})
		},
	})
}

// sourceFor is the grant that opens a student's hours to a school, and the enrollment
// elsewhere that it asks for.
func (s *transfers) sourceFor(ctx context.Context, x act.Step[Tx], place Place, source core.EnrollmentID) (g grant.Grant, from OtherPlace, err error) {
	g, sight, err := openTo(ctx, x.Tx, place.TherapistID, place.OrganizationID)
	if err != nil {
		return g, from, err
	}
	if !x.Allows(access.TransferSource, sight) {
		return g, from, core.Conflict("grant_required")
	}
	others, err := x.Tx.Elsewhere(ctx, place.Enrollment)
	if err != nil {
		return g, from, err
	}
	at := slices.IndexFunc(others, func(o OtherPlace) bool { return o.ID == source })
	if at < 0 {
		return g, from, core.NotFound("enrollment")
	}
	return g, others[at], nil
}

// takenOver are the credits whose subjects become subjects of a school's own.
func (s *transfers) takenOver(ctx context.Context, tx Tx, place Place, in TakeOver) (taken []SourceCredit, err error) {
	std, err := s.programs.standardOf(ctx, tx, place.StandardID)
	if err != nil {
		return nil, err
	}
	credits, err := tx.SourceCredits(ctx, []core.EnrollmentID{in.Source}, place.ID)
	if err != nil {
		return nil, err
	}
	if len(credits) == 0 {
		return nil, core.Conflict("nothing_to_transfer")
	}
	theirs, becomes := map[string]bool{}, map[string]string{}
	for _, c := range credits {
		theirs[c.Subject] = true
	}
	var c core.Collect
	if len(in.Subjects) == 0 {
		c.Add("subjects", "required.subject_pairs")
	}
	for i, pair := range in.Subjects {
		own, known := std.SubjectCode(pair.To)
		if !known {
			c.Add(fmt.Sprintf("subjects[%d].to", i), "unknown_subject.subject", "subject", pair.To)
		}
		switch {
		case !theirs[pair.From]:
			c.Add(fmt.Sprintf("subjects[%d].from", i), "unknown_subject.theirs", "subject", pair.From)
		case becomes[pair.From] != "":
			c.Add(fmt.Sprintf("subjects[%d].from", i), "repeated.subject", "subject", pair.From)
		}
		becomes[pair.From] = own
	}
	if err := c.Err(); err != nil {
		return nil, err
	}
	for _, c := range credits {
		if own := becomes[c.Subject]; own != "" {
			taken = append(taken, SourceCredit{ID: c.ID, Minutes: c.Minutes, Subject: own, Setting: c.Setting, Delivery: c.Delivery, Date: c.Date})
		}
	}
	return taken, nil
}

func checkTaken(t TransferRequest, license error) error {
	var c core.Collect
	_ = c.Check("school_license", license)
	if len(t.Lines) > MostTransferLines {
		c.Add("subjects", "too_many.lines", "mostTransferLines", MostTransferLines)
	}
	if slices.ContainsFunc(t.Lines, func(l TransferLine) bool { return l.Minutes > MostTransferred }) {
		c.Add("subjects", "bad_minutes.transfer", "mostTransferred", MostTransferred)
	}
	return c.Err()
}

// SourceLines are the sums of credits by subject, setting and delivery.
func SourceLines(credits []SourceCredit) []TransferLine {
	sums := map[TransferLine]core.Minutes{}
	for _, c := range credits {
		line := TransferLine{Subject: c.Subject, Setting: c.Setting, Delivery: c.Delivery}
		if line.Delivery == core.InPerson {
			line.Delivery = ""
		}
		sums[line] += c.Minutes
	}
	lines := make([]TransferLine, 0, len(sums))
	for line, minutes := range sums {
		line.Minutes = minutes
		lines = append(lines, line)
	}
	slices.SortFunc(lines, func(a, b TransferLine) int {
		return cmp.Or(cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.Setting, b.Setting), cmp.Compare(a.Delivery, b.Delivery))
	})
	return lines
}

// SourceDigest is the SHA-256 over credits that a transfer stands on, in hexadecimal:
// a line for each, in the order of their ids.
func SourceDigest(credits []SourceCredit) string {
	sorted := slices.SortedFunc(slices.Values(credits), func(a, b SourceCredit) int { return cmp.Compare(a.ID.String(), b.ID.String()) })
	var text strings.Builder
	for _, c := range sorted {
		fmt.Fprintf(&text, "%s %d %s %s %s %s\n", c.ID, int64(c.Minutes), c.Subject, c.Setting, c.Delivery, c.Date)
	}
	digest := sha256.Sum256([]byte(text.String()))
	return hex.EncodeToString(digest[:])
}

// sourceStands wants the grant by which a transfer's source was seen to be live, and
// the source to stand as it was proposed. It locks both enrollments, so that nothing
// is posted or reversed on either before the transfer is accepted.
func sourceStands(ctx context.Context, x act.Step[Tx], t TransferRequest) error {
	locked, err := x.Tx.LockEnrollments(ctx, []core.EnrollmentID{t.EnrollmentID, t.Source.EnrollmentID})
	if err != nil {
		return err
	}
	for _, e := range locked {
		if e.ID != t.EnrollmentID {
			continue
		}
		if err := closed(e); err != nil {
			return err
		}
	}
	g, sight, err := openTo(ctx, x.Tx, t.TherapistID, t.OrganizationID)
	if err != nil {
		return err
	}
	if g.ID != t.Source.GrantID || !x.Allows(access.TransferSource, sight) {
		return core.Conflict("source_changed.grant")
	}
	standing, err := x.Tx.StandingSources(ctx, t.ID)
	if err == nil && SourceDigest(standing) != t.Source.Digest {
		err = core.Conflict("source_changed.credits")
	}
	return err
}

var standsBySource = act.Declare(access.TransferDecide, act.NewEvent("transfer.stand_by", "transfer"))

// StandByTransfer keeps the hours of an accepted transfer although some of its source
// was lost since, with a reason; what is lost later asks again. It needs
// transfer.decide and a password given within 15 minutes. Codes: required,
// nothing_lost, own_record, reauthentication_required, already_decided, stale.
func (s *transfers) StandByTransfer(ctx context.Context, a access.Actor, id core.TransferID, version int, reason string) (TransferRequest, error) {
	return act.Do(ctx, s.act, a, standsBySource, changingTransfer(id, version, TransferAccepted, func(ctx context.Context, x act.Step[Tx], t *TransferRequest) (err error) {
		if t.Source.Lost == 0 {
			return core.Conflict("nothing_lost")
		}
		if t.Source.StoodReason, err = reasonOf(reason); err != nil {
			return err
		}
		t.Source.StoodBy, t.Source.StoodByName, t.Source.StoodAt = a.AccountID, a.Name, x.Now
		t.Source.Lost = 0
		return x.Tx.StandBySources(ctx, *t)
	}))
}

// HandedQuery asks for what a school handed on, or for what was of a person, newest
// first.
type HandedQuery struct {
	From      core.OrganizationID
	Therapist core.TherapistID
	After     core.TransferID
	Limit     int
}

func handedID(h Handed) core.TransferID { return h.ID }

// HandedOn lists the hours of a school's students that other schools took over, newest
// first. It needs handover.read.
func (s *transfers) HandedOn(ctx context.Context, a access.Actor, org core.OrganizationID, page core.Page) (core.List[Handed], error) {
	return act.List(ctx, s.act, a, page, act.ByID(access.HandoverRead, access.Target{Organization: org},
		func(ctx context.Context, tx Tx, after core.TransferID, limit int) ([]Handed, error) {
			return tx.FindHanded(ctx, HandedQuery{From: org, After: after, Limit: limit})
		}, handedID))
}

// MyHandedOn lists the actor's own hours that schools handed on, newest first. It
// needs disclosure.read.
func (s *transfers) MyHandedOn(ctx context.Context, a access.Actor, page core.Page) (core.List[Handed], error) {
	return act.List(ctx, s.act, a, page, act.ByID(access.DisclosureRead, access.Target{Therapist: a.TherapistID},
		func(ctx context.Context, tx Tx, after core.TransferID, limit int) ([]Handed, error) {
			return tx.FindHanded(ctx, HandedQuery{Therapist: a.TherapistID, After: after, Limit: limit})
		}, handedID))
}
