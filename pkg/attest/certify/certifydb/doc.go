// Package certifydb keeps what schools attest: proposals and what was decided,
// certificates with their keys and lists, the days of sign-offs that were logged,
// the schools that close, those in escrow, and which checkpoints were mailed. It writes these tables alone, and must never know a
// rule of the record.
package certifydb

import "github.com/palmar/palmar/pkg/platform/store"

// Decisions keeps what was proposed, what is in its way, and what became of it.
type Decisions struct{ *store.Tx }

// Certificates keeps what was issued.
type Certificates struct{ *store.Tx }

// SigningKeys keeps what schools sign with, and what was lost of it.
type SigningKeys struct{ *store.Tx }

// StatusLists keeps which certificates were revoked, as it was signed.
type StatusLists struct{ *store.Tx }

// SignOffs keeps what opens the days that the log tells of, and reads the log
// for them.
type SignOffs struct{ *store.Tx }

// Escrowed keeps the schools that have closed elsewhere.
type Escrowed struct{ *store.Tx }

// Closings keeps which schools close, and what became of their students.
type Closings struct{ *store.Tx }

// PaperStyles keeps what certificates look like on paper.
type PaperStyles struct{ *store.Tx }

// CheckpointMails keeps which checkpoints of the log were mailed for schools.
type CheckpointMails struct{ *store.Tx }

// Tx is all of them on one connection.
type Tx struct {
	Decisions
	Certificates
	SigningKeys
	StatusLists
	SignOffs
	Escrowed
	Closings
	PaperStyles
	CheckpointMails
}

// On keeps within a transaction.
func On(tx *store.Tx) Tx {
	return Tx{Decisions{tx}, Certificates{tx}, SigningKeys{tx}, StatusLists{tx}, SignOffs{tx}, Escrowed{tx}, Closings{tx}, PaperStyles{tx}, CheckpointMails{tx}}
}

// Models are the models by table.
func Models() []any {
	return []any{
		CheckpointMail{}, Closing{}, ClosingStudent{}, Credential{}, CredentialDocument{}, CredentialRecord{}, CredentialState{}, Escrow{}, EscrowCredential{}, EscrowKey{}, EscrowList{},
		Flag{}, KeyDoubt{}, KeyLoss{}, LogAudit{}, LogDay{}, PaperStyle{}, Proposal{}, Run{}, RunItem{}, SigningKey{}, StatusList{},
	}
}
