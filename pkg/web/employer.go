package web

var employerRoutes []Route
