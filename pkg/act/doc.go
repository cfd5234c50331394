// Package act is the one way in which anything happens to the record. Do runs a
// command: prepare, and then in one transaction find, authorize, compare the
// version, change, save and tell. Read and Look read with a permission, List
// pages, Each works in the background, one item at a time. What is the same for
// every command (who may, what is told, once a key, again after a race) stands
// here and in no command.
//
// It must never know a subject, a database, a request or a page. What it needs
// of them it declares in Tx and Store.
package act
