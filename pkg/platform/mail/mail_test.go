package mail_test

import (
	"bufio"
	"fmt"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/mail"
)

var sample = core.Mail{
	To: "maya@example.org", Subject: "Brightwater lädt ein",
	Text: "Grüße,\n\nhttp://127.0.0.1:8080/invitations/pli_" + strings.Repeat("x", 43) + "\n",
}

func TestDir_Send(t *testing.T) {
	dir := t.TempDir()
	var wg sync.WaitGroup
	for range 12 {
		wg.Go(func() {
			if err := mail.Dir(dir).Send(t.Context(), sample); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 12 || files[11].Name() != "000012.eml" {
		t.Fatalf("want twelve numbered files, got %v %v", files, err)
	}
	f, err := os.Open(filepath.Join(dir, "000007.eml"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	read(t, f)
	if info, _ := f.Stat(); info.Mode().Perm() != 0o600 {
		t.Fatalf("others may read the mail: %v", info.Mode())
	}
	if link := mail.Link(sample); !strings.HasPrefix(link, "http://127.0.0.1:8080/invitations/pli_") {
		t.Fatalf("got the link %q", link)
	}
}

func TestDir_Send_ErrHeader(t *testing.T) {
	dir := t.TempDir()
	err := mail.Dir(dir).Send(t.Context(), core.Mail{To: "a@example.org\r\nBcc: b@example.org"})
	if files, _ := os.ReadDir(dir); err == nil || len(files) != 0 {
		t.Fatalf("a line break in an address must be refused: %v %v", err, files)
	}
}

func TestSMTP_Send(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	got := make(chan string, 1)
	go serve(l, got)
	s := mail.SMTP{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, Plain: true, From: "Palmar <palmar@example.org>"}
	if err := s.Send(t.Context(), sample); err != nil {
		t.Fatal(err)
	}
	read(t, strings.NewReader(<-got))
	s.Plain = false
	if err := s.Send(t.Context(), sample); err == nil {
		t.Fatal("a server without encryption must be refused")
	}
}

// read wants the sample in a message.
func read(t *testing.T, r io.Reader) {
	t.Helper()
	msg, err := netmail.ReadMessage(r)
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(msg.Header.Get("Subject"))
	if err != nil || subject != sample.Subject || !strings.Contains(msg.Header.Get("To"), sample.To) {
		t.Fatalf("got %v %q", err, msg.Header)
	}
	body, err := io.ReadAll(quotedprintable.NewReader(msg.Body))
	if got := strings.TrimSpace(strings.ReplaceAll(string(body), "\r\n", "\n")); err != nil || got != strings.TrimSpace(sample.Text) {
		t.Fatalf("got %v %q", err, got)
	}
}

// serve is a mail server that takes one message on a connection.
func serve(l net.Listener, got chan<- string) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		r := bufio.NewReader(conn)
		fmt.Fprint(conn, "220 test\r\n")
		for {
			line, err := r.ReadString('\n')
			if err != nil {
				break
			}
			switch verb := strings.ToUpper(strings.Fields(line + " x")[0]); verb {
			case "DATA":
				fmt.Fprint(conn, "354 go on\r\n")
				var b strings.Builder
				for line, _ = r.ReadString('\n'); line != ".\r\n" && line != ""; line, _ = r.ReadString('\n') {
					b.WriteString(line)
				}
				got <- b.String()
				fmt.Fprint(conn, "250 ok\r\n")
			case "QUIT":
				fmt.Fprint(conn, "221 bye\r\n")
			default:
				fmt.Fprint(conn, "250 ok\r\n")
			}
		}
		conn.Close()
	}
}
