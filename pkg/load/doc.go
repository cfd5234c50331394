// Package load sends Palmar the requests of a school day at a fixed rate and
// says how long each took, beside what the same machine does in the same run
// without Palmar: echo's hello, the same statements by pgx behind echo, and by
// pgbench. docs/benchmarks.md tells how to read it.
//
// It starts all servers itself, over databases of its own, and must never reach
// for anything but this machine.
package load
