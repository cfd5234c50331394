// Package logbook is the part that earns: students log sessions of supervised
// instruction, supervisors sign or return them, schools import attendance, and
// what is signed becomes credit in the append-only ledger. It also tells a
// student's progress, the standing that the program's standard gives.
//
// It must never know a database, a request or a page.
package logbook
