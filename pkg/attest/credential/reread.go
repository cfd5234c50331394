package credential

import (
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ClaimOf reads back the claim of a credential that Issue has signed, for
// signing it once more. The signature is not looked at. The holder's email
// address is not in it, only its hash: Subject.Email and Salt are empty.
func ClaimOf(raw []byte) (Claim, error) {
	var b badge
	if err := json.Unmarshal(raw, &b); err != nil {
		return Claim{}, err
	}
	s := b.Subject
	c := Claim{
		ID: b.ID, Kind: kindOf(s.Achievement.Kind), Issuer: Issuer{DID: b.Issuer.ID, Name: b.Issuer.Name, URL: b.Issuer.URL},
		Subject: Subject{ID: s.ID}, AchievementID: s.Achievement.ID, Title: s.Achievement.Name,
		Description: s.Achievement.Description, Criteria: s.Achievement.Criteria.Narrative, LicenseNumber: s.License,
	}
	c.Started, _, _ = strings.Cut(s.Started, "T")
	c.Ended, _, _ = strings.Cut(s.Ended, "T")
	for _, a := range s.Achievement.Alignment {
		c.Alignments = append(c.Alignments, Alignment{a.TargetName, a.TargetURL, a.TargetFramework, a.TargetCode})
	}
	for _, i := range s.Identifier {
		if i.IdentityType == "name" && !i.Hashed {
			c.Subject.Name = i.IdentityHash
		}
	}
	err := errors.Join(c.rereadDates(b), c.rereadHours(b), c.rereadStatus(b))
	if err != nil {
		return Claim{}, err
	}
	for _, e := range b.Evidence {
		if commitment, ok := parseCommitment(e.ID); ok && e.Genre == recordGenre {
			c.Record = &commitment
		} else if outcome, ok := strings.CutPrefix(e.Genre, stateGenre); ok {
			c.States = append(c.States, StateClaim{e.Name, outcome, e.Narrative})
		} else {
			c.EvidenceURL = e.ID
		}
	}
	return c, c.Check()
}

func kindOf(achievementType string) Kind {
	for kind, written := range achievementTypes {
		if written == achievementType {
			return kind
		}
	}
	return ""
}

func (c *Claim) rereadDates(b badge) (err error) {
	if c.ValidFrom, err = time.Parse(time.RFC3339, b.ValidFrom); err != nil || b.ValidUntil == "" {
		return err
	}
	c.ValidUntil, err = time.Parse(time.RFC3339, b.ValidUntil)
	return err
}

func (c *Claim) rereadStatus(b badge) error {
	if b.Status == nil {
		return nil
	}
	index, err := strconv.Atoi(b.Status.Index)
	c.Status = &Status{ListURL: b.Status.List, Index: index}
	return err
}

// rereadHours takes the results apart: the first is the total.
func (c *Claim) rereadHours(b badge) error {
	for i, r := range b.Subject.Result {
		at := slices.IndexFunc(b.Subject.Achievement.Results, func(d resultDescription) bool { return d.ID == r.Description })
		if at < 0 {
			return errors.New("a result has no description")
		}
		description := b.Subject.Achievement.Results[at]
		line := HoursLine{Name: strings.TrimSuffix(description.Name, " (minutes)")}
		var err error
		if line.Minutes, err = strconv.ParseInt(r.Value, 10, 64); err != nil {
			return err
		}
		if description.RequiredValue != "" {
			if line.Required, err = strconv.ParseInt(description.RequiredValue, 10, 64); err != nil {
				return err
			}
		}
		if i == 0 {
			c.Hours = &Hours{Total: line}
			continue
		}
		c.Hours.Subjects = append(c.Hours.Subjects, line)
	}
	return nil
}
