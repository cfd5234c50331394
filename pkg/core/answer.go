package core

// KeptAnswer is the first answer to a command that a client named with a key
// of its own, kept so that a repetition is answered alike. Hash tells the
// command from another one with the same key.
type KeptAnswer struct {
	Hash   []byte
	Status int
	Header map[string][]string
	Body   []byte
}
