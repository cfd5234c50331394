package logbook

import (
	"context"
	"encoding/json"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/standard"
)

// Total is what an enrollment has in one subject, setting and delivery.
// Waiting counts submitted entries, Signed the ledger. Kept by the same
// transaction that changes either.
type Total struct {
	EnrollmentID   core.EnrollmentID
	Subject        string
	Setting        core.Setting
	Delivery       core.Delivery
	WaitingMinutes core.Minutes
	WaitingEntries int
	SignedMinutes  core.Minutes
	SignedEntries  int
}

// KeptStanding is an evaluated standing with the ledger sequence it was
// evaluated at; Body is the standing's JSON.
type KeptStanding struct {
	EnrollmentID core.EnrollmentID
	StandardID   core.StandardID
	LedgerSeq    int64
	Doubts       int // see Found
	Body         []byte
	EvaluatedAt  time.Time
}

// EnrollmentRow is an enrollment with where it stands, in minutes. Valid and
// Recorded are of the ledger, Waiting is submitted and not signed yet.
type EnrollmentRow struct {
	Enrollment
	School   string // of one's own alone
	Valid    core.Minutes
	Recorded core.Minutes
	Waiting  core.Minutes
	Required core.Minutes
	Answer   standard.Answer

	Confirmed bool // as of Progress
}

// Progress is where an enrollment stands. Totals are of the ledger and of what
// waits, by subject, setting and delivery. Confirmed tells whether a second person has
// confirmed its version of the program: nobody is certified before.
type Progress struct {
	Enrollment       Enrollment
	Standing         standard.Standing
	Totals           []Total
	Waiting          core.Minutes
	WaitingEntries   int
	WaitingBySubject map[string]core.Minutes
	Confirmed        bool
}

// Standings keeps evaluated standings; an older one never replaces a newer.
type Standings interface {
	KeepStandings(ctx context.Context, kept []KeptStanding) error
	KeptStanding(ctx context.Context, id core.EnrollmentID) (KeptStanding, error)
}

// Progress is where an enrollment stands. It needs enrollment.read. The kept
// standing is read, not the history; when the ledger has grown since, the
// standard is evaluated once and the standing kept; so it is when other rules have
// come into force. Minutes throughout. The
// standing is shared: do not change its slices. Code: standard_not_in_force.
func (s *enrollments) Progress(ctx context.Context, a access.Actor, id core.EnrollmentID) (Progress, error) {
	var judged []KeptStanding
	p, err := act.Read(ctx, s.act, a, access.EnrollmentRead, func(ctx context.Context, r act.Reader[Tx]) (p Progress, err error) {
		p, judged, err = s.progressOf(ctx, r, id)
		return p, err
	})
	s.keep(ctx, judged)
	return p, err
}

// progressOf is where an enrollment stands, for who may read it, and the
// standing if it is to be kept.
func (s *enrollments) progressOf(ctx context.Context, r act.Reader[Tx], id core.EnrollmentID) (p Progress, judged []KeptStanding, err error) {
	found, err := r.Tx.EnrollmentStanding(ctx, id)
	if err == nil {
		err = r.May(ctx, access.Target{Organization: found.OrganizationID, Therapist: found.TherapistID})
	}
	if err != nil {
		return p, nil, err
	}
	if p.Totals, err = r.Tx.Totals(ctx, id); err != nil {
		return p, nil, err
	}
	p.Enrollment, p.Confirmed = found.Enrollment, found.Confirmed
	p.Waiting, p.WaitingEntries, p.WaitingBySubject = waitingOf(p.Totals)
	p.Standing, judged, err = s.standing(ctx, r.Tx, found, r.Now)
	return p, judged, err
}

