package classroom

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"strconv"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
)

const (
	// CodeEvery is how often the code on the instructor's screen changes.
	CodeEvery = 20 * time.Second
	// codeGrace is how long a code is taken after it changed, for the way from
	// the camera to the server.
	codeGrace = 5 * time.Second
	// ticketFor is how long a scanned code lets its student check in.
	ticketFor = time.Minute
	// opensBefore and closesAfter the planned times students can check in and
	// out.
	opensBefore = 30 * time.Minute
	closesAfter = 30 * time.Minute
)

// Faults of checking in.
var (
	errBadCode  = core.InvalidField("code", "bad_code.classroom")
	errTicket   = core.InvalidField("ticket", "bad_ticket")
	errOnlyScan = core.InvalidField("code", "code_required")
)

// Code is what the instructor's screen shows: 128 bits that nobody can guess,
// good until a moment.
type Code struct {
	Text  string
	Until time.Time
}

// Code is the code of a class now. It needs class.teach and that the actor is
// the class's instructor. Codes: not_planned, other_supervisor, no_code,
// class_closed.
func (s *Service) Code(ctx context.Context, a access.Actor, id core.ClassID) (Code, error) {
	return act.Look(ctx, s.act, a, access.ClassTeach, func(ctx context.Context, r act.Reader[Tx]) (Code, error) {
		c, err := classFor(ctx, r, id)
		if err != nil {
			return Code{}, err
		}
		if err := instructs(a, c); err != nil {
			return Code{}, err
		}
		if c.CheckIn != CheckInQR {
			return Code{}, core.Conflict("no_code")
		}
		step := r.Now.Unix() / int64(CodeEvery/time.Second)
		return Code{codeOf(c, step), time.Unix((step+1)*int64(CodeEvery/time.Second), 0).UTC()}, opened(c, r.Now)
	})
}

func codeOf(c Class, step int64) string {
	return seal(c.Secret, "code", c.ID[:], binary.BigEndian.AppendUint64(nil, uint64(step)))
}

// seal makes 128 bits of what belongs to a secret; the purpose keeps codes and
// tickets apart, and every part has its length before it.
func seal(secret []byte, purpose string, parts ...[]byte) string {
	mac := hmac.New(sha256.New, secret)
	for _, part := range append([][]byte{[]byte(purpose)}, parts...) {
		mac.Write(binary.BigEndian.AppendUint64(nil, uint64(len(part))))
		mac.Write(part)
	}
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:16])
}

// fits tells whether a code is the class's of this moment, or of the step that
// ended within the grace.
func fits(c Class, code string, now time.Time) bool {
	every := int64(CodeEvery / time.Second)
	step := now.Unix() / every
	if hmac.Equal([]byte(code), []byte(codeOf(c, step))) {
		return true
	}
	within := now.Sub(time.Unix(step*every, 0)) < codeGrace
	return within && hmac.Equal([]byte(code), []byte(codeOf(c, step-1)))
}

// ticketOf lets the actor's own sign-in check in to a class until a moment.
func ticketOf(c Class, a access.Actor, until time.Time) string {
	seconds := strconv.FormatInt(until.Unix(), 10)
	return seconds + "." + seal(c.Secret, "ticket", c.ID[:], a.AccountID[:], a.SessionID[:], []byte(seconds))
}

func holds(c Class, a access.Actor, ticket string, now time.Time) bool {
	seconds, _, _ := strings.Cut(ticket, ".")
	until, err := strconv.ParseInt(seconds, 10, 64)
	return err == nil && now.Unix() <= until && hmac.Equal([]byte(ticket), []byte(ticketOf(c, a, time.Unix(until, 0))))
}

// opened says whether students can check in or out now.
func opened(c Class, now time.Time) error {
	if err := planned(c); err != nil {
		return err
	}
	switch {
	case now.Before(c.Session.Start.Add(-opensBefore)):
		return core.Conflict("class_closed.early", "minutes", int(opensBefore.Minutes()))
	case now.After(c.Session.End.Add(closesAfter)):
		return core.Conflict("class_closed.over")
	}
	return nil
}

func instructs(a access.Actor, c Class) error {
	if member, ok := a.Member(c.OrganizationID, core.RoleSupervisor); !ok || member != c.InstructorID {
		return core.Forbidden("other_supervisor.classroom", "instructorName", c.InstructorName)
	}
	return nil
}
