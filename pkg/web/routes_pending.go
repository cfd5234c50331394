package web

var afterSchoolRoutes []Route
