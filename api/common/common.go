// Package common has the models of the contract that several subjects use, and
// the problem that every operation may answer with.
package common

//go:generate go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2 -config config.yaml openapi.yaml
