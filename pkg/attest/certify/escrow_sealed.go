package certify

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/palmar/palmar/pkg/core"
)

// fields names the fields of a file that are not what was sealed.
func (c *escrowCheck) fields(name string, sealed map[string]string, raw []byte) {
	found, err := SealedFields(raw)
	if err != nil {
		c.say(name, "bad_escrow.entry")
		return
	}
	for _, path := range differing(sealed, found) {
		if path != "" {
			path = "#" + path
		}
		c.say(name+path, "bad_escrow.sealed")
	}
}

// whole reads a file that is sealed as one.
func (c *escrowCheck) whole(name string, seal EscrowSeal) ([]byte, error) {
	raw, err := c.in.read(name)
	if digest, known := seal.Files[name]; err == nil && known && digest != digestOf(raw) {
		c.say(name, "bad_escrow.sealed")
	}
	return raw, err
}

// signatures holds that every key of the school that was not lost has signed the
// seal, and nobody else.
func (c *escrowCheck) signatures(seal EscrowSeal) {
	signs := map[string]bool{}
	for _, k := range c.manifest.Keys {
		if !k.RevokedAt.IsZero() {
			continue
		}
		signs[k.ID] = true
		if !seal.signedBy(k.ID) {
			c.say(sealName+"#signatures."+k.ID, "bad_escrow.unsigned")
		}
	}
	for _, id := range slices.Sorted(maps.Keys(seal.Signatures)) {
		if !signs[id] {
			c.say(sealName+"#signatures."+id, "bad_escrow.more")
		}
	}
	if len(signs) == 0 {
		c.say(manifestName+"#keys", "bad_escrow.unsigned")
	}
}

// files holds the files of an escrow against the seal, and verifies its status
// lists.
func (c *escrowCheck) files(ctx context.Context, seal EscrowSeal) error {
	lists, _, there := c.in.names()
	for _, name := range slices.Sorted(maps.Keys(seal.Files)) {
		if c.in.files[name] == nil {
			c.say(name, "bad_escrow.missing")
		}
	}
	for _, name := range there {
		if _, known := seal.Files[name]; !known {
			c.say(name, "bad_escrow.more")
		}
	}
	return c.readLists(ctx, lists, seal)
}

// contents verifies the certificates, each with the digests of its fields.
func (c *escrowCheck) contents(ctx context.Context, seal EscrowSeal) ([]verified, error) {
	_, names, there := c.in.names()
	bundles := make([]verified, 0, len(names))
	seen := make(map[string]bool, len(names))
	for _, page := range there {
		if !strings.HasPrefix(page, contentsFolder) {
			continue
		}
		fields, err := c.page(page, seal)
		if err != nil {
			return nil, err
		}
		for _, name := range slices.Sorted(maps.Keys(fields)) {
			v, err := c.certificate(ctx, name, fields[name])
			if err == nil {
				err = ctx.Err()
			}
			if err != nil || len(c.wrong) >= mostWrong {
				return nil, err
			}
			seen[name] = true
			bundles = append(bundles, v)
		}
	}
	for _, name := range names {
		if !seen[name] {
			c.say(name, "bad_escrow.more")
		}
	}
	if len(bundles) != c.manifest.Credentials {
		c.say(manifestName+"#credentials", "bad_escrow.count")
	}
	return bundles, nil
}

func (c *escrowCheck) page(name string, seal EscrowSeal) (fields sealed, err error) {
	raw, err := c.whole(name, seal)
	if err == nil && json.Unmarshal(raw, &fields) != nil {
		c.say(name, "bad_escrow.entry")
	}
	return fields, err
}

// certificate verifies one certificate of an escrow.
func (c *escrowCheck) certificate(ctx context.Context, name string, fields map[string]string) (verified, error) {
	raw, err := c.in.read(name)
	if errors.Is(err, core.ErrNotFound) {
		c.say(name, "bad_escrow.missing")
		return verified{}, nil
	}
	if err != nil {
		return verified{}, err
	}
	c.fields(name, fields, raw)
	kept, err := c.bundle(ctx, name, raw)
	if err != nil {
		err = cmp.Or(c.fault(), err)
	}
	return verified{name, kept.Code, sha256.Sum256(raw)}, err
}

// issuer holds that the escrow bears the name under which its certificates were
// issued.
func (c *escrowCheck) issuer() {
	if (len(c.wrong) == 0 || len(c.issuers) > 0) && len(c.wrong) < mostWrong && !c.issuers[c.manifest.Name] {
		c.say(manifestName+"#name", "bad_escrow.name")
	}
}
