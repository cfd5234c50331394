// Package account knows who someone is: passwords, sign-in, sessions, API
// tokens, invitations, organizations and their members.
//
// Secrets (passwords, session tokens, API tokens, links) are kept as hashes
// only, and neither they nor anything derived from them is logged or audited.
// Answers to strangers do not tell whether an account exists. The package must
// never know how a request or a page looks.
package account
