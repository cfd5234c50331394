package web

var organizationRoutes []Route
