package core

// MayPractise answers whether a person may practise on a day under any of their
// licences; the reason is that of the licence that allows it, or else of the
// one that says most about a refusal. It is not known where no licence is
// recorded, or none with a status on that day.
func MayPractise(licenses []License, on Date) (p Practice, known bool) {
	p = Practice{On: on, Lifecycle: "unknown", Standing: "none", Reason: "No licence is recorded."}
	for i, l := range licenses {
		one := l.MayPractise(on)
		if one.May {
			return one, true
		}
		told := one.Lifecycle != "unknown" || one.Standing != "none"
		if i == 0 || told && !known {
			p = one
		}
		known = known || told
	}
	return p, known
}
