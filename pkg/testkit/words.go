package testkit

import "github.com/palmar/palmar/pkg/words"

// Says is what can be looked for of the sentence with an id, in English: its
// longest piece without arguments. An editor who betters it breaks no test.
func Says(id string) string { return words.English().Part(id) }

// Said is a sentence with its arguments, as it is shown.
func Said(id string, args ...any) string { return words.English().Say(id, args...) }
