package continuing

import (
	"archive/zip"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/standard"
)

// documentsAtOnce is how many certificates of a proof are in memory together.
const documentsAtOnce = 4

// Proof is what a therapist hands in when a cycle is audited, as JSON in the
// proof's file.
type Proof struct {
	Made         time.Time         `json:"made"`
	Therapist    string            `json:"therapist"`
	Jurisdiction string            `json:"jurisdiction"`
	Title        string            `json:"title"`
	License      string            `json:"license"`
	From         core.Date         `json:"from"`
	To           core.Date         `json:"to"`
	Standing     standard.Standing `json:"standing"`
	Ask          []string          `json:"ask,omitempty"` // what of it is not sure
	Activities   []ProofActivity   `json:"activities"`
	Leaves       []ProofLeave      `json:"leaves,omitempty"`
}

// ProofActivity is an activity of a proof. Certificate is the name of a file
// within it.
type ProofActivity struct {
	State           CEState      `json:"state"`
	On              core.Date    `json:"on"`
	Title           string       `json:"title"`
	Type            CEType       `json:"type"`
	Amount          string       `json:"amount"`
	Minutes         core.Minutes `json:"minutes"`
	HandsOn         core.Minutes `json:"hands_on"`
	Lines           []CELine     `json:"lines"`
	Participant     string       `json:"participant"`
	Provider        string       `json:"provider"`
	ProviderBody    string       `json:"provider_body"`
	ProviderNumber  string       `json:"provider_number"`
	ProviderContact string       `json:"provider_contact"`
	ProviderKnown   bool         `json:"provider_known"`
	LicenseNumber   string       `json:"license_number,omitempty"`
	ProgramNumber   string       `json:"program_number,omitempty"`
	DecidedBy       string       `json:"decided_by,omitempty"`
	DecidedAt       time.Time    `json:"decided_at,omitzero"`
	Certificate     string       `json:"certificate,omitempty"`
}

// ProofLeave is a granted waiver or extension of a proof.
type ProofLeave struct {
	Kind      CELeaveKind  `json:"kind"`
	Minutes   core.Minutes `json:"minutes"`
	Until     core.Date    `json:"until,omitzero"`
	Authority string       `json:"authority"`
	GrantedOn core.Date    `json:"granted_on"`
}

// WriteProof writes the cycle of a license that a day lies in as a ZIP file: what
// counts as JSON and CSV, and every certificate as it was handed in, all as of one
// moment. Permission: ce.read, by the therapist or under a grant. Code:
// not_known, where no cycle is known; nothing is written then.
func (s *Service) WriteProof(ctx context.Context, a access.Actor, license core.LicenseID, on core.Date, w io.Writer) error {
	_, err := act.Read(ctx, s.act, a, access.CERead, func(ctx context.Context, r act.Reader[Tx]) (Proof, error) {
		all, l, err := licensed(ctx, r, license)
		if err != nil {
			return Proof{}, err
		}
		c := all.Judge(l, on)
		if !c.Known {
			return Proof{}, core.Conflict("not_known", "why", c.Why)
		}
		p := proofOf(c, all.Therapist, r.Now)
		z := zip.NewWriter(w)
		err = errors.Join(p.writeJSON(z), p.writeCSV(z), p.writeCertificates(ctx, r.Tx, z, c))
		return p, errors.Join(err, z.Close())
	})
	return err
}

func proofOf(c Cycle, person core.Therapist, now time.Time) Proof {
	p := Proof{
		Made: now, Therapist: person.Name, Jurisdiction: c.License.Jurisdiction, Title: c.License.Title, License: c.License.Number,
		From: c.Span.From, To: c.Span.To, Standing: c.Done.Standing, Ask: c.Done.AskText(), Activities: []ProofActivity{},
	}
	for _, a := range c.Activities {
		if !a.State.Counts() {
			continue
		}
		one := ProofActivity{
			State: a.State, On: a.On, Title: a.Title, Type: a.Type, Amount: a.Amount.Words, Minutes: a.Amount.Minutes, HandsOn: a.HandsOn, Lines: a.Lines,
			Participant: a.Participant, Provider: a.ProviderName, ProviderBody: a.ProviderBody, ProviderNumber: a.ProviderNumber,
			ProviderContact: a.ProviderContact, ProviderKnown: a.ProviderKnown(), LicenseNumber: a.LicenseNumber, ProgramNumber: a.ProgramNumber,
			DecidedBy: a.DecidedByName, DecidedAt: a.DecidedAt,
		}
		if !a.Document.ID.IsZero() {
			one.Certificate = fmt.Sprintf("certificates/%02d-%s", len(p.Activities)+1, a.Document.Name)
		}
		p.Activities = append(p.Activities, one)
	}
	for _, l := range c.Leaves {
		if l.State == CELeaveApproved {
			p.Leaves = append(p.Leaves, ProofLeave{l.Kind, l.Minutes, l.Until, l.Authority, l.GrantedOn})
		}
	}
	return p
}

func (p Proof) file(z *zip.Writer, name string, method uint16) (io.Writer, error) {
	return z.CreateHeader(&zip.FileHeader{Name: name, Method: method, Modified: p.Made})
}

func (p Proof) writeJSON(z *zip.Writer) error {
	w, err := p.file(z, "proof.json", zip.Deflate)
	if err != nil {
		return err
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(p)
}

func (p Proof) writeCSV(z *zip.Writer) error {
	w, err := p.file(z, "activities.csv", zip.Deflate)
	if err != nil {
		return err
	}
	table := csv.NewWriter(w)
	rows := [][]string{{"completed on", "title", "type", "amount", "minutes", "subjects", "provider", "approved by", "provider number", "provider known", "state", "certificate"}}
	for _, a := range p.Activities {
		var subjects []string
		for _, line := range a.Lines {
			subjects = append(subjects, line.Subject+" "+line.Minutes.String())
		}
		rows = append(rows, []string{
			a.On.String(), core.InertCell(a.Title), string(a.Type), core.InertCell(a.Amount), strconv.Itoa(int(a.Minutes)), strings.Join(subjects, "; "),
			core.InertCell(a.Provider), core.InertCell(a.ProviderBody), core.InertCell(a.ProviderNumber), strconv.FormatBool(a.ProviderKnown), string(a.State), core.InertCell(a.Certificate),
		})
	}
	return table.WriteAll(rows)
}

// writeCertificates writes the certificates a few at a time, so that a proof of
// many does not have to be in memory as a whole.
func (p Proof) writeCertificates(ctx context.Context, tx Documents, z *zip.Writer, c Cycle) error {
	names := map[core.DocumentID]string{}
	var ids []core.DocumentID
	n := 0
	for _, a := range c.Activities {
		if !a.State.Counts() {
			continue
		}
		if name := p.Activities[n].Certificate; name != "" {
			ids, names[a.Document.ID] = append(ids, a.Document.ID), name
		}
		n++
	}
	for part := range slices.Chunk(ids, documentsAtOnce) {
		documents, err := tx.ActivityDocuments(ctx, part)
		if err != nil {
			return err
		}
		for _, d := range documents {
			w, err := p.file(z, names[d.ID], zip.Store) // PDF and pictures are packed already
			if err != nil {
				return err
			}
			if _, err := w.Write(d.Body); err != nil {
				return err
			}
		}
	}
	return nil
}
