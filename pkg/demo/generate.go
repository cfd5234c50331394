package demo

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/standard"
)

// Stage is how far a student has come.
type Stage string

// The stages.
const (
	Active      Stage = "active"       // in the middle, with sessions that wait for a signature
	Beginner    Stage = "beginner"     // enrolled a few weeks ago
	Met         Stage = "met"          // every rule is met
	MinuteShort Stage = "minute_short" // every subject's minimum, one minute less than the total
	Short       Stage = "short"        // enough in total, one subject short
)

// Student is a student with all sessions, in order of their start and without
// overlap.
type Student struct {
	Person
	Stage      Stage
	EnrolledOn core.Date
	Rows       []Row
}

// Row is one session as it was logged. SignedAt is zero where it still waits
// for the supervisor: what was logged within the week before the history's end.
type Row struct {
	Session    core.Session
	Supervisor Person
	Note       string
	LoggedAt   time.Time
	SignedAt   time.Time
}

// DefaultStudents makes a history of about 8,000 sessions.
const DefaultStudents = 36

// Generate makes up students of a program whose last session lies before the
// day asOf, in a zone. The first student is Active, then come one each of Met,
// MinuteShort, Short and Beginner, and so on mixed; at most MostStudents. The
// standard must have the subjects of the demo program. Among the rows that wait
// there are some longer than eight hours and some logged more than 14 days late.
func Generate(seed uint64, students int, asOf core.Date, loc *time.Location, std standard.Standard) []Student {
	out := make([]Student, min(students, MostStudents))
	for i := range out {
		m := maker{rand: rand.New(rand.NewPCG(seed, uint64(i))), asOf: asOf, loc: loc}
		out[i] = m.student(i, std)
	}
	return out
}

// maker makes one student.
type maker struct {
	rand     *rand.Rand
	asOf     core.Date
	loc      *time.Location
	far      core.Minutes
	careful  bool
	crowding bool
}

func stageOf(i int) Stage {
	switch {
	case i < 5:
		return []Stage{Active, Met, MinuteShort, Short, Beginner}[i]
	case i%9 == 4:
		return Beginner
	case i%3 == 1:
		return Met
	}
	return Active
}

func (m *maker) student(i int, std standard.Standard) Student {
	s := Student{Person: student(i), Stage: stageOf(i)}
	m.careful = s.Stage != Active && s.Stage != Beginner
	m.crowding = s.Stage == Active && i%4 == 2
	ago := 0
	switch s.Stage {
	case Beginner:
		ago = 12 + m.rand.IntN(20)
	case Active:
		ago = 70 + m.rand.IntN(100)
	default:
		ago = 400 + m.rand.IntN(120)
	}
	s.EnrolledOn = m.asOf.AddDays(-ago).Week()
	s.Rows = m.schedule(m.plan(s.Stage, std), s.EnrolledOn)
	if s.Stage == Active && i%3 == 0 {
		m.logLate(s.Rows)
	}
	if s.Stage == Active && i > 0 && i%4 == 0 {
		s.Rows = m.wholeDay(s.Rows)
	}
	return s
}

// block is a piece of a program: minutes of a subject, somewhere in its
// course, at from 0 to 1.
type block struct {
	at      float64
	subject string
	minutes core.Minutes
}

// phases says in which part of the program a subject is taught.
var phases = map[string][2]float64{
	"massage-practice": {0, 1}, "anatomy-physiology": {0, 0.6}, "ethics-law-business": {0.1, 0.95}, "kinesiology": {0.15, 0.6},
	"pathology": {0.3, 0.8}, "hydrotherapy": {0.4, 0.7}, "clinical-practice": {0.55, 1},
}

// plan draws the blocks of a whole program in the order of its course.
func (m *maker) plan(stage Stage, std standard.Standard) []block {
	var blocks []block
	for _, subject := range std.Subjects {
		for left := m.target(stage, std, subject.Code); left > 0; {
			minutes := core.Minutes([]int{75, 90, 90, 105, 120, 120, 150, 180}[m.rand.IntN(8)])
			if left-minutes < 30 {
				minutes = left
			}
			left -= minutes
			phase := phases[subject.Code]
			blocks = append(blocks, block{phase[0] + m.rand.Float64()*(phase[1]-phase[0]), subject.Code, minutes})
		}
	}
	slices.SortFunc(blocks, func(a, b block) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.subject, b.subject), cmp.Compare(a.minutes, b.minutes))
	})
	return blocks
}

// target is how many minutes of a subject the student is to have in the end.
func (m *maker) target(stage Stage, std standard.Standard, subject string) core.Minutes {
	need := std.RequiredIn(subject)
	spare := std.Required()
	for _, s := range std.Subjects {
		spare -= std.RequiredIn(s.Code)
	}
	switch {
	case stage == MinuteShort && subject == "massage-practice":
		return need + spare - 1
	case stage == MinuteShort:
		return need
	case stage == Short && subject == "kinesiology":
		return need - 45
	case subject == "massage-practice":
		return need + spare + core.Minutes(15*m.rand.IntN(40))
	}
	return need + core.Minutes(15*m.rand.IntN(12))
}

