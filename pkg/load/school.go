package load

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/palmar/palmar/pkg/app"
	"github.com/palmar/palmar/pkg/core"
	demo "github.com/palmar/palmar/pkg/demo/school"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/earn/logbook/logbookapi"
	"github.com/palmar/palmar/pkg/earn/logbook/logbookdb"
	"github.com/palmar/palmar/pkg/people/account/accountapi"
	"github.com/palmar/palmar/pkg/platform/config"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/words"
)

// mostPupils is how many students log; the more there are, the less they wait
// for the totals of one another.
const mostPupils = 12

// school is the demo, served by the program as it is, with people who have
// signed in.
type school struct {
	*client
	stop func() error

	made        demo.Made
	id          core.OrganizationID
	pupils      []*pupil
	supervisors []*supervisor
	registrar   person
	admin       person
	employer    person
}

type pupil struct {
	person
	enrollment core.EnrollmentID
	therapist  core.TherapistID
	to         *supervisor
	sessions   atomic.Int64 // logged so far
}

type supervisor struct {
	person
	member  core.MemberID
	waiting queue[logbookapi.EntryRef] // what they can sign
}

// openSchool fills the empty database at an address with the demo, serves it and
// signs its people in. dir holds what the server writes beside the database.
func openSchool(ctx context.Context, src core.Source, address, dir string, lanes int) (*school, error) {
	secret := make([]byte, config.SecretSize)
	if _, err := io.ReadFull(src.Rand, secret); err != nil {
		return nil, err
	}
	c, err := config.Load([]string{
		config.Prefix + "DATABASE=" + address, config.Prefix + "DATA_DIR=" + dir, config.Prefix + "SECRET=" + hex.EncodeToString(secret),
		config.Prefix + "LISTEN=127.0.0.1:0", config.Prefix + "PUBLIC_URL=http://127.0.0.1:8080", config.Prefix + "LOG_LEVEL=ERROR",
	})
	if err != nil {
		return nil, err
	}
	s := &school{}
	if s.made, err = fill(ctx, src, c, secret); err != nil {
		return nil, err
	}
	base, stop, err := serve(ctx, c)
	if err != nil {
		return nil, err
	}
	s.stop = stop
	if s.client, err = newClient(base, lanes); err == nil {
		err = s.signIn(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, stop())
	}
	return s, nil
}

func fill(ctx context.Context, src core.Source, c config.Config, secret []byte) (made demo.Made, err error) {
	db, err := store.Open(ctx, c.Database.Reveal(), 0)
	if err != nil {
		return made, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := db.Migrate(ctx, func(words.Sentence) {}); err != nil {
		return made, err
	}
	if made, err = app.FillDemo(ctx, c, db, secret, src.Clock(), func(words.Sentence) {}); err != nil {
		return made, err
	}
	return made, db.Write(ctx, enrollEarly)
}

// enrollEarly has enrollments begin long before the days on which pupils log; see
// pupil.session.
func enrollEarly(ctx context.Context, tx *store.Tx) error {
	active, err := logbookdb.On(tx).FindEnrollments(ctx, logbook.EnrollmentQuery{State: core.EnrollmentActive, Limit: 1000})
	for i := 0; err == nil && i < len(active); i++ {
		e := active[i].Enrollment
		e.EnrolledOn = core.Date{Year: 1990, Month: time.January, Day: 1}
		err = logbookdb.On(tx).BeginEnrollment(ctx, e)
	}
	return err
}

// serve runs the program until stop is called.
func serve(ctx context.Context, c config.Config) (base string, stop func() error, err error) {
	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	ready, ended := make(chan string, 1), make(chan error, 1)
	go func() {
		log := slog.New(slog.DiscardHandler)
		ended <- app.Serve(running, c, log, io.Discard, app.Serving{Version: "load", Ready: func(address string) { ready <- address }})
	}()
	select {
	case address := <-ready:
		return "http://" + address, func() error { cancel(); return <-ended }, nil
	case err := <-ended:
		cancel()
		return "", nil, fmt.Errorf("the server does not start: %w", err)
	}
}

func (s *school) signIn(ctx context.Context) error {
	for who, p := range map[string]*person{"registrar, who proposes": &s.registrar, "administrator": &s.admin, "employer": &s.employer} {
		for _, a := range s.made.Accounts {
			if strings.HasPrefix(a.Who, who) {
				var err error
				if *p, err = s.as(ctx, a.Email); err != nil {
					return err
				}
			}
		}
	}
	var me accountapi.Me
	if err := s.registrar.call(ctx, http.MethodGet, "/v1/me", nil, &me); err != nil {
		return err
	}
	s.id = me.Memberships[0].OrganizationId
	var supervisors accountapi.Supervisors
	if err := s.registrar.call(ctx, http.MethodGet, s.path("supervisors"), nil, &supervisors); err != nil {
		return err
	}
	for _, m := range supervisors.Items {
		p, err := s.as(ctx, m.Email)
		if err != nil {
			return err
		}
		s.supervisors = append(s.supervisors, &supervisor{person: p, member: m.Id})
	}
	return s.enrolled(ctx)
}

// enrolled signs the students in.
func (s *school) enrolled(ctx context.Context) error {
	var active logbookapi.EnrollmentRows
	if err := s.registrar.call(ctx, http.MethodGet, s.path("enrollments?state=active&limit=100"), nil, &active); err != nil {
		return err
	}
	for i, row := range active.Items {
		if i == mostPupils {
			break
		}
		p, err := s.as(ctx, row.Enrollment.Email)
		if err != nil {
			return err
		}
		s.pupils = append(s.pupils, &pupil{
			person: p, enrollment: row.Enrollment.Id, therapist: row.Enrollment.TherapistId, to: s.supervisors[i%len(s.supervisors)],
		})
	}
	if len(s.pupils) == 0 || len(s.supervisors) == 0 {
		return errors.New("the demo has no student, or no supervisor")
	}
	return nil
}

func (s *school) as(ctx context.Context, email string) (person, error) {
	var session accountapi.Session
	err := person{site: s.client}.call(ctx, http.MethodPost, "/v1/sessions", accountapi.SignIn{Email: email, Password: demo.Password}, &session)
	return person{s.client, session.Token}, err
}

// path is one of the API below the school.
func (s *school) path(rest string) string { return "/v1/organizations/" + s.id.String() + "/" + rest }

func (s *school) close() error {
	s.client.close()
	return s.stop()
}

// session is the pupil's next: five minutes, twenty a day, on a day long before
// the demo's history.
func (p *pupil) session(submit bool) logbookapi.EntryInput {
	n := int(p.sessions.Add(1)) - 1
	start := 8*60 + n%20*5
	return logbookapi.EntryInput{
		Date: core.Date{Year: 2020, Month: time.January, Day: 1}.AddDays(-n / 20), Start: core.WallTime(start).String(), End: core.WallTime(start + 5).String(),
		Subject: "kinesiology", Setting: core.Classroom, Delivery: core.InPerson, SupervisorId: p.to.member, Submit: submit,
	}
}

// log logs the next session.
func (p *pupil) log(ctx context.Context, submit bool) (logbookapi.Entry, error) {
	var e logbookapi.Entry
	err := p.call(ctx, http.MethodPost, "/v1/enrollments/"+p.enrollment.String()+"/entries", p.session(submit), &e)
	if err == nil && submit {
		p.to.waiting.put(logbookapi.EntryRef{Id: e.Id, Version: e.Version})
	}
	return e, err
}

func sqliteAt(dir string) string { return "sqlite:" + filepath.Join(dir, "palmar.db") }