// standing is an enrollment's, from memory, as kept, or evaluated. A standing
// belongs to a sequence of the ledger, so that one in memory is never out of
// date, on whatever server it was posted.
func (s *enrollments) standing(ctx context.Context, tx Tx, f Found, now time.Time) (st standard.Standing, judged []KeptStanding, err error) {
	key, today := standingKey{f.ID, f.StandardID, f.LedgerSeq, f.Doubts}, dateIn(now, f.Zone)
	if st, ok := s.standings.get(key); ok && st.Holds(today) {
		return st, nil, nil
	}
	if f.fresh() {
		kept, err := tx.KeptStanding(ctx, f.ID)
		if err != nil {
			return st, nil, err
		}
		if err := json.Unmarshal(kept.Body, &st); err != nil {
			return st, nil, err
		}
		if st.Holds(today) {
			s.standings.put(key, st)
			return st, nil, nil
		}
	}
	j, err := s.judge(ctx, tx, []Found{f}, now)
	if err == nil {
		err = j.refused[f.ID]
	}
	return j.standings[f.ID], j.kept, err
}

// judgments are the standings of enrollments that were evaluated at once, and those
// of them that are to be kept. Refused are why some are not judged: no rules are in
// force for them. What they have is standard.NotJudged, and is not kept.
type judgments struct {
	standings map[core.EnrollmentID]standard.Standing
	refused   map[core.EnrollmentID]error
	kept      []KeptStanding
}

// keep keeps standings that were evaluated while reading, each with the sequence
// of the ledger that it was read at. They were right whether or not they can be
// kept, and who asked has had the answer.
func (s *enrollments) keep(ctx context.Context, judged []KeptStanding) {
	if len(judged) == 0 {
		return
	}
	now := s.src.Now()
	for i := range judged {
		judged[i].EvaluatedAt = now
	}
	_ = act.Maintain(ctx, s.act, func(ctx context.Context, tx Tx) error { return tx.KeepStandings(ctx, judged) })
}

func waitingOf(totals []Total) (minutes core.Minutes, entries int, bySubject map[string]core.Minutes) {
	bySubject = map[string]core.Minutes{}
	for _, t := range totals {
		if t.WaitingMinutes > 0 {
			minutes += t.WaitingMinutes
			entries += t.WaitingEntries
			bySubject[t.Subject] += t.WaitingMinutes
		}
	}
	return minutes, entries, bySubject
}

// fresh tells whether the kept standing is of the ledger as it is; whether its rules
// are still in force it says itself (standard.Standing.Holds).
func (f Found) fresh() bool {
	return f.Kept.StandardID == f.StandardID && f.Kept.LedgerSeq == f.LedgerSeq && f.Kept.Doubts == f.Doubts
}

// judge evaluates enrollments by the rules in force for each. It reads sequence and
// credits in one snapshot, so that no posting comes between them.
func (s *enrollments) judge(ctx context.Context, tx Tx, stale []Found, now time.Time) (j judgments, err error) {
	j.standings, j.refused = map[core.EnrollmentID]standard.Standing{}, map[core.EnrollmentID]error{}
	ids, of := make([]core.EnrollmentID, len(stale)), map[core.EnrollmentID]Found{}
	for i, f := range stale {
		ids[i], of[f.ID] = f.ID, f
	}
	locked, err := tx.LockEnrollments(ctx, ids)
	if err != nil {
		return j, err
	}
	credits, err := tx.CreditsOfMany(ctx, ids)
	if err != nil {
		return j, err
	}
	by := map[core.EnrollmentID][]core.Credit{}
	for start, i := 0, 1; i <= len(credits); i++ {
		if i == len(credits) || credits[i].EnrollmentID != credits[start].EnrollmentID {
			by[credits[start].EnrollmentID] = credits[start:i]
			start = i
		}
	}
	j.kept = make([]KeptStanding, 0, len(locked))
	for _, e := range locked {
		std, err := s.programs.standardOf(ctx, tx, of[e.ID].StandardID)
		if err != nil {
			return j, err
		}
		standing, refused := stood(*std, of[e.ID].days(now), by[e.ID])
		if j.standings[e.ID] = standing; refused != nil {
			j.refused[e.ID] = refused
			continue
		}
		body, err := json.Marshal(standing)
		if err != nil {
			return j, err
		}
		j.kept = append(j.kept, KeptStanding{EnrollmentID: e.ID, StandardID: of[e.ID].StandardID, LedgerSeq: e.LedgerSeq, Doubts: of[e.ID].Doubts, Body: body})
	}
	return j, nil
}

