package credential

import (
	"fmt"
	"strconv"
	"strings"
)

const (
	typeCredential = "VerifiableCredential"
	typeOpenBadge  = "OpenBadgeCredential"

	typePresentation = "VerifiablePresentation"

	badgeSchema     = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
	badgeSchemaType = "1EdTechJsonSchemaValidator2019"
)

// badge is an Open Badges 3.0 credential; its fields stand in the order in
// which they are written.
type badge struct {
	Context    []string     `json:"@context"`
	ID         string       `json:"id"`
	Type       []string     `json:"type"`
	Name       string       `json:"name"`
	Issuer     profile      `json:"issuer"`
	ValidFrom  string       `json:"validFrom"`
	ValidUntil string       `json:"validUntil,omitempty"`
	Subject    badgeSubject `json:"credentialSubject"`
	Evidence   []evidence   `json:"evidence,omitempty"`
	Status     *statusEntry `json:"credentialStatus,omitempty"`
	Schema     []schemaRef  `json:"credentialSchema"`
	Proof      []proof      `json:"proof,omitempty"`
}

type profile struct {
	ID   string   `json:"id"`
	Type []string `json:"type"`
	Name string   `json:"name"`
	URL  string   `json:"url,omitempty"`
}

type badgeSubject struct {
	ID          string      `json:"id"`
	Type        []string    `json:"type"`
	Identifier  []identity  `json:"identifier"`
	License     string      `json:"licenseNumber,omitempty"`
	Started     string      `json:"activityStartDate,omitempty"`
	Ended       string      `json:"activityEndDate,omitempty"`
	Achievement achievement `json:"achievement"`
	Result      []result    `json:"result,omitempty"`
}

type identity struct {
	Type         string `json:"type"`
	Hashed       bool   `json:"hashed"`
	IdentityHash string `json:"identityHash"`
	IdentityType string `json:"identityType"`
	Salt         string `json:"salt,omitempty"`
}

type achievement struct {
	ID          string              `json:"id"`
	Type        []string            `json:"type"`
	Kind        string              `json:"achievementType"`
	Name        string              `json:"name"`
	Description string              `json:"description"`
	Criteria    criteria            `json:"criteria"`
	Alignment   []alignment         `json:"alignment,omitempty"`
	Results     []resultDescription `json:"resultDescription,omitempty"`
}

type criteria struct {
	Narrative string `json:"narrative"`
}

type alignment struct {
	Type            []string `json:"type"`
	TargetName      string   `json:"targetName"`
	TargetURL       string   `json:"targetUrl"`
	TargetFramework string   `json:"targetFramework,omitempty"`
	TargetCode      string   `json:"targetCode,omitempty"`
}

type resultDescription struct {
	ID            string   `json:"id"`
	Type          []string `json:"type"`
	Name          string   `json:"name"`
	ResultType    string   `json:"resultType"`
	RequiredValue string   `json:"requiredValue,omitempty"`
}

type result struct {
	Type        []string `json:"type"`
	Description string   `json:"resultDescription"`
	Value       string   `json:"value"`
}

type evidence struct {
	ID        string   `json:"id,omitempty"`
	Type      []string `json:"type"`
	Name      string   `json:"name"`
	Narrative string   `json:"narrative"`
	Genre     string   `json:"genre"`
}

type statusEntry struct {
	ID      string `json:"id"`
	Type    string `json:"type"`
	Purpose string `json:"statusPurpose"`
	Index   string `json:"statusListIndex"`
	List    string `json:"statusListCredential"`
}

type schemaRef struct {
	ID   string `json:"id"`
	Type string `json:"type"`
}

