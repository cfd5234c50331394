package config_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/platform/config"
	"github.com/palmar/palmar/pkg/testkit"
)

const secret = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

// says is what the error tells of a setting.
func says(setting, id string, args ...any) string {
	return "PALMAR_" + setting + ": " + testkit.Said(id, args...)
}

func TestLoad(t *testing.T) {
	tests := []struct {
		name string
		env  []string
		want string // part of the error; empty: accepted
	}{
		{"Defaults", nil, ""},
		{"Postgres", []string{"PALMAR_DATABASE=postgres://u:p@db:5432/palmar", "PALMAR_SECRET=" + secret}, ""},
		{"SMTP", []string{"PALMAR_SMTP_URL=smtp://me@mail.example.org:587", "PALMAR_MAIL_FROM=Palmar <p@example.org>"}, ""},
		{"ErrDatabase", []string{"PALMAR_DATABASE=mysql://x"}, says("DATABASE", "setting.database_kind")},
		{"ErrDatabaseMemory", []string{"PALMAR_DATABASE=sqlite::memory:"}, says("DATABASE", "setting.database_file")},
		{"ErrPostgresSecret", []string{"PALMAR_DATABASE=postgres://u:p@db/palmar"}, says("SECRET_FILE", "setting.secret_missing")},
		{"ErrSecretShort", []string{"PALMAR_SECRET=c2hvcnQ="}, says("SECRET", "setting.secret", "size", 32)},
		{"ErrTwoSecrets", []string{"PALMAR_SECRET=" + secret, "PALMAR_SECRET_FILE=/x"}, says("SECRET", "setting.both", "other", "PALMAR_SECRET_FILE")},
		{"ErrListen", []string{"PALMAR_LISTEN=8080"}, says("LISTEN", "setting.listen", "value", "8080")},
		{"ErrPort", []string{"PALMAR_LISTEN=:70000"}, says("LISTEN", "setting.listen", "value", ":70000")},
		{"ErrMetricsSame", []string{"PALMAR_METRICS_LISTEN=127.0.0.1:8080"}, says("METRICS_LISTEN", "setting.same_port", "other", "PALMAR_LISTEN")},
		{"ErrPublicURLPath", []string{"PALMAR_PUBLIC_URL=https://a.example/palmar"}, says("PUBLIC_URL", "setting.url_path")},
		{"ErrPublicURLPlain", []string{"PALMAR_PUBLIC_URL=http://a.example"}, says("PUBLIC_URL", "setting.url_plain")},
		{"Languages", []string{"PALMAR_LANGUAGES=en-US, en-XA"}, ""},
		{"ErrLanguages", []string{"PALMAR_LANGUAGES=en-US,tlh"}, "PALMAR_LANGUAGES: “en-US,tlh”"},
		{"ErrPool", []string{"PALMAR_POOL=many"}, says("POOL", "setting.not_a_number")},
		{"ErrLevel", []string{"PALMAR_LOG_LEVEL=loud"}, says("LOG_LEVEL", "setting.not_a_level")},
		{"ErrProxies", []string{"PALMAR_TRUSTED_PROXIES=10.0.0.0/8,proxy"}, says("TRUSTED_PROXIES", "setting.proxies", "value", "proxy")},
		{"ErrLogFormat", []string{"PALMAR_LOG_FORMAT=xml"}, says("LOG_FORMAT", "setting.log_format", "value", "xml")},
		{"ErrMailFrom", []string{"PALMAR_SMTP_URL=smtps://mail.example.org"}, says("MAIL_FROM", "setting.mail_from", "other", "PALMAR_SMTP_URL")},
		{"ErrSMTP", []string{"PALMAR_SMTP_URL=mail.example.org"}, says("SMTP_URL", "setting.smtp_url", "file", "PALMAR_SMTP_PASSWORD_FILE")},
		{"ErrPasswordFile", []string{"PALMAR_SMTP_URL=smtps://a.example", "PALMAR_MAIL_FROM=p@example.org", "PALMAR_SMTP_PASSWORD_FILE=/no/such"}, "PALMAR_SMTP_PASSWORD_FILE: " + testkit.Says("setting.password_file")},
		{"ErrUnknown", []string{"PALMAR_LISTENS=:80"}, says("LISTENS", "setting.unknown")},
		{"ErrShutdown", []string{"PALMAR_SHUTDOWN_TIMEOUT=-1s"}, says("SHUTDOWN_TIMEOUT", "setting.timeout", "value", "-1s")},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := config.Load(test.env)
			if test.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("got %v, want an error with %q", err, test.want)
			}
		})
	}
}

