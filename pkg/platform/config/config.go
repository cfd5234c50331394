package config

import (
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"

	"github.com/palmar/palmar/pkg/words"
)

// Prefix starts the name of every setting.
const Prefix = "PALMAR_"

// variables are the settings as they are written; Config is what they mean.
// docs/operations.md explains each.
type variables struct {
	DataDir          string        `env:"DATA_DIR" envDefault:"data"`
	Database         string        `env:"DATABASE"`
	Pool             int           `env:"POOL" envDefault:"0"`
	Listen           string        `env:"LISTEN" envDefault:"127.0.0.1:8080"`
	MetricsListen    string        `env:"METRICS_LISTEN"`
	PublicURL        string        `env:"PUBLIC_URL"`
	Languages        []string      `env:"LANGUAGES" envDefault:"en-US"`
	Secret           string        `env:"SECRET"`
	SecretFile       string        `env:"SECRET_FILE"`
	SMTPURL          string        `env:"SMTP_URL"`
	SMTPPasswordFile string        `env:"SMTP_PASSWORD_FILE"`
	MailFrom         string        `env:"MAIL_FROM"`
	MailDir          string        `env:"MAIL_DIR"`
	TrustedProxies   []string      `env:"TRUSTED_PROXIES"`
	LogWitnesses     []string      `env:"LOG_WITNESSES"`
	PrimarySources   string        `env:"PRIMARY_SOURCES"`
	LogFormat        string        `env:"LOG_FORMAT" envDefault:"text"`
	LogLevel         slog.Level    `env:"LOG_LEVEL" envDefault:"INFO"`
	ShutdownTimeout  time.Duration `env:"SHUTDOWN_TIMEOUT" envDefault:"20s"`
}

// Config is a checked set of settings.
type Config struct {
	// DataDir holds the SQLite database, its secret and, without SMTP, the mail.
	DataDir string
	// Database is sqlite:PATH or postgres://….
	Database Hidden
	// Pool is the most connections to the database; 0 lets the store choose.
	Pool int
	// Listen and MetricsListen are HOST:PORT; no MetricsListen, no metrics.
	Listen        string
	MetricsListen string
	// PublicURL is where people reach the server, without a slash at the end.
	PublicURL string
	// Languages are those that answers may be in, by tag; the first is for who asks
	// for none of them.
	Languages []string
	// Secret seals the schools' keys; empty: SecretFile holds it, to be made
	// where the database is SQLite and the file is absent.
	Secret     Hidden
	SecretFile string
	// Mail says how messages leave.
	Mail Mail
	// TrustedProxies are whose X-Forwarded-For is believed.
	TrustedProxies []netip.Prefix
	// Witnesses are the verifier keys of those whose cosignatures on the public
	// log's checkpoints are kept.
	Witnesses []string
	// PrimarySources is a JSON file with the registers of authorities that can be
	// asked; empty: none.
	PrimarySources string
	LogFormat      string
	LogLevel       slog.Level
	// ShutdownTimeout is how long a stop waits for what is in flight.
	ShutdownTimeout time.Duration
	// Clock is what the services go by. No setting leads to it: nil is the
	// machine's, and tests set it.
	Clock func() time.Time
}

// Mail is how messages leave: by the SMTP server at Host:Port, or, without
// one, as files in Dir.
type Mail struct {
	Host     string
	Port     int
	TLS      bool // from the first byte (smtps); otherwise STARTTLS is wanted
	Plain    bool // no encryption at all: only on loopback
	User     string
	Password Hidden
	From     string
	Dir      string
}

// Hidden is a text that nothing prints.
type Hidden string

// String hides the text.
func (h Hidden) String() string {
	if h == "" {
		return ""
	}
	return "(set)"
}

// GoString hides the text.
func (h Hidden) GoString() string { return h.String() }

// LogValue hides the text.
func (h Hidden) LogValue() slog.Value { return slog.StringValue(h.String()) }

// MarshalText hides the text.
func (h Hidden) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// Reveal is the text itself.
func (h Hidden) Reveal() string { return string(h) }

// Postgres tells whether the database is PostgreSQL.
func (c Config) Postgres() bool {
	return strings.HasPrefix(c.Database.Reveal(), "postgres://") || strings.HasPrefix(c.Database.Reveal(), "postgresql://")
}

// Secure tells whether people reach the server over https.
func (c Config) Secure() bool { return strings.HasPrefix(c.PublicURL, "https://") }

// LogValue is what is worth knowing at the start, without secrets.
func (c Config) LogValue() slog.Value {
	database := "postgres"
	if !c.Postgres() {
		database = c.Database.Reveal()
	}
	return slog.GroupValue(
		slog.String("database", database), slog.String("listen", c.Listen),
		slog.String("metrics", c.MetricsListen), slog.String("public_url", c.PublicURL),
	)
}

// Load reads the settings from an environment such as os.Environ. The error
// tells of every setting that is wrong, one a line.
func Load(environment []string) (Config, error) {
	var v variables
	given := env.ToMap(environment)
	if err := env.ParseWithOptions(&v, env.Options{Prefix: Prefix, Environment: given}); err != nil {
		return Config{}, readable(err)
	}
	var wrong problems
	wrong.unknown(given)
	c := v.config(&wrong)
	return c, wrong.err()
}

