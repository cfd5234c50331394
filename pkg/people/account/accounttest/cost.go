// Package accounttest holds what tests need of accounts. No program imports it.
package accounttest

import "github.com/palmar/palmar/pkg/people/account"

// Cheap makes hashes that take microseconds and protect nothing.
var Cheap = account.Cost{Memory: 8, Passes: 1}