// newBadge writes a checked claim in the shape of Open Badges 3.0.
func newBadge(c Claim) badge {
	b := badge{
		Context:   []string{ContextCredentials, ContextOpenBadges, ContextExtensions},
		ID:        c.ID,
		Type:      []string{typeCredential, typeOpenBadge},
		Name:      c.Title,
		Issuer:    profile{ID: c.Issuer.DID, Type: []string{"Profile"}, Name: c.Issuer.Name, URL: c.Issuer.URL},
		ValidFrom: stamp(c.ValidFrom),
		Subject:   newBadgeSubject(c),
		Schema:    []schemaRef{{badgeSchema, badgeSchemaType}},
	}
	if !c.ValidUntil.IsZero() {
		b.ValidUntil = stamp(c.ValidUntil)
	}
	if c.Hours != nil {
		b.Evidence = []evidence{{
			ID: c.EvidenceURL, Type: []string{"Evidence"}, Name: "Record of hours",
			Narrative: hoursNarrative(*c.Hours), Genre: "Transcript",
		}}
	}
	for _, s := range c.States {
		b.Evidence = append(b.Evidence, evidence{Type: []string{"Evidence"}, Name: s.State, Narrative: s.Text, Genre: stateGenre + s.Outcome})
	}
	if c.Record != nil {
		b.Evidence = append(b.Evidence, c.Record.evidence())
	}
	if c.Status != nil {
		index := strconv.Itoa(c.Status.Index)
		b.Status = &statusEntry{
			ID: c.Status.ListURL + "#" + index, Type: "BitstringStatusListEntry",
			Purpose: "revocation", Index: index, List: c.Status.ListURL,
		}
	}
	return b
}

func newBadgeSubject(c Claim) badgeSubject {
	s := badgeSubject{
		ID:      c.Subject.ID,
		Type:    []string{"AchievementSubject"},
		License: c.LicenseNumber,
		Started: midnight(c.Started),
		Ended:   midnight(c.Ended),
		Identifier: []identity{{
			Type: "IdentityObject", IdentityHash: c.Subject.Name, IdentityType: "name",
		}},
		Achievement: achievement{
			ID: c.AchievementID, Type: []string{"Achievement"}, Kind: achievementTypes[c.Kind],
			Name: c.Title, Description: c.Description, Criteria: criteria{c.Criteria},
		},
	}
	if c.Subject.Email != "" {
		s.Identifier = append(s.Identifier, identity{
			Type: "IdentityObject", Hashed: true, IdentityType: "emailAddress",
			IdentityHash: HashEmail(c.Subject.Email, c.Subject.Salt), Salt: c.Subject.Salt,
		})
	}
	for _, a := range c.Alignments {
		s.Achievement.Alignment = append(s.Achievement.Alignment, alignment{
			Type: []string{"Alignment"}, TargetName: a.Name, TargetURL: a.URL,
			TargetFramework: a.Framework, TargetCode: a.Code,
		})
	}
	if c.Hours != nil {
		s.addHours(c.AchievementID, *c.Hours)
	}
	return s
}

// addHours writes minutes, which are exact, as raw scores; the narrative of
// the evidence says the same in hours.
func (s *badgeSubject) addHours(achievementID string, hours Hours) {
	base, _, _ := strings.Cut(achievementID, "#")
	s.addMinutes(base+totalFragment, hours.Total)
	for i, line := range hours.Subjects {
		s.addMinutes(fmt.Sprintf("%s#minutes-%d", base, i+1), line)
	}
}

// stateGenre and an outcome are the genre of the evidence that tells of a claim about
// a state.
const stateGenre = "StateHours/"

var stateOutcomes = []string{"met", "less", "not_known"}

const totalFragment = "#minutes"

func (s *badgeSubject) addMinutes(id string, line HoursLine) {
	description := resultDescription{
		ID: id, Type: []string{"ResultDescription"}, Name: line.Name + " (minutes)", ResultType: "RawScore",
	}
	if line.Required > 0 {
		description.RequiredValue = strconv.FormatInt(line.Required, 10)
	}
	s.Achievement.Results = append(s.Achievement.Results, description)
	s.Result = append(s.Result, result{
		Type: []string{"Result"}, Description: id, Value: strconv.FormatInt(line.Minutes, 10),
	})
}

func hoursNarrative(hours Hours) string {
	var b strings.Builder
	b.WriteString(hoursSentence(hours.Total))
	for _, line := range hours.Subjects {
		b.WriteString("\n" + hoursSentence(line))
	}
	return b.String()
}

func hoursSentence(line HoursLine) string {
	text := line.Name + ": " + HoursText(line.Minutes)
	if line.Required > 0 {
		text += " of " + HoursText(line.Required) + " required"
	}
	return text
}

// midnight writes a date as the instant that Open Badges asks for.
func midnight(date string) string {
	if date == "" {
		return ""
	}
	return date + "T00:00:00Z"
}