func TestLoad_AllMistakesAtOnce(t *testing.T) {
	_, err := config.Load([]string{"PALMAR_LISTEN=x", "PALMAR_LOG_FORMAT=y", "PALMAR_DATABASE=z"})
	for _, name := range []string{"PALMAR_LISTEN", "PALMAR_LOG_FORMAT", "PALMAR_DATABASE"} {
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s is not named in: %v", name, err)
		}
	}
}

func TestLoad_Meaning(t *testing.T) {
	c, err := config.Load([]string{"PALMAR_DATA_DIR=/srv/p", "PALMAR_LISTEN=:80", "PALMAR_TRUSTED_PROXIES=10.1.2.3/8, 192.0.2.7"})
	if err != nil {
		t.Fatal(err)
	}
	got := []string{c.Database.Reveal(), c.SecretFile, c.Mail.Dir, c.PublicURL, fmt.Sprint(c.TrustedProxies)}
	want := []string{"sqlite:/srv/p/palmar.db", "/srv/p/secret", "/srv/p/mail", "http://127.0.0.1:80", "[10.0.0.0/8 192.0.2.7/32]"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestLoad_PublicURL shows that a host is the same however someone writes it:
// links, cookies and what is compared with a request go by one spelling.
func TestLoad_PublicURL(t *testing.T) {
	for text, want := range map[string]string{
		"HTTPS://Palmar.Example.ORG/":    "https://palmar.example.org",
		"https://palmar.example.org:443": "https://palmar.example.org:443",
		"http://LocalHost:8080":          "http://localhost:8080",
	} {
		c, err := config.Load([]string{"PALMAR_PUBLIC_URL=" + text})
		if err != nil || c.PublicURL != want || c.Secure() != strings.HasPrefix(want, "https://") {
			t.Errorf("%s: %s, %v", text, c.PublicURL, err)
		}
	}
}

func TestConfig_SecretsStayHidden(t *testing.T) {
	c, err := config.Load([]string{
		"PALMAR_DATABASE=postgres://u:hunter2@db/palmar", "PALMAR_SECRET=" + secret,
		"PALMAR_SMTP_URL=smtps://u:hunter2@mail.example.org", "PALMAR_MAIL_FROM=p@example.org",
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, printed := range []string{fmt.Sprintf("%v", c), fmt.Sprintf("%+v", c), fmt.Sprintf("%#v", c), c.LogValue().String()} {
		if strings.Contains(printed, "hunter2") || strings.Contains(printed, secret) {
			t.Errorf("a secret is printed: %s", printed)
		}
	}
}

func TestConfig_LoadSecret(t *testing.T) {
	dir := t.TempDir()
	c, err := config.Load([]string{"PALMAR_DATA_DIR=" + dir})
	if err != nil {
		t.Fatal(err)
	}
	first, made, err := c.LoadSecret(bytes.NewReader(bytes.Repeat([]byte{7}, 32)))
	if err != nil || !made || len(first) != config.SecretSize {
		t.Fatalf("first: %d bytes, made %t, %v", len(first), made, err)
	}
	info, err := os.Stat(filepath.Join(dir, "secret"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("the file has mode %v, %v", info.Mode(), err)
	}
	again, made, err := c.LoadSecret(bytes.NewReader(nil))
	if err != nil || made || !bytes.Equal(first, again) {
		t.Fatalf("again: %x, made %t, %v", again, made, err)
	}
}

func TestConfig_LoadSecret_ErrDamaged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(path, []byte("too short"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := config.Load([]string{"PALMAR_SECRET_FILE=" + path})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err = c.LoadSecret(bytes.NewReader(nil)); err == nil || !strings.Contains(err.Error(), "PALMAR_SECRET_FILE") {
		t.Fatalf("got %v", err)
	}
}

func TestNames_Documented(t *testing.T) {
	text, err := os.ReadFile("../../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range config.Names() {
		if !bytes.Contains(text, []byte("`"+name+"`")) {
			t.Errorf("docs/operations.md does not explain %s", name)
		}
	}
}
