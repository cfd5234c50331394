// Package mail carries messages to their readers: by SMTP, or, where there is
// no server, as files in a directory. It must never know what a message is
// about.
package mail
