// Package app is the composition root: it opens the database, makes the
// services, puts the API and the pages on a server, and runs the program's
// commands over them. It is the only place that reads the machine's clock and
// its source of randomness.
package app
