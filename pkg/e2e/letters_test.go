package e2e

import (
	"bufio"
	"fmt"
	"io"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/core"
	outgoing "github.com/palmar/palmar/pkg/platform/mail"
	"github.com/palmar/palmar/pkg/testkit"
)

// letters is a mail server that keeps what the site sends until someone reads
// it.
type letters struct {
	address string
	arrived chan core.Mail
	unread  []core.Mail
}

func newLetters(t *testing.T) *letters {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	kept := &letters{address: l.Addr().String(), arrived: make(chan core.Mail, 1000)}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go kept.take(conn)
		}
	}()
	return kept
}

// take speaks as much SMTP as a sender on the same machine asks for.
func (l *letters) take(conn net.Conn) {
	defer conn.Close()
	r := bufio.NewReader(conn)
	fmt.Fprint(conn, "220 letters\r\n")
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		switch verb, _, _ := strings.Cut(strings.ToUpper(strings.TrimSpace(line)), " "); verb {
		case "DATA":
			fmt.Fprint(conn, "354 go on\r\n")
			var text strings.Builder
			for line = ""; line != ".\r\n"; {
				if line, err = r.ReadString('\n'); err != nil {
					return
				}
				text.WriteString(line)
			}
			l.arrived <- letter(text.String())
			fmt.Fprint(conn, "250 taken\r\n")
		case "QUIT":
			fmt.Fprint(conn, "221 bye\r\n")
			return
		default:
			fmt.Fprint(conn, "250 ok\r\n")
		}
	}
}

// letter reads a message; what cannot be read is to nobody.
func letter(text string) core.Mail {
	msg, err := mail.ReadMessage(strings.NewReader(text))
	if err != nil {
		return core.Mail{}
	}
	to, err := mail.ParseAddress(msg.Header.Get("To"))
	if err != nil {
		return core.Mail{}
	}
	body, _ := io.ReadAll(quotedprintable.NewReader(msg.Body))
	return core.Mail{To: to.Address, Text: string(body)}
}

// link waits for a letter to someone with a link that begins with a path, and
// gives the whole path of it. Others stay unread.
func (l *letters) link(t *testing.T, to, begins string) string {
	t.Helper()
	for i, m := range l.unread {
		if link := linkIn(m, to, begins); link != "" {
			l.unread = slices.Delete(l.unread, i, i+1)
			return link
		}
	}
	limit := time.NewTimer(patience)
	defer limit.Stop()
	for {
		select {
		case m := <-l.arrived:
			if link := linkIn(m, to, begins); link != "" {
				return link
			}
			l.unread = append(l.unread, m)
		case <-limit.C:
			t.Fatalf("no letter to %s with a link to %s arrives", to, begins)
		}
	}
}

func linkIn(m core.Mail, to, begins string) string {
	u, err := url.Parse(outgoing.Link(m))
	if err != nil || m.To != to || !strings.HasPrefix(u.Path, begins) {
		return ""
	}
	return u.Path
}

// forgetful is a student who has lost the password, and changes the address too.
func forgetful(t *testing.T, s *site) {
	v := s.visitor(t)
	v.open("/reset")
	v.sees(testkit.Says("account.link.reset_your_password"))
	v.write(testkit.Says("shared.email_address"), "fatima.al-sayed@brightwater.example")
	v.press(testkit.Says("account.account.send_link"))
	v.sees("a link is on its way")
	link := s.letters.link(t, "fatima.al-sayed@brightwater.example", "/reset/")
	v.open(link)
	v.write("New password", "short")
	v.press(testkit.Says("account.reset.set"))
	v.sees("12 characters")
	v.write("New password", "three rivers and a boat")
	v.press(testkit.Says("account.reset.set"))
	v.sees("Password set.")
	v.open(link)
	v.sees(testkit.Says("account.invitation_invalid.link_opens_nothing_any_more"))

	v.signIn("fatima.al-sayed@brightwater.example", "three rivers and a boat")
	v.open("/account")
	address := v.in("#address")
	address.write(testkit.Says("account.account.new_email_address"), "fatima@example.org")
	address.write(testkit.Says("account.account.present_password"), "three rivers and a boat")
	address.press(testkit.Says("account.account.send_link"))
	v.open(s.letters.link(t, "fatima@example.org", "/account/address/"))
	v.sees(testkit.Said("account.address.becomes_address_your_account_you", "value", "fatima@example.org"))
	v.press(testkit.Says("account.address.make_my_address"))
	v.sees(testkit.Said("account.link.your_address_is_from_now", "email", "fatima@example.org"))
}
