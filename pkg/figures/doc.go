// Package figures holds what a request costs: the statements that it gives the
// database and the allocations that it makes, on the hot paths, through the
// real handler and on both databases, as a table that a test compares with what
// is measured (testdata/figures.golden; docs/benchmarks.md tells how to read
// it).
//
// It measures no time: that is pkg/load's.
package figures
