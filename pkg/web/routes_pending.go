package web

var importRoutes []Route

var afterSchoolRoutes []Route
