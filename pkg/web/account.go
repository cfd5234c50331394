package web

var accountRoutes []Route
