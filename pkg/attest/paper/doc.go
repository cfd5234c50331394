// Package paper prints a credential: a certificate to hang on a wall, a
// transcript to send to a state board, both tagged PDFs that carry the signed
// document itself as an attachment. What they say is read back from the signed
// document, so the paper cannot say anything else. It must never know a
// database, nor decide whether a credential is good.
package paper
