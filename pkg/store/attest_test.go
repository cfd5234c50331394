package store_test

import (
	"github.com/palmar/palmar/pkg/certify"
	"github.com/palmar/palmar/pkg/employer"
	"github.com/palmar/palmar/pkg/licensure"
	"github.com/palmar/palmar/pkg/store"
)

var (
	_ certify.Tx   = (*store.Tx)(nil)
	_ employer.Tx  = (*store.Tx)(nil)
	_ licensure.Tx = (*store.Tx)(nil)
)
