package account

type hasher struct{}

func newHasher() *hasher { return &hasher{} }
