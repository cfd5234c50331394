package core

import "github.com/palmar/palmar/pkg/core/fold"

// NameKey is what two spellings of a name have in common; see fold.Key.
func NameKey(name string) string { return fold.Key(name) }