// Default is the configuration of an empty environment.
func Default() Config {
	c, err := Load(nil)
	if err != nil {
		panic("config: the defaults are wrong: " + err.Error())
	}
	return c
}

func (v variables) config(wrong *problems) Config {
	c := Config{
		DataDir: v.DataDir, Database: Hidden(v.Database), Pool: v.Pool, Listen: v.Listen, MetricsListen: v.MetricsListen,
		Secret: Hidden(v.Secret), SecretFile: v.SecretFile, LogFormat: v.LogFormat, LogLevel: v.LogLevel,
		ShutdownTimeout: v.ShutdownTimeout,
	}
	if v.Database == "" {
		c.Database = Hidden("sqlite:" + filepath.Join(v.DataDir, "palmar.db"))
	}
	v.checkDatabase(c, wrong)
	wrong.address("LISTEN", v.Listen)
	if v.MetricsListen != "" {
		wrong.address("METRICS_LISTEN", v.MetricsListen)
		if v.MetricsListen == v.Listen {
			wrong.add("METRICS_LISTEN", "setting.same_port", "other", Prefix+"LISTEN")
		}
	}
	c.PublicURL = v.publicURL(wrong)
	for _, tag := range v.Languages {
		c.Languages = append(c.Languages, strings.TrimSpace(tag))
	}
	if _, err := words.NewOffer(c.Languages...); err != nil {
		wrong.add("LANGUAGES", "setting.languages", "value", strings.Join(v.Languages, ","), "tags", strings.Join(words.Tags(), ","))
	}
	v.secret(&c, wrong)
	c.Mail = v.mail(wrong)
	c.TrustedProxies = v.proxies(wrong)
	c.Witnesses = v.LogWitnesses
	c.PrimarySources = v.PrimarySources
	if v.LogFormat != "text" && v.LogFormat != "json" {
		wrong.add("LOG_FORMAT", "setting.log_format", "value", v.LogFormat)
	}
	if v.Pool < 0 || v.Pool > 1000 {
		wrong.add("POOL", "setting.pool", "value", v.Pool)
	}
	if v.ShutdownTimeout <= 0 || v.ShutdownTimeout > 10*time.Minute {
		wrong.add("SHUTDOWN_TIMEOUT", "setting.timeout", "value", v.ShutdownTimeout)
	}
	return c
}

func (v variables) checkDatabase(c Config, wrong *problems) {
	address := c.Database.Reveal()
	switch {
	case address == "sqlite:" || address == "sqlite::memory:":
		wrong.add("DATABASE", "setting.database_file")
	case strings.HasPrefix(address, "sqlite:"):
	case c.Postgres():
		if u, err := url.Parse(address); err != nil || u.Host == "" {
			wrong.add("DATABASE", "setting.database_address")
		}
	default:
		wrong.add("DATABASE", "setting.database_kind")
	}
}

func (v variables) publicURL(wrong *problems) string {
	if v.PublicURL == "" {
		host, port, _ := net.SplitHostPort(v.Listen)
		if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
			host = "127.0.0.1"
		}
		return "http://" + net.JoinHostPort(host, port)
	}
	u, err := url.Parse(v.PublicURL)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		wrong.add("PUBLIC_URL", "setting.url")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.Trim(u.Path, "/") != "":
		wrong.add("PUBLIC_URL", "setting.url_path")
	case u.Scheme == "http" && !Loopback(u.Host):
		wrong.add("PUBLIC_URL", "setting.url_plain")
	}
	if err != nil {
		return v.PublicURL
	}
	return u.Scheme + "://" + strings.ToLower(u.Host) // as names are compared; the scheme is so already
}

func (v variables) proxies(wrong *problems) []netip.Prefix {
	var all []netip.Prefix
	for _, text := range v.TrustedProxies {
		text = strings.TrimSpace(text)
		prefix, err := netip.ParsePrefix(text)
		if ip, ipErr := netip.ParseAddr(text); ipErr == nil {
			prefix, err = netip.PrefixFrom(ip, ip.BitLen()), nil
		}
		if err != nil {
			wrong.add("TRUSTED_PROXIES", "setting.proxies", "value", text)
			continue
		}
		all = append(all, prefix.Masked())
	}
	return all
}

// Loopback tells whether HOST or HOST:PORT is this machine alone.
func Loopback(address string) bool {
	host := address
	if h, _, err := net.SplitHostPort(address); err == nil {
		host = h
	}
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && ip.IsLoopback()
}

// address checks HOST:PORT.
func (p *problems) address(name, text string) {
	_, port, err := net.SplitHostPort(text)
	if err == nil {
		var n int
		if n, err = strconv.Atoi(port); err == nil && (n < 0 || n > 65535) {
			err = fmt.Errorf("port %d", n)
		}
	}
	if err != nil {
		p.add(name, "setting.listen", "value", text)
	}
}
