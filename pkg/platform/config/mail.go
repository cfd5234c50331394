package config

import (
	"net/mail"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

func (v variables) mail(wrong *problems) Mail {
	if v.SMTPURL == "" {
		return v.mailFiles(wrong)
	}
	m := Mail{From: v.MailFrom}
	u, err := url.Parse(v.SMTPURL)
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" {
		wrong.add("SMTP_URL", "cannot be read; write smtps://user@mail.example.org or smtp://user@mail.example.org:587, and the password into %sSMTP_PASSWORD_FILE", Prefix)
		return m
	}
	m.Host, m.Port, m.TLS, m.User = u.Hostname(), 587, u.Scheme == "smtps", u.User.Username()
	if m.TLS {
		m.Port = 465
	}
	if port := u.Port(); port != "" {
		m.Port, _ = strconv.Atoi(port)
	}
	m.Plain = !m.TLS && Loopback(m.Host)
	if password, ok := u.User.Password(); ok {
		m.Password = Hidden(password)
	}
	if v.MailDir != "" {
		wrong.add("MAIL_DIR", "and %sSMTP_URL are both set; keep one", Prefix)
	}
	v.smtpPassword(&m, wrong)
	if from, err := mail.ParseAddress(v.MailFrom); err != nil {
		wrong.add("MAIL_FROM", "is needed with %sSMTP_URL: the sender, such as Palmar <palmar@example.org>", Prefix)
	} else {
		m.From = from.String()
	}
	return m
}

func (v variables) mailFiles(wrong *problems) Mail {
	if v.SMTPPasswordFile != "" {
		wrong.add("SMTP_PASSWORD_FILE", "is set without %sSMTP_URL; set both or neither", Prefix)
	}
	m := Mail{From: v.MailFrom, Dir: v.MailDir}
	if m.From == "" {
		m.From = "Palmar <palmar@localhost>"
	}
	if m.Dir == "" {
		m.Dir = filepath.Join(v.DataDir, "mail")
	}
	return m
}

func (v variables) smtpPassword(m *Mail, wrong *problems) {
	if v.SMTPPasswordFile == "" {
		return
	}
	if m.Password != "" {
		wrong.add("SMTP_PASSWORD_FILE", "is set and %sSMTP_URL holds a password too; keep the file", Prefix)
		return
	}
	text, err := os.ReadFile(v.SMTPPasswordFile)
	if err != nil {
		wrong.add("SMTP_PASSWORD_FILE", "cannot be read (%v); name a file that holds the password alone", err)
		return
	}
	m.Password = Hidden(strings.TrimRight(string(text), "\r\n"))
}