// Enrollments lists a school's enrollments by the student's name; students see
// their own. It needs enrollment.read.
func (s *enrollments) Enrollments(ctx context.Context, a access.Actor, org core.OrganizationID, f EnrollmentFilter, page core.Page) (core.List[EnrollmentRow], error) {
	var judged []KeptStanding
	list, err := act.List(ctx, s.act, a, page, act.Listing[Tx, EnrollmentRow]{
		Action: access.EnrollmentRead, Parts: 1,
		Find: func(ctx context.Context, r act.Reader[Tx], part act.Part) (rows []EnrollmentRow, err error) {
			scope, err := r.Scope(org)
			if err != nil {
				return nil, err
			}
			q := EnrollmentQuery{Organization: org, Therapist: scope.Therapist, State: f.State, Query: f.Query, Limit: part.Limit}
			if q.After, err = act.AfterID[core.EnrollmentID](part, 0); err != nil {
				return nil, err
			}
			rows, judged, err = s.rows(ctx, r.Tx, q, r.Now)
			return rows, err
		},
		Key: func(e EnrollmentRow) []string { return []string{e.ID.String()} },
	})
	s.keep(ctx, judged)
	return list, err
}

// MyEnrollments are the actor's own, in every school. It needs self.read.
func (s *enrollments) MyEnrollments(ctx context.Context, a access.Actor) ([]EnrollmentRow, error) {
	var judged []KeptStanding
	mine, err := act.Read(ctx, s.act, a, access.SelfRead, func(ctx context.Context, r act.Reader[Tx]) (rows []EnrollmentRow, err error) {
		if err := r.May(ctx, access.Target{}); err != nil || a.TherapistID.IsZero() {
			return nil, err
		}
		rows, judged, err = s.rows(ctx, r.Tx, EnrollmentQuery{Therapist: a.TherapistID, Limit: 100}, r.Now)
		return rows, err
	})
	s.keep(ctx, judged)
	return mine, err
}

// rows are the enrollments that a query finds, with where they stand; all stale
// standings are evaluated at once, and given to be kept. One that cannot be judged
// has no answer, and hides no other.
func (s *enrollments) rows(ctx context.Context, tx Tx, q EnrollmentQuery, now time.Time) ([]EnrollmentRow, []KeptStanding, error) {
	found, err := tx.FindEnrollments(ctx, q)
	if err != nil {
		return nil, nil, err
	}
	var stale []Found
	rows := make([]EnrollmentRow, len(found))
	for i, f := range found {
		rows[i] = EnrollmentRow{Enrollment: f.Enrollment, School: f.School, Waiting: f.Waiting, Confirmed: f.Confirmed}
		if f.fresh() {
			kept := summary{EnrollmentRow: rows[i]}
			if err := json.Unmarshal(f.Kept.Body, &kept); err != nil {
				return nil, nil, err
			}
			if kept.holds.Holds(dateIn(now, f.Zone)) {
				rows[i] = kept.EnrollmentRow
				continue
			}
		}
		stale = append(stale, f)
	}
	if len(stale) == 0 {
		return rows, nil, nil
	}
	j, err := s.judge(ctx, tx, stale, now)
	if err != nil {
		return nil, nil, err
	}
	for i := range rows {
		if st, ok := j.standings[rows[i].ID]; ok {
			rows[i].Valid, rows[i].Recorded, rows[i].Required, rows[i].Answer = st.Valid, st.Recorded, st.Required, st.Answer
		}
	}
	return rows, j.kept, nil
}

// summary reads the few fields of a standing's JSON that a row shows, and until
// when they hold.
type summary struct {
	EnrollmentRow
	holds standard.Standing
}

func (s *summary) UnmarshalJSON(b []byte) error {
	var few struct {
		Met                       standard.Answer
		Recorded, Valid, Required core.Minutes
		Until                     core.Date
	}
	if err := json.Unmarshal(b, &few); err != nil {
		return err
	}
	s.Answer, s.Recorded, s.Valid, s.Required = few.Met, few.Recorded, few.Valid, few.Required
	s.holds.Until = few.Until
	return nil
}
