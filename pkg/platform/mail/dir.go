package mail

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"mime/quotedprintable"
	"os"
	"path/filepath"
	"strings"

	"github.com/palmar/palmar/pkg/core"
)

// Dir is a directory that takes each mail as a numbered .eml file, which only
// its owner may read: links in it let people in.
type Dir string

// Send writes the next file.
func (d Dir) Send(_ context.Context, m core.Mail) error {
	if err := os.MkdirAll(string(d), 0o700); err != nil {
		return fmt.Errorf("make the mail directory: %w", err)
	}
	text, err := message(m)
	if err != nil {
		return err
	}
	temporary, err := os.CreateTemp(string(d), ".new-*")
	if err != nil {
		return fmt.Errorf("write a mail: %w", err)
	}
	defer os.Remove(temporary.Name())
	_, err = temporary.WriteString(text)
	if err = errors.Join(err, temporary.Close()); err != nil {
		return fmt.Errorf("write a mail: %w", err)
	}
	return d.name(temporary.Name())
}

// name gives a written file the next free number, so that nobody sees half a
// mail.
func (d Dir) name(temporary string) error {
	files, err := filepath.Glob(filepath.Join(string(d), "*.eml"))
	if err != nil {
		return err
	}
	n := 0
	if len(files) > 0 {
		_, _ = fmt.Sscanf(filepath.Base(files[len(files)-1]), "%d.eml", &n)
	}
	for {
		n++
		err := os.Link(temporary, filepath.Join(string(d), fmt.Sprintf("%06d.eml", n)))
		if !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
}

func message(m core.Mail) (string, error) {
	if strings.ContainsAny(m.To, "\r\n") {
		return "", errors.New("the recipient's address has a line break")
	}
	var b strings.Builder
	fmt.Fprintf(&b, "To: %s\r\nSubject: %s\r\nMIME-Version: 1.0\r\n", m.To, mime.QEncoding.Encode("utf-8", m.Subject))
	b.WriteString("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n")
	w := quotedprintable.NewWriter(&b)
	_, err := w.Write([]byte(m.Text))
	return b.String(), errors.Join(err, w.Close())
}

// Link is the first web address in a message, or "".
func Link(m core.Mail) string {
	for _, word := range strings.Fields(m.Text) {
		if strings.HasPrefix(word, "http://") || strings.HasPrefix(word, "https://") {
			return word
		}
	}
	return ""
}
