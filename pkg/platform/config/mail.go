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
		wrong.add("SMTP_URL", "setting.smtp_url", "file", Prefix+"SMTP_PASSWORD_FILE")
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
		wrong.add("MAIL_DIR", "setting.both", "other", Prefix+"SMTP_URL")
	}
	v.smtpPassword(&m, wrong)
	if from, err := mail.ParseAddress(v.MailFrom); err != nil {
		wrong.add("MAIL_FROM", "setting.mail_from", "other", Prefix+"SMTP_URL")
	} else {
		m.From = from.String()
	}
	return m
}

func (v variables) mailFiles(wrong *problems) Mail {
	if v.SMTPPasswordFile != "" {
		wrong.add("SMTP_PASSWORD_FILE", "setting.without", "other", Prefix+"SMTP_URL")
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
		wrong.add("SMTP_PASSWORD_FILE", "setting.two_passwords", "other", Prefix+"SMTP_URL")
		return
	}
	text, err := os.ReadFile(v.SMTPPasswordFile)
	if err != nil {
		wrong.add("SMTP_PASSWORD_FILE", "setting.password_file", "err", err)
		return
	}
	m.Password = Hidden(strings.TrimRight(string(text), "\r\n"))
}
