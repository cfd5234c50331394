package core

// AdverseKind is what an authority did, in the words of the interstate compact.
type AdverseKind string

// AdverseKinds in the order of the compact, with the discipline that each one
// causes; "" where it causes none.
var AdverseKinds = []struct {
	Kind       AdverseKind
	Discipline string
}{
	{"revocation", "revoked"}, {"suspension", "suspended"}, {"probation", "probation"}, {"surrender_in_lieu", "surrendered"},
	{"monitoring", "conditions"}, {"practice_limitation", "restricted"}, {"cease_and_desist", ""}, {"other_encumbrance", "restricted"},
}
