package mail

import (
	"context"
	"fmt"
	"time"

	gomail "github.com/wneessen/go-mail"

	"github.com/palmar/palmar/pkg/core"
)

const smtpTimeout = 20 * time.Second

// SMTP is a server that takes mail on. It wants encryption: from the first
// byte with TLS, by STARTTLS otherwise, and none at all only when Plain is set.
// Without User it does not sign in.
type SMTP struct {
	Host     string
	Port     int
	TLS      bool
	Plain    bool
	User     string
	Password string
	From     string // such as "Palmar <palmar@example.org>"
}

// Send delivers one mail to the server.
func (s SMTP) Send(ctx context.Context, m core.Mail) error {
	msg := gomail.NewMsg()
	if err := msg.From(s.From); err != nil {
		return fmt.Errorf("sender: %w", err)
	}
	if err := msg.To(m.To); err != nil {
		return fmt.Errorf("recipient: %w", err)
	}
	msg.Subject(m.Subject)
	msg.SetDate()
	msg.SetMessageID()
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	client, err := gomail.NewClient(s.Host, s.options()...)
	if err != nil {
		return fmt.Errorf("set up SMTP: %w", err)
	}
	return client.DialAndSendWithContext(ctx, msg)
}

func (s SMTP) options() []gomail.Option {
	options := []gomail.Option{gomail.WithPort(s.Port), gomail.WithTimeout(smtpTimeout)}
	switch {
	case s.TLS:
		options = append(options, gomail.WithSSL())
	case s.Plain:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSOpportunistic))
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if s.User != "" {
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(s.User), gomail.WithPassword(s.Password))
	}
	return options
}
