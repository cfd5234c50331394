// Package logbookpage is what pages of several subjects show of the logbook: the
// lines of sessions, the titles of subjects, standards of programs, and the page
// of an enrollment.
package logbookpage

import (
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/judge/standard"
)

// Entry is an entry with its subject's title.
type Entry struct {
	core.Entry
	Subject string
}

// Credit is a line of the ledger with its subject's title.
type Credit struct {
	core.Credit
	Title string
}

// Titles are the titles of subjects by their code.
type Titles map[string]string

// TitlesOf are the titles of the subjects that an enrollment is judged by.
func TitlesOf(s standard.Standing) Titles {
	t := make(Titles, len(s.Subjects))
	for _, subject := range s.Subjects {
		t[subject.Code] = subject.Title
	}
	return t
}

// Of is the title of a code, or the code where it is not known.
func (t Titles) Of(code string) string {
	if title, ok := t[code]; ok {
		return title
	}
	return code
}

// Entry is the line of an entry.
func (t Titles) Entry(e core.Entry) Entry { return Entry{e, t.Of(e.Session.Subject)} }

// Entries are the lines of entries.
func (t Titles) Entries(entries []core.Entry) []Entry {
	rows := make([]Entry, len(entries))
	for i, e := range entries {
		rows[i] = t.Entry(e)
	}
	return rows
}

// Credits are the lines of the ledger.
func (t Titles) Credits(credits []core.Credit) []Credit {
	rows := make([]Credit, len(credits))
	for i, c := range credits {
		rows[i] = Credit{c, t.Of(c.Subject)}
	}
	return rows
}

// Version is a published version of a program with its standard as rules.
type Version struct {
	logbook.ProgramVersion
	Standard standard.Standard
}

// Versions reads the standards of versions.
func Versions(all []logbook.ProgramVersion) ([]Version, error) {
	versions := make([]Version, len(all))
	for i, v := range all {
		std, err := standard.Parse(v.StandardBody)
		if err != nil {
			return nil, err
		}
		versions[i] = Version{v, std}
	}
	return versions, nil
}

// TitlesIn are the titles of the subjects of all versions.
func TitlesIn(versions []Version) Titles {
	t := Titles{}
	for _, v := range versions {
		for _, subject := range v.Standard.Subjects {
			t[subject.Code] = subject.Title
		}
	}
	return t
}
