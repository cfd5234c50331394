// Package specialtydb keeps the catalog of courses, sections with who is in them,
// what therapists are trained for, and the directory. It writes their tables
// alone, and must never know a rule of the record.
package specialtydb

import "github.com/palmar/palmar/pkg/platform/store"

// Catalog keeps courses, what they are about, pathways, and who completed what.
type Catalog struct{ *store.Tx }

// Sections keeps courses as they are held: places, meetings, examinations and
// assessments.
type Sections struct{ *store.Tx }

// Abilities keeps what therapists are trained for.
type Abilities struct{ *store.Tx }

// Directory keeps who wants to be found.
type Directory struct{ *store.Tx }

// Moderation keeps what is reported of the directory, and what was taken down.
type Moderation struct{ *store.Tx }

// Tx is all of them on one connection.
type Tx struct {
	Catalog
	Sections
	Abilities
	Directory
	Moderation
}

// On keeps within a transaction.
func On(tx *store.Tx) Tx {
	return Tx{Catalog{tx}, Sections{tx}, Abilities{tx}, Directory{tx}, Moderation{tx}}
}

// Models are the models by table.
func Models() []any {
	return []any{
		Ability{}, Assessment{}, Completion{}, Course{}, CourseTopic{}, Exam{}, Facet{}, Form{}, Mark{}, Pathway{}, PathwayStep{}, Place{},
		Profile{}, Report{}, Section{}, Session{}, TakeDown{}, Topic{},
	}
}
