// Package sheet turns a file that an office has, however it was saved, into the
// plain text that package table reads: comma-separated values in UTF-8 whose first
// line that is not empty has the headings. It tells a workbook from text, finds
// encoding, separator, and heading, and refuses what it cannot be sure of: where a
// file can be read in two ways it asks which is meant, once, and it never guesses.
// It knows nothing of what the columns mean.
//
// Lines keep their numbers: a title above the headings becomes an empty line.
package sheet
