// Package registry keeps what a registrar knows of a school besides hours: the
// days on which it is closed, who is on leave or has withdrawn, and who is at
// risk of not finishing.
//
// It must never know how hours are judged or kept.
package registry
