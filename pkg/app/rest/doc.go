// Package rest puts the operations of all subjects on one JSON API, the one of
// api/openapi.yaml, and shows that contract to people and programs.
package rest
