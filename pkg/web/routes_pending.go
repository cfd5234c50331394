package web

var registrarRoutes []Route

var importRoutes []Route

var attestRoutes []Route
