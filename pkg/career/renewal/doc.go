// Package renewal sees a therapist through what ends on a day: reminders before
// a license or a certificate runs out, a calendar to subscribe to, the checklist
// of a renewal, and what an office sees coming.
//
// What ends is a row of due things, which the database keeps by triggers of the
// tables that hold it. Plan makes the reminders of rows that changed; Remind
// sends those whose time has come, each once. Both take a batch per transaction
// and may run at any time, on several servers, and be killed at any point.
//
// It must never know a database, a request or a page.
package renewal
