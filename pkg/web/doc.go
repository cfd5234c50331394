// Package web is Palmar for people: server-rendered pages over the same
// services that the API uses.
//
// A route names the access.Action it needs; a handler reads its form, calls one
// service method and answers with a page or a redirect. Handlers decide nothing
// about rights: the services do. Forms work without JavaScript. The package
// must never know the store.
package web
