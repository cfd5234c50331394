package config

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/palmar/palmar/pkg/words"
)

// SecretSize is the length of the installation's secret in bytes.
const SecretSize = 32

func (v variables) secret(c *Config, wrong *problems) {
	switch {
	case v.Secret != "" && v.SecretFile != "":
		wrong.add("SECRET", "setting.both", "other", Prefix+"SECRET_FILE")
	case v.Secret != "":
		if _, err := decodeSecret(v.Secret); err != nil {
			wrong.add("SECRET", "setting.secret", "size", SecretSize)
		}
	case v.SecretFile == "" && c.Postgres():
		wrong.add("SECRET_FILE", "setting.secret_missing")
	case v.SecretFile == "":
		c.SecretFile = filepath.Join(v.DataDir, "secret")
	}
}

// LoadSecret gives the 32 bytes of the installation's secret. Where the
// database is SQLite and SecretFile is absent, it is made from random, to be
// read by its owner alone; made then tells so.
func (c Config) LoadSecret(random io.Reader) (secret []byte, made bool, err error) {
	if c.Secret != "" {
		secret, err = decodeSecret(c.Secret.Reveal())
		return secret, false, err
	}
	text, err := os.ReadFile(c.SecretFile)
	if errors.Is(err, fs.ErrNotExist) && !c.Postgres() {
		secret, err = makeSecret(c.SecretFile, random)
		return secret, true, err
	}
	if err != nil {
		return nil, false, fmt.Errorf("read %sSECRET_FILE: %w", Prefix, err)
	}
	if secret, err = decodeSecret(string(text)); err != nil {
		return nil, false, &Error{[]Problem{{Prefix + "SECRET_FILE", words.S("setting.secret_file", "path", c.SecretFile, "size", SecretSize)}}}
	}
	return secret, false, nil
}

// ExistingSecret is the installation's secret where there is one, and never makes
// one: nil where it is absent.
func (c Config) ExistingSecret() ([]byte, error) {
	if _, err := os.Stat(c.SecretFile); c.Secret == "" && errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	secret, _, err := c.LoadSecret(nil)
	return secret, err
}

func makeSecret(path string, random io.Reader) ([]byte, error) {
	secret := make([]byte, SecretSize)
	if _, err := io.ReadFull(random, secret); err != nil {
		return nil, fmt.Errorf("make the secret: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make the secret's directory: %w", err)
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("make the secret: %w", err)
	}
	_, err = fmt.Fprintln(file, base64.StdEncoding.EncodeToString(secret))
	err = errors.Join(err, file.Sync(), file.Close())
	if err != nil {
		return nil, fmt.Errorf("write the secret: %w", err)
	}
	return secret, nil
}

var errNoSecret = errors.New("not a secret")

func decodeSecret(text string) ([]byte, error) {
	text = strings.TrimSpace(text)
	for _, decode := range []func(string) ([]byte, error){
		hex.DecodeString, base64.StdEncoding.DecodeString, base64.RawStdEncoding.DecodeString,
		base64.URLEncoding.DecodeString, base64.RawURLEncoding.DecodeString,
	} {
		if secret, err := decode(text); err == nil && len(secret) == SecretSize {
			return secret, nil
		}
	}
	return nil, errNoSecret
}
