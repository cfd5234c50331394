// Package config reads the settings of a server from the environment and
// checks them, so that a wrong one is refused at the start, by name and with
// the way to fix it.
//
// It knows no database, no network and no clock. Secrets that it holds print
// as "(set)" and nothing else.
package config
