package core

// Mark is what the roster says of a student.
type Mark string

// The marks. Nobody is marked by the clock running out: an instructor who signs
// has marked everybody. An excused absence earns nothing; it is told apart from
// one without excuse, and that is all.
const (
	MarkExpected Mark = "expected"
	MarkPresent  Mark = "present"
	MarkAbsent   Mark = "absent"
	MarkExcused  Mark = "excused"
)

// Marks in the order in which they are shown.
var Marks = []Mark{MarkExpected, MarkPresent, MarkAbsent, MarkExcused}

// Known tells whether it is one of the marks.
func (m Mark) Known() bool { return oneOf(Marks, m) }