// schedule lays blocks into school days until they or the days are used up.
func (m *maker) schedule(blocks []block, from core.Date) []Row {
	var rows []Row
	for day := from; len(blocks) > 0 && day.Before(m.asOf); day = day.AddDays(1) {
		if !m.attends(day) {
			continue
		}
		at := core.WallTime(8*60 + 30*m.rand.IntN(4))
		total, most := core.Minutes(0), core.Minutes(m.pick(270, 360, 420, 480))
		if m.crowding && m.rand.IntN(6) == 0 {
			most = 600
		}
		for len(blocks) > 0 && total+blocks[0].minutes <= most {
			row, end := m.row(blocks[0], day, at)
			rows = append(rows, row)
			total += blocks[0].minutes
			blocks = blocks[1:]
			at = end + core.WallTime(m.pick(0, 10, 10, 45))
			if len(rows)%2 == 1 && at > 11*60 {
				at = max(at, 13*60)
			}
		}
	}
	return rows
}

// attends tells whether there is school on a day and the student comes.
func (m *maker) attends(d core.Date) bool {
	weekday := d.In(time.UTC).Weekday()
	closed := weekday == time.Sunday || weekday == time.Saturday || d.FederalHoliday() ||
		d.Month == time.December && d.Day >= 23 || d.Month == time.January && d.Day == 1 || d.Month == time.July && d.Day <= 5
	return !closed && m.rand.IntN(6) > 0
}

func (m *maker) pick(values ...int) int { return values[m.rand.IntN(len(values))] }

func (m *maker) row(b block, day core.Date, at core.WallTime) (Row, core.WallTime) {
	s := core.Session{Date: day, Zone: m.loc.String(), Subject: b.subject, Delivery: core.InPerson}
	if b.minutes >= 150 {
		s.Break = core.Minutes(m.pick(0, 10, 15))
	}
	end := at + core.WallTime(b.minutes+s.Break)
	switch b.subject {
	case "clinical-practice":
		s.Setting = core.Clinic
		if m.rand.IntN(6) == 0 {
			s.Setting = core.Externship
		}
	case "massage-practice", "hydrotherapy":
		s.Setting = core.Setting(m.of("lab", "lab", "lab", "classroom"))
	default:
		s.Setting = core.Classroom
		if m.rand.IntN(4) == 0 && (!m.careful || m.far+b.minutes <= 3_300) {
			s.Delivery = core.Distance
			m.far += b.minutes
		}
	}
	if fault := s.Span(at, end, m.loc); fault != nil {
		panic("demo: the generator made an impossible session: " + fault.Error())
	}
	r := Row{Session: s, Supervisor: supervisor(s)}
	if m.rand.IntN(3) == 0 {
		r.Note = m.of(notes[b.subject]...)
	}
	m.log(&r, time.Duration(5+m.rand.IntN(240))*time.Minute)
	return r, end
}

func (m *maker) of(values ...string) string { return values[m.rand.IntN(len(values))] }

// supervisor is who is where a session is.
func supervisor(s core.Session) Person {
	switch {
	case s.Delivery == core.Distance:
		return Supervisors[3]
	case s.Setting == core.Externship:
		return Supervisors[4]
	case s.Setting == core.Clinic:
		return Supervisors[2]
	case s.Setting == core.Lab:
		return Supervisors[1]
	}
	return Supervisors[0]
}

// log sets when a session was logged, never after the history's end, and when
// it was signed: within six days, unless it is still waiting.
func (m *maker) log(r *Row, after time.Duration) {
	end := m.asOf.In(m.loc)
	r.LoggedAt = r.Session.End.Add(after)
	if r.LoggedAt.After(end) {
		r.LoggedAt = end
	}
	r.LoggedAt, r.SignedAt = r.LoggedAt.UTC(), time.Time{}
	if r.LoggedAt.Before(end.AddDate(0, 0, -7)) {
		r.SignedAt = r.LoggedAt.Add(time.Duration(30+m.rand.IntN(6*24*60-30)) * time.Minute)
	}
}

// logLate lets a student log a session of three weeks ago only now.
func (m *maker) logLate(rows []Row) {
	for i := range rows {
		r := &rows[len(rows)-1-i]
		if days := int(m.asOf.In(time.UTC).Sub(r.Session.Date.In(time.UTC)).Hours() / 24); days >= 20 {
			m.log(r, time.Duration(days-2)*24*time.Hour)
			return
		}
	}
}

// wholeDay makes one session of more than eight hours of a student's last day.
func (m *maker) wholeDay(rows []Row) []Row {
	last := len(rows) - 1
	for last > 0 && rows[last-1].Session.Date == rows[last].Session.Date {
		last--
	}
	r := &rows[last]
	r.Session.Subject, r.Session.Setting, r.Session.Delivery, r.Session.Break = "clinical-practice", core.Clinic, core.InPerson, 30
	if fault := r.Session.Span(8*60, 17*60+15, m.loc); fault != nil {
		panic("demo: the generator made an impossible session: " + fault.Error())
	}
	r.Note = "Community clinic, the whole day"
	m.log(r, time.Hour)
	return rows[:last+1]
}
