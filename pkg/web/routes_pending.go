package web

var studentRoutes, supervisorRoutes, registrarRoutes, attestRoutes, afterSchoolRoutes []Route
