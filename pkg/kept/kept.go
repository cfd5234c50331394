// Package kept puts what the subjects keep onto one connection: the transaction
// that a service's command runs in. It holds nothing of its own.
package kept

import (
	"github.com/palmar/palmar/pkg/attest/certify/certifydb"
	"github.com/palmar/palmar/pkg/career/continuing/continuingdb"
	"github.com/palmar/palmar/pkg/career/licensure/licensuredb"
	"github.com/palmar/palmar/pkg/career/renewal/renewaldb"
	"github.com/palmar/palmar/pkg/career/specialty/specialtydb"
	"github.com/palmar/palmar/pkg/check/employer/employerdb"
	"github.com/palmar/palmar/pkg/earn/classroom/classroomdb"
	"github.com/palmar/palmar/pkg/earn/logbook/logbookdb"
	"github.com/palmar/palmar/pkg/earn/registry/registrydb"
	"github.com/palmar/palmar/pkg/people/account/accountdb"
	"github.com/palmar/palmar/pkg/people/dispute/disputedb"
	"github.com/palmar/palmar/pkg/people/document/documentdb"
	"github.com/palmar/palmar/pkg/people/grant/grantdb"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/translog/translogdb"
)

// Tx has the methods of all of them. Each service declares the slice that it
// consumes.
type Tx struct {
	*store.Tx
	accountdb.Accounts
	accountdb.Organizations
	accountdb.Therapists
	translogdb.Log
	certifydb.Decisions
	certifydb.Certificates
	certifydb.SigningKeys
	certifydb.StatusLists
	certifydb.SignOffs
	certifydb.Escrowed
	certifydb.Closings
	certifydb.PaperStyles
	certifydb.CheckpointMails
	employerdb.Disclosures
	documentdb.Documents
	grantdb.Grants
	grantdb.Links
	disputedb.Disputes
	logbookdb.Programs
	logbookdb.Enrollments
	logbookdb.Entries
	logbookdb.Credits
	logbookdb.Imports
	logbookdb.Transfers
	classroomdb.Classes
	registrydb.Registry
	licensuredb.Licenses
	licensuredb.Holdings
	licensuredb.Rosters
	specialtydb.Catalog
	specialtydb.Sections
	specialtydb.Abilities
	specialtydb.Directory
	specialtydb.Moderation
	continuingdb.Providers
	continuingdb.Activities
	continuingdb.Leaves
	continuingdb.Audits
	renewaldb.Reminders
	renewaldb.Renewals
}

// On keeps within a transaction.
func On(tx *store.Tx) Tx {
	people, log, attested := accountdb.On(tx), logbookdb.On(tx), certifydb.On(tx)
	licensure, special, further, renewal := licensuredb.On(tx), specialtydb.On(tx), continuingdb.On(tx), renewaldb.On(tx)
	return Tx{
		Tx: tx, Accounts: people.Accounts, Organizations: people.Organizations, Therapists: people.Therapists, Documents: documentdb.On(tx), Grants: grantdb.On(tx), Links: grantdb.Links{Tx: tx}, Disputes: disputedb.On(tx),
		Programs: log.Programs, Enrollments: log.Enrollments, Entries: log.Entries, Credits: log.Credits,
		Imports: log.Imports, Transfers: log.Transfers, Classes: classroomdb.On(tx), Registry: registrydb.On(tx), Log: translogdb.On(tx),
		Decisions: attested.Decisions, Certificates: attested.Certificates, SigningKeys: attested.SigningKeys, StatusLists: attested.StatusLists,
		SignOffs: attested.SignOffs, Escrowed: attested.Escrowed, Closings: attested.Closings, PaperStyles: attested.PaperStyles, CheckpointMails: attested.CheckpointMails, Disclosures: employerdb.On(tx),
		Licenses: licensure.Licenses, Holdings: licensure.Holdings, Rosters: licensure.Rosters,
		Catalog: special.Catalog, Sections: special.Sections, Abilities: special.Abilities, Directory: special.Directory, Moderation: special.Moderation,
		Providers: further.Providers, Activities: further.Activities, Leaves: further.Leaves, Audits: further.Audits,
		Reminders: renewal.Reminders, Renewals: renewal.Renewals,
	}
}
