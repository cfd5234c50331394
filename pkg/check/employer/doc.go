// Package employer answers those who depend on a certificate: whether it is
// valid, and for an employer's members what else the record says. It trusts
// nothing but signatures, keeps a record of what a member was shown, and must
// never know a database, a request or a page, nor go to the network.
package employer
