package web

var registrarRoutes []Route

var attestRoutes []Route

var afterSchoolRoutes []Route
